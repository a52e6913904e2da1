package provenance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// memory is a store of imports with their batches, the newest import first.
type memory struct {
	imports []ledger.Import
	batches map[string][][]ledger.Change
	read    int
}

func (m *memory) List(_ context.Context, before int64, limit int) ([]ledger.Import, error) {
	var all []ledger.Import
	for _, imp := range m.imports {
		if imp.No < before && len(all) < limit {
			all = append(all, imp)
		}
	}
	return all, nil
}

func (m *memory) Batch(_ context.Context, imp string, n int) ([]ledger.Change, error) {
	m.read++
	if n < 1 || n > len(m.batches[imp]) {
		return nil, ledger.ErrNoBatch
	}
	return m.batches[imp][n-1], nil
}

const perBatch = 3

// add adds an import of rows, each of which sets the phone of a record, or creates it.
func (m *memory) add(t *testing.T, rows int, marks map[string]int64, phone func(row int) (id, value string)) {
	t.Helper()
	no := int64(len(m.imports) + 1)
	imp := ledger.Import{ID: fmt.Sprintf("import-%d", no), No: no, Workbook: fmt.Sprintf("%d.csv", no), Columns: []ledger.Bound{{Letter: "C", Field: "account.phone"}}}
	for first := 1; first <= rows; first += perBatch {
		before := map[string]int64{}
		var batch []ledger.Change
		for row := first; row < first+perBatch && row <= rows; row++ {
			id, value := phone(row)
			c := ledger.Change{Ref: ledger.Ref{Row: row + 1}, Ordinal: int64(row), Kind: crm.Account, ID: id, Action: ledger.Update}
			if _, known := before[id]; !known {
				before[id] = marks[id]
			}
			if c.Expect = before[id]; c.Expect == 0 {
				c.Action = ledger.Create
			}
			c.Before.Set("phone", crm.TextValue(fmt.Sprint("before ", no, " ", row)))
			c.After.Set("phone", crm.TextValue(value))
			marks[id] = ledger.ChangeID(no, int64(row), 0, crm.Account)
			batch = append(batch, c)
		}
		m.batches[imp.ID] = append(m.batches[imp.ID], batch)
	}
	imp.Batch = len(m.batches[imp.ID])
	m.imports = slices.Insert(m.imports, 0, imp)
}

// TestHistory: the chain of marks leads from a record back to its creation through the batches of each import, and is read by halves.
func TestHistory(t *testing.T) {
	m, marks := &memory{batches: map[string][][]ledger.Change{}}, map[string]int64{}
	each := func(row int) (string, string) { return fmt.Sprint("id", row), fmt.Sprint("08-", row) }
	m.add(t, 1000, marks, each)
	m.add(t, 1000, marks, func(row int) (string, string) { return fmt.Sprint("id", row), fmt.Sprint("09-", row) })
	twice := func(row int) (string, string) { return "id777", fmt.Sprint("10-", row) } // two rows of a batch change one record
	m.add(t, 2, marks, twice)

	rec := crm.Record{Kind: crm.Account, ID: "id777", ChangeID: marks["id777"]}
	rec.Values.Set("phone", crm.TextValue("10-2"))
	rec.Values.Set("name", crm.TextValue("Tallmo"))
	h, err := Of(t.Context(), m, m, rec, 10)
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, s := range h.Steps {
		steps = append(steps, fmt.Sprintf("%s %s %s", s.Import.Workbook, s.Change.Action, Cell(&s.Import, crm.Account, "phone", s.Change.Ref)))
	}
	if want := []string{"3.csv update C3", "2.csv update C778", "1.csv create C778"}; !slices.Equal(steps, want) || !h.Whole {
		t.Errorf("steps %q, whole %v, want %q", steps, h.Whole, want)
	}
	if m.read > 30 {
		t.Errorf("%d batches were read of %d", m.read, len(m.batches["import-1"]))
	}
	phone := h.Values[0]
	if phone.From.Import.Workbook != "3.csv" || phone.Outside || len(phone.Earlier) != 2 || phone.Earlier[0].Value.String() != "before 3 1" || phone.Earlier[1].Until.Import.Workbook != "2.csv" {
		t.Errorf("phone: %+v", phone)
	}
	if name := h.Values[1]; name.From.Known() {
		t.Errorf("the name, which no import wrote: %+v", name)
	}
}

// TestHistoryEnds: what another program wrote is known as that, and what the journal no longer has is not made up.
func TestHistoryEnds(t *testing.T) {
	m, marks := &memory{batches: map[string][][]ledger.Change{}}, map[string]int64{}
	m.add(t, 5, marks, func(row int) (string, string) { return fmt.Sprint("id", row), "08" })
	m.add(t, 5, marks, func(row int) (string, string) { return fmt.Sprint("id", row), "09" })
	rec := crm.Record{Kind: crm.Account, ID: "id4", ChangeID: marks["id4"]}
	rec.Values.Set("phone", crm.TextValue("elsewhere"))
	h, err := Of(t.Context(), m, m, rec, 10)
	if err != nil || len(h.Steps) != 2 || !h.Values[0].Outside {
		t.Errorf("changed by another program: %v %+v", err, h)
	}
	m.imports[1].Pruned.Days = 90
	if h, err = Of(t.Context(), m, m, rec, 10); err != nil || len(h.Steps) != 1 || h.Whole {
		t.Errorf("the older journal removed: %v %+v", err, h)
	}
	rec.ChangeID = 0
	if h, err = Of(t.Context(), m, m, rec, 10); err != nil || len(h.Steps) != 0 || h.Values[0].From.Known() {
		t.Errorf("never written by inlet: %v %+v", err, h)
	}
	if h, err = Of(t.Context(), m, m, crm.Record{Kind: crm.Account, ID: "id4", ChangeID: marks["id4"]}, 1); err != nil || len(h.Steps) != 1 {
		t.Errorf("at most one step: %v %+v", err, h)
	}
}
