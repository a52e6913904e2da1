package crm_test

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
)

// TestCanonical tests the forms of section 7: values of one line are equal, values of different lines of a type are not.
func TestCanonical(t *testing.T) {
	for _, tt := range []struct {
		kind crm.Type
		want string
		like []string
	}{
		{crm.Text, "malmö bil", []string{"Malmö Bil", "Malmo\u0308 Bil", "MALMÖ\u00a0BIL", "\u200bmalmö \t bil\ufeff", "malmö\u2009bil", "malmö\nbil"}},
		{crm.Text, "malmo bil", []string{"Malmo Bil"}},
		{crm.Text, "malmå bil", []string{"Malmå Bil", "Malma\u030a Bil", "MALMÅ BIL"}},
		{crm.Text, "strasse", []string{"Straße", "STRASSE", "STRAẞE"}},
		{crm.Text, "σσ", []string{"Σς", "ΣΣ"}},
		{crm.Text, "kelvin", []string{"\u212aelvin", "Kelvin"}},
		{crm.Text, "", []string{"", "\u00ad", "\u2060\u200e"}},
		{crm.Text, "acme", []string{"\u200eAcme\u200f", "Ac\u00adme", "Ac\u200bme", "\u2066 Acme\u2069", "A\u2060cme", "A\ufeffcme", "\u202aAcme\u202c"}},
		{crm.Text, "a b", []string{"a \u200b b", "\u200e a b"}},
		{crm.Text, "å", []string{"a\u200d\u030a"}},
		{crm.Text, "میخواهم", []string{"می\u200cخواهم", "میخواهم"}},
		{crm.Text, "👩💻", []string{"👩\u200d💻", "👩💻"}},
		{crm.Text, "'47 brand", []string{"'47 Brand"}},
		{crm.Text, "=acme", []string{"'=Acme", "\u200e'=Acme", "=acme"}},
		{crm.Text, "'", []string{"'"}},
		{crm.Email, "anna@exempel.se", []string{"Anna@Exempel.SE", " mailto:anna@exempel.se", "<anna@exempel.se>", "\u00a0anna@exempel.se.", "MAILTO:Anna@exempel.se"}},
		{crm.Email, "anna.b+x@exempel.se", []string{"anna.b+x@exempel.se"}},
		{crm.Email, "annab@exempel.se", []string{"annab@exempel.se"}},
		{crm.Email, "info@xn--smrgs-pra0j.se", []string{"info@smörgås.se", "info@SMÖRGÅS.se", "info@xn--smrgs-pra0j.se", "info@smo\u0308rga\u030as.se"}},
		{crm.Email, "no address", []string{"No address"}},
		{crm.Email, "anna@exempel.se", []string{"'anna@exempel.se", "anna\u200b@exempel.se", "anna@ex\u00adempel.se", "\u202aanna@exempel.se\u202c"}},
		{crm.URL, "exempel.se", []string{"https://www.exempel.se/", "HTTP://EXEMPEL.SE/om/oss?x=1", "www.exempel.se", "exempel.se.", "exempel.se?utm=1", "https://exempel.se#kontakt", " exempel.se "}},
		{crm.URL, "xn--smrgs-pra0j.se", []string{"https://smörgås.se", "smo\u0308rga\u030as.se"}},
		{crm.URL, "exempel.se", []string{"https://exem\u200bpel.se", "\u200ewww.exempel.se"}},
		{crm.URL, "shop.exempel.se", []string{"https://shop.exempel.se"}},
		{crm.Phone, "+46701234567", []string{"070-123 45 67", "+46 70 123 45 67", "0046701234567", "+46 (0)70-1234567", "070\u00a01234567", "(070) 123 45 67"}},
		{crm.Phone, "+46701234567", []string{"'+46701234567", "'0701234567", "\u202d070-123 45 67\u202c", "070\u00ad1234567", "\u200e'+46 70 123 45 67"}},
		{crm.Phone, "+4681234567", []string{"08-123 45 67", "+46 8 123 45 67"}},
		{crm.Phone, "+4681234567;ext=12", []string{"08-123 45 67 ext 12", "08-1234567 x12"}},
		{crm.Phone, "+4722123456", []string{"+47 22 12 34 56"}},
		{crm.Phone, "", []string{"okänd"}},
		{crm.Phone, "7", []string{"växel 7"}},
		{crm.OrgNumber, "5560125790", []string{"556012-5790", "5560125790", " 556012 5790", "16556012-5790", "165560125790", "SE556012579001", "se 556012-5790 01", "556012–5790", "556012\u20115790", "556012\u22125790"}},
		{crm.OrgNumber, "5560125790", []string{"'556012-5790", "556012\u2060-5790", "\ufeff'SE556012579001"}},
		{crm.OrgNumber, "198001011234", []string{"19800101-1234"}},
		{crm.Postcode, "11122", []string{"111 22", "11122", "111\u00a022", " 111 22 "}},
		{crm.Postcode, "01234", []string{"01234", "'01234", "01\u200c234"}},
		{crm.Postcode, "SW1A1AA", []string{"sw1a 1aa", "SW1A1AA"}},
		{crm.ID, "00123", []string{"00123", " 00123\u200b", "'00123"}},
		{crm.ID, "123", []string{"123", "'123", "1\u206923"}},
	} {
		for _, s := range tt.like {
			if got := crm.Canonical(tt.kind, crm.TextValue(s), "SE"); got != tt.want {
				t.Errorf("%s %q is %q, not %q", tt.kind, s, got, tt.want)
			}
		}
	}
}

func TestCanonicalRegion(t *testing.T) {
	for _, tt := range []struct {
		kind         crm.Type
		region, s, w string
	}{
		{crm.Phone, "NO", "22 12 34 56", "+4722123456"},
		{crm.Phone, "SE", "22 12 34 56", "+4622123456"},
		{crm.Phone, "DE", "030 123456", "+4930123456"},
		{crm.OrgNumber, "NO", "SE556012579001", "SE556012579001"},
		{crm.OrgNumber, "NO", "165560125790", "165560125790"},
	} {
		if got := crm.Canonical(tt.kind, crm.TextValue(tt.s), tt.region); got != tt.w {
			t.Errorf("%s %q in %s is %q, not %q", tt.kind, tt.s, tt.region, got, tt.w)
		}
	}
}

func TestCheckDigit(t *testing.T) {
	for s, want := range map[string]bool{"556012-5790": true, "16556012-5790": true, "SE556036079301": true, "556036-0793": true, "212000-0142": true,
		"556012-5791": false, "565012-5790": false, "55601257": false, "": false, "556012-579A": false} {
		if got := crm.CheckDigit(crm.TextValue(s)); got != want {
			t.Errorf("the check digit of %q is right: %v, not %v", s, got, want)
		}
	}
}

// TestSame is F3: what counts as the value that is stored already.
func TestSame(t *testing.T) {
	dec := func(s string) crm.Value { return decimal(t, s) }
	text := crm.TextValue
	for _, tt := range []struct {
		kind crm.Type
		a, b crm.Value
		want bool
	}{
		{crm.Text, text("Malmö"), text(" Malmo\u0308\u00a0"), true},
		{crm.Text, text("Malmö"), text("malmö"), false},
		{crm.Text, text("Malmö Bil"), text("Malmö  Bil"), false},
		{crm.Email, text("a@exempel.se"), text("A@exempel.se"), false},
		{crm.Phone, text("08-123 45 67"), text("+4681234567"), true},
		{crm.Phone, text("08-123 45 67"), text("+4681234568"), false},
		{crm.Phone, text("okänd"), text("ring växeln"), false},
		{crm.Phone, text("okänd"), text("okänd "), true},
		{crm.Phone, text("08-123 45 67"), text("okänd"), false},
		{crm.URL, text("/"), text("?"), false},
		{crm.OrgNumber, text("556012-5790"), text("SE556012579001"), true},
		{crm.Postcode, text("111 22"), text("11122"), true},
		{crm.Postcode, text("01234"), text("1234"), false},
		{crm.URL, text("https://exempel.se/"), text("www.exempel.se"), true},
		{crm.Decimal, dec("1.50"), dec("1.5"), true},
		{crm.Decimal, dec("1e3"), dec("1000"), true},
		{crm.Decimal, dec("0.1"), dec("0.10000000000000001"), false},
		{crm.Integer, crm.IntegerValue(1), crm.BoolValue(true), false},
		{crm.Text, text("a"), crm.Value{}, false},
		{crm.Text, crm.Value{}, crm.Value{}, true},
	} {
		if got := crm.Same(tt.kind, tt.a, tt.b, "SE"); got != tt.want {
			t.Errorf("%s %q and %q are the same: %v, not %v", tt.kind, tt.a, tt.b, got, tt.want)
		}
		if got := crm.Same(tt.kind, tt.b, tt.a, "SE"); got != tt.want {
			t.Errorf("%s %q and %q are the same: %v, not %v", tt.kind, tt.b, tt.a, got, tt.want)
		}
	}
}

func TestExact(t *testing.T) {
	for _, tt := range []struct {
		kind    crm.Type
		s, want string
	}{
		{crm.Text, " Acme\u00a0", "Acme"}, {crm.Text, "Malmo\u0308", "Malmo\u0308"}, {crm.Text, "a  b", "a  b"},
		{crm.Text, "a\u200db", "a\u200db"}, {crm.Text, "'=a", "=a"}, {crm.Text, "'47 Brand", "'47 Brand"},
		{crm.Email, "A\u00ad@x.se", "A@x.se"}, {crm.Phone, "'070\u200e-1", "070-1"},
	} {
		if got := crm.Exact(tt.kind, crm.TextValue(tt.s)); got != tt.want {
			t.Errorf("%s %q compared exactly is %q, not %q", tt.kind, tt.s, got, tt.want)
		}
	}
}

func TestTrim(t *testing.T) {
	for s, want := range map[string]string{"\ufeff\u00a0 a \u200b": "a", "\u200b\u00a0": "", "a\x00b\x1fc\x7f": "abc", "a\tb\nc": "a\tb\nc",
		"\x00 a": "a", "\u3000å\u2009": "å", "\u0085x\u2028": "x"} {
		if got := crm.Trim(s); got != want {
			t.Errorf("%q trimmed is %q, not %q", s, got, want)
		}
	}
}
