package move

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/pipeline/store/records"
)

// Input is one move.
type Input struct {
	From, To engine.Engine
	Name     string                                                          // of From, without secrets
	Hold     func(ctx context.Context, do func(context.Context) error) error // runs do under the lease of From

	Retire   func(context.Context) error // notes under the lease of From that it was moved, once both hold the same; nil: From stays in use
	LeaveOut bool                        // values that To cannot hold are left out
	Progress func(done, total int)       // is called with how many records are copied; may be nil
}

// Run moves everything, or continues a move that was interrupted, and compares both sides. Where they differ the move stays unfinished.
func Run(ctx context.Context, in Input) (Comparison, error) {
	var c Comparison
	err := in.Hold(ctx, func(ctx context.Context) error {
		m := &mover{Input: in, native: in.From.Capabilities().Native != "" && in.From.Capabilities().Native == in.To.Capabilities().Native}
		if err := m.begin(ctx); err != nil {
			return err
		}
		for _, step := range []func(context.Context) error{m.survey, m.note, m.documents, m.allRecords} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		var err error
		if c, err = m.compare(ctx); err != nil || !c.Equal() {
			return err
		}
		if in.Retire != nil { // first: at no time both are in use
			if err := in.Retire(ctx); err != nil {
				return err
			}
		}
		return in.To.Delete(ctx, engine.Meta, []string{noteID})
	})
	if err != nil {
		return c, message.Errorf("move %s: %w", in.Name, err)
	}
	return c, nil
}

// mover is one Run.
type mover struct {
	Input
	native bool // documents are copied as they are
	is     note
	total  int // records
	done   int
}

// pages are how much is read at a time: of the journal a document can have 8 MB.
const (
	recordPage   = 1000
	documentPage = 500
	journalPage  = 8
)

// begin reads where an interrupted move stopped, or makes sure that the target is empty.
func (m *mover) begin(ctx context.Context) error {
	there, err := engine.LoadInto(ctx, m.To, engine.Meta, noteID, &m.is)
	if err != nil {
		return err
	}
	if there && m.is.From != m.Name {
		return message.Errorf("the target holds part of a move of %s: finish that move, or empty the target", m.is.From)
	}
	if there {
		return nil
	}
	m.is = note{From: m.Name, Documents: map[engine.Table]string{}, Records: map[crm.Kind]position{}}
	return m.targetEmpty(ctx)
}

func (m *mover) targetEmpty(ctx context.Context) error {
	errFull := message.Errorf("the target is not empty: name a new file or database, or empty it")
	for _, table := range engine.Tables {
		docs, err := m.To.Range(ctx, table, engine.Range{Limit: 1})
		if err == nil && len(docs) > 0 {
			err = errFull
		}
		if err != nil {
			return err
		}
	}
	for _, kind := range crm.Kinds {
		recs, _, err := m.To.Dump(ctx, kind, "", 1)
		if err == nil && len(recs) > 0 {
			err = errFull
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// survey counts the records, and what of them the target cannot hold.
func (m *mover) survey(ctx context.Context) error {
	lost := ForeignError{}
	for _, kind := range crm.Kinds {
		err := each(ctx, m.From, kind, "", func(page []engine.Dumped, _ string) error {
			m.total += len(page)
			for i := range page {
				lost.add(kind, page[i].Foreign)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if m.native || m.LeaveOut || len(lost) == 0 {
		return nil
	}
	return lost
}

// note inserts the note, before anything else is written.
func (m *mover) note(ctx context.Context) error { return m.is.save(ctx, m.To) }

func (m *mover) documents(ctx context.Context) error {
	for _, table := range engine.Tables {
		r := engine.Range{After: m.is.Documents[table], Limit: documentPage}
		if table == engine.Journal {
			r.Limit = journalPage
		}
		for {
			docs, err := m.From.Range(ctx, table, r)
			if err != nil {
				return err
			}
			if len(docs) == 0 {
				break
			}
			r.After = docs[len(docs)-1].Order
			if err := m.insert(ctx, table, docs); err != nil {
				return err
			}
		}
	}
	return nil
}

// insert inserts a page of documents and notes how far that is.
func (m *mover) insert(ctx context.Context, table engine.Table, docs []engine.Doc) error {
	m.is.Documents[table] = docs[len(docs)-1].Order
	return m.To.Batch(ctx, func(ctx context.Context, to engine.Engine) error {
		for _, doc := range docs {
			if table == engine.Leases {
				var err error
				if doc, err = lease.Unheld(doc); err != nil {
					return err
				}
			}
			if _, err := to.Insert(ctx, table, doc); err != nil {
				return err
			}
		}
		return m.is.save(ctx, to)
	})
}

func (m *mover) allRecords(ctx context.Context) error {
	index := records.NewIndex(records.New(m.To), m.To)
	if err := index.Load(ctx); err != nil {
		return err
	}
	m.done = 0
	for _, kind := range crm.Kinds {
		at := m.is.Records[kind]
		m.done += at.Done
		err := each(ctx, m.From, kind, at.Cursor, func(page []engine.Dumped, next string) error {
			at.Cursor = next
			at.Done += len(page)
			if err := m.write(ctx, kind, page, &at, index.Rules()); err != nil {
				return err
			}
			if m.done += len(page); m.Progress != nil {
				m.Progress(m.done, m.total)
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// write inserts a page of records and notes how far that is.
func (m *mover) write(ctx context.Context, kind crm.Kind, page []engine.Dumped, at *position, rules *records.RuleSet) error {
	return m.To.Batch(ctx, func(ctx context.Context, to engine.Engine) error {
		var err error
		if m.native {
			err = to.Restore(ctx, kind, natives(page))
		} else {
			err = insertRecords(ctx, to, kind, page, at, rules)
		}
		if err != nil {
			return err
		}
		m.is.Records[kind] = *at
		return m.is.save(ctx, to)
	})
}

func natives(page []engine.Dumped) [][]byte {
	docs := make([][]byte, len(page))
	for i := range page {
		docs[i] = page[i].Native
	}
	return docs
}

// insertRecords inserts records that have other keys where they come from, if any. One that inlet did not create has no position in the order of creation
// there; its number here is smaller than any that an import gives.
func insertRecords(ctx context.Context, to engine.Engine, kind crm.Kind, page []engine.Dumped, at *position, rules *records.RuleSet) error {
	page = slices.DeleteFunc(page, func(d engine.Dumped) bool { return d.ID == "" })
	writes := make([]engine.Write, len(page))
	for i := range page {
		d := &page[i]
		if d.Seq == 0 {
			at.Numbered++
			d.Seq = at.Numbered
		}
		writes[i] = engine.Write{New: true, ID: d.ID, ParentID: d.ParentID, Seq: d.Seq, Feed: d.Feed, Mark: d.ChangeID, Set: d.Values, At: d.Modified,
			Times: &d.Times, Hashes: rules.Hashes(&d.Record), Keying: rules.Keying(kind)}
	}
	results, err := to.Write(ctx, kind, writes)
	if err != nil {
		return err
	}
	for i, r := range results {
		switch {
		case r.Why != nil:
			return message.Errorf("the target does not accept %s %s (error %d, %s)", kind, writes[i].ID, r.Why.Code, r.Why.Index)
		case r.Did == engine.NotMade:
			return message.Errorf("%s %s was changed in the source after the move had begun: empty the target, and move again", kind, writes[i].ID)
		}
	}
	return nil
}

// each calls do with the records of a kind behind a cursor, a page at a time, and with the cursor behind the page.
func each(ctx context.Context, db engine.Engine, kind crm.Kind, after string, do func(page []engine.Dumped, next string) error) error {
	for {
		page, next, err := db.Dump(ctx, kind, after, recordPage)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := do(page, next); err != nil {
			return err
		}
		after = next
	}
}

// createdByInlet reports whether a seq is one that an import gave.
func createdByInlet(seq int64) bool { return ledger.ImportOf(seq) > 0 }
