package document

import (
	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/store/engine"
)

// Update returns the update document of a write; parent is the _id of the parent that a record moves to, or, with new keys, is in.
func (l *Layout) Update(w engine.Write, parent any) (bson.D, error) {
	set := bson.D{{Key: "_inlet.mark", Value: w.Mark}}
	if l.modified != "" {
		set = append(set, bson.E{Key: l.modified, Value: Stamp(w.At)})
	}
	var unset bson.D
	for _, p := range w.Set {
		v, err := l.encode(p)
		if err != nil {
			return nil, err
		}
		set = append(set, bson.E{Key: l.Path(p.Field), Value: v})
		switch clock := "_inlet.clock." + p.Field; {
		case midnight(p.Value):
			set = append(set, bson.E{Key: clock, Value: true})
		case p.Value.Date() || midnight(w.Before.Of(p.Field)):
			unset = append(unset, bson.E{Key: clock, Value: ""})
		}
	}
	for _, field := range w.Unset {
		unset = append(unset, bson.E{Key: l.Path(field), Value: ""})
		if midnight(w.Before.Of(field)) {
			unset = append(unset, bson.E{Key: "_inlet.clock." + field, Value: ""})
		}
	}
	if w.Move {
		set = append(set, bson.E{Key: l.parent, Value: parent})
	}
	if w.Rekey {
		var err error
		if set, err = l.rekey(set, w, parent); err != nil {
			return nil, err
		}
	}
	if unset == nil {
		return bson.D{{Key: "$set", Value: set}}, nil
	}
	return bson.D{{Key: "$set", Value: set}, {Key: "$unset", Value: unset}}, nil
}

// rekey sets the keys of an update, and what they are made of: what the record was read with and is given, not what another program has written to it
// since. That differs from it, and is found by it.
func (l *Layout) rekey(set bson.D, w engine.Write, parent any) (bson.D, error) {
	set = append(set, bson.E{Key: "_inlet.keys", Value: Hashes(w.Hashes)})
	if w.Keying == nil {
		return set, nil
	}
	var from bson.D
	if l.parent != "" && parent != nil {
		put(&from, l.parent, parent)
	}
	for _, p := range w.Keyed {
		if !w.Keying.Uses(p.Field) || l.Check(p.Field) != nil {
			continue
		}
		v, err := BSON(p.Value)
		if err != nil {
			return nil, err
		}
		put(&from, l.Path(p.Field), v)
	}
	return append(set, bson.E{Key: "_inlet.from", Value: orEmpty(from)}, bson.E{Key: "_inlet.rules", Value: w.Keying.Generation}), nil
}
