package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

func listCommand() *cobra.Command {
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the imports, the newest first",
		Long: `List the imports, the newest first. Accounts and contacts are counted as

  + created   x removed by an undo   ~ updated   = unchanged   - skipped   ! rejected, parked, or kept by an undo

Below the imports are the workbooks that were taken from their inbox and are not finished, with the reason; with --json they have
the state "waiting" and no id.

For rows that are not records, and for columns and sheets that were not imported, use inlet show IMPORT.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return exitError{exitUsage, fmt.Errorf("--limit %d is too small; write 1 or more", limit)}
			}
			cfg, err := loadStore(cmd)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			err = withExistingStoreOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				imports, err := parts.Store.Imports.List(ctx, 0, limit)
				if err != nil {
					return err
				}
				waiting := waitingClaims(cfg)
				if err := addReasons(ctx, parts, waiting); err != nil {
					return err
				}
				if asJSON {
					return errors.Join(printJSONLines(out, imports), printWaiting(out, waiting, asJSON, parts.Language))
				}
				printImports(out, imports, parts.Language)
				if len(imports) > 0 && onTerminal(out) {
					fmt.Fprintln(out, "\n"+message.Word(parts.Language, "+ created  x removed  ~ updated  = unchanged  - skipped  ! rejected or parked"))
				}
				return printWaiting(out, waiting, asJSON, parts.Language)
			})
			return printWaitingWithoutStore(out, cfg, asJSON, err)
		},
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", 20, "maximum number of imports")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line")
	return cmd
}

func printImports(w io.Writer, imports []ledger.Import, lang string) {
	if len(imports) == 0 {
		fmt.Fprintln(w, message.Word(lang, "No imports yet."))
		return
	}
	headings := []string{message.Word(lang, "Import"), message.Word(lang, "When"), message.Word(lang, "Inbox"), message.Word(lang, "Workbook"),
		message.Word(lang, "State")}
	for _, kind := range crm.Kinds {
		headings = append(headings, report.Heading(kind, lang))
	}
	t := newTable(headings...)
	for _, imp := range imports {
		row := []any{imp.ID, imp.Began.Local().Format(time.DateTime), imp.Inbox, workbookName(&imp, lang), report.Stands(&imp, lang)}
		for _, c := range imp.Tally.Counts {
			row = append(row, countSigns(c))
		}
		t.add(row...)
	}
	t.print(w)
}

// book returns the workbook of an import, and of an undo also what it takes back.
func workbookName(imp *ledger.Import, lang string) string {
	if imp.Undoes == "" {
		return imp.Workbook
	}
	return fmt.Sprintf(message.Word(lang, "%s, undo of %s"), imp.Workbook, imp.Undoes)
}

// signs returns counts short: + created, x removed, ~ updated, = unchanged, - skipped, ! rejected, parked or kept.
func countSigns(c ledger.Count) string {
	text := ""
	for _, part := range []struct {
		sign string
		n    int
	}{{"+", c.Created}, {"x", c.Removed}, {"~", c.Updated}, {"=", c.Unchanged}, {"-", c.Skipped}, {"!", c.NotApplied()}} {
		if part.n > 0 {
			text += fmt.Sprintf(" %s%d", part.sign, part.n)
		}
	}
	if text == "" {
		return ""
	}
	return text[1:]
}
