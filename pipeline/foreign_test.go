package pipeline_test

import (
	"fmt"
	"math/rand"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// TestForeignEdits imports files made at random while another program writes a field of many records, which no rule is made of, between look-up
// and write. Records and counts are those of an import without such writes.
func TestForeignEdits(t *testing.T) {
	seeds := int64(12)
	if os.Getenv("INLET_TEST_DEEP") != "" {
		seeds = 500
	}
	lost := 0
	for seed := range seeds {
		c := newTrial(seed)
		c.batch = 1 // in a longer one the rows behind are written already when one is matched again
		want, _ := c.amid(t, nil)
		got, n := c.amid(t, rand.New(rand.NewSource(seed)))
		lost += n
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seed %d, %d changes lost once (-want +got):\n%s", seed, n, diff)
		}
	}
	if lost < int(seeds) {
		t.Errorf("%d changes met a foreign edit: too few for a test", lost)
	}
}

// amid imports a trial's file amid foreign edits, if there is chance to make them, and returns what came of it and how many changes met one.
func (c *trial) amid(t *testing.T, chance *rand.Rand) (came string, lost int) {
	p := newPlay(t, way{"sqlite", c.batch, false}, "")
	p.remember(c.records())
	p.sidecar = p.file("mapping.yaml", []byte(c.sidecar()))
	meddler := &watched{Store: p.store, matched: func(*ledger.Batch) {}, write: func(b *ledger.Batch) error {
		if b.Try == 1 {
			lost += len(b.Changes)
		} else if chance != nil && chance.Intn(2) == 0 {
			p.jots(chance)
		}
		return nil
	}}
	p.pipeline.Store.Writer = meddler
	rep, err := p.pipeline.Run(t.Context(), p.job(txtar.File{Name: "rows.csv", Data: []byte(c.file())}))
	if err != nil {
		t.Fatal(err)
	}
	imp := &rep.Import
	records := regexp.MustCompile(` notes=\d+`).ReplaceAllString(p.records(p.names()), "")
	return fmt.Sprintf("%s %s\n%+v\n%+v\n%s", imp.State, imp.Code, imp.Tally.Counts[0], imp.Tally.Counts[1], records), lost
}

// jots gives one record in three another note.
func (p *play) jots(chance *rand.Rand) {
	for _, kind := range crm.Kinds {
		var writes []engine.Write
		err := p.store.Records.Each(p.Context(), kind, func(rec crm.Record) error {
			if p.edited++; chance.Intn(3) == 0 {
				w := engine.Write{ID: rec.ID, ParentID: rec.ParentID, Expect: rec.ChangeID, Mark: p.edited<<36 | 1<<62, Before: rec.Values}
				w.Set.Set("notes", crm.TextValue(fmt.Sprint(p.edited)))
				writes = append(writes, w)
			}
			return nil
		})
		if err != nil {
			panic(err) // this is the goroutine that writes: it comes up in Run
		}
		if _, err := p.engine.Write(p.Context(), kind, writes); err != nil {
			panic(err)
		}
	}
}
