package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/diff"
	"inlet.example/inlet/pipeline/match/keys"
)

var schema, _ = crm.NewSchema()

// cell is one mapped column with what a row says in it.
func cell(path, text string, set ...func(*ledger.Cell)) ledger.Cell {
	field := schema.Field(path)
	value := crm.TextValue(text)
	switch field.Type {
	case crm.Choices:
		value = crm.ListValue(strings.Split(text, ";")...)
	case crm.Integer:
		value = crm.Value{}
		if n := 0; text != "" {
			_, _ = fmt.Sscan(text, &n)
			value = crm.IntegerValue(int64(n))
		}
	}
	c := ledger.Cell{Column: &ledger.Column{Field: field, OnUpdate: ledger.Overwrite, OnBlank: ledger.BlankKeep}, Value: value}
	for _, each := range set {
		each(&c)
	}
	return c
}

func onUpdate(o ledger.OnUpdate) func(*ledger.Cell) {
	return func(c *ledger.Cell) { c.Column.OnUpdate = o }
}
func onBlank(o ledger.OnBlank) func(*ledger.Cell) {
	return func(c *ledger.Cell) { c.Column.OnBlank = o }
}
func standard(text string) func(*ledger.Cell) {
	return func(c *ledger.Cell) { c.Column.Default = crm.TextValue(text) }
}
func clearIt(c *ledger.Cell) { c.Clear = true }

// values reads "name=Acme city=Lund"; _ is a space, and a field with ; in it is a list.
func values(text string) (vs crm.Values) {
	for _, word := range strings.Fields(text) {
		field, value, _ := strings.Cut(word, "=")
		switch value = strings.ReplaceAll(value, "_", " "); {
		case strings.Contains(value, ";"):
			vs.Set(field, crm.ListValue(strings.Split(value, ";")...))
		default:
			vs.Set(field, crm.TextValue(value))
		}
	}
	return vs
}

func text(vs crm.Values) string {
	var words []string
	for _, p := range vs {
		words = append(words, p.Field+"="+p.Value.String())
	}
	return strings.Join(words, " ")
}

func partOf(kind crm.Kind, cells ...ledger.Cell) *ledger.Part {
	return &ledger.Part{Kind: kind, Present: true, Cells: cells}
}

// TestUpdate takes each row of section 6: what a cell does to a stored record.
func TestUpdate(t *testing.T) {
	byName, byEmail := [][]string{{"name"}}, [][]string{{"email"}}
	for _, tt := range []struct {
		name          string
		kind          crm.Kind
		cells         []ledger.Cell
		keys          [][]string
		byID          bool // no rule matched
		stored        string
		before, after string
	}{
		{name: "F1 a key is not written", cells: []ledger.Cell{cell("account.name", "ACME"), cell("account.city", "Lund")}, keys: byName, stored: "name=Acme", after: "city=Lund"},
		{name: "F1 where an ID matched it is", cells: []ledger.Cell{cell("account.name", "ACME")}, keys: byName, byID: true, stored: "name=Acme", before: "name=Acme", after: "name=ACME"},
		{name: "F1 the parts of a ticked name are keys", kind: crm.Contact, cells: []ledger.Cell{cell("contact.first_name", "ANNA"), cell("contact.last_name", "Ek")}, keys: byName,
			stored: "name=Anna_Ek first_name=Anna last_name=Ek"},
		{name: "F1 a ticked name is not made of stored parts that differ from it", kind: crm.Contact, cells: []ledger.Cell{cell("contact.first_name", "Anna"), cell("contact.last_name", "Ek")},
			keys: byName, stored: "name=Anna_Ek first_name=A. last_name=Ek"},
		{name: "F2 what is not mapped stays", cells: []ledger.Cell{cell("account.city", "Lund")}, stored: "name=Acme city=Umeå phone=1", before: "city=Umeå", after: "city=Lund"},
		{name: "F3 equal text", cells: []ledger.Cell{cell("account.city", "Lund")}, stored: "name=Acme city=Lund"},
		{name: "F3 a spelling is mended", cells: []ledger.Cell{cell("account.city", "LUND")}, stored: "name=Acme city=Lund", before: "city=Lund", after: "city=LUND"},
		{name: "F3 a phone by its number", cells: []ledger.Cell{cell("account.phone", "+46 8 123 45 67")}, stored: "name=Acme phone=08-1234567"},
		{name: "F3 a postcode without its space", cells: []ledger.Cell{cell("account.zip", "11122")}, stored: "name=Acme zip=111_22"},
		{name: "F4 overwrite", cells: []ledger.Cell{cell("account.city", "Lund")}, stored: "name=Acme city=Umeå", before: "city=Umeå", after: "city=Lund"},
		{name: "F4 never", cells: []ledger.Cell{cell("account.city", "Lund", onUpdate(ledger.Never))}, stored: "name=Acme city=Umeå"},
		{name: "F4 never, though there is none", cells: []ledger.Cell{cell("account.city", "Lund", onUpdate(ledger.Never))}, stored: "name=Acme"},
		{name: "F4 fill_if_empty", cells: []ledger.Cell{cell("account.city", "Lund", onUpdate(ledger.FillIfEmpty))}, stored: "name=Acme", after: "city=Lund"},
		{name: "F4 fill_if_empty, filled", cells: []ledger.Cell{cell("account.city", "Lund", onUpdate(ledger.FillIfEmpty))}, stored: "name=Acme city=Umeå"},
		{name: "F4 append", cells: []ledger.Cell{cell("account.campaigns", "b;c", onUpdate(ledger.Append))}, stored: "name=Acme campaigns=a;b", before: "campaigns=a, b", after: "campaigns=a, b, c"},
		{name: "F4 append nothing new", cells: []ledger.Cell{cell("account.campaigns", "b", onUpdate(ledger.Append))}, stored: "name=Acme campaigns=a;b"},
		{name: "F5 keep", cells: []ledger.Cell{cell("account.city", "")}, stored: "name=Acme city=Lund"},
		{name: "F5 clear", cells: []ledger.Cell{cell("account.city", "", onBlank(ledger.BlankClear))}, stored: "name=Acme city=Lund", before: "city=Lund"},
		{name: "F5 clear what is clear", cells: []ledger.Cell{cell("account.city", "", onBlank(ledger.BlankClear))}, stored: "name=Acme"},
		{name: "F5 clear, but never", cells: []ledger.Cell{cell("account.city", "", onBlank(ledger.BlankClear), onUpdate(ledger.Never))}, stored: "name=Acme city=Lund"},
		{name: "F5 default", cells: []ledger.Cell{cell("account.city", "", onBlank(ledger.BlankDefault), standard("Kiruna"))}, stored: "name=Acme city=Lund", before: "city=Lund", after: "city=Kiruna"},
		{name: "F5 a default on create only", cells: []ledger.Cell{cell("account.city", "", standard("Kiruna"))}, stored: "name=Acme city=Lund"},
		{name: "F5 <clear> whatever on_update says", cells: []ledger.Cell{cell("account.city", "", clearIt, onUpdate(ledger.Never))}, stored: "name=Acme city=Lund", before: "city=Lund"},
		{name: "F5 a key of a rule is not cleared", cells: []ledger.Cell{cell("account.org_number", "", clearIt)}, keys: [][]string{{"name"}, {"org_number"}}, stored: "name=Acme org_number=1"},
		{name: "F5 the name of an account is not cleared", cells: []ledger.Cell{cell("account.name", "", clearIt)}, stored: "name=Acme email=a@x.se"},
		{name: "F5 the name of a contact with e-mail is", kind: crm.Contact, cells: []ledger.Cell{cell("contact.name", "", clearIt)}, stored: "name=Anna email=a@x.se", before: "name=Anna"},
		{name: "F5 the last of name and e-mail is not", kind: crm.Contact, cells: []ledger.Cell{cell("contact.name", "", clearIt)}, stored: "name=Anna"},
		{name: "F5 nor the e-mail", kind: crm.Contact, cells: []ledger.Cell{cell("contact.email", "", clearIt)}, stored: "email=a@x.se"},
		{name: "F5 of both the name stays", kind: crm.Contact, cells: []ledger.Cell{cell("contact.name", "", clearIt), cell("contact.email", "", clearIt)}, stored: "name=Anna email=a@x.se", before: "email=a@x.se"},
		{name: "F5 unless the row gives another", kind: crm.Contact, cells: []ledger.Cell{cell("contact.name", "", clearIt), cell("contact.email", "b@x.se")}, stored: "name=Anna",
			before: "name=Anna", after: "email=b@x.se"},
		{name: "a name is made of its parts", kind: crm.Contact, cells: []ledger.Cell{cell("contact.last_name", "Berg")}, keys: byEmail, stored: "name=Anna_Ek first_name=Anna last_name=Ek email=a@x.se",
			before: "last_name=Ek name=Anna Ek", after: "last_name=Berg name=Anna Berg"},
		{name: "not where it has a column", kind: crm.Contact, cells: []ledger.Cell{cell("contact.last_name", "Berg"), cell("contact.name", "")}, keys: byEmail, stored: "name=Anna_Ek last_name=Ek",
			before: "last_name=Ek", after: "last_name=Berg"},
		{name: "not of parts that are gone", kind: crm.Contact, cells: []ledger.Cell{cell("contact.last_name", "", clearIt)}, keys: byEmail, stored: "name=Ek last_name=Ek",
			before: "last_name=Ek"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kind := tt.kind
			if kind == "" {
				kind = crm.Account
			}
			policy, _ := ledger.Profile("standard")
			policy.Match[0], policy.Match[1] = tt.keys, tt.keys
			k, err := keys.New(kind, "", schema, &policy, crm.NewCache())
			if err != nil {
				t.Fatal(err)
			}
			var rule *crm.Rule
			if len(k.Rules) > 0 && !tt.byID {
				rule = &k.Rules[0]
			}
			before, after := diff.New(&policy).Update(partOf(kind, tt.cells...), k, values(tt.stored), rule)
			if text(before) != tt.before || text(after) != tt.after {
				t.Errorf("before %q after %q, want %q and %q", text(before), text(after), tt.before, tt.after)
			}
		})
	}
}

// TestCreate has blank cells of a new record: absent, or the default of the column.
func TestCreate(t *testing.T) {
	policy, _ := ledger.Profile("standard")
	for want, cells := range map[string][]ledger.Cell{
		"name=Acme":             {cell("account.name", "Acme"), cell("account.city", "")},
		"name=Acme city=Kiruna": {cell("account.name", "Acme"), cell("account.city", "", standard("Kiruna"))},
		"name=Acme zip=1":       {cell("account.name", "Acme"), cell("account.city", "", standard("Kiruna"), clearIt), cell("account.zip", "1")},
		"first_name=Anna last_name=Ek name=Anna Ek": {cell("contact.first_name", "Anna"), cell("contact.last_name", "", standard("Ek"))},
	} {
		if got := text(diff.New(&policy).Create(partOf(cells[0].Column.Field.Kind, cells...))); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestDefaults has the settings of an import (R15) on records that are new and that are there.
func TestDefaults(t *testing.T) {
	for _, tt := range []struct {
		name    string
		apply   ledger.Apply
		cells   []ledger.Cell
		keys    [][]string
		created string // what a new record holds besides its name
		stored  string
		after   string
	}{
		{name: "new", apply: ledger.ApplyNew, created: "account_manager=bo", stored: "", after: ""},
		{name: "new and empty", apply: ledger.ApplyNewAndEmpty, created: "account_manager=bo", after: "account_manager=bo"},
		{name: "new and empty, where there is one", apply: ledger.ApplyNewAndEmpty, created: "account_manager=bo", stored: "account_manager=eva", after: ""},
		{name: "all", apply: ledger.ApplyAll, created: "account_manager=bo", stored: "account_manager=eva", after: "account_manager=bo"},
		{name: "all, where it is so", apply: ledger.ApplyAll, created: "account_manager=bo", stored: "account_manager=bo", after: ""},
		{name: "a cell wins", apply: ledger.ApplyAll, cells: []ledger.Cell{cell("account.account_manager", "eva")}, created: "account_manager=eva", stored: "account_manager=ola", after: "account_manager=eva"},
		{name: "a blank cell does not", apply: ledger.ApplyAll, cells: []ledger.Cell{cell("account.account_manager", "")}, created: "account_manager=bo", stored: "account_manager=ola", after: "account_manager=bo"},
		{name: "a key is not written", apply: ledger.ApplyAll, keys: [][]string{{"account_manager"}}, created: "account_manager=bo", stored: "account_manager=ola", after: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			policy, _ := ledger.Profile("standard")
			policy.Match[0] = tt.keys
			policy.Defaults = ledger.Defaults{Manager: crm.TextValue("bo"), ApplyTo: tt.apply}
			k, err := keys.New(crm.Account, "", schema, &policy, crm.NewCache())
			if err != nil {
				t.Fatal(err)
			}
			p := partOf(crm.Account, append([]ledger.Cell{cell("account.name", "Acme")}, tt.cells...)...)
			if got := text(diff.New(&policy).Create(p)); got != "name=Acme "+tt.created {
				t.Errorf("created %q", got)
			}
			var rule *crm.Rule
			if len(k.Rules) > 0 {
				rule = &k.Rules[0]
			}
			if _, after := diff.New(&policy).Update(p, k, values("name=Acme "+tt.stored), rule); text(after) != tt.after {
				t.Errorf("updated %q, want %q", text(after), tt.after)
			}
		})
	}
}

// TestDefaultLists has campaigns and categories added to what a record has, and never taken away.
func TestDefaultLists(t *testing.T) {
	policy, _ := ledger.Profile("standard")
	policy.Defaults.Manager = crm.TextValue("bo") // of accounts alone
	policy.Defaults.ApplyTo = ledger.ApplyAll
	policy.Defaults.Add = map[crm.Kind]crm.Values{crm.Contact: {{Field: "campaigns", Value: crm.ListValue("höst")}}}
	k, err := keys.New(crm.Contact, "", schema, &policy, crm.NewCache())
	if err != nil {
		t.Fatal(err)
	}
	p := partOf(crm.Contact, cell("contact.name", "Anna"))
	if got := text(diff.New(&policy).Create(p)); got != "name=Anna campaigns=höst" {
		t.Errorf("created %q", got)
	}
	for stored, want := range map[string]string{"": "campaigns=höst", "campaigns=vår;höst": "", "campaigns=vår;sommar": "campaigns=vår, sommar, höst", "campaigns=vår": "campaigns=vår, höst"} {
		if _, after := diff.New(&policy).Update(p, k, values("name=Anna "+stored), nil); text(after) != want {
			t.Errorf("%q: %q, want %q", stored, text(after), want)
		}
	}
}
