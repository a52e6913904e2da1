package history

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/provenance"
	"inlet.example/inlet/pipeline/report"
)

// Why returns the command why.
func Why() *cobra.Command {
	return &cobra.Command{
		Use:   "why ID [FIELD]",
		Short: "Show where the values of a record came from: file, cell and import, and the values before",
		Long: `Show where each value of a record came from, and what it was before. It is known as long as the journal is kept (retention.journal). A value that
is not what the journal says was changed by another program; who did it, and when, inlet cannot know.`,
		Example: `  inlet why 85b50a3f6cf417538a000002
  inlet why 85b50a3f6cf417538a000002 phone`,
		Args: usage.OneOrTwo("record ID", "field", "inlet why ID [FIELD]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			field := ""
			if len(args) > 1 {
				field = args[1]
			}
			return open.Existing(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				rec, err := recordByID(ctx, parts, args[0])
				if err != nil {
					return err
				}
				const most = 100
				history, err := provenance.Of(ctx, parts.Store.Imports, parts.Store.Journal, rec, most)
				if err != nil {
					return err
				}
				return printHistory(cmd.OutOrStdout(), parts, &rec, &history, field)
			})
		},
	}
}

// recordByID returns the record of any kind that has an ID.
func recordByID(ctx context.Context, parts *assembly.Parts, id string) (crm.Record, error) {
	for _, kind := range crm.Kinds {
		found, err := parts.Store.Records.ByID(ctx, kind, []string{id})
		if err != nil {
			return crm.Record{}, err
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return crm.Record{}, message.Errorf("no record has the ID %s; `inlet export` prints the IDs of all", message.Plain(id))
}

func printHistory(w io.Writer, parts *assembly.Parts, rec *crm.Record, h *provenance.History, field string) error {
	lang, shown := parts.Language, 0
	for i := range h.Values {
		v := &h.Values[i]
		path := rec.Kind.Path(v.Field)
		if field != "" && field != v.Field && field != path {
			continue
		}
		shown++
		fmt.Fprintf(w, "%s: %s\n  %s\n", path, message.Plain(v.Value.String()), cameFrom(v, rec, lang))
		for _, e := range v.Earlier {
			if text := e.Value.String(); text != "" {
				fmt.Fprintf(w, message.Word(lang, "  before: %s, until %s\n"), message.Plain(text), sourceText(&e.Until, lang))
			}
		}
	}
	if shown == 0 {
		return message.Errorf("%s has no value in %s; its fields are %s", rec.ID, message.Plain(field), strings.Join(fieldsOf(rec), ", "))
	}
	return nil
}

func fieldsOf(rec *crm.Record) []string {
	var all []string
	for _, v := range rec.Values {
		all = append(all, v.Field)
	}
	return all
}

func cameFrom(v *provenance.Value, rec *crm.Record, lang string) string {
	switch {
	case !v.From.Known() && rec.ChangeID == 0:
		return message.Word(lang, "written by another program")
	case !v.From.Known():
		return message.Word(lang, "older than the journal")
	case v.Outside:
		return fmt.Sprintf(message.Word(lang, "changed outside inlet after %s"), sourceText(&v.From, lang))
	}
	return sourceText(&v.From, lang)
}

// sourceText names a file, a cell, a time and an import.
func sourceText(s *provenance.Source, lang string) string {
	return fmt.Sprintf("%s, %s, %s, %s", message.Plain(s.Import.Workbook), report.Where(s.Ref, lang), s.Import.Began.Local().Format(time.DateTime), s.Import.ID)
}
