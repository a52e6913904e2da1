package match

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/seen"
	"inlet.example/inlet/pipeline/match/view"
)

// reuse finds the record that an equal row created, so that a row which no match rule can find a record for does not create another each time:
// within this file by what the rows said (A8, C9), in earlier files of the feed by the feed keys of the store (W13).
//
// # Why it keeps what the row said, and not the record
//
// A default or a later row may have changed the record. So a fingerprint of the row is kept with its place, which gives the record's ID.
//
// # Why the feed keys of this import count too
//
// Row n sees what the rows before it wrote. An import that was interrupted and goes on finds what it would have found without the interruption.
// Nearly always A8 or C9 has found such a record before.
type reuse struct {
	ids    ledger.NewIDs
	spill  *seen.Spill
	views  *view.Views
	search *searcher
}

// created has the fingerprints of the rows that created a record.
var created = seen.NewTopic()

func (r *reuse) fingerprint(kind crm.Kind, parentID string, vs crm.Values) (seen.Fingerprint, bool) {
	text, ok := r.views.Of(kind).Keys.Equal(parentID, vs)
	if !ok {
		return seen.Fingerprint{}, false
	}
	return created.Fingerprint(text), true
}

// note keeps that a row with these values created a record. Of equal rows the first one counts.
func (r *reuse) note(vs crm.Values, c *ledger.Change) {
	if f, ok := r.fingerprint(c.Kind, c.ParentID, vs); ok {
		if _, known := r.spill.Of(f); !known {
			r.spill.Note(f, uint64(c.Ordinal))
		}
	}
}

// createdID returns the ID of the record that an equal row of this file created; "" if there is none.
func (r *reuse) createdID(kind crm.Kind, parentID string, vs crm.Values) string {
	if f, ok := r.fingerprint(kind, parentID, vs); ok {
		if place, known := r.spill.Of(f); known {
			return r.ids.Of(int64(place), kind)
		}
	}
	return ""
}

// find returns the record that an equal row of this file created; nil if there is none, or if it has moved to another parent.
func (r *reuse) find(ctx context.Context, p *part) (*view.Record, error) {
	id := r.createdID(p.kind, p.parentID, p.values)
	if id == "" {
		return nil, nil
	}
	v := r.views.Of(p.kind)
	if err := v.AskIDs(ctx, []string{id}); err != nil {
		return nil, err
	}
	if e := v.WithID(id); e != nil && e.ParentID == p.parentID {
		return e, nil
	}
	return nil, nil
}

// findInFeed returns the one record that an equal row of an earlier file of the feed created; nil if there is none, or several.
func (r *reuse) findInFeed(ctx context.Context, p *part) (*view.Record, error) {
	v := r.views.Of(p.kind)
	key, ok := v.Keys.Feed(p.parentID, p.values)
	if !ok {
		return nil, nil
	}
	hash, _ := key.Hash()
	if err := r.search.ask(ctx, p.kind, p.parentID, []crm.Key{{Hash: hash}}); err != nil {
		return nil, err
	}
	return v.WithFeed(key), nil
}
