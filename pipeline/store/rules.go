package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/crm"
)

// kept is a rule that records carry keys for. Until it is ready some older records do not.
type kept struct {
	Rule  crm.Rule `json:"rule"`
	Ready bool     `json:"ready"`
}

func (s *Store) loadRules(ctx context.Context) error {
	docs, err := s.engine.Range(ctx, Rules, Range{Limit: 10_000})
	if err != nil {
		return fmt.Errorf("read the rules in use: %w", err)
	}
	var rules []crm.Rule // anew: a batch that was not to be written may still be packed with the old ones
	for _, doc := range docs {
		if !crm.CurrentRule(doc.ID) {
			continue // no record is looked up by it any more, and its keys go when the record is keyed next
		}
		var k kept
		if err := json.Unmarshal(doc.Body, &k); err != nil {
			return fmt.Errorf("read the rule %s: %w", doc.ID, err)
		}
		rules = append(rules, k.Rule)
	}
	s.rules = rules
	return nil
}

// Use sees to it that every record carries a key for each of these rules, those of other programs too. It is called with the lease
// held, before anything is looked up; where nothing is new it costs two commands.
func (s *Store) Use(ctx context.Context, rules []crm.Rule) error {
	fresh, err := s.declare(ctx, rules)
	if err != nil {
		return fmt.Errorf("note the rules in use: %w", err)
	}
	for _, kind := range crm.Kinds {
		if len(fresh[kind]) > 0 {
			err = s.rekeyAll(ctx, kind)
		} else {
			err = s.keyForeign(ctx, kind)
		}
		if err != nil {
			return fmt.Errorf("index %ss: %w", kind, err)
		}
		for _, rule := range fresh[kind] {
			if _, err := change(ctx, s, Rules, rule.ID(), func(k *kept) { k.Rule, k.Ready = rule, true }); err != nil {
				return fmt.Errorf("note the rule %s: %w", rule.ID(), err)
			}
		}
	}
	return nil
}

// declare stores the rules that are new, so that whoever writes a record from now on gives it their keys, and returns
// those that older records do not all carry yet.
func (s *Store) declare(ctx context.Context, rules []crm.Rule) (map[crm.Kind][]crm.Rule, error) {
	fresh := map[crm.Kind][]crm.Rule{}
	for _, rule := range rules {
		k := kept{Rule: rule}
		k.Rule.Ticked = slices.Clone(rule.Ticked) // what is stored is read into it
		if _, err := s.loadOrInsert(ctx, Rules, rule.ID(), &k); err != nil {
			return nil, err
		}
		if !k.Ready {
			fresh[rule.Kind] = append(fresh[rule.Kind], rule)
		}
	}
	return fresh, s.loadRules(ctx)
}

// ready says whether every record carries a key for a rule.
func (s *Store) ready(ctx context.Context, rule crm.Rule) (bool, error) {
	var k kept
	doc, ok, err := s.engine.Load(ctx, Rules, rule.ID())
	if err != nil || !ok {
		return false, err
	}
	err = json.Unmarshal(doc.Body, &k)
	return k.Ready, err
}

// rekeyAll gives every record of a kind the keys of all rules. Killed in the middle it is done again: the rules are not ready.
func (s *Store) rekeyAll(ctx context.Context, kind crm.Kind) error {
	var page []crm.Record
	flush := func() error {
		err := s.engine.Rekey(ctx, kind, s.keyed(kind, page))
		page = page[:0]
		return err
	}
	err := s.Records(ctx, kind, func(rec crm.Record) error {
		if page = append(page, rec); len(page) < 1000 {
			return nil
		}
		return flush()
	})
	if err != nil || len(page) == 0 {
		return err
	}
	return flush()
}

// keyForeign gives the records that something else wrote their keys. One that the database does not let them be given, for a rule of its own, stays
// without: it comes back from Unkeyed, and is passed over.
func (s *Store) keyForeign(ctx context.Context, kind crm.Kind) error {
	const page, most = 1000, 10_000
	tried := map[string]bool{}
	for refused := 0; ; {
		limit := page + refused
		records, err := s.engine.Unkeyed(ctx, kind, limit)
		if err != nil {
			return err
		}
		fresh := slices.DeleteFunc(records, func(rec crm.Record) bool { return tried[rec.ID] })
		refused = len(records) - len(fresh)
		switch {
		case refused > most:
			return fmt.Errorf("the database refuses to have _inlet.keys added to more than %d documents: does a validator forbid it?", most)
		case len(fresh) == 0 && len(records) < limit:
			return nil
		}
		if err := s.engine.Rekey(ctx, kind, s.keyed(kind, fresh)); err != nil {
			return err
		}
		for _, rec := range fresh {
			tried[rec.ID] = true
		}
	}
}

func (s *Store) keyed(kind crm.Kind, records []crm.Record) []Keyed {
	all := make([]Keyed, len(records))
	for i, rec := range records {
		all[i] = Keyed{ID: rec.ID, Hashes: s.hashes(kind, rec.AccountID, rec.Values, rec.Feed)}
	}
	return all
}

// hashes returns those of a record's keys: one for each rule that gives it a key, and that of its feed key.
func (s *Store) hashes(kind crm.Kind, accountID string, vs crm.Values, feed crm.FeedKey) []int64 {
	return withFeed(hashesBut(s.rules, kind, accountID, vs, nil, nil), feed)
}

// withFeed adds the hash of a feed key, if there is one.
func withFeed(hashes []int64, feed crm.FeedKey) []int64 {
	if hash, ok := feed.Hash(); ok {
		return append(hashes, hash)
	}
	return hashes
}

// given returns where each of the rules in use stands among those by which a batch was matched; -1 for one that does not.
func given(inUse, matched []crm.Rule) []int {
	place := make([]int, len(inUse))
	for i := range inUse {
		id := inUse[i].ID()
		place[i] = slices.IndexFunc(matched, func(rule crm.Rule) bool { return rule.ID() == id })
	}
	return place
}

// hashesBut is hashes by these rules, but for those that are known, each at its place.
func hashesBut(rules []crm.Rule, kind crm.Kind, accountID string, vs crm.Values, known []int64, place []int) []int64 {
	var hashes []int64
	for i := range rules {
		if rules[i].Kind != kind {
			continue
		}
		if len(known) > 0 && place[i] >= 0 && known[place[i]] != 0 {
			hashes = append(hashes, known[place[i]])
		} else if key, ok := rules[i].Key(accountID, vs); ok {
			hashes = append(hashes, key.Hash)
		}
	}
	return hashes
}

// key gives each update the keys its record is to have. One that touches no ticked field leaves them as they are; for the others the
// whole record is needed.
func (s *Store) key(ctx context.Context, e Engine, kind crm.Kind, folded []folding) error {
	var ids []string
	for i := range folded {
		f := &folded[i]
		if f.New || f.Remove {
			continue // these go with it
		}
		if f.Rekey = f.Rekey || s.ticks(kind, f); f.Rekey {
			ids = append(ids, f.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	records, err := e.ByID(ctx, kind, ids)
	if err != nil {
		return err
	}
	before := make(map[string]*crm.Record, len(records))
	for i := range records {
		before[records[i].ID] = &records[i]
	}
	for i := range folded {
		f := &folded[i]
		if !f.Rekey || f.New {
			continue
		}
		var was crm.Record // none: the write will be refused
		if rec := before[f.ID]; rec != nil {
			was = *rec
		}
		f.Hashes = s.hashes(kind, f.AccountID, f.on(was.Values), was.Feed)
	}
	return nil
}

// on returns the values a record will have after the write.
func (f *folding) on(before crm.Values) crm.Values {
	vs := before.Clone()
	for _, p := range f.Set {
		vs.Set(p.Field, p.Value)
	}
	for _, field := range f.Unset {
		vs.Set(field, crm.Value{})
	}
	return vs
}

// ticks says whether the write touches a field that some rule in use is made of.
func (s *Store) ticks(kind crm.Kind, f *folding) bool {
	for i := range s.rules {
		if s.rules[i].Kind != kind {
			continue
		}
		for _, p := range f.Set {
			if s.rules[i].Ticks(p.Field) {
				return true
			}
		}
		for _, field := range f.Unset {
			if s.rules[i].Ticks(field) {
				return true
			}
		}
	}
	return false
}

// Unkeyable returns how many records of a kind cannot be found by any rule, because another program keeps its own value where their keys go.
func (s *Store) Unkeyable(ctx context.Context, kind crm.Kind) (int, error) {
	if e, may := s.engine.(interface {
		Unkeyable(ctx context.Context, kind crm.Kind) (int, error)
	}); may {
		return e.Unkeyable(ctx, kind)
	}
	return 0, nil
}
