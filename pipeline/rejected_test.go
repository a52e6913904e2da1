package pipeline_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// dropped imports a workbook of an inbox, with the mapping beside it if there is one.
func (p *play) dropped(name, content, sidecar string) ledger.Import {
	p.Helper()
	job := pipeline.Job{Inbox: "kunder", Name: name, Workbook: filepath.Join(p.TempDir(), name), Folders: pipeline.Folders{Done: filepath.Join(p.dir, "done"),
		Failed: filepath.Join(p.dir, "failed"), Held: filepath.Join(p.dir, "held")}}
	sheettest.Book(p, job.Workbook, content)
	if sidecar != "" {
		job.Sidecar = p.file("mapping.yaml", []byte(sidecar))
	}
	rep, err := p.pipeline.Run(p.Context(), job)
	if err != nil {
		p.Fatal(err)
	}
	return rep.Import
}

// contents returns what is in a workbook, a line per row: reasons are cut at their first colon.
func contents(t *testing.T, path string) string {
	t.Helper()
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var b strings.Builder
	for _, s := range book.Sheets {
		for rows, err := range s.Rows(t.Context(), 100) {
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				var cells []string
				for _, cell := range row.Cells {
					for len(cells) < cell.Column {
						cells = append(cells, "")
					}
					text, _, _ := strings.Cut(cell.Shown(), ":")
					cells = append(cells, text)
				}
				fmt.Fprintln(&b, strings.Join(cells, "|"))
			}
		}
	}
	return b.String()
}

const lettered = "columns: {\"=A\": account.name, \"=B\": account.zip, \"=C\": contact.name, \"=D\": contact.email, \"=E\": contact.phone}\n" +
	"match: {account: [name], contact: [email]}\n"

// TestRejectedWorkbook holds what people get back: reasons first, then the columns as they were, and the cells to fill in named also where a
// row as a whole is at fault.
func TestRejectedWorkbook(t *testing.T) {
	for name, tt := range map[string]struct{ content, sidecar, want string }{
		"cells": {"Bolag,Postnr,Person,Mejl,\nAcme,11122,Anna,anna@exempel.se,1\n,11122,Bo,bo@exempel.se,2\nBeta,22233,Cia,cia at exempel,3\nBeta,22233,,,08-1\n", lettered,
			"Row|Problem|Cell|Bolag|Postnr|Person|Mejl\n" +
				"3|a new account needs a name|A3||11122|Bo|bo@exempel.se|2\n" +
				"4|\"cia at exempel\" is not a valid e-mail address, e.g. anna@exempel.se|D4|Beta|22233|Cia|cia at exempel|3\n" +
				"5|a new contact needs a name or an e-mail address|C5|Beta|22233|||08-1\n"},
		"keys": {"Företag,Postnr,Ort\n,11122,Lund\nAcme,,Lund\n", "blank_key: reject\nmatch: {account: [name, zip]}\n",
			"Row|Problem|Cell|Företag|Postnr|Ort\n" +
				"2|no value in Företag, which accounts are matched on|A2||11122|Lund\n3|no value in Postnr, which accounts are matched on|B3|Acme||Lund\n"},
		"no account": {"Bolag,Postnr,Person\n,,Bo\n", lettered[:strings.Index(lettered, ", \"=D")] + "}\nmatch: {account: [name], contact: [name]}\n",
			"Row|Problem|Cell|Bolag|Postnr|Person\n2|this contact has no account|A2|||Bo\n"},
		"names in two": {"Företag,Förnamn,Efternamn,Titel\nAcme,,,VD\n", "match: {account: [name], contact: [name]}\n",
			"Row|Problem|Cell|Företag|Förnamn|Efternamn|Titel\n2|a new contact needs a name or an e-mail address|B2, C2|Acme|||VD\n"},
		"contact's ID": {"Företag,Kontakt-ID,Kontakt\nAcme,9,Bo\n", "columns: {Kontakt-ID: contact.id}\nmatch: {account: [name], contact: [name]}\n",
			"Row|Problem|Cell|Företag|Kontakt-ID|Kontakt\n2|\"9\" no contact with this ID exists|B2|Acme|9|Bo\n"},
		"ids": {"Upsales ID,Företag\n123,Acme\n", "columns: {Upsales ID: account.id}\nmatch: {account: [name]}\n",
			"Row|Problem|Cell|Upsales ID|Företag\n2|\"123\" no account with this ID exists|A2|123|Acme\n"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlay(t, way{"sqlite", 10, false}, "")
			imp := p.dropped("kunder.csv", tt.content, tt.sidecar)
			if imp.Rejected == "" {
				t.Fatalf("no row was rejected: %s %s, %v", imp.State, imp.Why, imp.Tally)
			}
			if diff := cmp.Diff(tt.want, contents(t, imp.Rejected)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestCorrection holds which columns are read of rejected rows that come back, also where a person saved them otherwise.
func TestCorrection(t *testing.T) {
	const headed = "columns: {Bolag: account.name, Person: contact.name, Mejl: contact.email}\nmatch: {account: [name], contact: [email]}\n"
	const first = "Bolag,Postnr,Person,Mejl,\nBeta,22233,Cia,cia at exempel,\n"
	for name, tt := range map[string]struct{ sidecar, file, content, want string }{
		"reasons first":               {lettered, ".xlsx", "Row,Problem,Cell,Bolag,Postnr,Person,Mejl,\n3,x,D3,Beta,22233,Cia,cia@exempel.se,08-1\n", "Beta 22233; Cia cia@exempel.se 08-1 -"},
		"reasons first, CSV":          {lettered, ".csv", "Row,Problem,Cell,Bolag,Postnr,Person,Mejl,\n3,x,D3,Beta,22233,Cia,cia@exempel.se,08-1\n", "Beta 22233; Cia cia@exempel.se 08-1 -"},
		"in Swedish":                  {headed, ".xlsx", "Rad,Problem,Cell,Bolag,Postnr,Person,Mejl\n3,x,D3,Beta,22233,Cia,cia@exempel.se\n", "Beta 22233; Cia cia@exempel.se - -"},
		"reasons last, as of old":     {lettered, ".xlsx", "Bolag,Postnr,Person,Mejl,,Row,Problem,Cell\nBeta,22233,Cia,cia@exempel.se,08-1,3,x,D3\n", "Beta 22233; Cia cia@exempel.se 08-1 -"},
		"reasons last, twice":         {headed, ".xlsx", "Bolag,Postnr,Person,Mejl,Row,Problem,Cell,Row,Problem,Cell\nBeta,22233,Cia,cia@exempel.se,3,x,D3,2,y,D2\n", "Beta 22233; Cia cia@exempel.se - -"},
		"no reasons":                  {lettered, ".xlsx", "Bolag,Postnr,Person,Mejl\nBeta,22233,Cia,cia@exempel.se\n", "Beta 22233; Cia cia@exempel.se - -"},
		"a Cell of one's own":         {headed, ".xlsx", "Row,Problem,Cell,Bolag,Postnr,Person,Mejl,Cell\n3,x,D3,Beta,22233,Cia,cia@exempel.se,070-1234567\n", "Beta 22233; Cia cia@exempel.se - 070-1234567"},
		"Row deleted":                 {headed, ".xlsx", "Problem,Cell,Bolag,Postnr,Person,Mejl\nx,070-1,Beta,22233,Cia,cia@exempel.se\n", "Beta 22233; Cia cia@exempel.se - -"},
		"Row and Problem deleted":     {headed, ".xlsx", "Cell,Bolag,Postnr,Person,Mejl\n070-1,Beta,22233,Cia,cia@exempel.se\n", "Beta 22233; Cia cia@exempel.se - -"},
		"Cell deleted":                {headed, ".xlsx", "Row,Problem,Bolag,Postnr,Person,Mejl\n3,x,Beta,22233,Cia,cia@exempel.se\n", "Beta 22233; Cia cia@exempel.se - -"},
		"reasons moved":               {headed, ".xlsx", "Bolag,Row,Postnr,Cell,Person,Problem,Mejl\nBeta,3,22233,070-1,Cia,x,cia@exempel.se\n", "Beta 22233; Cia cia@exempel.se - -"},
		"by letters, Row deleted":     {lettered, ".xlsx", "Problem,Cell,Bolag,Postnr,Person,Mejl\nx,070-1,Beta,22233,Cia,cia@exempel.se\n", "refused heading_missing"},
		"by letters, reasons moved":   {lettered, ".xlsx", "Bolag,Row,Postnr,Cell,Person,Problem,Mejl\nBeta,3,22233,070-1,Cia,x,cia@exempel.se\n", "refused heading_missing"},
		"a value that has no column":  {headed, ".csv", "Row,Problem,Cell,Bolag,Postnr,Person,Mejl,?\n3,x,D3,Beta,22233,Cia,cia@exempel.se,Lund\n", "rejected EXTRA_CELLS"},
		"such a column, now emptied":  {headed, ".xlsx", "Row,Problem,Cell,Bolag,Postnr,Person,Mejl,?,?\n3,x,D3,Beta,22233,Cia,cia@exempel.se\n", "Beta 22233; Cia cia@exempel.se - -"},
		"one of several such columns": {headed, ".xlsx", "Row,Problem,Cell,Bolag,Postnr,Person,Mejl,?,?\n3,x,D3,Beta,22233,Cia,cia@exempel.se,,Lund\n", "rejected EXTRA_CELLS"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlay(t, way{"sqlite", 10, false}, "")
			if imp := p.dropped("kunder.csv", first, tt.sidecar); filepath.Base(imp.Rejected) != "kunder.rejected.xlsx" {
				t.Fatalf("rejected are %q: %s", imp.Rejected, imp.Why)
			}
			imp := p.dropped("kunder.rejected"+tt.file, tt.content, "")
			if imp.Parent == "" {
				t.Fatalf("it is not known as a correction: %s %s", imp.State, imp.Why)
			}
			if got := p.came(imp); got != tt.want {
				t.Errorf("got %q, want %q (%s)", got, tt.want, imp.Why)
			}
		})
	}
}

// came returns what a correction of one row came to.
func (p *play) came(imp ledger.Import) string {
	p.Helper()
	if imp.State != ledger.Done {
		return string(imp.State) + " " + imp.Code
	}
	for code := range imp.Tally.Rejected {
		return "rejected " + string(code)
	}
	var account, contact string
	for _, kind := range []string{"account", "contact"} {
		for changes, err := range p.store.Journal.Changes(p.Context(), imp.ID) {
			if err != nil {
				p.Fatal(err)
			}
			for _, c := range changes {
				value := func(field string) string {
					if v := c.After.Of(field); !v.Absent() {
						return v.String()
					}
					return "-"
				}
				if string(c.Kind) == kind && kind == "account" {
					account = value("name") + " " + value("zip")
				} else if string(c.Kind) == kind {
					contact = strings.Join([]string{value("name"), value("email"), value("phone"), value("mobile")}, " ")
				}
			}
		}
	}
	return account + "; " + contact
}

// TestRejectedAgain holds that rows which are rejected once more have their reasons once, those of the last time.
func TestRejectedAgain(t *testing.T) {
	const sidecar = "columns: {Bolag: account.name, Mejl: contact.email}\nmatch: {account: [name], contact: [email]}\n"
	for name, again := range map[string]string{
		"first": "Row,Problem,Cell,Bolag,Mejl,?\n2,x,B2,Beta,cia@exempel.se,Lund,,Skåne\n2,x,B2,Beta,nix,\n",
		"last":  "Bolag,Mejl,?,Row,Problem,Cell\nBeta,cia@exempel.se,Lund,2,x,B2\nBeta,nix,,2,x,B2\n",
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlay(t, way{"sqlite", 10, false}, "")
			p.dropped("kunder.csv", "Bolag,Mejl\nBeta,cia at exempel\n", sidecar)
			imp := p.dropped("kunder.rejected.xlsx", again, "")
			if imp.Parent == "" || imp.Rejected == "" {
				t.Fatalf("%s %s, parent %q", imp.State, imp.Why, imp.Parent)
			}
			cell, other := "F2", "E3"
			if name == "last" {
				cell, other = "C2", "B3"
			}
			heads, more := "?|?|?", "||Skåne" // the columns behind it are of the same kind
			if name == "last" {
				heads, more = "?", ""
			}
			want := "Row|Problem|Cell|Bolag|Mejl|" + heads + "\n" +
				"2|\"Lund\" is in a column headed ?, which is not a field|" + cell + "|Beta|cia@exempel.se|Lund" + more + "\n" +
				"3|\"nix\" is not a valid e-mail address, e.g. anna@exempel.se|" + other + "|Beta|nix\n"
			if diff := cmp.Diff(want, contents(t, imp.Rejected)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
