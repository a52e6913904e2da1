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
			"version: 1\ncolumns:\n  \"=C\": contact.name\nmatch:\n  account: [name]\n"},
		"a new match": {"version: 1\n", func(d *document) {
			d.setMatch(crm.Account, [][]string{{"name", "zip"}}, true)
			d.setMatch(crm.Contact, nil, true)
		},
			"version: 1\nmatch:\n  account: [name, zip]\n  contact: []\n"},
		"another match": {"match: {account: [name]}\ncaps: {max_rejected: 0}\n", func(d *document) { d.setMatch(crm.Account, [][]string{{"zip"}}, true) },
			"match:\n  account: [zip]\ncaps: {max_rejected: 0}\n"},
		"several rules, below their comment": {"match: # ours\n    # by number\n    account:\n    - [org_number]\n    - [name]\n    # by mail\n    contact: [email]\n", func(d *document) { d.setMatch(crm.Account, [][]string{{"zip"}, {"name", "city"}}, true) },
			"match: # ours\n    # by number\n    account: [[zip], [name, city]]\n    # by mail\n    contact: [email]\n"},
		"a suggested comment": {"match:\n  # 3 of 3 rows\n  account: [name]\n  # 2 of 3 rows\n  contact: [email]\n", func(d *document) { d.setMatch(crm.Contact, nil, false) },
			"match:\n  # 3 of 3 rows\n  account: [name]\n  contact: []\n"},
		"a comment at the margin": {"columns:\n  \"Namn: kund\": account.name\n# the rest\n  Post nr: account.zip\n# match\nmatch: {}\n", func(d *document) { d.setColumn(zip, name, "ignore") },
			"columns:\n  \"Namn: kund\": account.name\n# the rest\n  Post nr: ignore\n# match\nmatch: {}\n"},
	} {
		lined, err := unfold([]byte(tt.before))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if what == "a comment at the margin" {
			lined = []byte(tt.before)
		}
		d := newDocument(lined)
		if tt.change(&d); string(d.bytes()) != tt.after {
			t.Errorf("%s: got\n%s\nwant\n%s", what, d.bytes(), tt.after)
		}
	}
}

// TestUnfold gives what stands in brackets a line for each entry, with its comments, and means the same.
func TestUnfold(t *testing.T) {
	for before, after := range map[string]string{
		"version: 1\ncolumns: {a: account.name, 'b, c': {field: account.zip, layouts: [x, \"y, }\"]}} # all\nmatch: {account: [[name], [zip]]}\n": "version: 1\ncolumns: # all\n  a: account.name\n  'b, c': {field: account.zip, layouts: [x, \"y, }\"]}\nmatch:\n  account: [[name], [zip]]\n",
		"{version: 1, columns: {it's: ignore}}\n":                                                                             "version: 1\ncolumns:\n  it's: ignore\n",
		"columns: {\n  # names\n  a: account.name, # of a\n  b:\n    ignore # of b\n}\nversion: 1\n":                          "columns:\n  # names\n  a: account.name  # of a\n  b: ignore  # of b\nversion: 1\n",
		"sheets: [{sheet: A, columns: {x: ignore}}, {sheet: B}]\n":                                                            "sheets:\n  - sheet: A\n    columns:\n      x: ignore\n  - sheet: B\n",
		"sheets:\n- {sheet: A, match: {account: [name]}}\n# the second\n-   sheet: B\n    columns: {x: ignore}\nversion: 1\n": "sheets:\n- sheet: A\n  match:\n    account: [name]\n  # the second\n-   sheet: B\n    columns:\n      x: ignore\nversion: 1\n",
		"columns:\n  a: ignore\nversion: 1\n":                                                                                 "columns:\n  a: ignore\nversion: 1\n",
	} {
		if got, err := unfold([]byte(before)); err != nil || string(got) != after {
			t.Errorf("%v: got\n%s\nwant\n%s", err, got, after)
		}
	}
	if got, err := unfold([]byte("columns: {\"a\":ignore}\n")); err == nil && string(got) != "columns:\n  \"a\":ignore\n" {
		t.Errorf("another meaning: %s", got)
	}
}
