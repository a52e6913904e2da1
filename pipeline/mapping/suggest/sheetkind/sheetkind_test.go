package sheetkind

import (
	"fmt"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/mapping/suggest/reading"
	"inlet.example/inlet/pipeline/mapping/suggest/values"
	"inlet.example/inlet/pipeline/mapping/suggest/words"
	"inlet.example/inlet/pipeline/sheet"
)

func TestOf(t *testing.T) {
	for headings, want := range map[string]string{ // heading or heading=value
		"Company,Org number,Phone,E-mail":            "account companies facts",
		"First name,Last name,E-mail":                "contact persons first last",
		"First name,Last name,Company,Phone":         "contact persons companies first last",
		"Company,Contact person,Phone,Payment terms": "account persons companies facts",
		"Name=Acme AB,Phone":                         "account",
		"Name=Anna Ek,Phone":                         "contact persons",
		"Name=Anna Ek,Org number,Employees":          "account companies facts",
		"Name,E-mail":                                "account",
		"Company,Contact person - first name,Contact person - last name,VAT ID": "account persons companies facts first last",
		"Company,Salutation,Birthday,Department,E-mail":                         "contact companies",
		"Company,Home first name":                                               "account companies",
		"Company,Business street":                                               "account companies facts",
	} {
		var columns []Column
		for heading := range strings.SplitSeq(headings, ",") {
			heading, value, _ := strings.Cut(heading, "=")
			columns = append(columns, Column{Sense: reading.Read(words.All(), heading).Of("en"), Evidence: values.Of([]sheet.Cell{{Type: sheet.Text, Raw: value}})})
		}
		k := Of(columns)
		got := string(k.Main)
		for _, is := range []struct {
			it   bool
			name string
		}{{k.Persons, "persons"}, {k.Companies, "companies"}, {k.Facts, "facts"}, {k.First, "first"}, {k.Last, "last"}} {
			if is.it {
				got += " " + is.name
			}
		}
		if got != want {
			t.Errorf("%s is %q, not %q", headings, got, fmt.Sprint(want))
		}
	}
}
