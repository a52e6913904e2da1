package records

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// Index gives records the keys that rules find them by.
type Index struct {
	records *Records
	docs    engine.Documents
	rules   []crm.Rule // that records have keys for; replaced and never changed, because a batch may be coalesced with it meanwhile
}

// NewIndex returns the index of records, without its rules: see Load.
func NewIndex(records *Records, docs engine.Documents) *Index {
	return &Index{records: records, docs: docs}
}

// indexedRule is the document with a rule that records have keys for. Until it is ready some older records have none.
type indexedRule struct {
	Rule  crm.Rule `json:"rule"`
	Ready bool     `json:"ready"`
}

// Rules returns the rules that records have keys for. They are not to be changed.
func (ix *Index) Rules() []crm.Rule { return ix.rules }

// Load reads the rules from the database: another process may have added some.
func (ix *Index) Load(ctx context.Context) error {
	docs, err := ix.docs.Range(ctx, engine.Rules, engine.Range{Limit: 10_000})
	if err != nil {
		return fmt.Errorf("read the rules in use: %w", err)
	}
	var rules []crm.Rule
	for _, doc := range docs {
		if !crm.CurrentRule(doc.ID) {
			continue // no record is looked up by it any more, and its keys are removed when the record is next indexed
		}
		var r indexedRule
		if err := json.Unmarshal(doc.Body, &r); err != nil {
			return fmt.Errorf("read the rule %s: %w", doc.ID, err)
		}
		rules = append(rules, r.Rule)
	}
	ix.rules = rules
	return nil
}

// Use makes every record, those of other programs too, have a key for each of these rules. It is called under the lease, before anything is looked
// up; where no rule is new it costs two commands.
func (ix *Index) Use(ctx context.Context, rules []crm.Rule) error {
	fresh, err := ix.declare(ctx, rules)
	if err != nil {
		return fmt.Errorf("record the rules in use: %w", err)
	}
	for _, kind := range crm.Kinds {
		if len(fresh[kind]) > 0 {
			err = ix.indexAll(ctx, kind)
		} else {
			err = ix.indexForeign(ctx, kind)
		}
		if err != nil {
			return fmt.Errorf("index %ss: %w", kind, err)
		}
		for _, rule := range fresh[kind] {
			if _, err := engine.Update(ctx, ix.docs, engine.Rules, rule.ID(), func(r *indexedRule) { r.Rule, r.Ready = rule, true }); err != nil {
				return fmt.Errorf("record the rule %s: %w", rule.ID(), err)
			}
		}
	}
	return nil
}

// declare stores the rules that are new, so that every process that writes a record from now on gives it their keys, and returns those that some
// older records have no keys for.
func (ix *Index) declare(ctx context.Context, rules []crm.Rule) (map[crm.Kind][]crm.Rule, error) {
	fresh := map[crm.Kind][]crm.Rule{}
	for _, rule := range rules {
		r := indexedRule{Rule: rule}
		r.Rule.Ticked = slices.Clone(rule.Ticked) // what is stored is decoded into it
		if _, err := engine.LoadOrInsert(ctx, ix.docs, engine.Rules, rule.ID(), &r); err != nil {
			return nil, err
		}
		if !r.Ready {
			fresh[rule.Kind] = append(fresh[rule.Kind], rule)
		}
	}
	return fresh, ix.Load(ctx)
}

// Covers reports whether every record of a kind is found by these rules. A kind that none of them is for needs no keys.
func (ix *Index) Covers(ctx context.Context, kind crm.Kind, rules []crm.Rule) (bool, error) {
	asked := false
	for _, rule := range rules {
		if rule.Kind != kind {
			continue
		}
		asked = true
		var r indexedRule
		if _, err := engine.LoadInto(ctx, ix.docs, engine.Rules, rule.ID(), &r); err != nil || !r.Ready {
			return false, err
		}
	}
	if !asked {
		return true, nil
	}
	foreign, err := ix.records.db.Unkeyed(ctx, kind, 1)
	return len(foreign) == 0, err
}

// indexAll gives every record of a kind the keys of all rules. Killed in the middle it is done again: the rules are not ready.
func (ix *Index) indexAll(ctx context.Context, kind crm.Kind) error {
	return ix.records.Pages(ctx, kind, func(page []crm.Record) error {
		return ix.records.db.Rekey(ctx, kind, ix.keyed(kind, page))
	})
}

// indexForeign gives the records that another program wrote their keys. A record that the database does not let be changed, for a rule of its own,
// stays without: Unkeyed returns it again, and it is passed over.
func (ix *Index) indexForeign(ctx context.Context, kind crm.Kind) error {
	const page, most = 1000, 10_000
	tried := map[string]bool{}
	for refused := 0; ; {
		limit := page + refused
		records, err := ix.records.db.Unkeyed(ctx, kind, limit)
		if err != nil {
			return err
		}
		fresh := slices.DeleteFunc(records, func(rec crm.Record) bool { return tried[rec.ID] })
		refused = len(records) - len(fresh)
		switch {
		case refused > most:
			return fmt.Errorf("the database does not allow adding _inlet.keys to more than %d documents: check whether a validator forbids it", most)
		case len(fresh) == 0 && len(records) < limit:
			return nil
		}
		if err := ix.records.db.Rekey(ctx, kind, ix.keyed(kind, fresh)); err != nil {
			return err
		}
		for _, rec := range fresh {
			tried[rec.ID] = true
		}
	}
}

func (ix *Index) keyed(kind crm.Kind, records []crm.Record) []engine.KeyedRecord {
	all := make([]engine.KeyedRecord, len(records))
	for i, rec := range records {
		all[i] = engine.KeyedRecord{ID: rec.ID, Hashes: ix.Hashes(kind, rec.ParentID, rec.Values, rec.Feed)}
	}
	return all
}

// Hashes returns those of a record's keys: one for each rule that gives it a key, and that of its feed key.
func (ix *Index) Hashes(kind crm.Kind, parentID string, vs crm.Values, feed crm.FeedKey) []int64 {
	return withFeed(remainingHashes(ix.rules, kind, parentID, vs, nil, nil), feed)
}

// rekey gives each update the keys that its record is to have. An update of fields that no rule is made of leaves them as they are; for the others
// the whole record is read.
func (ix *Index) rekey(ctx context.Context, db engine.Records, kind crm.Kind, writes []coalescedWrite) error {
	var ids []string
	for i := range writes {
		w := &writes[i]
		if w.New || w.Remove {
			continue // keys are written and removed with it
		}
		if w.Rekey = w.Rekey || ix.affects(kind, w); w.Rekey {
			ids = append(ids, w.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	records, err := db.ByID(ctx, kind, ids)
	if err != nil {
		return err
	}
	before := make(map[string]*crm.Record, len(records))
	for i := range records {
		before[records[i].ID] = &records[i]
	}
	for i := range writes {
		w := &writes[i]
		if !w.Rekey || w.New {
			continue
		}
		var was crm.Record // none: the write will be a conflict
		if rec := before[w.ID]; rec != nil {
			was = *rec
		}
		w.Hashes = ix.Hashes(kind, w.ParentID, w.on(was.Values), was.Feed)
	}
	return nil
}

// affects reports whether a write touches a field that some rule is made of.
func (ix *Index) affects(kind crm.Kind, w *coalescedWrite) bool {
	for i := range ix.rules {
		rule := &ix.rules[i]
		if rule.Kind != kind {
			continue
		}
		if slices.ContainsFunc(w.Set, func(p crm.Pair) bool { return rule.Ticks(p.Field) }) || slices.ContainsFunc(w.Unset, rule.Ticks) {
			return true
		}
	}
	return false
}

// withFeed adds the hash of a feed key, if there is one.
func withFeed(hashes []int64, feed crm.FeedKey) []int64 {
	if hash, ok := feed.Hash(); ok {
		return append(hashes, hash)
	}
	return hashes
}

// rulePositions returns the position of each rule in use among those that a batch was matched by; -1 for a rule that is not among them.
func rulePositions(inUse, matched []crm.Rule) []int {
	positions := make([]int, len(inUse))
	for i := range inUse {
		id := inUse[i].ID()
		positions[i] = slices.IndexFunc(matched, func(rule crm.Rule) bool { return rule.ID() == id })
	}
	return positions
}

// remainingHashes returns the hashes of a record's keys by these rules. Those that are known, each at the position of its rule, are not computed
// again.
func remainingHashes(rules []crm.Rule, kind crm.Kind, parentID string, vs crm.Values, known []int64, positions []int) []int64 {
	var hashes []int64
	for i := range rules {
		if rules[i].Kind != kind {
			continue
		}
		if len(known) > 0 && positions[i] >= 0 && known[positions[i]] != 0 {
			hashes = append(hashes, known[positions[i]])
		} else if key, ok := rules[i].Key(parentID, vs); ok {
			hashes = append(hashes, key.Hash)
		}
	}
	return hashes
}
