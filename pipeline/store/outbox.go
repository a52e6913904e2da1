package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"inlet.example/inlet/pipeline/ledger"
)

// The outbox is what is to be told of imports that have ended. A letter stays in it for good, as what became of it; they are numbered, and
// a mark says up to which number all are done with.

// Numbered is a letter as it stands in the outbox.
type Numbered struct {
	ledger.Notification
	no  int64
	doc Doc
}

// Version rises with each change of the letter.
func (n *Numbered) Version() int64 { return n.doc.Version }

// swept is up to which number all letters are done with.
type swept struct {
	No int64 `json:"no"`
}

// Post puts letters into the outbox. Those that are there already stay as they are.
func (s *Store) Post(ctx context.Context, letters []ledger.Notification) error {
	for _, l := range letters {
		if err := s.post(ctx, l); err != nil {
			return fmt.Errorf("put %s into the outbox: %w", l.ID, err)
		}
	}
	return nil
}

func (s *Store) post(ctx context.Context, l ledger.Notification) error {
	if _, ok, err := s.engine.Load(ctx, Outbox, l.ID); ok || err != nil {
		return err
	}
	number, err := change(ctx, s, Meta, "letters", func(n *swept) { n.No++ })
	if err != nil {
		return err
	}
	body, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = s.engine.Insert(ctx, Outbox, Doc{ID: l.ID, Order: importOrder(number.No), Body: body})
	return err
}

// Waiting returns up to limit letters that are not done with, the oldest first.
func (s *Store) Waiting(ctx context.Context, limit int) ([]Numbered, error) {
	var done swept
	if _, err := s.loadOrInsert(ctx, Meta, "letters swept", &done); err != nil {
		return nil, fmt.Errorf("look into the outbox: %w", err)
	}
	r := Range{After: importOrder(done.No), Limit: limit}
	var waiting []Numbered
	for len(waiting) < limit {
		docs, err := s.engine.Range(ctx, Outbox, r)
		if err != nil {
			return nil, fmt.Errorf("look into the outbox: %w", err)
		}
		for _, doc := range docs {
			n, err := numbered(doc)
			if err != nil {
				return nil, err
			}
			if n.State == ledger.Waiting {
				waiting = append(waiting, n)
			}
			r.After = doc.Order
		}
		if len(docs) < r.Limit {
			break
		}
	}
	return waiting, nil
}

func numbered(doc Doc) (Numbered, error) {
	n := Numbered{doc: doc}
	if err := json.Unmarshal(doc.Body, &n.Notification); err != nil {
		return n, fmt.Errorf("letter %s: %w", doc.ID, err)
	}
	var err error
	if n.no, err = strconv.ParseInt(doc.Order, 10, 64); err != nil {
		return n, fmt.Errorf("letter %s: %w", doc.ID, err)
	}
	return n, nil
}

// Letters returns what is to be told of an import, and what became of it.
func (s *Store) Letters(ctx context.Context, imp *ledger.Import) ([]ledger.Notification, error) {
	var all []ledger.Notification
	held := *imp
	held.State = ledger.Held
	letters := ledger.NotificationsFor(&held, "", imp.Ended)
	if imp.State != ledger.Held {
		letters = append(letters, ledger.NotificationsFor(imp, "", imp.Ended)...)
	}
	for _, l := range letters {
		doc, ok, err := s.engine.Load(ctx, Outbox, l.ID)
		if err != nil {
			return nil, fmt.Errorf("look into the outbox: %w", err)
		}
		if !ok {
			continue
		}
		n, err := numbered(doc)
		if err != nil {
			return nil, err
		}
		all = append(all, n.Notification)
	}
	return all, nil
}

// Note writes down what became of a letter, and says whether it was still as n knows it: else somebody else is at it.
func (s *Store) Note(ctx context.Context, n *Numbered) (bool, error) {
	body, err := json.Marshal(n.Notification)
	if err != nil {
		return false, err
	}
	n.doc.Body = body
	ok, err := s.engine.Swap(ctx, Outbox, n.doc)
	if err != nil {
		return false, fmt.Errorf("note what became of %s: %w", n.ID, err)
	}
	if ok {
		n.doc.Version++
	}
	return ok, nil
}

// Sweep notes that all letters before the oldest waiting one are done with, so that they are not looked through again. A number that is
// missing may be that of a letter which is just being put in: it is passed over only once the one behind it is an hour old.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	const page = 500
	var done swept
	if _, err := s.loadOrInsert(ctx, Meta, "letters swept", &done); err != nil {
		return fmt.Errorf("sweep the outbox: %w", err)
	}
	up := done.No
	for {
		docs, err := s.engine.Range(ctx, Outbox, Range{After: importOrder(up), Limit: page})
		if err != nil {
			return fmt.Errorf("sweep the outbox: %w", err)
		}
		waits := false
		for _, doc := range docs {
			n, err := numbered(doc)
			if err != nil {
				return err
			}
			if waits = n.State == ledger.Waiting || n.no > up+1 && now.Sub(n.Since) < time.Hour; waits {
				break
			}
			up = n.no
		}
		if waits || len(docs) < page {
			break
		}
	}
	if up == done.No {
		return nil
	}
	if _, err := change(ctx, s, Meta, "letters swept", func(w *swept) { w.No = max(w.No, up) }); err != nil {
		return fmt.Errorf("sweep the outbox: %w", err)
	}
	return nil
}
