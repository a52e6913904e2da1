package tokens

import (
	"fmt"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for heading, want := range map[string]string{
		"firstName": "first name", "CompanyNrOfEmp": "company nr of emp", "VATNumber": "vat number", "BADDR2": "baddr 2#2", "E-mail 1 - Value": "e mail 1#1 value",
		"Organization - Address": "organization address", "mainContact.phone1": "main contact phone 1#1", "parent_id/id": "parent id id", "Ort (privat)": "ort privat()",
		"Sähköposti": "sahkoposti", "Straße": "strasse", "N° de TVA": "n de tva", "Nº": "n", "Kod\u0301": "kod", "*Företag.Kundnr": "foretag kundnr", "Nom d'entreprise": "nom d entreprise",
		"": "", "—": "", "ZIP": "zip",
	} {
		var got []string
		for _, token := range Split(heading) {
			text := token.Text
			if token.Number > 0 {
				text += fmt.Sprint("#", token.Number)
			}
			if token.Aside {
				text += "()"
			}
			got = append(got, text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is %q, not %q", heading, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{"E-Post": "epost", "Ærø Øl": "aerool", "łódź": "lodz", "Çà": "ca", "№ 1": "1"} {
		if got := Fold(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}
