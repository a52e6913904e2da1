package crm_test

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
)

// TestImplausible is the list of W7.
func TestImplausible(t *testing.T) {
	blank := func(kind crm.Type, v crm.Value, region string) bool {
		rule := crm.Rule{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "x", Type: kind}}, Region: region}
		exact := rule
		exact.Exact = true
		is := rule.Blank(nil, rule.Ticked[0], v)
		if is != exact.Blank(nil, rule.Ticked[0], v) {
			t.Errorf("%s %q in %s: compare: exact differs", kind, v, region)
		}
		return is
	}
	words := []string{"saknas", "SAKNAS", " Saknas\u00a0", "okänd", "Oka\u0308nd", "OKÄNT", "unknown", "None", "null", "NaN", "n/a", "N/A", "na", "ej angivet", "Ej  Angivet",
		"-", "–", ".", "0", "00", "000", "0000", "00000", "x", "X", "?", "'-", "sak\u00adnas", "\u200e-"}
	for _, tt := range []struct {
		kind   crm.Type
		region string
		yes    []string
		no     []string
	}{
		{crm.Text, "SE", words, []string{"Acme", "saknas AB", "000000", "xx", "N", "n.a.", "—", "'x", "Åke", "0x", "--"}},
		{crm.ID, "SE", append(words, "'0"), []string{"000000", "K-1", "1", "a", "okänd1", "xyz"}},
		{crm.URL, "SE", words, []string{"x.se", "http://-.se", "na.se"}},
		{crm.Email, "SE", nil, append(words, "x@x.se")},
		{crm.Choice, "SE", nil, words},
		{crm.Phone, "SE", append(words, "ring växeln", "112", "1177", "+46 7", "växel 12", "1-2-3-4", "\u0661\u0662\u0663\u0664"),
			[]string{"070-123 45 67", "12345", "+46 701", "00001", "000000", "'08-111", "\u0661\u0662\u0663\u0664\u0665", "växel 12 ankn 345"}},
		{crm.Postcode, "SE", append(words, "Stockholm", "utomlands", "SE-", "5 siffror", "max 10 tecken"), []string{"111 22", "111 22 Stockholm", "ASCN 1ZZ", "SW1A 1AA", "SE-1", "1", "000000"}},
		{crm.OrgNumber, "SE", append(words, "556012-579", "55601257900", "175560125790", "215560125790", "Privatperson", "enskild firma", "123456789", "K-1234567890", "5560125790X", "12345", "SE1"),
			[]string{"556012-5790", "'5560125790", "165560125790", "19800101-1234", "20010101-1234", "18800101-1234", "SE556012579001", "SE5560125790", "DE123456789", "NO 123 456 789 MVA",
				"EL123456789", "GB999 9999 73", "000000-0000", "556012–5790", "ATU12345678", "dk-12345678"}},
		{crm.OrgNumber, "NO", append(words, "12345678", "5560125790", "Ola"), []string{"123 456 789", "123456789MVA", "NO123456789MVA", "SE556012579001"}},
		{crm.OrgNumber, "DK", append(words, "1234567", "123456789"), []string{"12 34 56 78", "DK12345678"}},
		{crm.OrgNumber, "FI", append(words, "123456-7"), []string{"1234567-8", "FI12345678"}},
		{crm.OrgNumber, "DE", append(words, "1234", "HR 1"), []string{"HRB 12345", "12345", "unbekannt", "ÄÖÜ12"}},
		{crm.OrgNumber, "", append(words, "1234"), []string{"12345"}},
	} {
		for _, s := range tt.yes {
			if !blank(tt.kind, crm.TextValue(s), tt.region) {
				t.Errorf("%s %q in %s passes for a key", tt.kind, s, tt.region)
			}
		}
		for _, s := range tt.no {
			if blank(tt.kind, crm.TextValue(s), tt.region) {
				t.Errorf("%s %q in %s counts as blank", tt.kind, s, tt.region)
			}
		}
	}
	if blank(crm.Integer, crm.IntegerValue(0), "SE") || !blank(crm.Phone, crm.IntegerValue(0), "SE") {
		t.Error("a number is a value of numbers, and as a phone what its digits say")
	}
}

// TestImplausibleInCache expects the same keys with and without a cache, for each sort of rule.
func TestImplausibleInCache(t *testing.T) {
	cache := crm.NewCache()
	for _, rule := range []crm.Rule{
		{Kind: crm.Account, Ticked: nameZip, Region: "SE"},
		{Kind: crm.Account, Ticked: nameZip, Exact: true, Region: "SE"},
		{Kind: crm.Account, Ticked: nameZip, Fuzzy: true, Region: "SE"},
		{Kind: crm.Account, Ticked: nameZip, Blanks: crm.AnyBlanks, Region: "SE"},
	} {
		for _, vs := range []crm.Values{record("Acme", "11122"), record("x", "11122"), record("Acme", "saknas"), record("-", "-"), record("Åke 'x", "1")} {
			for range 2 {
				got, ok := cache.Key(&rule, "", vs)
				if want, is := rule.Key("", vs); got != want || ok != is {
					t.Errorf("%s of %v: %v %v, not %v %v", rule.ID(), vs, got, ok, want, is)
				}
			}
		}
	}
}
