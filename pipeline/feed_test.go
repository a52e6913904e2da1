package pipeline_test

import (
	"testing"

	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// TestCorrectionBelongsToItsParentsFeed has rejected rows that come back find what the rows of their parent created, and later files find what the
// correction created (W13).
func TestCorrectionBelongsToItsParentsFeed(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	p.inbox = "north"
	const mapping = "columns: {Namn: account.name, Postnr: account.zip, Kontakt: contact.name, E-post: contact.email}\nmatch: {account: [name, zip], contact: [email]}\n"
	drop := func(name, rows string, correction bool, account, contact ledger.Count) {
		t.Helper()
		job := p.job(txtar.File{Name: name, Data: []byte(rows)})
		done := t.TempDir()
		job.Folders = pipeline.Folders{Done: done, Failed: done, Held: done}
		if !correction {
			job.Sidecar = p.file(name+".mapping.yaml", []byte(mapping))
		}
		rep, err := p.pipeline.Run(t.Context(), job)
		if err != nil || rep.Import.State != ledger.Done {
			t.Fatalf("%s: %s %s: %v", name, rep.Import.State, rep.Import.Why, err)
		}
		if is := rep.Import.Tally; is.Counts != (ledger.Counts{account, contact}) {
			t.Errorf("%s: accounts %+v, contacts %+v\n%s", name, is.Counts[0], is.Counts[1], p.says(&rep.Import))
		}
		if correction != (rep.Import.Parent != "") {
			t.Errorf("%s is a correction of %q", name, rep.Import.Parent)
		}
	}
	drop("kunder.csv", "Namn,Postnr,Kontakt,E-post\nAcme,,Anna,\nAcme,,Bo,bo\nBeta,,Cia,cia\n", false,
		ledger.Count{Created: 1, Rejected: 2}, ledger.Count{Created: 1, Rejected: 2})
	drop("kunder.rejected.csv", "Namn,Postnr,Kontakt,E-post,Row,Problem,Cell\nAcme,,Bo,,3,x,D3\nBeta,,Cia,,4,x,D4\n", true,
		ledger.Count{Created: 1, Unchanged: 1}, ledger.Count{Created: 2})
	drop("kunder2.csv", "Namn,Postnr,Kontakt,E-post\nBeta,,Cia,\nAcme,,Bo,\nAcme,,Anna,\n", false,
		ledger.Count{Unchanged: 3}, ledger.Count{Unchanged: 3})
	if names := p.names(); len(names) != 5 {
		t.Errorf("%d records:\n%s", len(names), p.records(names))
	}
}

// TestElsewhereNamesTheContact has the warning say who the other contact is and where (W12).
func TestElsewhereNamesTheContact(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	p.remember(`a1 {"name":"Acme"}` + "\n" + `c1 a1 {"name":"Anna Ek","email":"anna@x.se"}` + "\n")
	imp := p.imports(p.job(txtar.File{Name: "rows.csv", Data: []byte("Företag,Kontakt,E-post\nBeta,Anna,anna@x.se\n")}))
	for _, c := range p.changes(&imp) {
		if c.Kind != crm.Contact {
			continue
		}
		const want = "the contact was created although another account has a contact with the same E-post (Anna Ek · Acme · cccccccccccccccccccc0001): check whether they are the same person"
		if len(c.Problems) != 1 || c.Problems[0].Text.String() != want {
			t.Errorf("the problems are %v", c.Problems)
		}
	}
}
