package crm

import "testing"

// TestClean has only what cannot be part of a value taken out of it (W6).
func TestClean(t *testing.T) {
	for _, tt := range []struct {
		typ        Type
		text, want string
	}{
		{Phone, " '+46\u200b70\u00ad1 ", "+46701"}, {Phone, "\u202a'0701\u202c", "0701"}, {Phone, "0701'", "0701'"}, {Phone, "''0701", "'0701"}, {Phone, "'", ""},
		{Email, "'a@b.se\ufeff", "a@b.se"}, {URL, "'x\u2060.se", "'x.se"}, {ID, "'01\u206f", "01\u206f"}, {Postcode, "'\u00a001234", "01234"}, {OrgNumber, "\u200f5560125790", "5560125790"},
		{Decimal, "'1\u200e234", "1234"}, {Date, "'2025-01-01", "2025-01-01"}, {Bool, "\u200eja", "ja"}, {Text, "a\u00adb", "a\u00adb"}, {Text, "'47 Brand", "'47 Brand"},
		{Text, "'=1", "=1"}, {Text, "'+1", "+1"}, {Text, "'-1", "-1"}, {Text, "'@a", "@a"}, {Text, "'", "'"}, {Phone, "", ""}, {Email, "å\u00a3@x.se", "å\u00a3@x.se"},
	} {
		if got := Clean(tt.typ, tt.text); got != tt.want {
			t.Errorf("%q as %s is %q, not %q", tt.text, tt.typ, got, tt.want)
		}
	}
}
