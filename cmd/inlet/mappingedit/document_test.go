package mappingedit

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
)

// TestDocument changes lines of mappings: keys in each way of quoting, options over several lines, alternatives in comments, new lines in their place.
func TestDocument(t *testing.T) {
	name, zip, person := &Column{Heading: "Namn: kund", Letter: "A"}, &Column{Heading: "Post  nr", Letter: "B"}, &Column{Heading: "", Letter: "C", byLetter: true}
	for what, tt := range map[string]struct {
		before string
		change func(*document)
		after  string
	}{
		"double quotes": {"columns:\n  \"Namn: kund\": account.name\n  Post nr: account.zip\n", func(d *document) { d.setColumn(name, nil, "ignore") },
			"columns:\n  \"Namn: kund\": ignore\n  Post nr: account.zip\n"},
		"single quotes, another case": {"columns:\n  'NAMN: KUND': account.name # ours\n", func(d *document) { d.setColumn(name, nil, "ignore") },
			"columns:\n  \"Namn: kund\": ignore\n"},
		"options over several lines": {"columns:\n  Post nr:\n    field: account.zip\n    on_blank: keep\n  \"=C\": ignore\n", func(d *document) { d.setColumn(zip, name, "account.city") },
			"columns:\n  Post nr: account.city\n  \"=C\": ignore\n"},
		"alternatives": {"columns:\n  Post nr: account.zip\n  # Post nr: {field: account.zip, layouts: [x]}\n  # about C\n  \"=C\": ignore\nmatch:\n  account: [zip]\n",
			func(d *document) { d.setColumn(zip, name, "ignore") }, "columns:\n  Post nr: ignore\n  # about C\n  \"=C\": ignore\nmatch:\n  account: [zip]\n"},
		"a new line behind the column before": {"columns:\n  \"Namn: kund\": account.name\n  \"=C\": contact.name\n", func(d *document) { d.setColumn(zip, name, "account.zip") },
			"columns:\n  \"Namn: kund\": account.name\n  Post nr: account.zip\n  \"=C\": contact.name\n"},
		"a new line first": {"columns:\n  \"=C\": contact.name\n", func(d *document) { d.setColumn(name, nil, "account.name") },
			"columns:\n  \"Namn: kund\": account.name\n  \"=C\": contact.name\n"},
		"no columns": {"version: 1\nmatch: {account: [name]}\n", func(d *document) { d.setColumn(person, zip, "contact.name") },
			"version: 1\ncolumns:\n  \"=C\": contact.name\nmatch: {account: [name]}\n"},
		"a new match": {"version: 1\n", func(d *document) { d.setMatch(map[crm.Kind][]string{crm.Account: {"name", "zip"}, crm.Contact: nil}) },
			"version: 1\nmatch:\n  account: [name, zip]\n  contact: []\n"},
		"another match": {"match: {account: [name]}\ncaps: {max_rejected: 0}\n", func(d *document) { d.setMatch(map[crm.Kind][]string{crm.Account: {"zip"}}) },
			"match:\n  account: [zip]\ncaps: {max_rejected: 0}\n"},
	} {
		d, err := newDocument([]byte(tt.before))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if tt.change(&d); string(d.bytes()) != tt.after {
			t.Errorf("%s: got\n%s\nwant\n%s", what, d.bytes(), tt.after)
		}
	}
	if _, err := newDocument([]byte("columns: {a: b} # all\n")); err == nil {
		t.Error("columns on one line can be edited")
	}
}
