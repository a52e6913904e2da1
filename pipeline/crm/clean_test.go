package crm_test

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
)

// TestClean is W6 for what is stored.
func TestClean(t *testing.T) {
	for _, tt := range []struct {
		kind    crm.Type
		s, want string
	}{
		{crm.Phone, "'+46701234567", "+46701234567"},
		{crm.Phone, "\u202a+46 70 123\u00ad45 67\u202c", "+46 70 12345 67"},
		{crm.Phone, " \u200e' 070-1 ", "070-1"},
		{crm.Phone, "''070", "'070"},
		{crm.Phone, "'", ""},
		{crm.Phone, "070 '1", "070 '1"},
		{crm.OrgNumber, "'556012-5790", "556012-5790"},
		{crm.OrgNumber, "556012\u2060-\ufeff5790", "556012-5790"},
		{crm.Postcode, "'01234", "01234"},
		{crm.Postcode, "\u2066111 22\u2069", "111 22"},
		{crm.ID, "'00123", "00123"},
		{crm.ID, "a\u200db", "ab"},
		{crm.Integer, "'12", "12"},
		{crm.Decimal, "'1,5", "1,5"},
		{crm.Date, "'2026-11-29", "2026-11-29"},
		{crm.DateTime, "'2026-11-29 10:00", "2026-11-29 10:00"},
		{crm.Email, "'anna@ex.se", "anna@ex.se"},
		{crm.Email, "anna\u200b@ex\u00ad.se\u200f", "anna@ex.se"},
		{crm.URL, "ex\u200b.se", "ex.se"},
		{crm.URL, "'ex.se", "'ex.se"},
		{crm.Text, "'47 Brand", "'47 Brand"},
		{crm.Text, "'t Hooft", "'t Hooft"},
		{crm.Text, "'=SUM(A1)", "=SUM(A1)"},
		{crm.Text, "'+46", "+46"},
		{crm.Text, "'-", "-"},
		{crm.Text, "'@anna", "@anna"},
		{crm.Text, "''=x", "''=x"},
		{crm.Text, "'", "'"},
		{crm.Text, "می\u200cخواهم", "می\u200cخواهم"},
		{crm.Text, "soft\u00adhyphen", "soft\u00adhyphen"},
		{crm.Text, "Åre AB", "Åre AB"},
		{crm.Choice, "'=x", "'=x"},
		{crm.Phone, "\u2010\u2029070", "\u2010\u2029070"},
		{crm.Text, "", ""},
		{crm.Phone, " '+46\u200b70\u00ad1 ", "+46701"}, {crm.Phone, "\u202a'0701\u202c", "0701"}, {crm.Phone, "0701'", "0701'"},
		{crm.URL, "'x\u2060.se", "'x.se"}, {crm.ID, "'01\u206f", "01\u206f"}, {crm.Postcode, "'\u00a001234", "01234"}, {crm.OrgNumber, "\u200f5560125790", "5560125790"},
		{crm.Decimal, "'1\u200e234", "1234"}, {crm.Bool, "\u200eja", "ja"}, {crm.Email, "å\u00a3@x.se", "å\u00a3@x.se"},
	} {
		if got := crm.Clean(tt.kind, tt.s); got != tt.want {
			t.Errorf("%s %q is read as %q, not %q", tt.kind, tt.s, got, tt.want)
		}
	}
}
