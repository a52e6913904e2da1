package storetest

import (
	"fmt"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

const (
	benchBatch   = 1_000
	benchRecords = 100_000
)

// Bench measures what a batch of an import costs. open returns an empty engine and closes it when its benchmark ends.
func Bench(b *testing.B, open func(b *testing.B) engine.Engine) {
	b.Run("insert", func(b *testing.B) {
		e, n := open(b), 0
		perRecord(b, func() {
			benchWrite(b, e, people(n))
			n += benchBatch
		})
	})
	e := open(b)
	for n := 0; n < benchRecords; n += benchBatch {
		benchWrite(b, e, people(n))
	}
	found, updated := 0, 0 // a benchmark that is run again goes on with the same records
	b.Run("find", func(b *testing.B) {
		perRecord(b, func() {
			benchFind(b, e, found)
			found++
		})
	})
	b.Run("update", func(b *testing.B) {
		perRecord(b, func() {
			benchWrite(b, e, retitled(updated))
			updated++
		})
	})
}

// perRecord times do, which handles one batch, and reports how many records a second that is.
func perRecord(b *testing.B, do func()) {
	for b.Loop() {
		do()
	}
	b.ReportMetric(float64(b.N)*benchBatch/b.Elapsed().Seconds(), "records/s")
}

func benchWrite(b *testing.B, e engine.Engine, writes []engine.Write) {
	results, err := e.Write(b.Context(), crm.Contact, writes)
	if err != nil {
		b.Fatal(err)
	}
	for i, result := range results {
		if result != engine.Written {
			b.Fatalf("write %d of %d is not made: result %+v", i, len(results), result)
		}
	}
}

// benchFind looks for every hundredth record, so that the hashes lie all over the index.
func benchFind(b *testing.B, e engine.Engine, offset int) {
	const step = benchRecords / benchBatch
	hashes := make([]int64, benchBatch)
	for i := range hashes {
		hashes[i] = benchHash(i*step+offset%step+1, 0)
	}
	got, err := e.Find(b.Context(), crm.Contact, hashes)
	if err != nil || len(got) != benchBatch {
		b.Fatalf("found %d of %d records: %v", len(got), benchBatch, err)
	}
}

// people are inserts of contacts from n+1 on, with two hashes and eight fields each.
func people(n int) []engine.Write {
	writes := make([]engine.Write, benchBatch)
	for i := range writes {
		k := n + i + 1
		writes[i] = engine.Write{New: true, ID: id(k), ParentID: id(k / 10), Seq: int64(k), Mark: 1, At: at,
			Set: person(k), Hashes: []int64{benchHash(k, 0), benchHash(k, 1)}}
	}
	return writes
}

func person(k int) crm.Values {
	return append(texts("first_name", "Åsa", "last_name", fmt.Sprintf("Öberg %d", k), "title", title(0),
		"email", fmt.Sprintf("asa.%d@example.com", k), "phone", "+46 8 123 45 67"),
		crm.Pair{Field: "categories", Value: crm.ListValue("customer", "newsletter")},
		crm.Pair{Field: "active", Value: crm.BoolValue(true)},
		crm.Pair{Field: "custom.since", Value: crm.DateValue(at.Add(time.Duration(k) * time.Hour))})
}

// retitled gives records that lie all over the table their n-th title after their first.
func retitled(n int) []engine.Write {
	const step = benchRecords / benchBatch
	writes := make([]engine.Write, benchBatch)
	for i := range writes {
		writes[i] = engine.Write{ID: id(i*step + n%step + 1), Expect: int64(n/step + 1), Mark: int64(n/step + 2), At: at,
			Before: texts("title", title(n/step)), Set: texts("title", title(n/step+1))}
	}
	return writes
}

func title(n int) string { return fmt.Sprintf("Chief of %d", n) }

// benchHash spreads hashes over all 64 bits, as real ones are.
func benchHash(k, which int) int64 { return int64(uint64(2*k+which) * 0x9e3779b97f4a7c15) }
