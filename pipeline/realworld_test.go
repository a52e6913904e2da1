package pipeline_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// TestRealWorldFiles imports small files that other programs and people wrote, each with what is special about it. They are not part of the
// project: where the folder of cases is not beside it, the stories w01 … w20 and the tests of package sheet have inputs of the same kinds.
func TestRealWorldFiles(t *testing.T) {
	dir := casesDir()
	if dir == "" {
		t.Skip("NOT TESTED: the folder of cases is not beside the project")
	}
	const clients = "columns: {Företag: account.name, Postnr: account.zip, E-post: contact.email}\nmatch: {account: [name, zip], contact: [email]}\n"
	for _, tt := range []struct{ file, mapping, want string }{
		{"apostrophe_guard.csv", "", "done a+1=1 c+1=1"},
		{"byte_before_zip.xlsx", "", "done a+1 c+1"},
		{"contacts_on_second_sheet.xlsx", "", "done a+2 | unread sheet Folk"},
		{"contacts_on_second_sheet.xlsx", "sheets: all\n", "done a+2=1 c+1"},
		{"default_password.xlsx", "", "refused no_heading"},
		{"empty_first_sheet.xlsx", "", "done a+1 c+1"},
		{"error_words.csv", "", "done a!3 c!3 | CELL_ERROR=5"},
		{"gbk.csv", "", "refused encoding"},
		{"gbk.csv", "encoding: gbk\n", "done a+1 c+1"},
		{"group_rows.xlsx", clients, "done a+4=1 c+2 | BLANK_KEY=2"},
		{"group_rows.xlsx", clients + "rows: {where: {E-post: filled}}\n", "done a+2 c+2 | left out where=3"},
		{"headings_again.csv", "", "done a+2 c+2 | left out headings=1"},
		{"headings_only.xlsx", "", "done"},
		{"headings_only.xlsx", "empty: refuse\n", "refused empty"},
		{"hidden_rows.xlsx", "", "done a+3 c+3 | hidden rows=2"},
		{"hidden_rows.xlsx", "rows: {hidden: skip}\n", "done a+1 c+1 | left out hidden=2 | hidden rows=2"},
		{"hint_row.xlsx", "", "done a+2 c+2 | IMPLAUSIBLE_KEY=1"},
		{"hint_row.xlsx", "rows: {skip: 1}\n", "done a+1 c+1 | left out skip=1"},
		{"long_row.csv", "", "done a+1!1 | EXTRA_CELLS=1"},
		{"macroman.csv", "", "refused encoding"},
		{"macroman.csv", "encoding: macintosh\n", "done a+1"},
		{"merged.xlsx", "", "done a+2 c+2!2 | ACCOUNT_REQUIRED=2"},
		{"merged.xlsx", "unmerge: fill\n", "done a+2=2 c+4"},
		{"nul_padding.csv", "", "done a+1 | PADDING=1"},
		{"quote_closed_early.csv", "", "done a+2 c+2"},
		{"quote_over_rows.csv", "", "held quotes"},
		{"readme_sheet_first.xlsx", "", "done a+1 | unread sheet Läs mig"},
		{"report_footer.csv", "columns: {Account Name: account.name, Billing Zip/Postal Code: account.zip, Phone: account.phone}\n", "done a+2 | left out footer=5"},
		{"scientific.csv", "", "done a!2 | INVALID=4"},
		{"state_show.xlsx", "", "done a+1 c+1"},
		{"style_out_of_range.xlsx", "", "done a!1 | CELL_ERROR=2"},
		{"summary_sheet_first.xlsx", "", "done a+1 c+1 | unread sheet Export Summary"},
		{"titles_above_table.xlsx", "", "done a+1 c+1 | above=2"},
		{"two_boms.csv", "", "done a+1 c+1"},
		{"two_emails.xlsx", "", "done a!3 c!3 | SEVERAL_VALUES=3"},
		{"two_emails.xlsx", "columns: {E-post: {field: contact.email, split: first}}\n", "done a+1~2 c+3 | SEVERAL_VALUES=3 | TWO_VALUES=2"},
		{"windows1251.csv", "", "done a+2 c+2"},
		{"windows1253.csv", "", "done a+1 c+1"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			p := newPlay(t, way{"sqlite", 1000, false}, "")
			p.pipeline.Fallback.Match[crm.Account.Number()] = []string{"name", "zip"}
			if tt.mapping != "" {
				p.sidecar = p.file("mapping.yaml", []byte(tt.mapping))
			}
			rep, err := p.pipeline.Run(t.Context(), pipeline.Job{Name: tt.file, Workbook: filepath.Join(dir, tt.file), Sidecar: p.sidecar})
			if err != nil {
				t.Fatal(err)
			}
			if got := inShort(&rep.Import); got != tt.want {
				t.Errorf("%q gives %s\nwant %s\n%s", tt.mapping, got, tt.want, rep.Import.Why)
			}
		})
	}
}

// inShort is what came of an import in a line.
func inShort(imp *ledger.Import) string {
	line := strings.TrimSpace(string(imp.State) + " " + imp.Code)
	for _, kind := range crm.Kinds {
		c, signs := imp.Tally.Of(kind), ""
		for _, n := range []struct {
			sign string
			n    int
		}{{"+", c.Created}, {"~", c.Updated}, {"=", c.Unchanged}, {"-", c.Skipped}, {"!", c.Rejected}, {"?", c.Parked}} {
			if n.n > 0 {
				signs += fmt.Sprint(n.sign, n.n)
			}
		}
		if signs != "" {
			line += " " + string(kind)[:1] + signs
		}
	}
	for _, why := range slices.Sorted(maps.Keys(imp.Reading.LeftOut)) {
		line += fmt.Sprintf(" | left out %s=%d", why, imp.Reading.LeftOut[why])
	}
	if imp.Reading.Above > 0 {
		line += fmt.Sprintf(" | above=%d", imp.Reading.Above)
	}
	if imp.Reading.HiddenRows > 0 {
		line += fmt.Sprintf(" | hidden rows=%d", imp.Reading.HiddenRows)
	}
	for _, s := range imp.Reading.UnreadSheets {
		line += " | unread sheet " + s.Sheet
	}
	for _, code := range slices.Sorted(maps.Keys(imp.Tally.Problems)) {
		line += fmt.Sprintf(" | %s=%d", code, imp.Tally.Problems[code])
	}
	return line
}

// casesDir returns the folder of cases beside the project, "" where there is none.
func casesDir() string {
	dir, err := os.Getwd()
	for ; err == nil && filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		if there := filepath.Join(dir, "..", "shared", "cases"); isDir(there) {
			return there
		}
	}
	return ""
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
