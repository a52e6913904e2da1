package push

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/cmd/inlet/workbook"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// pushFlags are the flags of inlet push.
type pushFlags struct {
	to, inbox, mapping, tokenFile, ca string
	retry                             time.Duration
	wait, asJSON, quiet               bool
}

// Command returns the command push.
func Command() *cobra.Command {
	var f pushFlags
	cmd := &cobra.Command{
		Use:   "push BOOK --to URL --inbox NAME",
		Short: "Send a workbook to an inlet on another host",
		Long: `Send a workbook to the inbox of an inlet daemon by its pages, with its mapping if there is one beside it or --mapping names one. With --wait,
wait until it is imported.

The token is that of inlet token create on the other host, with the verb upload. It is read from the variable INLET_TOKEN, or from the file
that --token-file names; there is no flag for it, because other users of this host see the arguments of a command.

If no answer comes, the workbook is sent again for a minute, and arrives once. Sending the same workbook another time is a duplicate, and writes
nothing.

Exit codes: 0 sent, with --wait done · 1 refused · 2 wrong usage · 3 done, some rows rejected or parked · 4 held · 5 the other host does not
answer, try again later · 130 interrupted.`,
		Example: `  inlet push kunder.xlsx --to https://inlet.exempel.se --inbox kunder --token-file inlet.token --wait
  INLET_TOKEN=$(cat inlet.token) inlet push kunder.csv --to https://inlet.exempel.se --inbox kunder --json`,
		Args:              usage.One("workbook", "inlet push BOOK --to https://inlet.exempel.se --inbox kunder"),
		ValidArgsFunction: completion.Book,
		RunE: func(cmd *cobra.Command, args []string) error {
			lang := open.Language(cmd)
			job, err := workbook.Job(lang, args[0], f.mapping, "")
			if err != nil {
				return exitcode.Failed.With(err)
			}
			if job.Near || job.Rival != "" {
				return exitcode.Failed.With(fmt.Errorf(message.Word(lang, "it is not clear which mapping is meant: name it with --mapping (there is %s)"), cmp.Or(job.Rival, job.Sidecar)))
			}
			token, err := apiToken(f.tokenFile)
			if err != nil {
				return exitcode.Usage.With(err)
			}
			if f.to == "" || f.inbox == "" {
				return exitcode.Usage.With(message.Errorf("--to and --inbox are needed, e.g. --to https://inlet.exempel.se --inbox kunder"))
			}
			client, err := New(f.to, token, f.ca)
			if err != nil {
				return exitcode.Usage.With(err)
			}
			client.Language, client.Retry = lang, f.retry
			return f.run(cmd, client, lang, job.Workbook, job.Sidecar)
		},
	}
	cmd.Flags().StringVar(&f.to, "to", "", "`URL` of the pages of the other inlet")
	cmd.Flags().StringVar(&f.inbox, "inbox", "", "`NAME` of its inbox")
	cmd.Flags().StringVarP(&f.mapping, "mapping", "m", "", "mapping `FILE`")
	cmd.Flags().StringVar(&f.tokenFile, "token-file", "", "`FILE` with the token; by default the variable INLET_TOKEN")
	cmd.Flags().StringVar(&f.ca, "ca", "", "`FILE` with certificates to trust besides those of the system")
	cmd.Flags().DurationVar(&f.retry, "retry", time.Minute, "how long a host that does not answer is tried")
	cmd.Flags().BoolVar(&f.wait, "wait", false, "wait until the workbook is imported")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print the answer as JSON")
	cmd.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "do not show progress")
	return cmd
}

// apiToken returns the token of a program, from a file or from the environment.
func apiToken(file string) (string, error) {
	if file == "" {
		return strings.TrimSpace(os.Getenv("INLET_TOKEN")), nil
	}
	token, err := config.Secret(file)
	return strings.TrimSpace(token), err
}

// run sends a workbook, and waits for its import if it is to.
func (f *pushFlags) run(cmd *cobra.Command, client *Client, lang, book, mapping string) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	bar := terminal.NewProgress(cmd.ErrOrStderr(), f.quiet || f.asJSON, lang)
	client.Progress = bar.Sent
	up, err := client.Send(ctx, f.inbox, rand.Text(), book, mapping)
	bar.Clear()
	if err != nil {
		return pushError(ctx, err)
	}
	if !f.asJSON {
		printSent(terminal.Fold(out), &up, lang)
	}
	if !f.wait {
		if f.asJSON {
			_, err = fmt.Fprintln(out, strings.TrimSpace(string(up.Text)))
		}
		return err
	}
	if up, err = client.Await(ctx, up.ID); err != nil {
		return pushError(ctx, err)
	}
	if f.asJSON {
		fmt.Fprintln(out, strings.TrimSpace(string(up.Text)))
	} else {
		printPushed(terminal.Fold(out), up.Import, lang)
	}
	return pushOutcome(up.Import)
}

// pushError gives an error of a push its exit code.
func pushError(ctx context.Context, err error) error {
	_, unreached := errors.AsType[*UnreachedError](err)
	switch {
	case ctx.Err() != nil:
		return exitcode.Interrupted.With(err)
	case unreached:
		return exitcode.Later.With(err)
	}
	return exitcode.Failed.With(err)
}

// pushOutcome returns the exit code of an import, as inlet import has it.
func pushOutcome(imp *Import) error {
	switch state := ledger.State(imp.State); {
	case state == ledger.Held:
		return exitcode.Held.With(nil)
	case state != ledger.Done && state != ledger.Duplicate:
		return exitcode.Failed.With(nil)
	case imp.NotApplied() > 0:
		return exitcode.Rejected.With(nil)
	}
	return nil
}

// printSent prints what the other host knows of a workbook before it is imported.
func printSent(w io.Writer, up *Upload, lang string) {
	fmt.Fprintf(w, message.Word(lang, "%s was sent to the inbox %s\n"), message.Plain(up.Workbook), message.Plain(up.Inbox))
	if up.Checks == nil {
		return
	}
	if up.Checks.Problem != "" {
		fmt.Fprintf(w, message.Word(lang, "It will not be imported as it is: %s\n"), message.PlainLines(up.Checks.Problem))
	}
	if len(up.Checks.Unknown) > 0 {
		fmt.Fprintf(w, message.Word(lang, "Not imported, because these headings were not recognised as fields: %s\n"), message.Plain(strings.Join(up.Checks.Unknown, ", ")))
	}
}

// printPushed prints how an import ended on the other host.
func printPushed(w io.Writer, imp *Import, lang string) {
	fmt.Fprintf(w, "%s  %s\n", message.Plain(imp.ID), report.State(ledger.State(imp.State), lang))
	if imp.DuplicateOf != "" {
		fmt.Fprintf(w, message.Word(lang, "The same was imported as %s; nothing was written\n"), message.Plain(imp.DuplicateOf))
		return
	}
	if imp.Why != "" {
		fmt.Fprintln(w, message.PlainLines(imp.Why))
	}
	if ledger.State(imp.State) != ledger.Done {
		return
	}
	for _, kind := range crm.Kinds {
		c := imp.Counts[string(kind)]
		fmt.Fprintf(w, message.Word(lang, "%s: %d created, %d updated, %d unchanged, %d skipped, %d rejected or parked\n"), report.Heading(kind, lang), c.Created, c.Updated, c.Unchanged, c.Skipped, c.Rejected+c.Parked)
	}
}
