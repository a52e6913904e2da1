package crm_test

import (
	"encoding/json"
	"math/rand"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"inlet.example/inlet/pipeline/crm"
)

func decimal(t testing.TB, s string) crm.Value {
	t.Helper()
	v, err := crm.DecimalValue(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDecimalValue(t *testing.T) {
	nines := strings.Repeat("9", 34)
	for s, want := range map[string]string{"0": "0", "-0": "0", "0.000": "0", "+5": "5", "5.": "5", ".5": "0.5", "-.50": "-0.5", "007": "7", "1e5": "100000",
		"1.2345E4": "12345", "12345.0": "12345", "1.5E-3": "0.0015", "-1.10": "-1.1", "0.1": "0.1", "1e+2": "100", nines: nines, "-" + nines: "-" + nines,
		"0.30000000000000004": "0.30000000000000004", "9007199254740993": "9007199254740993", "123456789012345678901234567890.1234": "123456789012345678901234567890.1234"} {
		v, err := crm.DecimalValue(s)
		if got, ok := v.Decimal(); err != nil || !ok || got != want {
			t.Errorf("%q is %q, not %q: %v", s, got, want, err)
		}
	}
	for _, s := range []string{"", "-", "+", ".", "e5", "1e", "1e5e5", "1e99999999999", "--1", "+-1", "1,5", "1 000", "0x10", "NaN", "Inf", "١", "1_000", "1e5x", "1e 5", nines + "9", "1e40", "0." + nines + "9"} {
		if v, err := crm.DecimalValue(s); err == nil {
			t.Errorf("%q is taken for the number %s", s, v)
		}
	}
}

func TestHeading(t *testing.T) {
	schema, err := crm.NewSchema(crm.Field{Kind: crm.Account, Name: "custom.level", Type: crm.Integer, SV: "Nivå"},
		crm.Field{Kind: crm.Account, Name: "custom.status", Type: crm.Text, SV: "Status"})
	if err != nil {
		t.Fatal(err)
	}
	for heading, want := range map[string]string{"Företag": "account.name", "FO\u0308RETAG ": "account.name", "Foretag": "", "Org.nr": "account.org_number", "org nr": "account.org_number",
		"ORG-NR.": "account.org_number", "Org. number": "account.org_number", "E-post": "contact.email", "epost": "contact.email", "E\u2011mail": "contact.email", "e\u00admail": "contact.email",
		"Telefon": "account.phone", "Kontakt: Telefon": "contact.phone", "account.zip": "account.zip", "Zip\u00a0code": "account.zip", "\ufeffPostnr": "account.zip", "Nivå": "account.custom.level", "niva": "",
		"Status": "account.custom.status", "Upsales ID": "account.id", "ID": "", "Kund-ID": "", "Kundnummer": "", "Kontakt-ID": "contact.id", "": "", "Nonsense": ""} {
		got := ""
		if f := schema.ByHeading(heading); f != nil {
			got = f.Path()
		}
		if got != want {
			t.Errorf("the heading %q leads to %q, not %q", heading, got, want)
		}
	}
}

// TestHeadingsAreUnique is section 15: a heading of the template leads to its own field, and no other has it.
func TestHeadingsAreUnique(t *testing.T) {
	schema, err := crm.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range schema.Fields() {
		for _, heading := range []string{f.SV, f.EN, f.Path()} {
			if to := schema.ByHeading(heading); to != f {
				t.Errorf("the heading %q of %s leads to %s", heading, f.Path(), to.Path())
			}
		}
	}
}

func TestOwnFieldsThatCannotBe(t *testing.T) {
	for says, f := range map[string]crm.Field{
		"named custom.x":      {Kind: crm.Account, Name: "level"},
		"that of account.zip": {Kind: crm.Account, Name: "custom.zip", SV: "Postnr"},
		"lower-case letters":  {Kind: crm.Contact, Name: "custom.Level"},
	} {
		if _, err := crm.NewSchema(f); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: the error does not say %q: %v", f.Path(), says, err)
		}
	}
	twice := crm.Field{Kind: crm.Account, Name: "custom.level", Type: crm.Text}
	if _, err := crm.NewSchema(twice, twice); err == nil {
		t.Error("one own field is there twice")
	}
}

// TestValuesJSON has any values come back from JSON as they were, in their order.
func TestValuesJSON(t *testing.T) {
	back := func(seed int64) bool {
		vs := anyValues(rand.New(rand.NewSource(seed)))
		b, err := json.Marshal(vs)
		if err != nil {
			t.Fatal(err)
		}
		var got crm.Values
		if err := json.Unmarshal(b, &got); err != nil {
			t.Errorf("%s: %v", b, err)
			return false
		}
		for i := range vs {
			if len(got) != len(vs) || got[i] != vs[i] {
				t.Errorf("%s comes back as %v", b, got)
				return false
			}
		}
		return true
	}
	if err := quick.Check(back, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

var signs = []rune("aå\"\\/<>&{}[]:,$ \t\n\r\x00\x1e\x7f\u00a0\u2028\u2029\ufeffo\u0308👍e5")

func anyText(r *rand.Rand) string {
	text := make([]rune, r.Intn(12))
	for i := range text {
		text[i] = signs[r.Intn(len(signs))]
	}
	return string(text)
}

func anyValues(r *rand.Rand) crm.Values {
	var vs crm.Values
	for i := range r.Intn(9) {
		vs.Set(string(rune('a'+i))+anyText(r), anyValue(r))
	}
	return vs
}

func anyValue(r *rand.Rand) crm.Value {
	when := time.Unix(r.Int63n(253402300800)-62135596800+62135596800/2, 0)
	switch r.Intn(7) {
	case 0:
		return crm.IntegerValue(r.Int63() - r.Int63())
	case 1:
		v, _ := crm.DecimalValue([]string{"0.1", "-1e30", "9007199254740993.5", "1e-20"}[r.Intn(4)])
		return v
	case 2:
		return crm.BoolValue(r.Intn(2) == 0)
	case 3:
		return crm.DateValue(when)
	case 4:
		return crm.DateTimeValue(when)
	case 5:
		return crm.ListValue(anyText(r), anyText(r), anyText(r))
	default:
		return crm.TextValue(anyText(r))
	}
}

func TestValuesJSONThatIsNone(t *testing.T) {
	for _, s := range []string{`[]`, `"x"`, `{"a":1.5}`, `{"a":{"$x":"1"}}`, `{"a":{"$date":"yesterday"}}`, `{"a":[1]}`, `{"a":{"$dec":"1,5"}}`, `{"a":{}}`, `{"a":{"":"1"}}`, `{"a":99999999999999999999}`} {
		var vs crm.Values
		if err := json.Unmarshal([]byte(s), &vs); err == nil {
			t.Errorf("%s is read as %v", s, vs)
		}
	}
}

// TestLabels: a field without a label is called by its name in words, which is read back, unless these words mean another field.
func TestLabels(t *testing.T) {
	schema, err := crm.NewSchema(crm.Field{Kind: crm.Account, Name: "custom.customer_since", Type: crm.Date}, crm.Field{Kind: crm.Account, Name: "custom.level", Type: crm.Text, SV: "Nivå"},
		crm.Field{Kind: crm.Account, Name: "custom.phone", Type: crm.Text})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"account.custom.customer_since": "Customer since", "account.custom.level": "Nivå", "account.custom.phone": "account.custom.phone", "account.name": "Company"} {
		f := schema.Field(path)
		if got := f.Label("en"); got != want || schema.ByHeading(got) != f {
			t.Errorf("%s is called %q, want %q, and read back as %v", path, got, want, schema.ByHeading(got))
		}
	}
}
