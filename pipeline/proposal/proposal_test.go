package proposal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
	"inlet.example/inlet/pipeline/message"
)

func proposed(t *testing.T, text string, limits mapping.Limits) *Proposal {
	t.Helper()
	schema, err := crm.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	p, err := For(t.Context(), schema, mapping.Fallback{Limits: limits}, mappingtest.Book(t, "kunden.csv", text), "sub/kunden.csv", "en")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestFor holds when a suggestion can be approved as it is.
func TestFor(t *testing.T) {
	const companies = "Firmenname,Ort\nMusterbau GmbH,Köln\n"
	for name, tt := range map[string]struct {
		text            string
		limits          mapping.Limits
		none            bool
		matches, number bool
	}{
		"companies":                {text: companies, matches: true},
		"customer numbers":         {text: "KundenNr,Firmenname\n1,Musterbau GmbH\n", matches: true, number: true},
		"nothing to match on":      {text: "Vorname,Nachname\nAnke,Muster\n"},
		"no headings":              {text: "1,2\n3,4\n", none: true},
		"not allowed by the inbox": {text: companies, limits: mapping.Limits{Fields: []string{"account.name"}}},
	} {
		t.Run(name, func(t *testing.T) {
			p := proposed(t, tt.text, tt.limits)
			if tt.none || p == nil {
				if !tt.none || p != nil {
					t.Errorf("it is %v", p)
				}
				return
			}
			if s := p.Summary(); s.Matches != tt.matches || s.Number != tt.number {
				t.Errorf("%+v:\n%s", s, p.Sidecar().Content)
			}
			held := p.Hold(&ledger.Refusal{Code: "no_heading", Text: message.Say("the cause")})
			completes := strings.Contains(held.Text.String(), "complete it first")
			if !held.Hold || held.Code != ledger.NoMapping || !strings.HasPrefix(held.Text.String(), "the cause\n") || completes == tt.matches {
				t.Errorf("%+v", held)
			}
		})
	}
}

func TestHelps(t *testing.T) {
	for code, want := range map[string]bool{"no_heading": true, "heading_missing": true, "heading_twice": false, "corrupt": false, "header_row": false} {
		if got := Helps(&ledger.Refusal{Code: code}); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
}

// TestWriteBeside writes once, says so again, and never over another file.
func TestWriteBeside(t *testing.T) {
	p := proposed(t, "Firmenname,Ort\nMusterbau GmbH,Köln\n", mapping.Limits{})
	book := filepath.Join(t.TempDir(), "kunden.csv")
	path, err := p.WriteBeside(book)
	if err != nil || filepath.Base(path) != "kunden.mapping.yaml" {
		t.Fatal(path, err)
	}
	if again, err := p.WriteBeside(book); err != nil || again != path {
		t.Error(again, err)
	}
	content, err := os.ReadFile(path)
	if err != nil || Edited(content, p.Summary()) {
		t.Error("it is edited:", string(content), err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := p.WriteBeside(book); err == nil || !Edited([]byte("mine"), p.Summary()) {
		t.Error("another file was overwritten, or does not count as edited:", err)
	}
}
