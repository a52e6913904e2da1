package check

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/bookcheck"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/workbook"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

func checkBook(cmd *cobra.Command, cfg config.Config, book, sidecar string) error {
	job, err := workbook.Job(cfg.Language, book, sidecar, "")
	if err != nil {
		return exitcode.Failed.With(err)
	}
	defer workbook.NoteText(cmd, book, cfg.Language)
	if _, missing := open.Missing(cfg); missing {
		_, p, err := open.Pipeline(cmd)
		if err != nil {
			return err
		}
		return exitcode.Wrap(cmd.Context(), printCheck(cmd.Context(), cmd.OutOrStdout(), p, cfg.Language, job))
	}
	return open.StoreOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
		return printCheck(ctx, cmd.OutOrStdout(), parts.Pipeline, cfg.Language, job)
	})
}

// printCheck checks a workbook, and prints its kind, its columns, and the problems of its rows.
func printCheck(ctx context.Context, screen io.Writer, p *pipeline.Pipeline, lang string, job pipeline.Job) error {
	out := terminal.Fold(screen)
	seen, err := p.Check(ctx, &job)
	if parent := job.Found.Corrects; parent != nil {
		printParent(out, parent, lang)
	}
	if len(seen.ProblemColumns) > 0 {
		fmt.Fprintf(out, message.Word(lang, "These columns describe the problems and are not imported: %s\n"), message.Plain(strings.Join(seen.ProblemColumns, ", ")))
		fmt.Fprintln(out)
	}
	if len(seen.Columns) > 0 {
		printColumns(out, seen, lang)
	}
	if err != nil {
		return workbook.ErrorIn(err, lang)
	}
	imp := job.AsImport(&seen)
	fmt.Fprintln(out)
	bookcheck.PrintRejected(out, report.Rows(&imp, lang), seen.Rejected, lang)
	if err := report.Rest(out, &imp, lang, report.Full); err != nil {
		return err
	}
	for i := range seen.Problems {
		if err := report.Problem(out, &seen.Problems[i], lang, terminal.Colours(out)); err != nil {
			return err
		}
	}
	if more := seen.ProblemCount - len(seen.Problems); more > 0 {
		fmt.Fprintf(out, message.Word(lang, "  … and %d more\n"), more)
	}
	if seen.Rejected > 0 {
		return exitcode.Rejected.With(nil)
	}
	return nil
}

// printParent prints that a workbook is the rejected rows of an earlier import.
func printParent(w io.Writer, imp *ledger.Import, lang string) {
	fmt.Fprintf(w, message.Word(lang, "These are the rows that import %s rejected from %s. They are imported with the same mapping and need none of their own.\n"), imp.ID, message.Plain(imp.Workbook))
	if imp.Inbox != "" {
		fmt.Fprintf(w, message.Word(lang, "Put the workbook into the inbox of that import: %s\n"), imp.Inbox)
	}
}

func printColumns(w io.Writer, seen check.Result, lang string) {
	t := terminal.NewTable(message.Word(lang, "Column"), message.Word(lang, "Heading"), message.Word(lang, "Field"), message.Word(lang, "Type"), message.Word(lang, "Match"))
	for _, c := range seen.Columns {
		tick := ""
		if seen.Ticked(c) {
			tick = "x"
		}
		t.Add(c.Letter, c.Heading, c.Field.Path(), c.Field.Type, tick)
	}
	t.Print(w)
	if len(seen.Unknown) > 0 && len(seen.Reading.UnreadColumns) == 0 { // otherwise they are listed with the number of their cells
		fmt.Fprintf(w, message.Word(lang, "\nNot imported, because these headings were not recognised as fields: %s\n"), message.Plain(strings.Join(seen.Unknown, ", ")))
	}
}
