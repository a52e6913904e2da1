package mappings

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/bookcheck"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/cmd/inlet/workbook"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/jsonschema"
	"inlet.example/inlet/pipeline/mapping/lint"
	"inlet.example/inlet/pipeline/mapping/suggest"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/sheet"
)

// Command returns the command mapping.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mapping",
		Short: "Suggest, edit and check mappings",
		Args:  usage.Commands,
		RunE:  usage.Missing,
	}
	cmd.AddCommand(mappingEditCommand(), mappingSuggestCommand(), mappingCheckCommand(), mappingSchemaCommand())
	return cmd
}

func mappingSuggestCommand() *cobra.Command {
	var out, sheetName string
	cmd := &cobra.Command{
		Use:   "suggest BOOK",
		Short: "Suggest a mapping for a workbook from its headings and values",
		Long: `Suggest a mapping for a workbook: which column is which field, and what to match on. The mapping is printed, or written to a new file.
Each column has a comment with the confidence and the reason. Columns whose confidence is too low are commented out.`,
		Example:           `  inlet mapping suggest kunder.xlsx --out kunder.mapping.yaml`,
		Args:              usage.One("workbook", "inlet mapping suggest BOOK"),
		ValidArgsFunction: completion.Book,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, p, err := open.Pipeline(cmd)
			if err != nil {
				return err
			}
			return exitcode.Wrap(cmd.Context(), printSuggestion(cmd, p, args[0], sheetName, cfg.Language, out))
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "write to `FILE` instead of printing")
	cmd.Flags().StringVar(&sheetName, "sheet", "", "`NAME` or number of the sheet (default: the first sheet with headings)")
	return cmd
}

func printSuggestion(cmd *cobra.Command, p *pipeline.Pipeline, path, sheetName, lang, out string) error {
	if _, err := workbook.Job(lang, path, "", ""); err != nil {
		return err
	}
	if _, err := os.Lstat(out); out != "" && err == nil {
		return fmt.Errorf(message.Word(lang, "%s already exists; choose another file with --out"), out)
	}
	book, err := sheet.Open(path, sheet.Options{Limits: p.Limits, Locale: "sv-SE", Approved: true}) // nothing is imported here
	if err != nil {
		return workbook.ErrorIn(err, lang)
	}
	defer book.Close()
	s, err := suggest.Suggest(cmd.Context(), p.Schema, book, sheetName)
	if err != nil {
		return workbook.ErrorIn(err, lang)
	}
	printProposals(cmd.ErrOrStderr(), s, lang)
	if out == "" {
		_, err = cmd.OutOrStdout().Write(s.YAML(lang))
		return err
	}
	if err := files.WriteNew(out, s.YAML(lang), 0o644); err != nil {
		return err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "\n"+out)
	return nil
}

func printProposals(w io.Writer, s *suggest.Suggestion, lang string) {
	for _, note := range s.NotesIn(lang) {
		fmt.Fprintln(w, message.PlainLines(note))
	}
	t := terminal.NewTable(message.Word(lang, "Column"), message.Word(lang, "Heading"), message.Word(lang, "Field"), message.Word(lang, "Confidence"), message.Word(lang, "Why"))
	for i := range s.Columns {
		c := &s.Columns[i]
		field, sure := "ignore", ""
		if c.Field != nil {
			field = c.Field.Path()
		}
		if c.Confidence > 0 {
			sure = fmt.Sprintf("%d %%", c.Confidence)
		}
		if c.Unsure {
			sure = strings.TrimSpace(sure + " ?")
		}
		t.Add(c.Letter, strings.Join(strings.Fields(c.Heading), " "), field, sure, c.Because(lang))
	}
	t.Print(w)
}

func mappingCheckCommand() *cobra.Command {
	var sidecar string
	cmd := &cobra.Command{
		Use:   "check BOOK",
		Short: "Check a workbook with its mapping, and suggest improvements of the mapping",
		Long: `Read a workbook completely with its mapping, as an import would, and report where fields that are matched on are blank, not unique, or more
than needed. Nothing is written.

Exit codes: 0 no important findings · 1 failed or refused · 2 wrong usage or configuration · 3 rows would be rejected, or the match fields are unsuitable.`,
		Args:              usage.One("workbook", "inlet mapping check BOOK"),
		ValidArgsFunction: completion.Book,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, p, err := open.Pipeline(cmd)
			if err != nil {
				return err
			}
			return exitcode.Wrap(cmd.Context(), lintMapping(cmd.Context(), cmd.OutOrStdout(), p, cfg.Language, args[0], sidecar))
		},
	}
	cmd.Flags().StringVarP(&sidecar, "mapping", "m", "", "mapping `FILE`")
	return cmd
}

func lintMapping(ctx context.Context, screen io.Writer, p *pipeline.Pipeline, lang, book, sidecar string) error {
	w := terminal.Fold(screen)
	job, err := workbook.Job(lang, book, sidecar, "")
	if err != nil {
		return err
	}
	seen, findings, err := bookcheck.Lint(ctx, p, &job)
	if err != nil {
		return workbook.ErrorIn(err, lang)
	}
	grave := seen.Rejected > 0
	imp := job.AsImport(&seen)
	bookcheck.PrintRejected(w, report.Rows(&imp, lang), seen.Rejected, lang)
	if err := report.Rest(w, &imp, lang, report.Full); err != nil {
		return err
	}
	for i := range findings {
		printFinding(w, &findings[i], lang)
		grave = grave || findings[i].Serious()
	}
	if len(findings) == 0 {
		fmt.Fprintln(w, message.Word(lang, "No problems found in the mapping."))
	}
	if grave {
		return exitcode.Rejected.With(nil)
	}
	return nil
}

func printFinding(w io.Writer, f *lint.Finding, lang string) {
	kind := ""
	if f.Kind != "" {
		kind = report.Kind(f.Kind, lang) + ": "
	}
	fmt.Fprintf(w, "\n%s  %s%s\n", f.Code, kind, message.PlainLines(f.TextIn(lang)))
	if len(f.Examples) > 0 {
		fmt.Fprintf(w, "  %s\n", message.Plain(strings.Join(refsText(f.Examples, lang), ", ")))
	}
}

func refsText(refs []ledger.Ref, lang string) []string {
	var all []string
	for _, ref := range refs {
		all = append(all, report.Where(ref, lang))
	}
	return all
}

func mappingSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of mappings, for editors",
		Long: `Print the JSON Schema (2020-12) of mappings, including the custom fields. Editors use it to complete keys and fields, and to mark
mistakes. For editors with the YAML language server, write as the first line of a mapping:

  # yaml-language-server: $schema=mapping.schema.json`,
		Example: `  inlet mapping schema > mapping.schema.json`,
		Args:    usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, p, err := open.Pipeline(cmd)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(jsonschema.Of(p.Schema))
			return err
		},
	}
}
