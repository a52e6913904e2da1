package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/store/settings"
)

func pauseCommand() *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use:   "pause [NAME]",
		Short: "Have the daemon take up no more workbooks until inlet resume",
		Long: `Have every daemon of this store finish the import in hand and take up no other. Workbooks wait where they are, in their order, and nothing is
lost; mails and webhooks are still sent. inlet resume lets it go on. Commands of yours, such as inlet import, are not held up.

With the NAME of an inbox only that takes up no workbook; with the name of a source, that is not asked but by inlet source run.`,
		Example: `  inlet pause --why "the CRM is moved tonight"
  inlet pause kunder
  inlet resume`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			what, err := pauseTargets(cfg, args)
			if err != nil {
				return err
			}
			return withStore(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				for _, one := range what {
					p, err := parts.Store.Pauses.Begin(ctx, one, why)
					if err != nil {
						return err
					}
					_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is %s; `inlet resume%s` lets it go on\n", targetName(one), describePause(p), targetArgument(one))
					if err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&why, "why", "", "what the others are to know: it stands in the log and in inlet check")
	return cmd
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
	if len(what) == 0 {
		slices.Sort(known)
		return nil, exitError{exitUsage, fmt.Errorf("no inbox and no source is called %q; there are %s", args[0], strings.Join(slices.Compact(known), ", "))}
	}
	return what, nil
}

// targetName describes what is paused.
func targetName(what string) string {
	kind, name, named := strings.Cut(what, "/")
	if !named {
		return "importing"
	}
	return kind + " " + name
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
func describePause(p settings.Pause) string {
	text := "paused since " + p.Since.Local().Format(time.DateTime)
	if p.Why != "" {
		text += " (" + p.Why + ")"
	}
	return text
}
