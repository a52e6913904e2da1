package systems

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for headings, want := range map[string]string{
		"Record ID;Company name;Company owner;Create Date":                             "HubSpot",
		"record_id;company_name;company_owner":                                         "HubSpot",
		"First Name;Last Name;Accepts Email Marketing;Total Spent":                     "Shopify",
		"(Do Not Modify) Contact;(Do Not Modify) Row Checksum;Full Name":               "Microsoft Dynamics 365",
		"Vorname;Nachname;Rufnummer (geschäftlich);Straße (geschäftlich);Ort (privat)": "Outlook",
		"Company;Phone;E-mail": "", "Record ID;Company name": "",
	} {
		got, ok := Of(strings.Split(headings, ";"))
		if got.Name != want || ok != (want != "") {
			t.Errorf("%s is of %q, not %q", headings, got.Name, want)
		}
	}
}

// TestSignatures reads all of them: each has headings enough to be one system's alone, and no two are the same.
func TestSignatures(t *testing.T) {
	seen := map[string]string{}
	for _, s := range signatures() {
		key := strings.Join(s.headings, ",")
		if len(s.headings) < 2 || seen[key] != "" {
			t.Errorf("%s has the headings %s, which %s has too, or too few", s.Name, key, seen[key])
		}
		seen[key] = s.Name
		if s.Holds == "" {
			t.Errorf("%s does not say what it holds", s.Name)
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d signatures", len(seen))
	}
	if _, err := parse("HubSpot | Name"); err == nil {
		t.Error("a line without headings was read")
	}
}
