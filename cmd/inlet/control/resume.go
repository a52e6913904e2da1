package control

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/listing"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
)

// Resume returns the command resume.
func Resume() *cobra.Command {
	return &cobra.Command{
		Use:   "resume [NAME|IMPORT]",
		Short: "End a pause, or continue an import that is stuck or cancelled",
		Long: `Without an argument, end the pause of inlet pause; with the NAME of an inbox or a source, end the pause of inlet pause NAME. The daemon
continues within seconds.

With an IMPORT, continue it: an import that was cancelled, or one that is stuck because inlet stopped unexpectedly several times in a row
during it after some rows had been written, or because of an error whose cause inlet does not know.

Find and fix the cause first (inlet show, the log, the memory of the host). The running daemon continues the import within half a minute,
exactly where it stopped; a daemon that is started later continues it then. To undo what was written instead, use inlet undo.

An import that an older version of inlet with other rules started cannot be continued: undo it with inlet undo and put its file into the
inbox again.`,
		Args:              usage.Arguments(0, 1),
		ValidArgsFunction: completePaused,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := open.Config(cmd)
			if err != nil {
				return err
			}
			if _, err := pauseTargets(cfg, args); err == nil {
				return eachTarget(cmd, cfg, args, func(ctx context.Context, parts *assembly.Parts, label, one string) error {
					return endPause(ctx, parts, label, one, cmd.OutOrStdout())
				})
			}
			if cfg, err = open.ConfigOfImport(cmd, args[0]); err != nil {
				return err
			}
			return open.StoreOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				return resumeImport(ctx, parts, args[0], cmd.OutOrStdout())
			})
		},
	}
}

// resumeImport makes the daemon continue an import that is stuck or cancelled.
func resumeImport(ctx context.Context, parts *assembly.Parts, id string, out io.Writer) error {
	id, err := listing.Resolve(ctx, parts.Store.Imports, id)
	if err != nil {
		return err
	}
	imp, ok, err := parts.Store.Imports.Import(ctx, id)
	switch {
	case err != nil:
		return err
	case !ok:
		return fmt.Errorf(message.Word(parts.Language, "no import, inbox or source is named %s; `inlet list` lists the imports"), id)
	case !imp.State.Waits():
		return fmt.Errorf(message.Word(parts.Language, "import %s cannot be resumed: it is neither stuck nor cancelled, its state is %s"), imp.ID, report.State(imp.State, parts.Language))
	}
	if imp.OtherRules() {
		return &pipeline.OldRulesError{Import: imp.ID}
	}
	err = audited.Do(ctx, parts, audit.Entry{What: audit.Continue, Import: imp.ID, Inbox: imp.Inbox}, func() error { return parts.Store.Attempts.Resume(ctx, &imp) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, message.Word(parts.Language, "%s continues\n"), imp.ID)
	return err
}

func endPause(ctx context.Context, parts *assembly.Parts, label, what string, out io.Writer) error {
	all, err := parts.Store.Pauses.All(ctx)
	if err != nil {
		return err
	}
	p, is := all.Holds(what)
	if !is {
		_, err = fmt.Fprintf(out, label+message.Word(parts.Language, "%s is not paused\n"), targetName(what, parts.Language))
		return err
	}
	if err := audited.Do(ctx, parts, pauseEntry(audit.Resume, what), func() error { return parts.Store.Pauses.End(ctx, what) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, label+message.Word(parts.Language, "%s continues; it had been %s\n"), targetName(what, parts.Language), describePause(p, parts.Language))
	return err
}

// completePaused completes inlet resume: to what can be paused, and to imports that wait.
func completePaused(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	names, _ := completion.Names(completion.InboxesAndSources)(cmd, args, typed)
	imports, directive := completion.Import(func(imp *ledger.Import) bool { return imp.State.Waits() })(cmd, args, typed)
	return append(names, imports...), directive
}
