package mappingtest

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
)

// Schema returns the built-in fields with a few custom ones, a user and a category.
func Schema(t testing.TB) *crm.Schema {
	t.Helper()
	schema, err := crm.NewSchema(
		crm.Field{Kind: crm.Account, Name: "custom.since", Type: crm.Date, SV: "Kund sedan"},
		crm.Field{Kind: crm.Account, Name: "custom.status", Type: crm.Choice, SV: "Läge", Choices: crm.Options("Aktiv", "Passiv")},
		crm.Field{Kind: crm.Account, Name: "custom.grade", Type: crm.Choice, SV: "Betyg", Choices: []crm.Option{
			{Value: "A", SV: "Guld", EN: "Gold", Aliases: []string{"guldkund"}}, {Value: "B", SV: "Brons"}, {Value: "C"}}},
		crm.Field{Kind: crm.Account, Name: "custom.colours", Type: crm.Choices, SV: "Färger", Choices: []crm.Option{
			{Value: "R", SV: "Röd, ljus", EN: "Red"}, {Value: "G", SV: "Grön", EN: "Green"}}})
	if err != nil {
		t.Fatal(err)
	}
	schema, err = schema.With([]crm.Person{{ID: "17", Name: "Anna Ek", Email: "anna@exempel.se"}},
		map[string][]crm.Option{"contact.categories": crm.Options("Inköpare")})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
