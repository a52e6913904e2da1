package suggest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
	"inlet.example/inlet/pipeline/sheet"
)

// withNumber is the schema with the field for customer numbers declared.
func withNumber(t *testing.T) *crm.Schema {
	t.Helper()
	schema, err := crm.NewSchema(CustomerNumber())
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func suggestedBy(t *testing.T, schema *crm.Schema, text string) *Suggestion {
	t.Helper()
	s, err := Suggest(t.Context(), schema, mappingtest.Book(t, "a.csv", text), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"sv", "en"} {
		if _, err := mapping.Parse("a.yaml", s.YAML(lang), schema, mapping.Fallback{}); err != nil {
			t.Fatalf("the sidecar is refused: %v\n%s", err, s.YAML(lang))
		}
	}
	return s
}

// TestRules holds what the sheet and its values decide: each text must stand in the suggestion, and none that begins with a !.
func TestRules(t *testing.T) {
	plain := mappingtest.Schema(t)
	for name, tt := range map[string]struct {
		schema *crm.Schema
		text   string
		says   []string
	}{
		"role mailboxes are the company's":    {plain, "Company,Contact person,E-mail\nAcme Ltd,Ann Lee,info@acme.com\nBeta Ltd,Bob Li,office@beta.com\n", []string{"E-mail: account.email"}},
		"other mailboxes are the person's":    {plain, "Company,Contact person,E-mail\nAcme Ltd,Ann Lee,ann.lee@acme.com\nBeta Ltd,Bob Li,bob.li@beta.com\n", []string{"E-mail: contact.email"}},
		"role mailboxes in a list of persons": {plain, "First name,Last name,Company,E-mail\nAnn,Lee,Acme,info@acme.com\nBob,Li,Beta,office@beta.com\n", []string{"E-mail: account.email"}},
		"a country code is no legal form":     {plain, "Company,Country\nAcme,SE\nBeta,SE\nGamma,SE\n", []string{"Country: account.country"}},
		"the town behind the street":          {plain, "Kundnr,Namn,Utdelningsadress,Postnr,Postadress\n1,Acme AB,Gatan 1,11122,Lund\n2,Beta AB,Box 2,21122,Malmö\n3,Gamma AB,Vägen 3,41122,Göteborg\n", []string{"Utdelningsadress: account.address", "Postadress: account.city"}},
		"an address without numbers":          {plain, "Kundnr,Namn,Utdelningsadress,Postadress\n1,Acme AB,Gatan 1,Acme AB\n2,Beta AB,Box 2,Beta AB\n3,Gamma AB,Vägen 3,Gamma AB\n", []string{"Utdelningsadress: account.address", "Postadress: ignore"}},
		"the company's city beats a city":     {plain, "First name,Last name,Company,City,Company city\nAnn,Lee,Acme,Lund,Malmö\nBob,Li,Beta,Ystad,Lund\n", []string{"  City: ignore", "Company city: account.city"}},
		"a sort of e-mail is no second one":   {plain, "Firma,Vorname,Nachname,E-Mail,E-Mail-Kategorie\nAcme GmbH,Ann,Lee,ann.lee@acme.example,Arbeit\nBeta GmbH,Bob,Li,bob.li@beta.example,Arbeit\n", []string{"E-Mail: contact.email", "E-Mail-Kategorie: ignore"}},
		"another word is no misspelling":      {plain, "Prénom,Nom,Société,Inskription\nAnne,Lessai,Acme SARL,2024-01-12\n", []string{"Inskription: ignore"}},
		"a list of persons":                   {plain, "First name,Last name,Company,Phone,Notes\nAnn,Lee,Acme,0123456789,x y\n", []string{"Phone: contact.phone", "Notes: contact.notes"}},
		"a list of companies":                 {plain, "Company,Org number,Phone,Notes\nAcme,5560360793,0123456789,x y\n", []string{"Phone: account.phone", "Notes: account.notes"}},
		"a blank column loses":                {plain, "Company,Phone,Business phone\nAcme,,0123456789\n", []string{"Phone: ignore", "Business phone: account.phone"}},
		"business beats home":                 {plain, "Company,Home city,Business city\nAcme,Lund,Malmö\n", []string{"Home city: ignore", "another place or person", "Business city: account.city"}},
		"the first beats the second":          {plain, "Company,Address 2,Address 1\nAcme,c/o Bo,Gatan 1\n", []string{"Address 2: ignore", "Address 1: account.address"}},
		"billing beats visiting":              {plain, "Company,Visiting address,Billing address\nAcme,Gatan 2,Gatan 1\n", []string{"Visiting address: ignore", "Billing address: account.address"}},
		"a form of address is no title":       {plain, "First name,Last name,Title\nAnn,Lee,Mrs\nBob,Li,Mr\n", []string{"Title: ignore", "2 of 2 values are forms of address"}},
		"GUIDs are nobody's name":             {plain, "Company,Contact\nAcme,081cbc67-1c2d-ef11-8a69-0022489b1000\nBeta,081cbc67-1c2d-ef11-8a69-0022489b1001\n", []string{"Contact: ignore", "identifiers that a program made"}},
		"sizes are no companies":              {plain, "Company,City\n11-50,Lund\n51-200,Lund\n11-50,Lund\n11-50,Lund\n", []string{"Company: ignore", "ranges of numbers", "No column is the company's name"}},
		"few values are no companies":         {plain, "Company,City\nPartner,Lund\nKund,Ystad\nPartner,Lund\nKund,Malmö\n", []string{"Company: ignore", "only 2 of 4 values are different"}},
		"names of companies by their form":    {plain, "Title,City\nAcme AB,Lund\nBeta AB,Lund\nGamma AB,Ystad\n", []string{"Title: account.name", "3 of 3 values are names of companies"}},
		"yes and no is not a status":          {plain, "Company,Active,Status\nAcme,yes,Active\nBeta,no,Passive\n", []string{"Active: account.active", "Status: ignore", "the values are not yes or no"}},
		"a network is not a website":          {plain, "Company,LinkedIn,Page\nAcme,https://linkedin.com/company/acme,https://linkedin.com/company/acme\nBeta,https://linkedin.com/b,https://linkedin.com/b\nGamma,https://linkedin.com/g,https://linkedin.com/g\n", []string{"LinkedIn: ignore", "Page: ignore"}},
		"no contact to have a mobile":         {plain, "Company,Org number,Mobile\nAcme,5560360793,0701234567\n", []string{"Mobile: ignore", "accounts have no mobile number"}},
		"a contact without a name":            {plain, "Company,Org number,Job title\nAcme,5560360793,CEO\n", []string{"Job title: ignore", "the row would be rejected"}},
		"users that are not known":            {plain, "Company,Account manager\nAcme,Sara\nBeta,Anna Ek\n", []string{"Account manager: {field: account.account_manager, on_invalid: drop_cell}", "only 1 of 2 values are users"}},
		"users that are known":                {plain, "Company,Account manager\nAcme,Anna Ek\nBeta,Anna Ek\n", []string{"Account manager: account.account_manager\n"}},
		"a filled column has a question":      {plain, "Company,Shoe size,Zebra\nAcme,44,x y\n", []string{"Shoe size: ignore  # the heading is about something else: size; 1 of 1 rows have a value: should the column be left out?", "Zebra: ignore  # the heading was not recognised"}},
		"a blank one has none":                {plain, "Company,City,Zebra\nAcme,Lund,\n", []string{"Zebra: ignore\n"}},
		"a system":                            {plain, "Record ID,Company name,Company owner\n17,Acme,Anna Ek\n", []string{"# The headings are those of an export from HubSpot."}},
		"no company":                          {plain, "First name,Last name,E-mail\nAnn,Lee,ann@lee.com\n", []string{"# No column is the company's name: every row would be rejected."}},
		"an org number without a name":        {plain, "Org.nr,City\n5560360793,Lund\n5560125790,Ystad\n", []string{"# No column is the company's name: known companies are updated, and the rows of all others are rejected."}},
		"a customer number without a name":    {withNumber(t), "Kundnr,City\n1001,Lund\n1002,Ystad\n", []string{"# No column is the company's name: known companies are updated", "account: [custom.customer_number]"}},
		"a city without a name":               {plain, "Stad,Telefon\nLund,0123456789\nYstad,0123456780\n", []string{"# No column is the company's name: every row would be rejected."}},
		"Norwegian org numbers":               {plain, "Navn,Organisasjonsnummer,Poststed\nAcme AS,915933140,Oslo\nBeta AS,915933141,Oslo\n", []string{"region: NO", "account: [org_number]"}},
		"full and half names":                 {plain, "Name,Vorname,Firma\nMuster,Anke,Acme GmbH\nProbe,Bernd,Beta GmbH\n", []string{"Name: contact.last_name"}},
		"a full name beside its halves":       {plain, "Name,Vorname,Nachname,Firma\nAnke Muster,Anke,Muster,Acme GmbH\n", []string{"Name: contact.name", "Nachname: contact.last_name"}},
		"the name in the address":             {plain, "Company,Address line 1,Address line 2\nAcme,Acme,Gatan 1\nBeta,Beta,Gatan 2\n", []string{"Address line 1: ignore", "Address line 2: account.address"}},

		"a customer number without a field": {plain, "Kundnr,Företag\n1001,Acme\n1002,Beta\n", []string{"Kundnr: ignore  #", "inlet field add account.custom.customer_number --type id", "account: [name]"}},
		"a customer number with its field":  {withNumber(t), "Kundnr,Företag\n1001,Acme\n1002,Beta\n", []string{"Kundnr: account.custom.customer_number", "account: [[custom.customer_number], [name]]"}},
		"a number that several names have":  {withNumber(t), "Kundnr,Företag\n1001,Acme\n1001,Beta\n", []string{"Kundnr: account.custom.customer_number", "account: [name]"}},
		"a name that has several numbers":   {withNumber(t), "Kundnr,Företag\n1001,Acme\n1002,Acme\n", []string{"account: [name]"}},
		"a number that is not always there": {withNumber(t), "Kundnr,Företag\n1001,Acme\n,Beta\n", []string{"account: [name]"}},
		"an ID is a number like another":    {withNumber(t), "ID,Företag,Org.nr\n17,Acme,5560360793\n18,Beta,5560125790\n", []string{"ID: account.custom.customer_number", "account: [[custom.customer_number], [org_number]]"}},
		"the ID of a contact is not":        {withNumber(t), "Contact ID,First name,Last name,Company\n17,Ann,Lee,Acme\n", []string{"Contact ID: ignore", "identify the contact in another system"}},
		"our own record ID":                 {plain, "Upsales ID,Företag\n65f0a1b2c3d4e5f607182930,Acme\n", []string{"Upsales ID: account.id"}},
		"a record ID that is none":          {plain, "Account ID,Company\n17,Acme\n18,Beta\n", []string{"Account ID: ignore  #", "customer numbers of another system"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := string(suggestedBy(t, tt.schema, tt.text).YAML("en"))
			for _, says := range tt.says {
				if !strings.Contains(text, says) {
					t.Errorf("it does not say %q:\n%s", says, text)
				}
			}
		})
	}
}

// TestOrder has one line for each column, in order, also where two have the same heading or none.
func TestOrder(t *testing.T) {
	text := string(suggestedBy(t, mappingtest.Schema(t), "Zebra,Company,Zebra,City,,Phone\n1,Acme,2,Lund,x,0123456789\n2,Beta,3,Lund,y,0123456780\n").YAML("en"))
	var order []string
	_, columns, _ := strings.Cut(text, "columns:\n")
	for line := range strings.Lines(columns) {
		if key, _, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "  #") {
			order = append(order, key)
		}
	}
	if got, want := strings.Join(order, " "), `"=A" Company "=C" City Phone account`; got != want {
		t.Errorf("the columns are %s, not %s:\n%s", got, want, text)
	}
}

// TestBounded looks at no more rows of a long file than of a short one.
func TestBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	var b strings.Builder
	b.WriteString("Company,City\n")
	for i := range 50_000 {
		fmt.Fprintf(&b, "Acme %d,Lund\n", i)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(path, sheet.Options{Approved: true})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	s, err := Suggest(t.Context(), mappingtest.Schema(t), book, "")
	if err != nil || s.rows != valueRows {
		t.Errorf("%d rows were looked at: %v", s.rows, err)
	}
}
