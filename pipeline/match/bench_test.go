package match_test

import (
	"context"
	"fmt"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
)

// indexed is records in memory that are found by hash at once, so that a benchmark measures matching alone.
type indexed struct {
	byHash map[int64][]crm.Record
	byID   map[string]crm.Record
}

func (x *indexed) add(rules []crm.Rule, records ...crm.Record) {
	for _, rec := range records {
		x.byID[rec.ID] = rec
		for i := range rules {
			if key, ok := rules[i].Key(rec.ParentID, rec.Values); ok {
				x.byHash[key.Hash] = append(x.byHash[key.Hash], rec)
			}
		}
	}
}

func (x *indexed) Find(_ context.Context, _ crm.Kind, keys []crm.Key) (found []crm.Record, _ error) {
	for _, key := range keys {
		for _, rec := range x.byHash[key.Hash] {
			found = append(found, own(rec))
		}
	}
	return found, nil
}

func (x *indexed) ValueFields(crm.Kind) []string { return nil }

func (x *indexed) ByValues(context.Context, crm.Kind, string, []crm.Value) ([]crm.Record, error) {
	return nil, nil
}

func (x *indexed) ByID(_ context.Context, _ crm.Kind, ids []string) (found []crm.Record, _ error) {
	for _, id := range ids {
		if rec, ok := x.byID[id]; ok {
			found = append(found, own(rec))
		}
	}
	return found, nil
}

// BenchmarkMatch matches batches of 2000 rows: of new records, and of records that are there and of which half the contacts change.
func BenchmarkMatch(b *testing.B) {
	const rows = 2000
	for _, stored := range []bool{false, true} {
		b.Run(map[bool]string{false: "new", true: "known"}[stored], func(b *testing.B) {
			policy, _ := ledger.Profile("standard")
			policy.Match[0], policy.Match[1] = [][]string{{"name", "zip"}}, [][]string{{"email"}}
			x := &indexed{map[int64][]crm.Record{}, map[string]crm.Record{}}
			m, err := match.New(x, schema, policy, ledger.Import{ID: "imp-1", No: 1}, seen.New(match.Ahead))
			if err != nil {
				b.Fatal(err)
			}
			batch := int64(0)
			var drafts []ledger.Draft
			for i := range rows {
				account, zip := fmt.Sprint("Företag ", i/3, " AB"), fmt.Sprint(11111+i/3)
				email := fmt.Sprint("person", i, "@exempel.se")
				d := ledger.Draft{Ref: ledger.Ref{Sheet: "Kunder", Row: i + 2}}
				*d.Part(crm.Account) = part(crm.Account, "", "name", account, "zip", zip, "city", "Umeå", "phone", fmt.Sprint("090-", 100000+i/3), "address", "Storgatan 1")
				*d.Part(crm.Contact) = part(crm.Contact, "", "name", fmt.Sprint("Anna Öst ", i), "email", email, "title", "VD", "mobile", fmt.Sprint("070-", 1000000+i))
				drafts = append(drafts, d)
				if stored && i%3 == 0 {
					x.add(m.Rules()[crm.Account], crm.Record{Kind: crm.Account, ID: fmt.Sprint("a", i/3), Seq: 1, ChangeID: 1, Values: d.Part(crm.Account).Values()})
				}
				if stored {
					rec := crm.Record{Kind: crm.Contact, ID: fmt.Sprint("c", i), ParentID: fmt.Sprint("a", i/3), Seq: 1, ChangeID: 1, Values: d.Part(crm.Contact).Values()}
					if i%2 == 0 {
						rec.Values.Set("title", crm.TextValue("Säljare"))
					}
					x.add(m.Rules()[crm.Contact], rec)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				for i := range drafts {
					drafts[i].Place = batch*rows + int64(i) + 1
				}
				batch++
				changes, err := m.Match(b.Context(), drafts)
				if err != nil {
					b.Fatal(err)
				}
				m.Recycle(changes)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}
