package words

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/message"
)

// TestDictionary reads the whole dictionary: every language has words for what most exports have.
func TestDictionary(t *testing.T) {
	d := All()
	for _, meaning := range []Meaning{"email", "phone", "mobile", "fax", "website", "org", "vat", "zip", "city", "state", "country", "address", "employees", "revenue", "currency",
		"industry_code", "owner", "record_owner", "active", "notes", "category", "campaign", "company", "name", "first", "last", "full_name", "person", "title", "customer_number",
		"main", "work", "billing", "other", "home", "delivery", "stop", "of_person", "of_business"} {
		has := map[string]bool{}
		for _, all := range d.words {
			for _, w := range all {
				if w.Meaning == meaning {
					has[w.Language] = true
				}
			}
		}
		for _, language := range Languages {
			if !has[language] && !has[Any] {
				t.Errorf("%s has no word for %s", language, meaning)
			}
		}
	}
	if n := len(d.words); n < 5000 {
		t.Errorf("only %d words", n)
	}
}

func TestFind(t *testing.T) {
	d := All()
	for key, want := range map[string]Word{"epost": {"email", "sv"}, "sahkoposti": {"email", "fi"}, "by": {"city", "da"}, "strasse": {"address", "de"}, "waehrung": {"currency", "de"},
		"kodpocztowy": {"zip", "pl"}, "fax": {"fax", Any}} {
		found := false
		for _, w := range d.Find(key) {
			found = found || w == want
		}
		if !found {
			t.Errorf("%s is %v, not %v", key, d.Find(key), want)
		}
	}
	if all := d.Find("postal code"); all != nil {
		t.Errorf("a text that is not folded is %v", all)
	}
}

// TestWithout leaves out the words of a system, and no others.
func TestWithout(t *testing.T) {
	if All().Find("saddr") == nil || Without("QuickBooks Desktop").Find("saddr") != nil {
		t.Error("the words of QuickBooks Desktop are in both or in none")
	}
	if Without("QuickBooks Desktop").Find("adress") == nil || Without("", "adress").Find("adress") != nil {
		t.Error("a general word is left out, or one that was to be forgotten is not")
	}
}

func TestNear(t *testing.T) {
	for key, want := range map[string]string{"postnumer": "postnummer", "telefom": "telefon", "namn": "", "nam": "", "organisationsnumer": "organisationsnummer", "xylofon": ""} {
		if got, _ := All().Near(key, "sv", message.Distance); !strings.EqualFold(got, want) {
			t.Errorf("%s is near %q, not %q", key, got, want)
		}
	}
}

func TestSyntax(t *testing.T) {
	for _, text := range []string{"email\n  sv: e-post\n", "email | general\n  xx: e-post\n", "email | general\n  e-post\n"} {
		d := &Dictionary{words: map[string][]Word{}, shown: map[string]string{}, byLength: map[int][]string{}}
		if err := d.add(text, ""); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
