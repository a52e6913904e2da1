package spoken

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

func TestIn(t *testing.T) {
	f := &crm.Field{Kind: crm.Contact, Name: "phone", SV: "Kontakt: Telefon", EN: "Contact phone"}
	may := message.Say("may be %s", Field(f))
	for want, got := range map[string]string{
		"may be Contact phone": In("en", may, false), "kan vara Kontakt: Telefon": In("sv", may, false),
		"may be Contact phone (contact.phone)": In("en", may, true), "kan vara Kontakt: Telefon (contact.phone)": In("sv", may, true),
		"kan vara x": In("sv", message.Say("may be %s", "x"), true),
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestPlaces(t *testing.T) {
	for en, sv := range swedish {
		if strings.Count(en, "%s") != strings.Count(sv, "%s") {
			t.Errorf("%q has other places than %q", sv, en)
		}
	}
}
