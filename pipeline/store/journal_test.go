package store_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/engine"
)

// maker makes batches of everything there can be in one.
type maker struct{ *rand.Rand }

var texts = []string{"", "Åsa", "a\"b\\c", "line\nbreak\ttab", "<&>\u2028\u2029", "\x00\x01\x7f", "😀 e\u0301", "$name", "{\"$dec\":\"1\"}", " spaces ", "\ufeff", "null"}

func (m maker) text() string { return texts[m.IntN(len(texts))] }

func (m maker) value() crm.Value {
	switch m.IntN(8) {
	case 0:
		return crm.TextValue(m.text() + "x")
	case 1:
		return crm.IntegerValue([]int64{0, -1, 1<<63 - 1, -1 << 63, 1 << 53, m.Int64()}[m.IntN(6)])
	case 2:
		v, err := crm.DecimalValue([]string{"0.1", "-12345678901234567890.12345678901234", "1e30", "-0.000001", "7", fmt.Sprint(m.Float32())}[m.IntN(6)])
		if err != nil {
			panic(err)
		}
		return v
	case 3:
		return crm.BoolValue(m.IntN(2) == 0)
	case 4:
		return crm.DateValue(time.Date(m.IntN(9999)+1, time.Month(m.IntN(12)+1), m.IntN(28)+1, 0, 0, 0, 0, time.UTC))
	case 5:
		return crm.DateTimeValue(time.Date(m.IntN(9999)+1, time.Month(m.IntN(12)+1), m.IntN(28)+1, m.IntN(2)*m.IntN(24), 0, m.IntN(2), 0, time.UTC))
	default:
		return crm.ListValue("one", m.text(), m.text()+", two")
	}
}

func (m maker) values() crm.Values {
	var vs crm.Values
	for range m.IntN(6) {
		vs.Set([]string{"name", "city", "custom.level", "custom.a_b", "notes", "revenue"}[m.IntN(6)], m.value())
	}
	return vs
}

func (m maker) ref() ledger.Ref {
	return ledger.Ref{Sheet: m.text(), Row: m.IntN(3), Column: []string{"", "A", "XFD"}[m.IntN(3)]}
}

func (m maker) change() ledger.Change {
	actions := []ledger.Action{ledger.Create, ledger.Update, ledger.Unchanged, ledger.Skip, ledger.Reject, ledger.Park}
	c := ledger.Change{Ref: m.ref(), Ordinal: m.Int64N(1 << 34), Kind: crm.Kinds[m.IntN(2)], Action: actions[m.IntN(6)], ID: m.text(), ParentID: m.text(),
		Moved: m.text(), Expect: m.Int64N(3) * m.Int64(), Before: m.values(), After: m.values(), Rule: m.text()}
	for range m.IntN(3) {
		p := ledger.Problem{Ref: m.ref(), Code: ledger.Code(m.text()), Value: m.text(), Text: message.Say("%s!", m.text()), Warning: m.IntN(2) == 0}
		for range m.IntN(3) {
			p.Candidates = append(p.Candidates, m.text())
		}
		c.Problems = append(c.Problems, p)
	}
	return c
}

func (m maker) batch() ledger.Batch {
	b := ledger.Batch{N: m.IntN(5), Try: m.IntN(2), Rows: m.IntN(9),
		After: ledger.Cursor{Sheet: m.IntN(3), Row: m.IntN(9), Ordinal: m.Int64N(9), Blank: m.IntN(9), Above: ledger.Above{ID: m.text(), Lost: ledger.Action(m.text())}}}
	for range m.IntN(5) {
		b.Changes = append(b.Changes, m.change())
	}
	return b
}

// TestBatchAsJSON: what is written by hand is read back by encoding/json as it was.
func TestBatchAsJSON(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(5, 6))}
	for range 3_000 {
		b := m.batch()
		raw := b.AppendJSON([]byte("x"))[1:]
		var got ledger.Batch
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatalf("%v: %s", err, raw)
		}
		if same(t, "batch", b, got); t.Failed() {
			t.Fatalf("written as %s", raw)
		}
	}
}

// TestJournalRoundTrip applies changes with every form of value, and reads them back.
func TestJournalRoundTrip(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		s := open(t, e)
		imp := begin(t, s, "a")
		m, r := maker{rand.New(rand.NewPCG(7, 8))}, row{&imp}
		var want [][]ledger.Change
		place := int64(0)
		for n := 1; n <= 5; n++ {
			var changes []ledger.Change
			for range 40 {
				place++
				c := m.change()
				if c.Writes() {
					c = r.create(place, crm.Contact, "", m.values())
					c.Problems = m.change().Problems
				}
				c.Ordinal = place
				changes = append(changes, c)
			}
			apply(t, s, &imp, r.batch(n, place, changes...))
			want = append(want, changes)
		}
		same(t, "journal", want, journal(t, open(t, e), imp.ID))
		same(t, "import", imp, stored(t, s, imp.ID))
		values := map[string]crm.Values{}
		for _, rec := range records(t, e, crm.Contact) {
			values[rec.ID] = rec.Values
		}
		for _, changes := range want {
			for _, c := range changes {
				if c.Writes() && !c.After.Equal(values[c.ID]) {
					t.Errorf("place %d: the record has %v, not %v", c.Ordinal, values[c.ID], c.After)
				}
			}
		}
	})
}

// TestJournalInOrder: more than a thousand batches come back in their order, those of other imports not among them, and reading ends
// when it is asked to.
func TestJournalInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		s := open(t, fresh())
		const batches = 1_001
		imp := begin(t, s, "a")
		r := row{&imp}
		for n := 1; n <= batches; n++ {
			apply(t, s, &imp, r.batch(n, int64(n), r.change(int64(n), crm.Account, ledger.Skip)))
		}
		finish(t, s, &imp, ledger.Done)
		for n := 2; n <= 12; n++ { // a-10 begins like a-1
			other, err := s.Imports.Begin(t.Context(), wants("a", fmt.Sprint(n)), true)
			must(t, err)
			r := row{&other}
			apply(t, s, &other, r.batch(1, 1, r.change(1, crm.Account, ledger.Skip)))
			finish(t, s, &other, ledger.Done)
		}
		n := int64(0)
		for changes, err := range s.Journal.Changes(t.Context(), "a-1") {
			must(t, err)
			if n++; len(changes) != 1 || changes[0].Ordinal != n {
				t.Fatalf("batch %d is %+v", n, changes)
			}
		}
		if n != batches {
			t.Errorf("%d batches, not %d", n, batches)
		}
		n = 0
		for range s.Journal.Changes(t.Context(), "a-1") {
			if n++; n == 3 {
				break
			}
		}
		if n != 3 {
			t.Errorf("%d batches after a break", n)
		}
	})
}
