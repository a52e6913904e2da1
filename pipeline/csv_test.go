package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// TestCSVFiles imports CSV files whose bytes a story cannot hold, or that another format cannot have (W2, W3).
func TestCSVFiles(t *testing.T) {
	for _, tt := range []struct {
		name, mapping, data string
		state               ledger.State
		says                string // of the import, with its problems
		names               string // of the accounts
	}{
		{"a quote closed early", "", "Företag,Postnr,Ort,E-post\n\"Norra\" Verkstan,111 22,\"Lund\",a@ex.se\nSödra AB,222 33,Ystad,b@ex.se\n",
			ledger.Done, "", `"Norra" Verkstan|Södra AB`},
		{"quotes that can be read in two ways", "", "Företag;Postnr\n\"Bygg \\\"Norra\\\" AB\";11122\n", ledger.Refused,
			`quotes row 2: line 2 has quotes (") that can be read in two ways: [Bygg \"Norra\" AB][11122] or [Bygg "Norra" AB][11122].`, ""},
		{"two marks", "", "\xef\xbb\xbf\xef\xbb\xbf\"Företag\";\"Postnr\"\r\nAcme;111 22\r\n", ledger.Done, "", "Acme"},
		{"padding", "", "Företag;Postnr\nAcme;111 22\n" + strings.Repeat("\x00", 100) + "\n", ledger.Done, "PADDING kunder: the file ends with 100 bytes", "Acme"},
		{"a NUL in the text", "", "Företag;Postnr\nAc\x00me;111 22\n", ledger.Refused, "corrupt row 2: the line contains a NUL byte", ""},
		{"Mac", "", "Company;City\nAcme;Malm\x9a\n", ledger.Refused, `macintosh "Malmö"`, ""},
		{"Mac, set in the mapping", "encoding: macintosh\n", "Company;City\nMalm\x9a AB;Malm\x9a\n", ledger.Done, "", "Malmö AB"},
		{"Norwegian", "locale: nb-NO\n", "Company;City\nTroms\xf8 AS;Oslo\n", ledger.Done, "", "Tromsø AS"},
		{"Norwegian or Czech", "", "Company;City\nTroms\xf8 AS;Oslo\n", ledger.Refused, `windows-1252 "Tromsø AS", windows-1250 "Tromsř AS"`, ""},
		{"a mark beats the mapping", "encoding: cp850\n", "\xef\xbb\xbfCompany;City\nÅsa AB;Oslo\n", ledger.Done, "ENCODING_MARK kunder: the encoding is set to cp850", "Åsa AB"},
		{"UTF-8 though the mapping says another", "encoding: cp850\n", "Company;City\nÅsa AB;Oslo\n", ledger.Refused, "encoding the encoding is set to cp850, but the text is UTF-8", ""},
		{"a delimiter", "delimiter: \"^\"\n", "Company^City\nAcme, Inc^Oslo\n", ledger.Done, "", "Acme, Inc"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlay(t, way{"sqlite", 1000, false}, "")
			rep, err := p.pipeline.Run(t.Context(), p.csv(tt.mapping, tt.data))
			if err != nil {
				t.Fatal(err)
			}
			imp := rep.Import
			says := fmt.Sprintln(imp.Code, imp.Why)
			for _, c := range p.changes(&imp) {
				for _, problem := range c.Problems {
					says += fmt.Sprintln(problem.Code, problem.Ref, problem.Text)
				}
			}
			says = strings.ReplaceAll(says, " kunder ", " kunder: ")
			if imp.State != tt.state || !strings.Contains(says, tt.says) {
				t.Errorf("%s\n%s", imp.State, says)
			}
			if got := p.accountNames(&imp); got != tt.names {
				t.Errorf("accounts %s, want %s", got, tt.names)
			}
			if sv := message.In("sv", message.Text{Format: imp.Why}); strings.HasPrefix(sv, " ") {
				t.Errorf("it begins with a blank: %s", sv)
			}
		})
	}
}

// csv writes a mapping and a CSV file, and makes the job of importing them.
func (p *play) csv(mapping, data string) pipeline.Job {
	job := p.job(txtar.File{Name: "empty.csv", Data: []byte("Company\nx\n")})
	job.Name, job.Workbook = "kunder.csv", p.file("kunder.csv", []byte(data))
	if mapping != "" {
		job.Sidecar = p.file("kunder.mapping.yaml", []byte(mapping+"match: {account: [name]}\n"))
	}
	return job
}

// accountNames lists the accounts that an import created.
func (p *play) accountNames(imp *ledger.Import) string {
	var names []string
	for _, c := range p.changes(imp) {
		if c.Action == ledger.Create && c.Kind == crm.Account {
			names = append(names, c.After.Of("name").String())
		}
	}
	return strings.Join(names, "|")
}

// TestHeldQuotes holds a file whose quoted field may be rows, and imports it when a person approves it, also after a stop.
func TestHeldQuotes(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	job := p.csv("", "Företag;Postnr;Telefon\n\"Bolag 2;11122;08-1\nBolag 3;22233;08-2\nBolag 4\";33344;08-3\n")
	rep, err := p.pipeline.Run(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if imp := rep.Import; imp.State != ledger.Held || imp.Code != "quotes" || !strings.Contains(imp.Why, "line 2") || !strings.Contains(imp.Why, "line 4") {
		t.Fatalf("%s %s: %s", imp.State, imp.Code, imp.Why)
	}
	if _, ok, err := p.store.Imports.Reopen(t.Context(), rep.Import.ID); err != nil || !ok { // the process that approved it died here
		t.Fatal(ok, err)
	}
	stopped, err := p.pipeline.Run(t.Context(), job)
	if err != nil || stopped.Import.State != ledger.Done || stopped.Import.ID != rep.Import.ID {
		t.Fatalf("%s %s: %v", stopped.Import.State, stopped.Import.Why, err)
	}

	p = newPlay(t, way{"sqlite", 1000, false}, "")
	if rep, err = p.pipeline.Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	approved, err := p.pipeline.Approve(t.Context(), job, rep.Import)
	if err != nil || approved.Import.State != ledger.Done || approved.Import.Tally.Counts.Of(crm.Account).Created != 1 {
		t.Fatalf("%s %s, %+v: %v", approved.Import.State, approved.Import.Why, approved.Import.Tally, err)
	}
}
