package pipeline_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// TestStoppedAfterAnyBatch stops an import after each of its batches and resumes it: what is reported of its rows is what is reported
// without a stop, also where a row contradicts one from before it, or is like one that created a record (A8).
func TestStoppedAfterAnyBatch(t *testing.T) {
	books := []struct {
		sidecar string
		book    txtar.File
	}{
		{"columns: {Land: {field: account.country, default: SE}}\nmatch: {account: [name, country], contact: [email]}\n",
			txtar.File{Name: "rows.csv", Data: []byte("Företag,Ort,Kontakt,E-post,Land\n" +
				"Acme,Lund,Anna,anna@exempel.se,NO\nAcme,Malmö,Anna Ek,anna@exempel.se,NO\nBeta,,Bo,,\n,,,,\nBeta,Lund,Bo,,\n" +
				"Acme,Lund,Anna,anna@exempel.se,NO\nBeta,Umeå,Bo,x,\n")}},
		// feed keys (W13), and contacts of other accounts, some of them moved (W12)
		{"columns: {Namn: account.name, Postnr: account.zip, Kontakt: contact.name, E-post: contact.email, Mobil: contact.mobile}\n" +
			"match: {account: [name, zip], contact: [email]}\ncontact_scope: anywhere\nelsewhere: move\n",
			txtar.File{Name: "feed.csv", Data: []byte("Namn,Postnr,Kontakt,E-post,Mobil\nAcme,,Anna,,070-1234567\nBeta,1,Bo,bo@x.se,\nAcme,,Anna,,\n" +
				"Gamma,2,Bo,bo@x.se,0701234567\n,,Bo,bo@x.se,\nAcme,,Bo,bo@x.se,\nDelta,,Anna,,070-1234567\nAcme,,Anna,,\nDelta,,Cia,cia@x.se,0701234567\n")}},
		// blank rows at the end of a sheet, which make a batch of their own
		{"match: {account: [name], contact: [email]}\nsheets:\n  - {sheet: Kunder, columns: {Företag: account.name, Ort: account.city}}\n" +
			"  - {sheet: Folk, columns: {Företag: account.name, Ort: account.city, Kontakt: contact.name, Mejl: contact.email}}\n",
			txtar.File{Name: "sheets.xlsx", Data: []byte(">-- Kunder --\nFöretag,Ort\nAcme,Lund\nBeta,Malmö\n ,\n ,\n" +
				">-- Folk --\nFöretag,Ort,Kontakt,Mejl\nAcme,Umeå,Anna,anna@exempel.se\nGamma,,Bo,bo@exempel.se\nBeta,Lund,Cia,cia@exempel.se\n")}},
	}
	for _, b := range books {
		for _, size := range []int{1, 2, 3} {
			stoppedAfter := func(stop int) (says string, batches int) {
				p := newPlay(t, way{"sqlite", size, false}, "")
				p.sidecar = p.file("mapping.yaml", []byte(b.sidecar))
				job := p.job(b.book)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				job.Progress = func(int, int) {
					if batches++; batches == stop {
						cancel()
					}
				}
				_, err := p.pipeline.Run(ctx, job)
				if stopped := stop > 0; stopped != errors.Is(err, context.Canceled) {
					t.Fatalf("%s stopped after %d: %v", job.Name, stop, err)
				}
				if stop > 0 {
					if _, err := p.pipeline.Run(t.Context(), job); err != nil {
						t.Fatal(err)
					}
				}
				imports, err := p.store.Imports.List(t.Context(), 0, 10)
				if err != nil || len(imports) != 1 {
					t.Fatalf("there are %d imports: %v", len(imports), err)
				}
				return p.says(&imports[0]), batches
			}
			want, batches := stoppedAfter(0)
			if !strings.HasPrefix(want, "done") {
				t.Fatalf("%s: %s %v", b.book.Name, want, batches)
			}
			for stop := 1; stop < batches-1; stop++ { // behind the last but one it is too late to stop
				if says, _ := stoppedAfter(stop); says != want {
					t.Errorf("%s in batches of %d, stopped after %d (-undisturbed +stopped):\n%s", b.book.Name, size, stop, cmp.Diff(want, says))
				}
			}
		}
	}
}
