package template

import (
	"strings"

	"inlet.example/inlet/pipeline/crm"
)

// marks begin each filled cell of the example row, by language. Every cell has it, so that the row is recognised whatever a person does with it: columns are
// deleted and moved, the workbook is saved by another program or as CSV. A value of a person never begins so.
var marks = map[string]string{"sv": "[Exempel] ", "en": "[Example] "}

// IsExample reports whether the text of a cell is from the example row of a template, in whichever language.
func IsExample(text string) bool {
	if text == "" || text[0] != '[' {
		return false
	}
	for _, mark := range marks {
		if strings.HasPrefix(text, strings.TrimSpace(mark)) {
			return true
		}
	}
	return false
}

// example returns the cell of a field in the example row; nil where there is nothing to show: in a column with a drop-down, and in that of an ID, which new
// records do not have.
func example(f *crm.Field, lang string) any {
	value := examples[f.Path()].in(lang)
	if value == "" && f.Type.Describe().Format != "" {
		value = ofTypes[f.Type]
	}
	if value == "" {
		return nil
	}
	return marks[lang] + value
}

// ofTypes are examples for fields of which no more is known than their type.
var ofTypes = map[crm.Type]string{crm.Integer: "25", crm.Decimal: "1234,50", crm.Date: "2026-04-03", crm.DateTime: "2026-04-03 09:30"}

var examples = map[string]phrase{
	"account.name":          {"Nordbygg AB", "Northbuild Ltd"},
	"account.org_number":    {"556000-4615", "556000-4615"},
	"account.phone":         {"040-12 34 56", "020 7946 0000"},
	"account.email":         {"info@nordbygg.example", "info@northbuild.example"},
	"account.website":       {"www.nordbygg.example", "www.northbuild.example"},
	"account.address":       {"Storgatan 1", "1 High Street"},
	"account.zip":           {"211 22", "SW1A 1AA"},
	"account.city":          {"Malmö", "London"},
	"account.state":         {"Skåne", "Greater London"},
	"account.country":       {"Sverige", "United Kingdom"},
	"account.employees":     {"25", "25"},
	"account.revenue":       {"12 500 000", "12,500,000"},
	"account.currency":      {"SEK", "GBP"},
	"account.industry_code": {"41200", "41200"},
	"account.notes":         {"Ringer helst på tisdagar", "Prefers calls on Tuesdays"},
	"contact.name":          {"Anna Ek", "Ann Oak"},
	"contact.first_name":    {"Anna", "Ann"},
	"contact.last_name":     {"Ek", "Oak"},
	"contact.title":         {"Inköpare", "Buyer"},
	"contact.email":         {"anna.ek@nordbygg.example", "ann.oak@northbuild.example"},
	"contact.phone":         {"040-12 34 57", "020 7946 0001"},
	"contact.mobile":        {"070-123 45 67", "07700 900000"},
}
