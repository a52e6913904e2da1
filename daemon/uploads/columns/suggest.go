package columns

import (
	"context"
	"fmt"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/suggest"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// suggestion is what the columns of a sheet seem to be, and what to match on.
type suggestion struct {
	sheet   string
	row     int
	guesses map[string]Guess // by the letter of the column
	text    []byte           // as a mapping
}

// suggestFor proposes a mapping for a sheet, "" for the first with headings. The error is a *ledger.Refusal where there are none.
func suggestFor(ctx context.Context, schema *crm.Schema, book *sheet.Workbook, name, lang string) (*suggestion, error) {
	found, err := suggest.Suggest(ctx, schema, book, name)
	if err != nil {
		return nil, err
	}
	s := &suggestion{sheet: found.Sheet, row: found.HeaderRow, guesses: map[string]Guess{}, text: found.YAML(lang)}
	for i := range found.Columns {
		c := &found.Columns[i]
		g := Guess{Sure: c.Confidence, Unsure: c.Unsure, Why: c.Because(lang)}
		if c.WantsNumber() { // a person in a browser types no commands
			f := suggest.CustomerNumber()
			g.Number = true
			g.Why = fmt.Sprintf(message.Word(lang, "the values are customer numbers of another system. To keep them and match on them, ask an administrator to add the field %s, or to import this file"), message.Quote(lang, f.Label(lang)))
		}
		if c.Field != nil {
			g.Field = c.Field.Path()
		}
		s.guesses[c.Letter] = g
	}
	return s, nil
}

// mapping returns the suggestion as it would be read. The recommendations of the suggestion itself are kept, but nothing of the house.
func (s *suggestion) mapping(schema *crm.Schema) (*mapping.Mapping, error) {
	text := strings.ReplaceAll(string(s.text), "\r", "")
	return mapping.Parse("suggestion", []byte(text), schema, mapping.Fallback{})
}
