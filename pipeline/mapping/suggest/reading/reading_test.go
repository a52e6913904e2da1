package reading

import (
	"fmt"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/suggest/words"
)

// in short: field, kind, and what sets it back.
func short(s Sense) string {
	all := []string{string(s.Field)}
	if s.Kind != "" {
		all = append(all, "of "+string(s.Kind))
	}
	for _, is := range []struct {
		it   bool
		name string
	}{{s.Never, "never"}, {s.Second, "second"}, {s.Late > 0 && !s.Second, "late"}, {s.Loose, "loose"}, {s.Stop != "", "stop"}, {len(s.Unknown) > 0, "unknown"}, {s.MayBeOrg, "org?"}, {s.Weak, "weak"}} {
		if is.it {
			all = append(all, is.name)
		}
	}
	return strings.TrimSpace(strings.Join(all, " "))
}

func TestOf(t *testing.T) {
	for _, tt := range []struct{ language, heading, want string }{
		// the longest word counts, and none inside another one
		{"en", "Code postal", "zip"}, {"fr", "Code postal", "zip"}, {"en", "Post Code", "zip"}, {"en", "postCode", "zip"}, {"en", "Postal City", "city"}, {"en", "County", "state"},
		{"en", "Country", "country"}, {"en", "E-mail Address", "email"}, {"en", "address_zip", "zip"}, {"en", "Organization - Address - City", "city of account"},
		{"en", "Website URL", "website"}, {"en", "Country/Region", "country"},
		// compounds
		{"da", "Faktureringsmail", "email late"}, {"sv", "Arbetstelefon", "phone"}, {"de", "Rechnungsadresse", "address late"}, {"fi", "Matkapuhelin", "mobile"},
		{"de", "Musteradresse", "address loose"}, {"sv", "Skostorlek", "unknown"}, {"en", "billingaddress", "address late"}, {"de", "Adresszusatz", "stop"},
		// which kind
		{"en", "CompanyPhone", "phone of account"}, {"en", "ContactRoleEmail", "email of contact"}, {"sv", "Kundens postnummer", "zip of account"}, {"sv", "Växel", "phone of account"},
		{"sv", "Direkttelefon", "phone of contact"}, {"pl", "Osoba kontaktowa - imię", "first of contact"}, {"en", "Company name", "company"}, {"en", "Contact name", "person"},
		{"en", "Person - Name", "full_name"}, {"en", "Default Address Company", "company"}, {"en", "Company Address", "address of account"},
		// which of several
		{"en", "Home Phone", "phone never"}, {"en", "Shipping Street", "address never"}, {"de", "Ort (privat)", "city never"}, {"de", "Ort (geschäftlich)", "city"}, {"en", "Email 2", "email second"},
		{"en", "Email 1", "email"}, {"en", "Visiting address", "address late"}, {"fr", "Pays (Alpha-2)", "country"}, {"sv", "Adress 1: Ort", "city"}, {"en", "Asst. Phone", "phone never"}, {"de", "Telefon (Büro)", "phone"}, {"de", "Büro", "stop"}, {"en", "Addr 1 - Contact Name", "person"}, {"de", "E-Mail-Kategorie", "stop"},
		{"sv", "Primär e-postadress", "email"}, {"sv", "Kundkategori", "category"},
		// something else
		{"en", "Company size", "stop"}, {"en", "Email Opt Out", "stop"}, {"en", "Phone type", "stop"}, {"en", "IP address", "stop"}, {"sv", "Ring inte", "stop"}, {"en", "Created by", "stop"},
		{"en", "(Do Not Modify) Contact", "stop"}, {"en", "Is a Company", "stop"},
		// numbers
		{"sv", "Kundnr", "customer_number"}, {"en", "Organization Number", "org"}, {"en", "Company code", "customer_number org?"}, {"en", "Contact ID", "contact_number"}, {"en", "ID", "record_number"},
		{"en", "Code", "record_number weak"}, {"en", "Country code", "country"}, {"en", "Owner ID", "stop"}, {"sv", "Organisationsnummer", "org"}, {"en", "VAT ID", "vat"},
		// languages
		{"da", "By", "city"}, {"fr", "Nom", "name"}, {"it", "CAP", "zip"}, {"es", "Nombre", "name"}, {"pl", "Kod", "zip"}, {"sv", "Kod", "record_number weak"},
		// what is not known takes off
		{"en", "Company Zebra", "company unknown"},
	} {
		if got := short(Read(words.All(), tt.heading).Of(tt.language)); got != tt.want {
			t.Errorf("%s: %q is %q, not %q", tt.language, tt.heading, got, tt.want)
		}
	}
}

func TestSure(t *testing.T) {
	sure := func(language, heading string) int { return Read(words.All(), heading).Of(language).Sure }
	for _, tt := range []struct {
		language, more, less string
	}{
		{"en", "Phone", "Phone Zebra"}, {"en", "Zebra Phone", "Phone Zebra"}, {"fr", "Ville Zèbre", "Zèbre Ville"}, {"de", "Adresse", "Zebraadresse"}, {"en", "City", "Ort"}, {"en", "Revenue", "Revenue (kSEK)"},
		{"en", "Email", "Email 2"},
	} {
		if more, less := sure(tt.language, tt.more), sure(tt.language, tt.less); more <= less {
			t.Errorf("%q is %d %% sure, %q %d %%", tt.more, more, tt.less, less)
		}
	}
}

func TestLanguage(t *testing.T) {
	for headings, want := range map[string]string{"Name,Straße,Ort,E-Mail": "de", "Navn,Bynavn": "da", "Nom,Prénom,Ville": "fr", "Nimi,Osoite": "fi", "id,e-mail": "", "Naam,Plaats": "nl",
		"Nazwa,Miasto": "pl", "Nome,Comune,CAP": "it", "Nombre,Ciudad": "es", "Navn,Organisasjonsnummer": "nb", "Namn,Ort,Land": "sv"} {
		var all []Reading
		for heading := range strings.SplitSeq(headings, ",") {
			all = append(all, Read(words.All(), heading))
		}
		if got := Language(all); got != want {
			t.Errorf("%s is %q, not %q", headings, got, want)
		}
	}
}

// TestWords shows the words that decided as they stand in the heading.
func TestWords(t *testing.T) {
	s := Read(words.All(), "CompanyVisitPostArea").Of("en")
	if got := fmt.Sprint(s.Field, " ", s.Kind, " ", s.Words); got != fmt.Sprint(City, " ", crm.Account, " Post Area") {
		t.Error(got)
	}
}
