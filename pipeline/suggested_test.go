package pipeline_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/suggest"
	"inlet.example/inlet/pipeline/mapping/suggest/suggesttest"
	"inlet.example/inlet/pipeline/mapping/suggest/tokens"
	"inlet.example/inlet/pipeline/sheet"
)

// TestSuggestedImports imports exports of other systems with the mapping that is suggested for them: no record has a value from a column that is not
// its field. Where a column is the name of the company, each row gives its records.
func TestSuggestedImports(t *testing.T) {
	dirs := []string{"mapping/suggest/testdata"}
	if dir := os.Getenv("INLET_TEST_HEADINGS"); dir != "" {
		dirs = append(dirs, dir)
	}
	for _, dir := range dirs {
		for _, l := range suggesttest.Load(t, dir) {
			t.Run(l.Name, func(t *testing.T) {
				t.Parallel()
				importSuggested(t, &l)
			})
		}
	}
}

func importSuggested(t *testing.T, l *suggesttest.Layout) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	book, err := sheet.Open(l.Path, sheet.Options{Locale: "sv-SE"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := suggest.Suggest(t.Context(), p.schema, book, "")
	cells := columnsOf(t, book, s)
	book.Close()
	if err != nil {
		t.Fatal(err)
	}
	job := suggestedJob(p, l, s)
	rep, err := p.pipeline.Run(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	created := 0
	for _, c := range p.changes(&rep.Import) {
		if c.Action != ledger.Create && c.Action != ledger.Update {
			continue
		}
		created++
		for _, pair := range c.After {
			if path := c.Kind.Path(pair.Field); !isFrom(l, cells, path, pair.Value) {
				t.Errorf("%s has %q, which no column of it has", path, pair.Value)
			}
		}
	}
	if counts := rep.Import.Tally.Counts; s.Column("account.name") != nil && (created == 0 || counts.All().Rejected > 0) {
		t.Errorf("%d records are written, %d rejected: %s", created, counts.All().Rejected, s.YAML("en"))
	}
}

// suggestedJob is the import of a layout with a suggestion.
func suggestedJob(p *play, l *suggesttest.Layout, s *suggest.Suggestion) pipeline.Job {
	job := p.job(txtar.File{Name: "empty.csv", Data: []byte("Company\nx\n")})
	content, err := os.ReadFile(l.Path)
	if err != nil {
		p.Fatal(err)
	}
	end := l.Path[strings.LastIndex(l.Path, "."):]
	job.Name, job.Workbook = "book"+end, p.file("book"+end, content)
	job.Sidecar = p.file("book.mapping.yaml", s.YAML("en"))
	return job
}

// columnsOf returns the folded values of each column with a heading.
func columnsOf(t *testing.T, book *sheet.Workbook, s *suggest.Suggestion) [][]string {
	var all [][]string
	for rows, err := range book.Sheets[0].Rows(t.Context(), 64) {
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if row.Number <= s.HeaderRow {
				for range row.Cells {
					all = append(all, nil)
				}
				continue
			}
			for i := range all {
				all[i] = append(all[i], tokens.Fold(row.Cell(i).Shown()))
			}
		}
	}
	return all
}

// isFrom reports whether a value stands in a column that may be its field. A name may be made of two columns; yes and no are not compared.
func isFrom(l *suggesttest.Layout, columns [][]string, path string, v crm.Value) bool {
	if strings.HasSuffix(path, ".active") {
		return true
	}
	is := tokens.Fold(v.String())
	parts := []string{path}
	if path == "contact.name" {
		parts = append(parts, "contact.first_name", "contact.last_name")
	}
	for i := range l.Answers {
		for _, field := range parts {
			if !l.Answers[i].Accepts(field) {
				continue
			}
			if field == path && slices.Contains(columns[i], is) || field != path && slices.ContainsFunc(columns[i], func(half string) bool { return half != "" && strings.Contains(is, half) }) {
				return true
			}
		}
	}
	return false
}

// TestApprovedSuggestion: an import that was approved with its suggested mapping keeps that, so that its rejected rows come back with it, and a
// try that ended before its files had moved finishes with the same.
func TestApprovedSuggestion(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	folders := pipeline.Folders{Held: filepath.Join(p.dir, "held"), Done: filepath.Join(p.dir, "done"), Failed: filepath.Join(p.dir, "failed")}
	if err := os.Mkdir(filepath.Join(p.dir, "in"), 0o755); err != nil {
		t.Fatal(err)
	}
	book := p.file("in/kunden.csv", []byte("Firmenname,Ort,E-Mail-Adresse\nMusterbau GmbH,Köln,info@musterbau.example\nProbewerk AG,Bonn,no address\nTesthaus KG,Trier,info@testhaus.example\n"))
	job := pipeline.Job{Arrival: "1", Inbox: "in", Name: "kunden.csv", Workbook: book, Folders: folders, Language: "en"}
	rep, err := p.pipeline.Run(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	held := rep.Import
	if held.State != ledger.Held || held.Code != ledger.NoMapping || held.Suggestion == nil || !held.Suggestion.Matches || !held.Approvable() {
		t.Fatalf("%s %s %+v", held.State, held.Code, held.Suggestion)
	}
	suggested, err := os.ReadFile(held.Suggestion.Path)
	if err != nil || !strings.Contains(string(suggested), "Firmenname: account.name") {
		t.Fatalf("%s %v", suggested, err)
	}
	job.Workbook = held.Archived
	rep, err = p.pipeline.Approve(t.Context(), job, held)
	if err != nil || rep.Import.State != ledger.Done || rep.Import.Mapping != "kunden.mapping.yaml" || rep.Import.Tally.NotApplied() != 1 {
		t.Fatalf("%+v %v", rep.Import, err)
	}
	if _, err := os.Stat(held.Suggestion.Path); err == nil {
		t.Error("the suggestion is still in held")
	}
	kept, ok, err := p.store.Mappings.Mapping(t.Context(), rep.Import.With)
	if err != nil || !ok || kept.Content != string(suggested) {
		t.Errorf("the mapping kept is %q, %v, %v", kept.Content, ok, err)
	}
	stored, _, err := p.store.Imports.Import(t.Context(), rep.Import.ID)
	if err != nil || stored.With != rep.Import.With || stored.Mapping != rep.Import.Mapping {
		t.Errorf("it is stored with %s %s, %v", stored.Mapping, stored.With, err)
	}
	job.Arrival, job.Workbook = "2", p.file("in/kunden.csv", []byte("Firmenname,Ort,E-Mail-Adresse\nMusterbau GmbH,Köln,info@musterbau.example\nProbewerk AG,Bonn,no address\nTesthaus KG,Trier,info@testhaus.example\n"))
	if rep, err = p.pipeline.Run(t.Context(), job); err != nil || rep.Import.State != ledger.Duplicate {
		t.Errorf("dropped again it is %s: %s %v", rep.Import.State, rep.Import.Why, err)
	}
	job.Arrival, job.Name = "3", "kunden.rejected.xlsx"
	job.Workbook = p.file("in/kunden.rejected.xlsx", readFile(t, rejectedOf(t, &stored)))
	rep, err = p.pipeline.Run(t.Context(), job)
	if err != nil || rep.Import.Parent != stored.ID || rep.Import.Mapping != "kunden.mapping.yaml" {
		t.Errorf("its rejected rows are %s of %q with %s: %s %v", rep.Import.State, rep.Import.Parent, rep.Import.Mapping, rep.Import.Why, err)
	}
}

// TestWithoutCompany: a file in which no row can have an account is held with the suggestion, and not imported by that alone, in whatever way it comes.
func TestWithoutCompany(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	folders := pipeline.Folders{Held: filepath.Join(p.dir, "held"), Done: filepath.Join(p.dir, "done"), Failed: filepath.Join(p.dir, "failed")}
	people := []byte("Förnamn,Efternamn,Kontakt: E-post\nAnna,Ek,anna@ek.example\n")
	arrivals := 0
	run := func(name, sidecar string, content []byte, approve bool) ledger.Import {
		t.Helper()
		arrivals++
		dir := filepath.Join("in", strconv.Itoa(arrivals))
		if err := os.MkdirAll(filepath.Join(p.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
		job := pipeline.Job{Arrival: strconv.Itoa(arrivals), Inbox: "in", Name: name, Workbook: p.file(filepath.Join(dir, name), content), Folders: folders, Language: "sv", Approve: approve}
		if sidecar != "" {
			job.Sidecar = p.file(filepath.Join(dir, filename.Stem(name)+filename.MappingEnd), []byte(sidecar))
		}
		rep, err := p.pipeline.Run(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		return rep.Import
	}
	held := run("folk.csv", "", people, false)
	if held.State != ledger.Held || held.Code != ledger.NoMapping || held.Suggestion == nil || held.Approvable() || !strings.Contains(held.Why, "varje rad skulle avvisas") {
		t.Fatalf("%s %s %+v: %s", held.State, held.Code, held.Suggestion, held.Why)
	}
	suggested := string(readFile(t, held.Suggestion.Path))
	for _, approve := range []bool{false, true} {
		if again := run("folk.csv", suggested, people, approve); again.State != ledger.Held || again.Code != ledger.NoMapping || again.Approvable() {
			t.Errorf("with the suggestion unchanged: %s %s %s", again.State, again.Code, again.Why)
		}
	}
	if own := run("folk.csv", suggested+"mode: update\n", people, false); own.State != ledger.Done || own.Tally.NotApplied() != 1 {
		t.Errorf("with a mapping of a person's own: %s %s", own.State, own.Why)
	}
	for name, content := range map[string]string{"ids": "Upsales ID,Telefon\n,08-123 45 60\n", "companies": "Företag,Postnr\nAcme,11122\n"} {
		if imp := run(name+".csv", "", []byte(content), false); imp.Code == ledger.NoMapping {
			t.Errorf("%s are held: %s", name, imp.Why)
		}
	}
}

func rejectedOf(t *testing.T, imp *ledger.Import) string {
	t.Helper()
	if imp.Rejected == "" {
		t.Fatal("there is no workbook of rejected rows")
	}
	return imp.Rejected
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
