package control

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/settings"
)

// Pause returns the command pause.
func Pause() *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use:   "pause [NAME]",
		Short: "Pause importing until inlet resume",
		Long: `Have every daemon that uses this store finish the running import and start no other. Workbooks wait in their order, and none is lost; mails
and webhooks are still sent. inlet resume ends the pause. Commands such as inlet import are not affected.

With several stores, importing into all of them is paused; with --store NAME, into that one.

With the NAME of an inbox, only that inbox is paused. With the name of a source, only that source is paused: it is polled only by inlet
source run.`,
		Example: `  inlet pause --why "the CRM is moved tonight"
  inlet pause kunder
  inlet resume`,
		Args:              usage.Arguments(0, 1),
		ValidArgsFunction: completion.Names(completion.InboxesAndSources),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := open.Config(cmd)
			if err != nil {
				return err
			}
			return eachTarget(cmd, cfg, args, func(ctx context.Context, parts *assembly.Parts, label, one string) error {
				var p settings.Pause
				err := audited.Do(ctx, parts, pauseEntry(audit.Pause, one), func() (err error) {
					p, err = parts.Store.Pauses.Begin(ctx, one, why)
					return err
				})
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), label+message.Word(parts.Language, "%s has been %s; `inlet resume%s` ends the pause\n"), targetName(one, parts.Language), describePause(p, parts.Language), targetArgument(one))
				return err
			})
		},
	}
	cmd.Flags().StringVar(&why, "why", "", "the reason, shown in the log and by inlet check")
	return cmd
}

// pauseEntry is the entry of the audit about the pause of something.
func pauseEntry(what audit.Act, of string) audit.Entry {
	kind, name, _ := strings.Cut(of, "/")
	if kind == "inbox" {
		return audit.Entry{What: what, Inbox: name}
	}
	return audit.Entry{What: what, Of: of}
}

// eachTarget calls do with everything that a name stands for among the pauses of the stores, and with the start of a line about it.
func eachTarget(cmd *cobra.Command, cfg config.Config, args []string, do func(ctx context.Context, parts *assembly.Parts, label, one string) error) error {
	if _, err := pauseTargets(cfg, args); err != nil {
		return err
	}
	for _, name := range cfg.StoreNames() {
		of := cfg.For(name)
		what, err := pauseTargets(of, args)
		if err != nil {
			continue // it is of another store
		}
		err = open.StoreOf(cmd, of, func(ctx context.Context, parts *assembly.Parts) error {
			for _, one := range what {
				if err := do(ctx, parts, storeLabel(cfg, name), one); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pauseTargets returns what a name stands for among the pauses of a store: an inbox, a source, or both. Without a name it is everything.
func pauseTargets(cfg config.Config, args []string) ([]string, error) {
	if len(args) == 0 {
		return []string{settings.Everything}, nil
	}
	var what, known []string
	for _, in := range cfg.Inboxes {
		if known = append(known, in.Name); in.Name == args[0] {
			what = append(what, settings.OfInbox(in.Name))
		}
	}
	for _, s := range cfg.Sources {
		if known = append(known, s.Name); s.Name == args[0] {
			what = append(what, settings.OfSource(s.Name))
		}
	}
	if len(known) == 0 {
		return nil, exitcode.Usage.With(errors.New(message.Word(cfg.Language, "the configuration has no inbox or source; without a name everything is paused or resumed")))
	}
	if len(what) == 0 {
		slices.Sort(known)
		return nil, exitcode.Usage.With(fmt.Errorf(message.Word(cfg.Language, "no inbox or source is named %q; the names are %s"), args[0], strings.Join(slices.Compact(known), ", ")))
	}
	return what, nil
}

// targetName describes what is paused.
func targetName(what, lang string) string {
	kind, name, named := strings.Cut(what, "/")
	if !named {
		return message.Word(lang, "importing")
	}
	if kind == "source" {
		return message.Word(lang, "source") + " " + name
	}
	return message.Word(lang, "inbox") + " " + name
}

// targetArgument is the argument of inlet resume that ends a pause.
func targetArgument(what string) string {
	_, name, named := strings.Cut(what, "/")
	if !named {
		return ""
	}
	return " " + name
}

// describePause says since when something is paused, and why.
func describePause(p settings.Pause, lang string) string {
	text := message.Word(lang, "paused since ") + p.Since.Local().Format(time.DateTime)
	if p.Why != "" {
		text += " (" + p.Why + ")"
	}
	return text
}

// NotePauses prints what is paused.
func NotePauses(out io.Writer, lang string, pauses settings.Paused) {
	if p, is := pauses.Holds(settings.Everything); is {
		fmt.Fprintf(out, message.Word(lang, "note  importing has been paused since %s: %s\n"), p.Since.Local().Format(time.DateTime),
			cmp.Or(p.Why, message.Word(lang, "inlet resume ends the pause")))
	}
	for _, what := range pauses.Named() {
		p, _ := pauses.Holds(what)
		format := message.Word(lang, "note  inbox %s has been paused since %s: %s\n")
		if what == settings.OfSource(strings.TrimPrefix(targetArgument(what), " ")) {
			format = message.Word(lang, "note  source %s has been paused since %s: %s\n")
		}
		fmt.Fprintf(out, format, strings.TrimPrefix(targetArgument(what), " "), p.Since.Local().Format(time.DateTime), cmp.Or(p.Why, "inlet resume"+targetArgument(what)))
	}
}

// storeLabel begins a line about a store, where there are several.
func storeLabel(cfg config.Config, name string) string {
	if len(cfg.StoreNames()) == 1 {
		return ""
	}
	return "store " + name + ": "
}
