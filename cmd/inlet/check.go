package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
)

func checkCommand() *cobra.Command {
	var sidecar string
	cmd := &cobra.Command{
		Use:   "check [BOOK]",
		Short: "Check the configuration and the store, or one workbook with its mapping",
		Long: `Without a workbook: is the configuration right, does the store answer, can the inboxes be written to.
With one: read it to its end as an import would, show which column is which field, and what is wrong. Nothing is written.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := configured(cmd)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return checkBook(cmd, cfg, args[0], sidecar)
			}
			return checkSite(cmd, cfg)
		},
	}
	cmd.Flags().StringVarP(&sidecar, "mapping", "m", "", "mapping `FILE`")
	return cmd
}

func checkSite(cmd *cobra.Command, cfg config.Config) error {
	out := cmd.OutOrStdout()
	fmt.Fprintln(out, "ok    configuration")
	wrong := checkStore(cmd, out)
	for _, inbox := range cfg.Inboxes {
		if err := writable(inbox.Path); err != nil {
			wrong = true
			fmt.Fprintf(out, "WRONG inbox %s: %s\n", inbox.Name, err)
		} else {
			fmt.Fprintf(out, "ok    inbox %s: %s\n", inbox.Name, inbox.Path)
		}
	}
	if wrong {
		return exit{code: exitFailed}
	}
	return nil
}

func checkStore(cmd *cobra.Command, out io.Writer) (wrong bool) {
	err := withParts(cmd, func(ctx context.Context, parts *daemon.Parts) error { return parts.Store.Ping(ctx) })
	if err != nil {
		fmt.Fprintf(out, "WRONG store: %s\n", err)
		return true
	}
	fmt.Fprintln(out, "ok    store")
	return false
}

func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".inlet-check-*.part")
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the folder %s is not there; inlet run makes it, if the folder above is there", dir)
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func checkBook(cmd *cobra.Command, cfg config.Config, book, sidecar string) error {
	job, err := jobOf(book, sidecar, "")
	if err != nil {
		return exit{exitFailed, err}
	}
	schema, err := known(cmd, cfg)
	if err != nil {
		return err
	}
	p := &pipeline.Pipeline{Schema: schema, Batch: cfg.Import.Batch, Fallback: daemon.Fallback(cfg)}
	seen, err := p.Check(cmd.Context(), job)
	out := cmd.OutOrStdout()
	if len(seen.Columns) > 0 {
		printColumns(out, seen)
	}
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		return exit{exitFailed, errors.New(report.Refused(refusal, cfg.Import.Language))}
	}
	if err != nil {
		return failed(cmd.Context(), err)
	}
	fmt.Fprintf(out, "\n%d rows, %d blank, %d that would be rejected as they stand\n", seen.Rows, seen.Blank, seen.Rejected)
	for i := range seen.Problems {
		if err := report.Problem(out, &seen.Problems[i], cfg.Import.Language); err != nil {
			return err
		}
	}
	if more := seen.ProblemCount - len(seen.Problems); more > 0 {
		fmt.Fprintf(out, "  … and %d more\n", more)
	}
	if seen.Rejected > 0 {
		return exit{code: exitRejected}
	}
	return nil
}

func printColumns(w io.Writer, seen pipeline.Checked) {
	t := newTable(w)
	t.AppendHeader(table.Row{"Column", "Heading", "Field", "Type", "Match"})
	for _, c := range seen.Columns {
		tick := ""
		if seen.Ticked(c) {
			tick = "x"
		}
		t.AppendRow(table.Row{c.Letter, c.Heading, c.Field.Path(), c.Field.Type, tick})
	}
	t.Render()
	if len(seen.Unknown) > 0 {
		fmt.Fprintf(w, "\nNot imported, because no field goes by these headings: %s\n", strings.Join(seen.Unknown, ", "))
	}
}
