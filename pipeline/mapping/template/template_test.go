package template

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
	"inlet.example/inlet/pipeline/sheet"
)

// TestTemplateChoices has a drop-down show what choices are called in the template's language, and each be read back as the value that is
// stored; the help sheet says the same words.
func TestTemplateChoices(t *testing.T) {
	schema := mappingtest.Schema(t)
	for lang, want := range map[string][]string{"sv": {"Guld", "Brons", "C"}, "en": {"Gold", "B", "C"}} {
		book := template(t, schema, lang)
		f := schema.Field("account.custom.grade")
		shown := dropDown(t, book, f.Label(lang))
		if diff := cmp.Diff(want, shown); diff != "" {
			t.Errorf("the drop-down of %s (-want +got):\n%s", lang, diff)
		}
		for i, word := range shown {
			if got, wrong := convert.Choice(f, word); wrong != nil || got.Text() != f.Choices[i].Value {
				t.Errorf("%s, picked in %s, is read as %s and not %s", word, lang, got, f.Choices[i].Value)
			}
		}
		if help := helpOf(t, book, lang, f); !strings.HasSuffix(help, strings.Join(want, ", ")) {
			t.Errorf("the help sheet says %q", help)
		}
	}
}

// TestTemplateLabelWithComma has a label that holds the sign between items be picked too.
func TestTemplateLabelWithComma(t *testing.T) {
	schema := mappingtest.Schema(t)
	f := schema.Field("account.custom.colours")
	if got := choiceLabels(f, "sv"); !slices.Equal(got, []string{"Röd, ljus", "Grön"}) {
		t.Errorf("the labels are %q", got)
	}
	for i, word := range choiceLabels(f, "sv") {
		got, wrong := convert.Choices(f, sheet.Cell{Type: sheet.Text, Raw: word})
		if wrong != nil || got.String() != f.Choices[i].Value {
			t.Errorf("%s is read as %s", word, got)
		}
	}
}

func template(t *testing.T, schema *crm.Schema, lang string) *excelize.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "template.xlsx")
	if err := Write(path, schema, lang); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return book
}

// dropDown returns what may be picked below a heading.
func dropDown(t *testing.T, book *excelize.File, heading string) []string {
	t.Helper()
	rows, err := book.GetRows("Import")
	if err != nil {
		t.Fatal(err)
	}
	at, err := excelize.CoordinatesToCellName(slices.Index(rows[0], heading)+1, 2)
	if err != nil {
		t.Fatal(err)
	}
	all, err := book.GetDataValidations("Import")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range all {
		if strings.HasPrefix(rule.Sqref, at+":") {
			return strings.Split(strings.Trim(rule.Formula1, `"`), ",")
		}
	}
	t.Fatalf("%s has no drop-down", at)
	return nil
}

func helpOf(t *testing.T, book *excelize.File, lang string, f *crm.Field) string {
	t.Helper()
	rows, err := book.GetRows(helpWords[lang].sheet)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row[0] == f.Label(lang) {
			return row[2]
		}
	}
	return ""
}

// TestTemplateLooks: accounts and contacts have headings of different colours, required fields darker ones, and the example stands below in each language.
func TestTemplateLooks(t *testing.T) {
	schema := mappingtest.Schema(t)
	for _, lang := range []string{"sv", "en"} {
		book := template(t, schema, lang)
		rows, err := book.GetRows("Import")
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		seen := map[string]bool{}
		for i, f := range schema.Fields() {
			at, err := excelize.CoordinatesToCellName(i+1, 1)
			if err != nil {
				t.Fatal(err)
			}
			id, err := book.GetCellStyle("Import", at)
			if err != nil {
				t.Fatal(err)
			}
			style, err := book.GetStyle(id)
			if err != nil {
				t.Fatal(err)
			}
			required := slices.Contains(f.Kind.Required(), f.Name)
			if dark := style.Font.Color == "FFFFFF"; dark != required {
				t.Errorf("%s: dark %v, required %v", f.Path(), dark, required)
			}
			seen[string(f.Kind)+style.Fill.Color[0]] = true
			if i < len(rows[1]) && rows[1][i] != "" && !IsExample(rows[1][i]) {
				t.Errorf("%s: %q has no mark", f.Path(), rows[1][i])
			}
		}
		if len(seen) != 4 {
			t.Errorf("colours %v, want two of each kind", seen)
		}
		if cell := rows[1][slices.Index(rows[0], schema.Field("account.name").Label(lang))]; cell == "" {
			t.Error("the example has no name")
		}
	}
}

func TestIsExample(t *testing.T) {
	for text, want := range map[string]bool{"[Exempel] Acme": true, "[Example] Acme": true, "[Exempel]": true, "Exempel AB": false, "[Acme]": false, "": false, "[": false} {
		if got := IsExample(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
