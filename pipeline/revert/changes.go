package revert

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// fieldRef is a field of a record that was changed since; without a field it says that the record has one.
type fieldRef struct {
	kind      crm.Kind
	id, field string
}

// place returns the running number that a row has in the undo: the last row of the import is the first.
func (r *reverter) rowNumber(c *ledger.Change) int64 { return r.Of.Cursor.Ordinal + 1 - c.Ordinal }

func rows(changes []ledger.Change) int {
	n := 0
	for i := range changes {
		if i == 0 || changes[i].Ordinal != changes[i-1].Ordinal {
			n++
		}
	}
	return n
}

// keepField remembers that a field stays as it is.
func (r *reverter) keepField(c *ledger.Change, field string) {
	r.kept[fieldRef{c.Kind, c.ID, field}], r.kept[fieldRef{c.Kind, c.ID, ""}] = true, true
}

// rememberKept keeps what a change of the undo left as it was.
func (r *reverter) rememberKept(c *ledger.Change) {
	for _, field := range c.Kept {
		r.keepField(c, field)
	}
	if c.Action != ledger.Reject {
		return
	}
	for _, field := range fields(c) { // lost to a foreign edit
		r.keepField(c, field)
	}
}

// fields returns the fields that a change is about.
func fields(c *ledger.Change) []string {
	var all []string
	for _, values := range []crm.Values{c.After, c.Before} {
		for _, pair := range values {
			if !slices.Contains(all, pair.Field) {
				all = append(all, pair.Field)
			}
		}
	}
	if c.Moved != "" {
		all = append(all, c.Kind.ParentField())
	}
	return all
}

// batchState is the records that a batch is about, as they will be after the changes that are inverted so far.
type batchState struct {
	records  map[crm.Kind]map[string]*crm.Record
	children [len(crm.Kinds)]map[string]int // for each kind, how many of its records belong to the parents that are to go
}

// invert returns the changes that undo those of a batch. It looks each kind up once, and once who has children. On MongoDB another
// program may give a record a child just after that; nothing but a transaction could hold it back.
func (r *reverter) invert(ctx context.Context, changes []ledger.Change) ([]ledger.Change, error) {
	s, err := r.prefetch(ctx, changes)
	if err != nil {
		return nil, fmt.Errorf("look up records: %w", err)
	}
	back := make([]ledger.Change, len(changes))
	for i := range changes {
		c := &changes[i]
		back[i] = ledger.Change{Ref: c.Ref, Ordinal: r.rowNumber(c), Kind: c.Kind, ID: c.ID, ParentID: c.ParentID, Rule: ledger.Undoing, Action: ledger.Unchanged}
		switch c.Action {
		case ledger.Create:
			r.undoCreate(s, c, &back[i])
		case ledger.Remove:
			r.undoRemove(s, c, &back[i])
		case ledger.Update:
			r.undoUpdate(s, c, &back[i])
		}
	}
	return back, nil
}

func (r *reverter) prefetch(ctx context.Context, changes []ledger.Change) (*batchState, error) {
	ids, going := map[crm.Kind][]string{}, map[crm.Kind][]string{}
	for i := range changes {
		c := &changes[i]
		if !c.Writes() {
			continue
		}
		ids[c.Kind] = append(ids[c.Kind], c.ID)
		switch {
		case c.Moved != "":
			ids[c.Kind.Parent()] = append(ids[c.Kind.Parent()], c.Moved)
		case c.Kind.Parent() != "" && c.Action == ledger.Remove:
			ids[c.Kind.Parent()] = append(ids[c.Kind.Parent()], c.ParentID)
		case c.Action == ledger.Create:
			going[c.Kind] = append(going[c.Kind], c.ID)
		}
	}
	s := &batchState{records: map[crm.Kind]map[string]*crm.Record{}}
	for _, kind := range crm.Kinds {
		slices.Sort(ids[kind])
		found, err := r.Target.ByID(ctx, kind, slices.Compact(ids[kind]))
		if err != nil {
			return nil, err
		}
		s.records[kind] = map[string]*crm.Record{}
		for i := range found {
			s.records[kind][found[i].ID] = &found[i]
		}
	}
	for i, kind := range crm.Kinds {
		if parents := going[kind.Parent()]; len(parents) > 0 {
			var err error
			if s.children[i], err = r.Target.Children(ctx, kind, parents); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// moves counts a record that leaves one parent for another; "" for none.
func (s *batchState) moves(kind crm.Kind, from, to string) {
	children := s.children[kind.Number()]
	if children == nil {
		return // no parent of such records is to go
	}
	children[from]--
	children[to]++
}

// inUse returns the first kind of which records belong to this one, and how many; 0 where none do.
func (s *batchState) inUse(kind crm.Kind, id string) (crm.Kind, int) {
	for i, child := range crm.Kinds {
		if n := s.children[i][id]; child.Parent() == kind && n > 0 {
			return child, n
		}
	}
	return "", 0
}

// undoCreate removes a record that the import created, unless it holds more than the import wrote.
func (r *reverter) undoCreate(s *batchState, c, back *ledger.Change) {
	rec := s.records[c.Kind][c.ID]
	if rec == nil {
		return
	}
	if r.nameChanges(rec, c, back); len(back.Problems) > 0 {
		back.Action = ledger.Reject
		return
	}
	if child, n := s.inUse(c.Kind, c.ID); n > 0 {
		back.Action = ledger.Reject
		back.Problems = []ledger.Problem{{Ref: c.Ref, Code: ledger.ParentInUse, Value: c.ID, Text: ledger.SayOf(child,
			"the {parent} has {kinds} that are kept (%s), so it is kept too: move or delete them, then delete the {parent} by hand", n)}}
		return
	}
	back.Action, back.Expect, back.Seq, back.Feed, back.Before = ledger.Remove, rec.ChangeID, rec.Seq, rec.Feed, rec.Values.Clone()
	delete(s.records[c.Kind], c.ID)
	s.moves(c.Kind, rec.ParentID, "")
}

// nameChanges names what of a record is not as the import left it.
func (r *reverter) nameChanges(rec *crm.Record, c, back *ledger.Change) {
	name := func(value string, text message.Text) {
		back.Problems = append(back.Problems, ledger.Problem{Ref: c.Ref, Code: ledger.ChangedSince, Value: value, Text: text})
	}
	left := ledger.Change{Before: rec.Values, After: c.After}
	for _, field := range fields(&left) {
		if is := rec.Values.Of(field); is != c.After.Of(field) {
			name(is.String(), ledger.SayOf(c.Kind, "%s was changed after the import, so the {kind} is kept: delete it by hand if you do not need it", r.label(c.Kind, field)))
		}
	}
	if rec.ParentID != c.ParentID {
		name(rec.ParentID, ledger.SayOf(c.Kind, "the {kind} was moved to this {parent} after the import, so the {parent} is kept: delete it by hand if you do not need it"))
	}
	if rec.More || len(back.Problems) == 0 && r.kept[fieldRef{c.Kind, c.ID, ""}] {
		name(c.ID, ledger.SayOf(c.Kind, "another program or person changed this {kind} after the import, so it is kept: delete it by hand if you do not need it"))
	}
}

// undoRemove creates a record again that the import, itself an undo, removed: with its own ID and its place in the order.
func (r *reverter) undoRemove(s *batchState, c, back *ledger.Change) {
	reject := func(code ledger.Code, value string, text message.Text) {
		back.Action, back.Problems = ledger.Reject, []ledger.Problem{{Ref: c.Ref, Code: code, Value: value, Text: text}}
	}
	if rec := s.records[c.Kind][c.ID]; rec != nil {
		if !rec.Values.Equal(c.Before) || rec.ParentID != c.ParentID || rec.More {
			reject(ledger.ChangedSince, c.ID, ledger.SayOf(c.Kind, "{a kind} with this ID exists again: it is kept as it is"))
		}
		return
	}
	if parent := c.Kind.Parent(); parent != "" && s.records[parent][c.ParentID] == nil {
		reject(ledger.RecordGone, c.ParentID, ledger.SayOf(c.Kind, "the {parent} of this {kind} no longer exists, so the {kind} cannot be restored"))
		return
	}
	back.Action, back.Seq, back.Feed, back.After = ledger.Create, c.Seq, c.Feed, c.Before.Clone()
	s.records[c.Kind][c.ID] = &crm.Record{Kind: c.Kind, ID: c.ID, ParentID: c.ParentID, Seq: c.Seq, Feed: c.Feed, Values: c.Before.Clone()}
	s.moves(c.Kind, "", c.ParentID)
}

// undoUpdate gives a record its old values, cell by cell.
func (r *reverter) undoUpdate(s *batchState, c, back *ledger.Change) {
	rec := s.records[c.Kind][c.ID]
	if rec == nil && ledger.CreatedBy(r.Of.ID, c.ID, r.Of.Cursor.Ordinal, c.Kind) {
		return // it was to go anyway
	}
	if rec == nil {
		back.Action = ledger.Reject
		back.Problems = []ledger.Problem{{Ref: c.Ref, Code: ledger.RecordGone, Value: c.ID, Text: ledger.SayOf(c.Kind,
			"this {kind} was deleted after the import, so its old values cannot be restored")}}
		return
	}
	back.Expect, back.ParentID = rec.ChangeID, rec.ParentID
	back.Title = cmp.Or(rec.Values.Of("name").String(), rec.Values.Of("email").String())
	changes := false
	for _, field := range fields(c) {
		if field == c.Kind.ParentField() {
			changes = r.undoMove(s, rec, c, back) || changes
			continue
		}
		is, was := rec.Values.Of(field), c.Before.Of(field)
		if is == c.After.Of(field) && !r.kept[fieldRef{c.Kind, c.ID, field}] {
			back.Before.Set(field, is)
			back.After.Set(field, was)
			changes = true
			continue
		}
		r.keepChanged(c, back, field, is.String(), is == was)
	}
	for _, pair := range back.Before {
		rec.Values.Set(pair.Field, crm.Value{})
	}
	for _, pair := range back.After {
		rec.Values.Set(pair.Field, pair.Value)
	}
	switch {
	case changes:
		back.Action = ledger.Update
		for i := range back.Problems {
			back.Problems[i].Warning = true
		}
	case len(back.Problems) > 0:
		back.Action = ledger.Reject
	}
}

// keepChanged keeps a cell that was changed since. One that has its old value again is not reported.
func (r *reverter) keepChanged(c, back *ledger.Change, field, value string, silent bool) {
	back.Kept = append(back.Kept, field)
	known := r.kept[fieldRef{c.Kind, c.ID, field}]
	r.keepField(c, field)
	if silent && !known {
		return
	}
	back.Problems = append(back.Problems, ledger.Problem{Ref: c.Ref, Code: ledger.ChangedSince, Value: value,
		Text: message.Say("%s was changed after the import and is kept as it is: restore the old value by hand if you need it", r.label(c.Kind, field))})
}

// undoMove gives a record the parent that it had, and says whether it did.
func (r *reverter) undoMove(s *batchState, rec *crm.Record, c, back *ledger.Change) bool {
	field := c.Kind.ParentField()
	if rec.ParentID != c.ParentID || r.kept[fieldRef{c.Kind, c.ID, field}] {
		r.keepChanged(c, back, field, rec.ParentID, rec.ParentID == c.Moved)
		return false
	}
	if s.records[c.Kind.Parent()][c.Moved] == nil {
		back.Kept = append(back.Kept, field)
		r.keepField(c, field)
		back.Problems = append(back.Problems, ledger.Problem{Ref: c.Ref, Code: ledger.RecordGone, Value: c.Moved,
			Text: ledger.SayOf(c.Kind, "the {parent} that this {kind} belonged to no longer exists, so the {kind} stays in its new {parent}")})
		return false
	}
	back.ParentID, back.Moved = c.Moved, c.ParentID
	rec.ParentID = c.Moved
	s.moves(c.Kind, c.ParentID, c.Moved)
	return true
}

// label returns what a person calls a field.
func (r *reverter) label(kind crm.Kind, field string) string {
	if f := r.Schema.Field(string(kind) + "." + field); f != nil {
		return f.Label(r.Language)
	}
	return field
}
