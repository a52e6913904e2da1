package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// TestStoppedAfterAnyBatch stops an import after each of its batches and has it carried on with: what is told of its rows is what is told
// without a stop, also where a row contradicts one from before it, or is like one that created a record (A8).
func TestStoppedAfterAnyBatch(t *testing.T) {
	const rows = "Företag,Ort,Kontakt,E-post,Land\n" +
		"Acme,Lund,Anna,anna@exempel.se,NO\nAcme,Malmö,Anna Ek,anna@exempel.se,NO\nBeta,,Bo,,\n,,,,\nBeta,Lund,Bo,,\n" +
		"Acme,Lund,Anna,anna@exempel.se,NO\nBeta,Umeå,Bo,x,\n"
	const sidecar = "columns: {Land: {field: account.country, default: SE}}\nmatch: {account: [name, country], contact: [email]}\n"
	for _, size := range []int{1, 2, 3} {
		told := func(stop int) string {
			p := newPlay(t, way{"sqlite", size, false}, "")
			p.sidecar = p.file("mapping.yaml", []byte(sidecar))
			job := p.job(txtar.File{Name: "rows.csv", Data: []byte(rows)})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			batches := 0
			job.Progress = func(int, int) {
				if batches++; batches == stop {
					cancel()
				}
			}
			_, err := p.pipeline.Run(ctx, job)
			if stopped := stop > 0; stopped != errors.Is(err, context.Canceled) {
				t.Fatalf("stopped after %d: %v", stop, err)
			}
			if stop > 0 {
				if _, err := p.pipeline.Run(t.Context(), job); err != nil {
					t.Fatal(err)
				}
			}
			imports, err := p.store.Imports(t.Context(), 0, 10)
			if err != nil || len(imports) != 1 {
				t.Fatalf("there are %d imports: %v", len(imports), err)
			}
			return p.says(&imports[0])
		}
		want := told(0)
		for stop := 1; stop <= 6/size-1; stop++ {
			if diff := cmp.Diff(want, told(stop)); diff != "" {
				t.Errorf("in batches of %d, %s (-undisturbed +stopped):\n%s", size, fmt.Sprintf("stopped after %d", stop), diff)
			}
		}
	}
}
