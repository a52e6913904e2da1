package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// The documents of the outbox in the table of settings.
const (
	numbersID   = "letters"       // the last number that was given
	watermarkID = "letters swept" // up to which number all notifications are done with
)

// number is a document that holds the number of a notification.
type number struct {
	No int64 `json:"no"`
}

// Outbox holds the notifications of a store.
type Outbox struct {
	docs engine.Documents
}

// New returns the outbox in a database.
func New(docs engine.Documents) *Outbox { return &Outbox{docs} }

// Entry is a notification as it stands in the outbox.
type Entry struct {
	ledger.Notification
	no  int64
	doc engine.Doc
}

// Version rises with each change of the notification.
func (e *Entry) Version() int64 { return e.doc.Version }

// Add puts notifications into the outbox. One whose ID is there stays as it is.
func (o *Outbox) Add(ctx context.Context, notifications []ledger.Notification) error {
	for _, n := range notifications {
		if err := o.add(ctx, n); err != nil {
			return fmt.Errorf("add %s to the outbox: %w", n.ID, err)
		}
	}
	return nil
}

func (o *Outbox) add(ctx context.Context, n ledger.Notification) error {
	if _, ok, err := o.docs.Load(ctx, engine.Outbox, n.ID); ok || err != nil {
		return err
	}
	last, err := engine.Update(ctx, o.docs, engine.Meta, numbersID, func(n *number) { n.No++ })
	if err != nil {
		return err
	}
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	_, err = o.docs.Insert(ctx, engine.Outbox, engine.Doc{ID: n.ID, Order: engine.Order(last.No), Body: body})
	return err
}

// Waiting returns up to limit notifications that are not done with, the oldest first.
func (o *Outbox) Waiting(ctx context.Context, limit int) ([]Entry, error) {
	var swept number
	if _, err := engine.LoadOrInsert(ctx, o.docs, engine.Meta, watermarkID, &swept); err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	r := engine.Range{After: engine.Order(swept.No), Limit: limit}
	var waiting []Entry
	for len(waiting) < limit {
		docs, err := o.docs.Range(ctx, engine.Outbox, r)
		if err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
		for _, doc := range docs {
			e, err := entryOf(doc)
			if err != nil {
				return nil, err
			}
			if e.State == ledger.Waiting {
				waiting = append(waiting, e)
			}
			r.After = doc.Order
		}
		if len(docs) < r.Limit {
			break
		}
	}
	return waiting, nil
}

// Newest returns the newest notifications, whatever became of them.
func (o *Outbox) Newest(ctx context.Context, limit int) ([]Entry, error) {
	docs, err := o.docs.Range(ctx, engine.Outbox, engine.Range{Down: true, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	var all []Entry
	for _, doc := range docs {
		e, err := entryOf(doc)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func entryOf(doc engine.Doc) (Entry, error) {
	e := Entry{doc: doc}
	if err := json.Unmarshal(doc.Body, &e.Notification); err != nil {
		return e, fmt.Errorf("notification %s: %w", doc.ID, err)
	}
	var err error
	if e.no, err = strconv.ParseInt(doc.Order, 10, 64); err != nil {
		return e, fmt.Errorf("notification %s: %w", doc.ID, err)
	}
	return e, nil
}

// about returns the notifications that there may be about an import. One that was held has some about that, too.
func about(imp *ledger.Import) []ledger.Notification {
	held := *imp
	held.State = ledger.Held
	all := ledger.NotificationsFor(&held, "", imp.Ended)
	if imp.State != ledger.Held {
		all = append(all, ledger.NotificationsFor(imp, "", imp.Ended)...)
	}
	return all
}

// Remove removes the notifications about an import.
func (o *Outbox) Remove(ctx context.Context, imp *ledger.Import) error {
	var ids []string
	for _, n := range about(imp) {
		ids = append(ids, n.ID)
	}
	if err := o.docs.Delete(ctx, engine.Outbox, ids); err != nil {
		return fmt.Errorf("remove the notifications about %s: %w", imp.ID, err)
	}
	return nil
}

// Of returns the notifications about an import as they stand in the outbox.
func (o *Outbox) Of(ctx context.Context, imp *ledger.Import) ([]ledger.Notification, error) {
	var all []ledger.Notification
	for _, n := range about(imp) {
		doc, ok, err := o.docs.Load(ctx, engine.Outbox, n.ID)
		if err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
		if !ok {
			continue
		}
		e, err := entryOf(doc)
		if err != nil {
			return nil, err
		}
		all = append(all, e.Notification)
	}
	return all, nil
}

// Update writes the notification of an entry, and says whether it did: false where another process changed it since e was read.
func (o *Outbox) Update(ctx context.Context, e *Entry) (bool, error) {
	body, err := json.Marshal(e.Notification)
	if err != nil {
		return false, err
	}
	e.doc.Body = body
	ok, err := o.docs.Swap(ctx, engine.Outbox, e.doc)
	if err != nil {
		return false, fmt.Errorf("record the outcome of %s: %w", e.ID, err)
	}
	if ok {
		e.doc.Version++
	}
	return ok, nil
}

// numberGap is how old the notification behind a missing number must be before the number is passed over. Until then it may belong to a
// notification that another process is just adding: the number is given first and the document inserted after.
const numberGap = time.Hour

// Sweep raises the watermark to the notification before the oldest waiting one, so that those before it are not read again.
func (o *Outbox) Sweep(ctx context.Context, now time.Time) error {
	var swept number
	if _, err := engine.LoadOrInsert(ctx, o.docs, engine.Meta, watermarkID, &swept); err != nil {
		return fmt.Errorf("clean up the outbox: %w", err)
	}
	up, err := o.lastSettled(ctx, swept.No, now)
	if err != nil || up == swept.No {
		return err
	}
	if _, err := engine.Update(ctx, o.docs, engine.Meta, watermarkID, func(w *number) { w.No = max(w.No, up) }); err != nil {
		return fmt.Errorf("clean up the outbox: %w", err)
	}
	return nil
}

// lastSettled returns the number of the last notification, from the watermark on, that is done with and has none before it that is not.
func (o *Outbox) lastSettled(ctx context.Context, up int64, now time.Time) (int64, error) {
	const page = 500
	for {
		docs, err := o.docs.Range(ctx, engine.Outbox, engine.Range{After: engine.Order(up), Limit: page})
		if err != nil {
			return up, fmt.Errorf("clean up the outbox: %w", err)
		}
		for _, doc := range docs {
			e, err := entryOf(doc)
			if err != nil {
				return up, err
			}
			if e.State == ledger.Waiting || e.no > up+1 && now.Sub(e.Since) < numberGap {
				return up, nil
			}
			up = e.no
		}
		if len(docs) < page {
			return up, nil
		}
	}
}
