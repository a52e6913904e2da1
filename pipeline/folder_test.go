package pipeline_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/template"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// folder is a folder in which one language is spoken.
type folder struct {
	*play
	lang  string
	words naming.Words
	n     int
}

// drop imports a workbook as the daemon does.
func (f *folder) drop(name, content, sidecar string) ledger.Import {
	f.Helper()
	f.n++
	job := pipeline.Job{Arrival: f.lang + strings.Repeat("x", f.n), Inbox: "kunder", Name: name, Language: f.lang, Names: f.words,
		Workbook: filepath.Join(f.TempDir(), name), Folders: pipeline.Folders{Done: filepath.Join(f.dir, "done"), Failed: filepath.Join(f.dir, "failed"), Held: filepath.Join(f.dir, "held")}}
	sheettest.Book(f, job.Workbook, content)
	if sidecar != "" {
		job.Sidecar = f.file("mapping.yaml", []byte(sidecar))
	}
	rep, err := f.pipeline.Run(f.Context(), job)
	if err != nil {
		f.Fatal(err)
	}
	return rep.Import
}

// names returns what lies in the done, failed and held folders, without the days.
func (f *folder) names() []string {
	f.Helper()
	var all []string
	for _, pattern := range []string{"done/*/*", "failed/*", "held/*"} {
		found, err := filepath.Glob(filepath.Join(f.dir, pattern))
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range found {
			all = append(all, filepath.Base(path))
		}
	}
	slices.Sort(all)
	return all
}

const halfMapping = "columns: {Bolag: account.name, Mejl: contact.email}\nmatch: {account: [name], contact: [email]}\n"

// TestCorrectedFilesAreNumbered: one sees which file still needs work, in whatever order and however often people drop what they have corrected, and the
// first import tells what became of its rows.
func TestCorrectedFilesAreNumbered(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		"sv": {"halv.avvisade-2.xlsx", "halv.avvisade-3.xlsx", "halv.avvisade.xlsx", "halv.korrigerade-2.xlsx", "halv.korrigerade-3.csv", "halv.korrigerade.xlsx", "halv.mapping.yaml", "halv.xlsx"},
		"en": {"halv.corrected-2.xlsx", "halv.corrected-3.csv", "halv.corrected.xlsx", "halv.mapping.yaml", "halv.rejected-2.xlsx", "halv.rejected-3.xlsx", "halv.rejected.xlsx", "halv.xlsx"},
	} {
		t.Run(lang, func(t *testing.T) {
			f := &folder{play: newPlay(t, way{"sqlite", 10, false}, ""), lang: lang}
			first := f.drop("halv.xlsx", "Bolag,Mejl\nAcme,a@exempel.se\nBeta,b at exempel\nGamma,c at exempel\nDelta,d at exempel\n", halfMapping)
			// One of three is corrected, then the same file is dropped with another, and in the end what is left, as a CSV.
			second := f.drop(filepath.Base(first.Rejected), "Row,Problem,Cell,Bolag,Mejl\n3,x,B3,Beta,b@exempel.se\n4,x,B4,Gamma,c at exempel\n5,x,B5,Delta,d at exempel\n", "")
			third := f.drop(filepath.Base(first.Rejected), "Row,Problem,Cell,Bolag,Mejl\n3,x,B3,Beta,b@exempel.se\n4,x,B4,Gamma,c@exempel.se\n5,x,B5,Delta,d at exempel\n", "")
			fourth := f.drop(naming.Stem(third.Rejected)+".csv", "Row,Problem,Cell,Bolag,Mejl\n4,x,E4,Delta,d@exempel.se\n", "")
			if diff := cmp.Diff(want, f.names()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if fourth.Parent != third.ID || fourth.Tally.NotApplied() > 0 {
				t.Errorf("the last one corrects %q: %s", fourth.Parent, fourth.Why)
			}
			f.corrections(first.ID, []ledger.Correction{{Import: second.ID, Rows: 3, Applied: 1}, {Import: third.ID, Rows: 3, Applied: 2}, {Import: fourth.ID, Rows: 1, Applied: 1}})
			f.corrections(third.ID, []ledger.Correction{{Import: fourth.ID, Rows: 1, Applied: 1}})
			if _, err := f.pipeline.Undo(t.Context(), pipeline.Job{Language: lang}, fourth.ID); err != nil {
				t.Fatal(err)
			}
			f.corrections(third.ID, []ledger.Correction{{Import: fourth.ID, Rows: 1, Applied: 1, Undone: true}})
		})
	}
}

// corrections wants what an import knows of the corrections of its rows, and that it is shown.
func (f *folder) corrections(id string, want []ledger.Correction) {
	f.Helper()
	imp, _, err := f.store.Imports.Import(f.Context(), id)
	if err != nil {
		f.Fatal(err)
	}
	if diff := cmp.Diff(want, imp.Corrections); diff != "" {
		f.Errorf("-want +got:\n%s", diff)
	}
	var out strings.Builder
	if err := report.Show(&out, &imp, nil, f.lang); err != nil || !strings.Contains(out.String(), want[len(want)-1].Import) {
		f.Errorf("show does not say it, %v:\n%s", err, &out)
	}
}

// TestOldRejectedNames: rows that an older version rejected come back under the name that it gave, also where their workbook lost its property.
func TestOldRejectedNames(t *testing.T) {
	t.Parallel()
	f := &folder{play: newPlay(t, way{"sqlite", 10, false}, ""), lang: "en"}
	first := f.drop("halv.xlsx", "Bolag,Mejl\nBeta,b at exempel\n", halfMapping)
	f.lang, f.words = "sv", naming.Words{Rejected: "fel"}
	second := f.drop("halv.rejected.csv", "Row,Problem,Cell,Bolag,Mejl\n3,x,B3,Beta,b at exempel\n", "")
	if second.Parent != first.ID || filepath.Base(second.Rejected) != "halv.fel-2.xlsx" {
		t.Fatalf("parent %q, rejected %s, %s", second.Parent, second.Rejected, second.Why)
	}
	third := f.drop("halv.fel-2.csv", "Rad,Problem,Cell,Bolag,Mejl\n3,x,B3,Beta,b@exempel.se\n", "")
	if third.Parent != second.ID || third.Rejected != "" || filepath.Base(third.Archived) != "halv.korrigerade-2.csv" {
		t.Errorf("parent %q, archived %s", third.Parent, third.Archived)
	}
}

// TestNotesInTheLanguage: notes have the words of the inbox, each says whom to ask and what to do, and those of a held file go with it, also where they have
// the names of an older version.
func TestNotesInTheLanguage(t *testing.T) {
	t.Parallel()
	f := &folder{play: newPlay(t, way{"sqlite", 10, false}, ""), lang: "sv"}
	const rows = "Bolag,Mejl\nAcme,a@exempel.se\n"
	first := f.drop("kunder.xlsx", rows, halfMapping)
	f.drop("kunder.xlsx", rows, halfMapping)
	held := f.drop("nya.xlsx", "Bolag,Mejl\nBeta,b at exempel\n", halfMapping+"caps: {max_rejected: 0}\n")
	f.drop("tom.xlsx", "x\n", "")
	want := []string{"kunder.mapping.yaml", "kunder.xlsx", "kunder~2.mapping.yaml", "kunder~2.xlsx", "kunder~2.xlsx.dubblett.txt",
		"nya.mapping.yaml", "nya.xlsx", "nya.xlsx.orsak.txt", "nya.xlsx.plan.txt", "tom.xlsx", "tom.xlsx.orsak.txt"}
	if diff := cmp.Diff(want, f.names()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for pattern, says := range map[string][]string{
		"done/*/kunder~2.xlsx.dubblett.txt": {first.ID, "1 rad", "Gör så här", "fråga den som sköter inlet"},
		"held/nya.xlsx.orsak.txt":           {"titta i nya.xlsx.plan.txt", "inlet approve " + held.ID, "fråga den som sköter inlet"},
		"failed/tom.xlsx.orsak.txt":         {"rätta filen", "fråga den som sköter inlet"},
	} {
		f.says(pattern, says...)
	}
	if err := os.Rename(held.Archived+".orsak.txt", held.Archived+".reason.txt"); err != nil {
		t.Fatal(err)
	}
	held.Notes = nil // as an older version stored it
	job := pipeline.Job{Inbox: "kunder", Name: "nya.xlsx", Workbook: held.Archived, Sidecar: held.Sidecar, Language: "sv", Folders: pipeline.Folders{Failed: filepath.Join(f.dir, "failed"), Held: filepath.Join(f.dir, "held")}}
	if _, err := f.pipeline.Discard(t.Context(), job, held); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(f.dir, "held", "*")); err != nil || len(left) > 0 {
		t.Errorf("left in held: %v, %v", left, err)
	}
}

// says wants some texts in a file.
func (f *folder) says(pattern string, texts ...string) {
	f.Helper()
	found, err := filepath.Glob(filepath.Join(f.dir, pattern))
	if err != nil || len(found) != 1 {
		f.Fatalf("%s: %v, %v", pattern, found, err)
	}
	content, err := os.ReadFile(found[0])
	for _, text := range texts {
		if err != nil || !strings.Contains(string(content), text) {
			f.Errorf("%s does not say %q, %v:\n%s", pattern, text, err, content)
		}
	}
}

// TestTemplateExample: of a template that came back only the rows of people are imported, whatever became of its columns and of its form.
func TestTemplateExample(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(rows [][]string) [][]string{
		"as it is": func(rows [][]string) [][]string { return rows },
		"columns moved": func(rows [][]string) [][]string {
			return columns(rows, func(at []int) []int { slices.Reverse(at); return at })
		},
		"columns deleted": func(rows [][]string) [][]string {
			return columns(rows, func(at []int) []int { return []int{at[1], at[8]} })
		},
		"example below": func(rows [][]string) [][]string { return [][]string{rows[0], rows[2], rows[1]} },
	} {
		for _, ending := range []string{".xlsx", ".csv"} {
			for _, lang := range []string{"sv", "en"} {
				t.Run(name+ending+lang, func(t *testing.T) {
					f := &folder{play: newPlay(t, way{"sqlite", 10, false}, ""), lang: lang}
					rows := f.template()
					rows = append(rows, make([]string, len(rows[0])))
					rows[2][1], rows[2][8] = "Beta", "22233"
					imp := f.drop("mall"+ending, asCSV(change(rows)), "")
					if imp.Tally.Rows != 1 || imp.Tally.Of("account").Created != 1 || imp.Reading.LeftOut[ledger.LeftOutExample] != 1 {
						t.Errorf("%s %s: %d rows, %+v, left out %v", imp.State, imp.Why, imp.Tally.Rows, imp.Tally.Of("account"), imp.Reading.LeftOut)
					}
				})
			}
		}
	}
	t.Run("written over in part", func(t *testing.T) {
		f := &folder{play: newPlay(t, way{"sqlite", 10, false}, ""), lang: "sv"}
		rows := f.template()
		rows[1][1] = "Beta"
		imp := f.drop("mall.xlsx", asCSV(rows), "")
		if imp.Tally.NotApplied() == 0 || imp.Tally.Of("account").Created > 0 || imp.Rejected == "" {
			t.Errorf("%s %s: %+v", imp.State, imp.Why, imp.Tally)
		}
	})
	t.Run("nothing but the example", func(t *testing.T) {
		f := &folder{play: newPlay(t, way{"sqlite", 10, false}, ""), lang: "sv"}
		if imp := f.drop("mall.xlsx", asCSV(f.template()), ""); imp.State != ledger.Done || imp.Tally.Rows > 0 {
			t.Errorf("%s %s", imp.State, imp.Why)
		}
	})
	t.Run("a cap of rows that are left out", func(t *testing.T) {
		f := &folder{play: newPlay(t, way{"sqlite", 10, false}, ""), lang: "sv"}
		rows := f.template()
		rows = append(rows, make([]string, len(rows[0])))
		rows[2][1] = "Beta"
		if imp := f.drop("mall.xlsx", asCSV(rows), "match: {account: [name]}\ncaps: {max_left_out: 0}\n"); imp.State != ledger.Done {
			t.Errorf("%s %s", imp.State, imp.Why)
		}
	})
}

// template returns the headings and the example of a template.
func (f *folder) template() [][]string {
	f.Helper()
	path := filepath.Join(f.TempDir(), "mall.xlsx")
	if err := template.Write(path, f.pipeline.Schema, f.lang); err != nil {
		f.Fatal(err)
	}
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		f.Fatal(err)
	}
	defer book.Close()
	var all [][]string
	for rows, err := range book.Sheets[0].Rows(f.Context(), 100) {
		if err != nil {
			f.Fatal(err)
		}
		for _, row := range rows {
			cells := make([]string, len(f.pipeline.Schema.Fields()))
			for _, cell := range row.Cells {
				cells[cell.Column] = cell.Shown()
			}
			all = append(all, cells)
		}
	}
	return all
}

func columns(rows [][]string, choose func(at []int) []int) [][]string {
	at := make([]int, len(rows[0]))
	for i := range at {
		at[i] = i
	}
	at = choose(at)
	var chosen [][]string
	for _, row := range rows {
		var cells []string
		for _, i := range at {
			cells = append(cells, row[i])
		}
		chosen = append(chosen, cells)
	}
	return chosen
}

func asCSV(rows [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.WriteAll(rows)
	return b.String()
}

// TestOldRejectedRowsAreHeld: rejected rows that were lying about are held where they would overwrite what a later file brought; approving imports them. A
// person who corrects the same rows once more is not stopped, nor one who had undone that.
func TestOldRejectedRowsAreHeld(t *testing.T) {
	t.Parallel()
	const (
		sidecar   = "columns: {Bolag: account.name, Ort: account.city, Mejl: contact.email}\nmatch: {account: [name], contact: [email]}\n"
		first     = "Bolag,Ort,Mejl\nAcme,Lund,a@exempel.se\nAcme,Lund,b at exempel\n"
		corrected = "Row,Problem,Cell,Bolag,Ort,Mejl\n3,x,C3,Acme,Lund,b@exempel.se\n"
	)
	begin := func(t *testing.T) *folder {
		f := &folder{play: newPlay(t, way{"sqlite", 10, false}, ""), lang: "sv"}
		f.drop("kunder.xlsx", first, sidecar)
		return f
	}
	t.Run("later file", func(t *testing.T) {
		f := begin(t)
		f.drop("nya.xlsx", "Bolag,Ort,Mejl\nAcme,Malmö,a@exempel.se\n", sidecar)
		held := f.drop("kunder.avvisade.csv", corrected, "")
		if held.State != ledger.Held || held.Code != ledger.NewerValues || !strings.Contains(held.Why, "nya.xlsx") {
			t.Fatalf("%s %s %s", held.State, held.Code, held.Why)
		}
		f.says("held/kunder.avvisade.csv.plan.txt", "Malmö")
		job := pipeline.Job{Arrival: held.Arrival, Inbox: "kunder", Name: held.Workbook, Workbook: held.Archived, Language: "sv",
			Folders: pipeline.Folders{Done: filepath.Join(f.dir, "done"), Held: filepath.Join(f.dir, "held")}}
		rep, err := f.pipeline.Approve(t.Context(), job, held)
		if err != nil || rep.Import.State != ledger.Done || filepath.Base(rep.Import.Archived) != "kunder.korrigerade.csv" {
			t.Errorf("approved: %s %s %s, %v", rep.Import.State, rep.Import.Why, rep.Import.Archived, err)
		}
	})
	t.Run("later file of other records", func(t *testing.T) {
		f := begin(t)
		f.drop("nya.xlsx", "Bolag,Ort,Mejl\nBeta,Malmö,a@exempel.se\n", sidecar)
		if imp := f.drop("kunder.avvisade.csv", corrected, ""); imp.State != ledger.Done {
			t.Errorf("%s %s", imp.State, imp.Why)
		}
	})
	t.Run("same rows again", func(t *testing.T) {
		f := begin(t)
		one := f.drop("kunder.avvisade.csv", strings.Replace(corrected, "Lund", "Ystad", 1), "")
		two := f.drop("kunder.avvisade.csv", strings.Replace(corrected, "Lund", "Kivik", 1), "")
		if _, err := f.pipeline.Undo(t.Context(), pipeline.Job{}, two.ID); err != nil {
			t.Fatal(err)
		}
		three := f.drop("kunder.avvisade.csv", strings.Replace(corrected, "Lund", "Simrishamn", 1), "")
		for _, imp := range []ledger.Import{one, two, three} {
			if imp.State != ledger.Done || imp.Tally.Of("account").Updated != 1 {
				t.Errorf("%s %s, %+v", imp.State, imp.Why, imp.Tally.Of("account"))
			}
		}
	})
}
