package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/control"
	"inlet.example/inlet/cmd/inlet/drives"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/trial"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/finish"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/mongo/survey"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher/remote"
)

// Command returns the command check.
func Command() *cobra.Command {
	var sidecar string
	var send bool
	cmd := &cobra.Command{
		Use:   "check [BOOK]",
		Short: "Check the configuration and the store, or one workbook with its mapping",
		Long: `Without a workbook: check that the configuration is valid, that the store can be reached, and that inlet can write to the inboxes. With
--send-test, also send a test by the mail server and the webhooks, and poll the sources without fetching anything.

With a workbook: read it completely, as an import would, and show which column is which field and what is wrong. Nothing is written.`,
		Args:              usage.Arguments(0, 1),
		ValidArgsFunction: completion.Book,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := open.Config(cmd)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return checkSite(cmd, cfg, send)
			}
			if cfg, err = open.StoreConfig(cmd); err != nil {
				return err
			}
			if send {
				return exitcode.Usage.With(message.Errorf("--send-test checks the configuration: leave out the workbook"))
			}
			return checkBook(cmd, cfg, args[0], sidecar)
		},
	}
	cmd.Flags().StringVarP(&sidecar, "mapping", "m", "", "mapping `FILE`")
	cmd.Flags().BoolVar(&send, "send-test", false, "send a test by the mail server and the webhooks, and poll the sources")
	return cmd
}

func checkSite(cmd *cobra.Command, cfg config.Config, send bool) error {
	out := terminal.Fold(terminal.Marks(cmd.OutOrStdout()))
	lang := cfg.Language
	fmt.Fprint(out, message.Word(lang, "ok    configuration\n"))
	wrong := false
	for _, name := range cfg.StoreNames() {
		if len(cfg.StoreNames()) > 1 {
			fmt.Fprintf(out, message.Word(lang, "\nstore %s\n"), name)
		}
		bad, err := checkStore(cmd, out, cfg.For(name))
		if err != nil {
			return err
		}
		wrong = wrong || bad
	}
	if len(cfg.StoreNames()) > 1 {
		fmt.Fprintln(out)
	}
	for _, inbox := range cfg.Inboxes {
		if willBeMade(inbox.Path) {
			fmt.Fprintf(out, message.Word(lang, "note  inbox %s: the folder %s does not exist yet; inlet run creates it\n"), inbox.Name, inbox.Path)
			continue
		}
		err := writable(inbox.Path, lang)
		for _, dir := range []string{inbox.Done, inbox.Failed, inbox.Held} {
			err = cmp.Or(err, files.NoLinks(inbox.Path, dir))
		}
		if err != nil {
			wrong = true
			fmt.Fprintf(out, message.Word(lang, "WRONG inbox %s: %s\n"), inbox.Name, message.PlainLines(err.Error()))
		} else {
			fmt.Fprintf(out, message.Word(lang, "ok    inbox %s: %s\n"), inbox.Name, inbox.Path)
			wrong = checkOwnership(out, inbox, lang) || wrong
			noteGroup(out, inbox, lang)
		}
	}
	if send {
		wrong = trial.Run(cmd.Context(), out, cfg, peeker(cmd)) || wrong
	}
	if wrong {
		return exitcode.Failed.With(nil)
	}
	return nil
}

// peeker polls sources with what the store knows of them.
func peeker(cmd *cobra.Command) trial.Peek {
	return func(_ context.Context, s config.Source) (found remote.Preview, err error) {
		cfg, _, err := open.Source(cmd, s.Name)
		if err != nil {
			return found, err
		}
		err = open.OrEmptyOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
			found, err = parts.Peek(ctx, s, drives.Opener)
			return err
		})
		return found, err
	}
}

func checkStore(cmd *cobra.Command, out io.Writer, cfg config.Config) (wrong bool, err error) {
	lang := cfg.Language
	if path, missing := open.Missing(cfg); missing {
		fmt.Fprintf(out, message.Word(lang, "ok    store: %s does not exist yet; the first import creates it\n"), path)
		return false, nil
	}
	var pauses settings.Paused
	unkeyable := map[crm.Kind]int{}
	var found []survey.Finding
	err = open.StoreOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) (err error) {
		if pauses, err = parts.Store.Pauses.All(ctx); err != nil {
			return err
		}
		for _, kind := range crm.Kinds {
			if unkeyable[kind], err = parts.Store.Records.Unkeyable(ctx, kind); err != nil {
				return err
			}
		}
		if parts.Survey != nil {
			found, err = parts.Survey(ctx)
		}
		return err
	})
	if exitcode.Stopped(cmd.Context(), err) {
		return false, err
	}
	if err != nil {
		fmt.Fprintf(out, message.Word(lang, "WRONG store: %s\n"), message.PlainLines(message.ErrorIn(lang, err)))
		return true, nil
	}
	fmt.Fprint(out, message.Word(lang, "ok    store\n"))
	for i := range found {
		survey.Write(out, lang, &found[i], cfg.Store.Collections.Of(string(found[i].Kind)).Changed)
		wrong = wrong || found[i].Wrong()
	}
	for _, kind := range crm.Kinds {
		if n := unkeyable[kind]; n > 0 {
			fmt.Fprintf(out, message.Word(lang, "note  %d %s cannot be matched by an import: another program has written a value of its own into their field _inlet\n"), n, report.Kinds(kind, lang))
		}
	}
	control.NotePauses(out, lang, pauses)
	return wrong, nil
}

// checkOwnership tries to set the configured ownership. That says something about inlet run only if it runs as the same user with the same rights.
func checkOwnership(out io.Writer, inbox config.Inbox, lang string) (wrong bool) {
	if inbox.Ownership == (config.Ownership{}) {
		return false
	}
	err := assembly.TryOwnership(inbox)
	if ungiven, ok := errors.AsType[*files.OwnershipError](err); ok {
		fmt.Fprintf(out, message.Word(lang, "WRONG ownership in inbox %s: %s\n"), inbox.Name, finish.Ungiven(ungiven, lang))
		return true
	}
	if err != nil {
		fmt.Fprintf(out, message.Word(lang, "WRONG ownership in inbox %s: %s\n"), inbox.Name, err)
		return true
	}
	fmt.Fprintf(out, message.Word(lang, "ok    ownership in inbox %s, tested as user %d\n"), inbox.Name, os.Geteuid())
	return false
}

// noteGroup says that the group of a folder which hands it down may not put files there: people who share the folder drop them by that group.
func noteGroup(out io.Writer, inbox config.Inbox, lang string) {
	const write = 0o020
	if info, err := os.Stat(inbox.Path); err == nil && info.Mode()&os.ModeSetgid != 0 && info.Mode()&write == 0 {
		fmt.Fprintf(out, message.Word(lang, "note  inbox %s: its group may not put files into %s; if people share it by the group: chmod g+w %s\n"), inbox.Name, inbox.Path, inbox.Path)
	}
}

// willBeMade reports whether an inbox does not exist and inlet run can create it, as it does where the folder around it exists.
func willBeMade(dir string) bool {
	if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
		return false
	}
	return writable(filepath.Dir(dir), "") == nil
}

func writable(dir, lang string) error {
	f, err := os.CreateTemp(dir, ".inlet-check-*.part")
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf(message.Word(lang, "the folder %s does not exist, and inlet run can only create it if the folder around it exists and inlet may write there"), dir)
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
