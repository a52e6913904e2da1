package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/totals"
)

// The documents of this package in the table of settings; see also runs, held, attempts and cancellations.
const (
	numbersID = "numbers"
	openID    = "open"
)

// UnderLease reports whether a document of settings is one of this package that is changed under the lease only. The number of the last import may also be
// raised without it, by a reservation: who writes it then finds out.
func UnderLease(id string) bool { return id == numbersID || strings.HasPrefix(id, runsID("")) }

// ForArrival returns the IDs of the documents of settings that are read when an arrival of an inbox is taken up, whose import has this ID without its running
// number ("" where that is not known).
func ForArrival(inbox, base string) []string {
	ids := []string{openID, numbersID, attemptsID(inbox), heldID(inbox)}
	if base != "" {
		ids = append(ids, runsID(base))
	}
	return ids
}

// ForLease returns the IDs of those that are read under the lease where another process has held it.
func ForLease() []string { return []string{openID, numbersID} }

// Imports are the imports of a store.
type Imports struct {
	docs     engine.Documents
	runs     runs
	held     held
	open     openList
	written  lastWritten
	reserved reservation
	numbered byNumber
	totals   totals.Totals
	epoch    func() int64
	started  func(ctx context.Context, id string) (bool, error)

	// Term returns the number of the period in which no other process has held the lease, and the epoch under which this process holds it, 0 if it does not;
	// nil: that is not known.
	Term func() (term, epoch int64)

	// Moment returns a time so short that no other process takes over in it; nil: any other may at once.
	Moment func() time.Duration
}

// New returns the imports in a database. Epoch returns the number of the lease that this process holds, 0 while it holds none; started says whether
// a batch of an import is in the journal.
func New(docs engine.Documents, epoch func() int64, started func(ctx context.Context, id string) (bool, error)) *Imports {
	i := &Imports{docs: docs, epoch: epoch, started: started}
	i.runs, i.held = runs{docs, i.Import}, held{docs, i.List}
	i.open.docs, i.numbered.docs = docs, docs
	return i
}

// document is an import as it is stored.
type document struct {
	ledger.Import
	Epoch   int64          `json:"epoch,omitempty"` // of the lease under which it was last written
	Counted totals.Counted `json:"counted,omitzero"`
}

// update changes a document that is there, and returns it as it is then. It calls edit again where another process changed the document meanwhile.
func (i *Imports) update(ctx context.Context, id string, edit func(*document)) (document, error) {
	for {
		var imp document
		doc, ok, err := i.docs.Load(ctx, engine.Imports, id)
		if err == nil && !ok {
			err = errGone(id)
		}
		if err == nil {
			err = json.Unmarshal(doc.Body, &imp)
		}
		if err != nil {
			return imp, err
		}
		edit(&imp)
		if n, err := i.totals.Write(ctx, i.docs, writing(&imp, doc)); n == 1 || err != nil {
			return imp, err
		}
	}
}

// writing writes an import in place of its document.
func writing(imp *document, doc engine.Doc) *totals.Writing {
	doc.Tags = listing.Tags(&imp.Import)
	return &totals.Writing{ID: imp.ID, Inbox: imp.Inbox, Began: imp.Began, Rows: listing.RowsOf(&imp.Import), Counted: &imp.Counted, Doc: doc,
		Encode: func() ([]byte, error) { return json.Marshal(imp) }}
}

func errGone(id string) error { return fmt.Errorf("import %s is no longer in the store", id) }

// numbers is the document with the number of the last import.
type numbers struct {
	Import int64 `json:"import"`
}

// Import returns one import by its ID, and whether there is one.
func (i *Imports) Import(ctx context.Context, id string) (ledger.Import, bool, error) {
	var imp ledger.Import
	ok, err := engine.LoadInto(ctx, i.docs, engine.Imports, id, &imp)
	return imp, ok, err
}

// List returns up to limit imports, the newest first, older than the one with number before (0: from the newest).
func (i *Imports) List(ctx context.Context, before int64, limit int) ([]ledger.Import, error) {
	return i.numbered.list(ctx, span{down: true, from: before, limit: limit})
}

// Oldest returns up to limit imports, the oldest first, newer than the one with number after (0: from the oldest).
func (i *Imports) Oldest(ctx context.Context, after int64, limit int) ([]ledger.Import, error) {
	return i.numbered.list(ctx, span{from: after, limit: limit})
}

// Begin opens the import of imp.ID (without its running number; Begin adds it) and returns it as it stands in the store:
//
//   - a new one, with its number;
//   - the one that was interrupted, to be continued;
//   - an ended one, if it is that of the same arrival: only its file is still to be archived;
//   - a Duplicate, if the same was done before and again is not set.
func (i *Imports) Begin(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error) {
	begun, err := i.begin(ctx, imp, again)
	if err != nil {
		return begun, fmt.Errorf("start import: %w", err)
	}
	return begun, nil
}

func (i *Imports) begin(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error) {
	base := imp.ID
	count, err := i.runs.peek(ctx, base)
	if err != nil {
		return imp, err
	}
	var number numbers
	if known, err := i.open.hasRun(ctx, base, i.reservedID()); err != nil {
		return imp, err
	} else if count.Last == 0 && !known { // most files are new: whether this one is, inserting its import says
		imp.ID = runID(base, 1)
		if begun, fresh, err := i.insert(ctx, imp, &number); fresh || err != nil {
			return begun, err
		}
	}
	for {
		last, ok, err := i.runs.latest(ctx, base, &count)
		if err != nil {
			return imp, err
		}
		if ok && (!last.State.Ended() || imp.Arrival != "" && last.Arrival == imp.Arrival) {
			return i.resume(ctx, last, imp.Rules)
		}
		if !last.Unplaced() { // it may have been listed above; it is taken off now, for a person may approve it and so have it listed
			if err := i.setOpen(ctx, last.ID, false); err != nil {
				return imp, err
			}
		}
		if err := i.runs.note(ctx, base, count); err != nil { // before there is a later one to look at
			return imp, err
		}
		imp.ID = runID(base, count.Last+1)
		if count.Done != "" && !again {
			if err := i.repeat(ctx, &imp, count.Done); err != nil {
				return imp, err
			}
			imp.Ended = time.Now().UTC()
		}
		if begun, fresh, err := i.insert(ctx, imp, &number); fresh || err != nil {
			return begun, err
		}
	}
}

// repeat marks an import as a duplicate of an earlier one, which may have been removed.
func (i *Imports) repeat(ctx context.Context, imp *ledger.Import, id string) error {
	imp.Repeats(id)
	_, known, err := i.Import(ctx, id)
	imp.Forgotten = !known
	return err
}

// resume takes up an import that is in the store. The attempt is counted before anything is done with the workbook. An import that has written
// nothing continues with the rules of this version.
func (i *Imports) resume(ctx context.Context, imp ledger.Import, rules int) (ledger.Import, error) {
	if imp.State.Ended() {
		return imp, nil
	}
	if imp.Rules != rules {
		written, err := i.started(ctx, imp.ID)
		if err != nil {
			return imp, err
		}
		if !written {
			imp.Rules = rules
		}
	}
	imp.Attempts++
	return imp, i.Save(ctx, &imp)
}

// insert inserts an import with the next number, or with the one that an import was to have which could not be inserted.
func (i *Imports) insert(ctx context.Context, imp ledger.Import, number *numbers) (ledger.Import, bool, error) {
	var edits []engine.Edit
	reserved, listed := i.useReserved(imp.ID, !imp.State.Ended())
	if number.Import == 0 {
		number.Import = reserved
	}
	if number.Import == 0 {
		edits = append(edits, engine.EditOf(numbersID, func(n *numbers) bool {
			n.Import++
			*number = *n
			return true
		}))
	}
	if !listed && !imp.State.Ended() { // it is listed before it is inserted: see the package comment
		edits = append(edits, i.open.edit(imp.ID, true))
	}
	if err := engine.UpdateAll(ctx, i.docs, engine.Meta, edits...); err != nil {
		return imp, false, err
	}
	imp.No, imp.Attempts = number.Import, 1
	body, err := json.Marshal(document{Import: imp, Epoch: i.epoch()})
	if err != nil {
		return imp, false, err
	}
	doc := engine.Doc{ID: imp.ID, Order: engine.Order(imp.No), Body: body, Tags: listing.Tags(&imp)}
	fresh, err := i.docs.Insert(ctx, engine.Imports, doc)
	if doc.Version = 1; fresh && err == nil {
		i.written.set(doc)
		i.gave(imp.No)
	}
	return imp, fresh, err
}

// Next returns the import as Begin would, with the ID and number that it will have, and begins nothing.
func (i *Imports) Next(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error) {
	base := imp.ID
	count, err := i.runs.peek(ctx, base)
	if err != nil {
		return imp, fmt.Errorf("look up the import: %w", err)
	}
	last, ok, err := i.runs.latest(ctx, base, &count)
	if err != nil {
		return imp, fmt.Errorf("look up the import: %w", err)
	}
	if ok && !last.State.Ended() {
		return last, nil
	}
	imp.ID = runID(base, count.Last+1)
	if count.Done != "" && !again {
		if err := i.repeat(ctx, &imp, count.Done); err != nil {
			return imp, fmt.Errorf("look up the import: %w", err)
		}
	}
	var number numbers
	_, err = engine.LoadInto(ctx, i.docs, engine.Meta, numbersID, &number)
	imp.No = number.Import + 1
	return imp, err
}

// Finish writes how an import ended. Doing it again does no harm.
func (i *Imports) Finish(ctx context.Context, imp *ledger.Import) error {
	if err := i.Save(ctx, imp); err != nil {
		return fmt.Errorf("finish import %s: %w", imp.ID, err)
	}
	if err := i.held.note(ctx, imp); err != nil {
		return fmt.Errorf("finish import %s: %w", imp.ID, err)
	}
	if imp.Arrival != "" && !imp.Unplaced() && imp.State != ledger.Held { // only a held import is ever opened again
		i.open.leave(imp.ID)
		return nil
	}
	return i.setOpen(ctx, imp.ID, imp.Unplaced())
}

// Reopen lets an import that is held continue, because a person approved it. It says whether it did: no other decision may have been made before.
func (i *Imports) Reopen(ctx context.Context, id string) (ledger.Import, bool, error) {
	imp, ok, err := i.Import(ctx, id)
	continues := imp.State == ledger.Held || imp.State == ledger.Running && imp.Approved
	if err != nil || !ok || !continues {
		return imp, false, err
	}
	if imp.State == ledger.Held {
		imp.State, imp.Approved, imp.Attempts = ledger.Running, true, 0
		imp.Archived = ""
		if err := i.reopen(ctx, &imp); err != nil {
			return imp, false, err
		}
	}
	return imp, true, nil
}

func (i *Imports) reopen(ctx context.Context, imp *ledger.Import) error {
	doc, ok, err := i.docs.Load(ctx, engine.Imports, imp.ID)
	if err != nil || !ok {
		return err
	}
	if err := i.setOpen(ctx, imp.ID, true); err != nil {
		return err
	}
	return i.Replace(ctx, i.docs, doc, imp)
}

// MarkUndone notes with an import that by has undone it. Where that was an undo itself, what it had undone is back, and so on down the line. The
// same bytes are then no duplicate, or one again. Doing it again does no harm.
func (i *Imports) MarkUndone(ctx context.Context, by *ledger.Import) error {
	undone, who := true, by.ID
	for id := by.Undoes; id != ""; undone = !undone {
		of, err := i.markUndone(ctx, id, who, undone)
		if err == nil {
			err = i.runs.recount(ctx, baseID(id))
		}
		if err != nil {
			return fmt.Errorf("record that %s is undone: %w", id, err)
		}
		who, id = id, of
	}
	return nil
}

// markUndone notes with one import that by has undone it, or that it is no longer undone, and returns the import that it undid itself. What was removed
// from the store stands in the count of its workbook's imports.
func (i *Imports) markUndone(ctx context.Context, id, by string, undone bool) (undoes string, err error) {
	if _, ok, err := i.Import(ctx, id); err != nil || !ok {
		return i.runs.setKept(ctx, id, !undone, "")
	}
	is, err := i.update(ctx, id, func(imp *document) {
		if imp.UndoneBy = ""; undone {
			imp.UndoneBy = by
		}
	})
	return is.Undoes, err
}

// AddCorrection notes with an import that another imports its rejected rows, or how that ended, and returns which one of these imports that is, from 1.
// Doing it again does no harm. It is 0 where the import was removed.
func (i *Imports) AddCorrection(ctx context.Context, id string, c ledger.Correction) (n int, err error) {
	if _, ok, err := i.Import(ctx, id); err != nil || !ok {
		return 0, err
	}
	_, err = i.update(ctx, id, func(imp *document) { n = imp.AddCorrection(c) })
	if err != nil {
		return 0, fmt.Errorf("record that %s corrects %s: %w", c.Import, id, err)
	}
	return n, nil
}

// MarkPruned notes with an import how its journal was removed.
func (i *Imports) MarkPruned(ctx context.Context, id string, p ledger.Pruned) error {
	_, err := i.update(ctx, id, func(imp *document) { imp.Pruned = p })
	if err != nil {
		return fmt.Errorf("record that the journal of %s is removed: %w", id, err)
	}
	return nil
}

// TickOff notes with an import that its rejected rows need no more work, or that they do again.
func (i *Imports) TickOff(ctx context.Context, id string, by ledger.TickedOff) error {
	if _, err := i.update(ctx, id, func(imp *document) { imp.TickedOff = by }); err != nil {
		return fmt.Errorf("record that the rejected rows of %s need no more work: %w", id, err)
	}
	return nil
}

// Remove removes an import that has ended. The same bytes stay a duplicate of it.
func (i *Imports) Remove(ctx context.Context, imp *ledger.Import) error {
	_, err := i.runs.setKept(ctx, imp.ID, counts(imp), imp.Undoes)
	if err == nil {
		err = i.docs.Delete(ctx, engine.Imports, []string{imp.ID})
	}
	if err != nil {
		return fmt.Errorf("remove import %s: %w", imp.ID, err)
	}
	return nil
}

// Removed reports whether there was an import with this ID that is no longer in the store.
func (i *Imports) Removed(ctx context.Context, id string) (bool, error) {
	base, n, ok := splitID(id)
	if !ok {
		return false, nil
	}
	count, err := i.runs.peek(ctx, base)
	if err != nil || n > count.Last {
		return false, err
	}
	_, known, err := i.Import(ctx, id)
	return err == nil && !known, err
}

// Held returns what is held of an inbox, the oldest first; the inbox "" is the command line. Some of it may not be held any more.
func (i *Imports) Held(ctx context.Context, inbox string) ([]ledger.HeldFile, error) {
	files, err := i.held.list(ctx, inbox)
	if err != nil {
		return nil, fmt.Errorf("search for held imports: %w", err)
	}
	return files, nil
}

// Begun returns the imports of arrivals that have begun and not ended.
func (i *Imports) Begun(ctx context.Context) ([]ledger.Import, error) {
	return i.openWhere(ctx, func(imp *ledger.Import) bool { return !imp.State.Ended() && imp.Arrival != "" })
}

// Unarchived returns the imports of arrivals that have ended and whose files were not yet seen in their final folder.
func (i *Imports) Unarchived(ctx context.Context) ([]ledger.Import, error) {
	return i.openWhere(ctx, (*ledger.Import).Unplaced)
}

func (i *Imports) openWhere(ctx context.Context, wanted func(*ledger.Import) bool) ([]ledger.Import, error) {
	ids, err := i.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("search for interrupted imports: %w", err)
	}
	var found []ledger.Import
	for _, id := range ids {
		imp, ok, err := i.Import(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("search for interrupted imports: %w", err)
		}
		if ok && wanted(&imp) {
			found = append(found, imp)
		}
	}
	return found, nil
}

// Open returns the IDs of the imports on the list of open ones. Some may have ended, and some may not have been inserted.
func (i *Imports) Open(ctx context.Context) ([]string, error) {
	ids, err := i.open.list(ctx)
	reserved := i.reservedID()
	return slices.DeleteFunc(ids, func(id string) bool { return id == reserved }), err
}

// Close takes an import off the list of open ones.
func (i *Imports) Close(ctx context.Context, id string) error { return i.setOpen(ctx, id, false) }

func (i *Imports) setOpen(ctx context.Context, id string, is bool) error {
	return engine.UpdateAll(ctx, i.docs, engine.Meta, i.open.edit(id, is))
}

// Forget makes sure that the import that was last written is read again: it may not have been written after all.
func (i *Imports) Forget() {
	i.written.forget()
	i.totals.Forget()
}

// Save replaces the import's document, unless another process took over.
func (i *Imports) Save(ctx context.Context, imp *ledger.Import) error {
	doc, err := i.Owned(ctx, i.docs, imp)
	if err == nil {
		err = i.Replace(ctx, i.docs, doc, imp)
	}
	if !errors.Is(err, ledger.ErrTakenOver) {
		return err
	}
	if doc, err = i.LoadOwned(ctx, i.docs, imp); err != nil { // MarkUndone or MarkPruned may have written it
		return err
	}
	return i.Replace(ctx, i.docs, doc, imp)
}

// Owned is LoadOwned, but does not read what this process wrote a moment ago: in so short a time no other process can have taken over.
func (i *Imports) Owned(ctx context.Context, docs engine.Documents, imp *ledger.Import) (engine.Doc, error) {
	if i.Moment != nil {
		if doc, ok := i.written.recent(imp.ID, i.Moment()); ok {
			return doc, i.checkOwned(doc, imp)
		}
	}
	return i.LoadOwned(ctx, docs, imp)
}

// LoadOwned returns the import's document as long as no other process took over: under a later lease, or further with the import than this one is.
func (i *Imports) LoadOwned(ctx context.Context, docs engine.Documents, imp *ledger.Import) (engine.Doc, error) {
	doc, ok, err := docs.Load(ctx, engine.Imports, imp.ID)
	if err != nil {
		return doc, err
	}
	if !ok {
		return doc, errGone(imp.ID)
	}
	return doc, i.checkOwned(doc, imp)
}

func (i *Imports) checkOwned(doc engine.Doc, imp *ledger.Import) error {
	var is document
	epoch := i.epoch() // 0 for what is noted of a file after the lease was given back
	if err := json.Unmarshal(doc.Body, &is); err != nil {
		return err
	}
	if epoch > 0 && is.Epoch > epoch || is.Batch > imp.Batch || is.Attempts > imp.Attempts || is.State.Ended() && !imp.State.Ended() {
		return ledger.ErrTakenOver
	}
	// MarkUndone, MarkPruned, AddCorrection and TickOff alone change these. An import whose file is still to be archived may have been undone meanwhile.
	imp.UndoneBy, imp.Pruned, imp.Corrections, imp.TickedOff = is.UndoneBy, is.Pruned, is.Corrections, is.TickedOff
	return nil
}

// Replace writes the import where its document is still the one that LoadOwned returned.
func (i *Imports) Replace(ctx context.Context, docs engine.Documents, doc engine.Doc, imp *ledger.Import) (err error) {
	var was document
	if err := json.Unmarshal(doc.Body, &was); err != nil {
		return err
	}
	i.written.forget()
	now := writing(&document{*imp, i.epoch(), was.Counted}, doc)
	n, err := i.totals.Write(ctx, docs, now)
	if err == nil && n == 0 {
		return ledger.ErrTakenOver
	}
	if now.Doc.Version++; err == nil {
		i.written.set(now.Doc)
	}
	return err
}
