package values

import (
	"fmt"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/sheet"
)

func cells(texts ...string) []sheet.Cell {
	var all []sheet.Cell
	for _, text := range texts {
		all = append(all, sheet.Cell{Type: sheet.Text, Raw: text})
	}
	return all
}

// TestOf counts one value of each kind, and none that only looks like it.
func TestOf(t *testing.T) {
	counts := map[string]func(*Evidence) int{
		"machine": func(e *Evidence) int { return e.Machine }, "role": func(e *Evidence) int { return e.Role }, "network": func(e *Evidence) int { return e.Networks },
		"legal": func(e *Evidence) int { return e.LegalForm }, "person": func(e *Evidence) int { return e.Person }, "salutation": func(e *Evidence) int { return e.Salutation },
		"range": func(e *Evidence) int { return e.Range }, "form": func(e *Evidence) int { return e.Forms }, "district": func(e *Evidence) int { return e.District },
	}
	for text, want := range map[string]string{
		"081cbc67-1c2d-ef11-8a69-0022489b1000": "machine", "q9XyF4gkXl1bcfcd208495d565ef66e7==": "machine", "66f0a1b2c3d4e5f60718": "machine", "Besöksadressen": "", "5560360793": "",
		"info@acme.se": "role", "Kundtjänst@acme.se": "role", "kontakt2@x.no": "role", "anna.ek@acme.se": "", "information.anna@acme.se": "",
		"https://www.linkedin.com/in/anna": "network", "linkedin.com/in/x": "network", "https://acme.se": "",
		"Acme AB": "legal", "Probebau GmbH": "legal", "Próba Sp. z o.o.": "legal", "Proefbouw B.V.": "legal", "Koe Oy": "legal", "AB Acme": "legal", "Prova S.r.l.": "legal", "Bruno as": "",
		"Anna Ek": "person", "van Proef, Anouk Ida": "person", "Acme": "", "Anna": "", "Anna 2": "", "Mr": "salutation", "Frau": "salutation", "M.": "salutation", "Herrman": "",
		"11-50": "range", "1 000 – 4 999": "range", "500+": "range", "08-123 45 60": "range", "12": "", "AB": "form", "GmbH": "form", "Syd": "district", "Sydow": "",
	} {
		var got []string
		e := Of(cells(text))
		for _, name := range []string{"machine", "role", "network", "legal", "person", "salutation", "range", "form", "district"} {
			if counts[name](e) > 0 {
				got = append(got, name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is %q, not %q", text, strings.Join(got, " "), want)
		}
	}
}

func TestTypes(t *testing.T) {
	for text, want := range map[string]crm.Type{"a@b.se": crm.Email, "https://a.se": crm.URL, "08-123 45 67": crm.Phone, "556036-0793": crm.OrgNumber, "2026-01-10": crm.Date, "ja": crm.Bool, "12,5": crm.Decimal} {
		if e := Of(cells(text)); e.Types[want] != 1 {
			t.Errorf("%q is %v, not %s", text, e.Types, want)
		}
	}
}

// TestShares holds what counts as most, nearly all and few.
func TestShares(t *testing.T) {
	e := Of(cells("a", "A", " a ", "b", "", "c", "a", "a", "a", "a", "a", "a"))
	if got := fmt.Sprint(e.Filled, e.Distinct, e.Few(), e.Most(6), e.Most(5), e.Nearly(10), e.Nearly(9)); got != "11 3 true true false true false" {
		t.Error(got)
	}
	if e := Of(nil); e.Most(0) || e.Nearly(0) || e.Few() {
		t.Error("no values are most of none")
	}
	if e := Of(cells("a", "b", "c", "d")); e.Few() {
		t.Error("four different values are few")
	}
}
