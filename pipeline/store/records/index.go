package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// Index gives records the keys that rules find them by.
type Index struct {
	records *Records
	docs    engine.Documents
	set     atomic.Pointer[RuleSet] // that records have keys for

	// Term returns the number of the period in which no other process has held the lease, and the epoch under which this one holds it, 0 if it does not; nil:
	// that is not known.
	Term     func() (term, epoch int64)
	loaded   atomic.Int64                 // the term in which the rules were last read under the lease; 0: none
	readable [len(crm.Kinds)]atomic.Int64 // the epoch under which it was last seen that all IDs of a kind can be read; 0: none

	refreshed atomic.Pointer[time.Time] // when this process last made sure that records have them
	indexed   atomic.Int64
	preparing chan struct{} // filled while records are given keys by new rules, outside the lease

	// Progress is called with how many more records of a kind have been given keys; may be nil, and is called from several goroutines.
	Progress func(kind crm.Kind, more int)
}

// NewIndex returns the index of records, without its rules: see Load.
func NewIndex(records *Records, docs engine.Documents) *Index {
	ix := &Index{records: records, docs: docs, preparing: make(chan struct{}, 1)}
	ix.set.Store(NewRuleSet(nil, 0))
	return ix
}

// indexedRule is the document with a rule that records have keys for. Until it is ready some older records have none.
type indexedRule struct {
	Rule       crm.Rule `json:"rule"`
	Ready      bool     `json:"ready"`
	Generation int64    `json:"generation,omitempty"` // that has it, with all later ones; 0: not counted yet, or stored before there were generations
	Used       string   `json:"used,omitempty"`       // the day on which an import last looked records up by it; "" before there was this field
}

// stop is what the IDs of the documents among the rules begin with that an older inlet cannot read.
const stop = "of data version "

// StopID returns the ID of a document among the rules that stops processes of the data version before this one: they take it for a rule, and report it by
// its ID.
func StopID(version int) string {
	return stop + strconv.Itoa(version) + ": this is an older inlet; stop it and start the newer one, v" + strconv.Itoa(crm.FormsVersion)
}

// generation is the document that counts how often a rule was added. It is counted after the rule is stored and read before the rules are, so that
// whoever has a generation has at least its rules.
type generation struct {
	Count int64 `json:"count"`
}

// generationID is the ID of that document among the rules, and sorts before theirs.
const generationID = "0 generation"

// Rules returns the rules that records have keys for.
func (ix *Index) Rules() *RuleSet { return ix.set.Load() }

// Indexed returns how many records this process has given keys, other than those that it wrote.
func (ix *Index) Indexed() int64 { return ix.indexed.Load() }

// Load reads the rules from the database: another process may have added some.
func (ix *Index) Load(ctx context.Context) error {
	ix.loaded.Store(0)
	term := ix.term()
	docs, err := ix.docs.Range(ctx, engine.Rules, engine.Range{Limit: 10_000})
	if err != nil {
		return fmt.Errorf("read the rules in use: %w", err)
	}
	var g generation
	var rules []crm.Rule
	ready, used, since := map[string]bool{}, map[string]string{}, map[string]int64{}
	for _, doc := range docs {
		if doc.ID == generationID {
			if err := json.Unmarshal(doc.Body, &g); err != nil {
				return fmt.Errorf("read the generation of the rules in use: %w", err)
			}
		}
		if !crm.CurrentRule(doc.ID) || strings.HasPrefix(doc.ID, stop) {
			continue // no record is looked up by it any more, and its keys are removed when the record is next indexed
		}
		var r indexedRule
		if err := json.Unmarshal(doc.Body, &r); err != nil {
			return fmt.Errorf("read the rule %s: %w", doc.ID, err)
		}
		rules = append(rules, r.Rule)
		ready[doc.ID], used[doc.ID], since[doc.ID] = r.Ready, r.Used, r.Generation
	}
	set := NewRuleSet(rules, g.Count)
	set.ready, set.used, set.since = ready, used, since
	ix.set.Store(set)
	ix.loaded.Store(term)
	return nil
}

// term returns the term in which this process holds the lease; 0 if it does not.
func (ix *Index) term() int64 {
	if ix.Term == nil {
		return 0
	}
	if term, epoch := ix.Term(); epoch != 0 {
		return term
	}
	return 0
}

// epoch returns the epoch under which this process holds the lease; 0 if it does not.
func (ix *Index) epoch() int64 {
	if ix.Term == nil {
		return 0
	}
	_, epoch := ix.Term()
	return epoch
}

// Unreadable is that of Records, but does not ask for what Use has found out under the same lease.
func (ix *Index) Unreadable(ctx context.Context, kind crm.Kind) (n int, example string, err error) {
	if epoch := ix.epoch(); epoch != 0 && ix.readable[kind.Number()].Load() == epoch {
		return 0, "", nil
	}
	return ix.records.Unreadable(ctx, kind)
}

// loadOnce is Load, but does not read the rules again as long as no other process can have made one ready or forgotten one. It may have declared one: see
// RuleSet.
func (ix *Index) loadOnce(ctx context.Context) error {
	if term := ix.term(); term != 0 && term == ix.loaded.Load() {
		return nil
	}
	return ix.Load(ctx)
}

// Use makes every record that these rules look for have its keys, those of other programs too, made of what it holds now. It is called under the
// lease, before anything is looked up: an import that begins after another program's write was acknowledged finds the record.
func (ix *Index) Use(ctx context.Context, rules []crm.Rule) error {
	return ix.use(ctx, rules, time.Now().UTC().Format(time.DateOnly))
}

// Again does what Use does for all rules that records have keys for, which does not count as a use of them.
func (ix *Index) Again(ctx context.Context) error {
	if err := ix.Load(ctx); err != nil {
		return err
	}
	return ix.use(ctx, ix.Rules().rules, "")
}

func (ix *Index) use(ctx context.Context, rules []crm.Rule, day string) error {
	fresh, err := ix.declare(ctx, rules)
	if err != nil {
		return fmt.Errorf("record the rules in use: %w", err)
	}
	if _, err := ix.refresh(ctx, rules, fresh, false); err != nil {
		return err
	}
	used := ix.Rules().used
	for _, rule := range rules {
		if slices.ContainsFunc(fresh, func(r crm.Rule) bool { return r.ID() == rule.ID() }) || used[rule.ID()] < day {
			_, err := engine.Update(ctx, ix.docs, engine.Rules, rule.ID(), func(r *indexedRule) { r.Rule, r.Ready, r.Used = rule, true, max(r.Used, day) })
			if err != nil {
				return fmt.Errorf("record the rule %s: %w", rule.ID(), err)
			}
			ix.loaded.Store(0)
		}
	}
	return nil
}

// Prune forgets the rules that no import has looked records up by since a day, and returns their IDs. It is called under the lease. Records keep the
// keys of a rule that is forgotten until they get others; used once more it is a new rule. A rule that was stored before its use was noted counts as
// used today.
func (ix *Index) Prune(ctx context.Context, since time.Time) ([]string, error) {
	if err := ix.Load(ctx); err != nil {
		return nil, err
	}
	set, day := ix.Rules(), since.UTC().Format(time.DateOnly)
	var unused []string
	for _, rule := range set.rules {
		switch id := rule.ID(); {
		case set.used[id] == "":
			today := time.Now().UTC().Format(time.DateOnly)
			if _, err := engine.Update(ctx, ix.docs, engine.Rules, id, func(r *indexedRule) { r.Used = today }); err != nil {
				return nil, fmt.Errorf("record the rule %s: %w", id, err)
			}
		case set.used[id] < day:
			unused = append(unused, id)
		}
	}
	if err := ix.docs.Delete(ctx, engine.Rules, unused); err != nil {
		return nil, fmt.Errorf("forget rules: %w", err)
	}
	return unused, ix.Load(ctx)
}

// Prepare does most of what Use will do, without the lease, so that little is left for Use to do under it, and returns how many records it gave keys.
// Killed in the middle it goes on where it was when it is called again. It does nothing where the rules are ready and this process has made sure of the
// records a moment ago.
func (ix *Index) Prepare(ctx context.Context, rules []crm.Rule) (int, error) {
	if rules == nil {
		rules = ix.Rules().rules
	}
	const moment = time.Minute
	ready := ix.Rules().ready
	known := !slices.ContainsFunc(rules, func(rule crm.Rule) bool { return !ready[rule.ID()] })
	if last := ix.refreshed.Load(); known && last != nil && time.Since(*last) < moment {
		return 0, nil
	}
	fresh, err := ix.declare(ctx, rules)
	if err != nil {
		return 0, fmt.Errorf("record the rules in use: %w", err)
	}
	if len(fresh) > 0 { // of what a second one would do at the same time, most would be the same
		select {
		case ix.preparing <- struct{}{}:
			defer func() { <-ix.preparing }()
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return ix.refresh(ctx, rules, fresh, true)
}

// declare stores the rules that are new, so that every process that writes a record from now on gives it their keys, and returns those that some
// older records have no keys for.
func (ix *Index) declare(ctx context.Context, rules []crm.Rule) (fresh []crm.Rule, err error) {
	if err := ix.loadOnce(ctx); err != nil {
		return nil, err
	}
	known := ix.Rules()
	var uncounted []crm.Rule
	for _, rule := range rules {
		if known.ready[rule.ID()] {
			continue
		}
		r := indexedRule{Rule: rule}
		r.Rule.Ticked = slices.Clone(rule.Ticked) // what is stored is decoded into it
		if _, err := engine.LoadOrInsert(ctx, ix.docs, engine.Rules, rule.ID(), &r); err != nil {
			return nil, err
		}
		if fresh = append(fresh, rule); r.Generation == 0 {
			uncounted = append(uncounted, rule)
		}
	}
	if len(uncounted) == 0 {
		return fresh, nil
	}
	g, err := engine.Update(ctx, ix.docs, engine.Rules, generationID, func(g *generation) { g.Count++ })
	if err != nil {
		return nil, err
	}
	for _, rule := range uncounted {
		if _, err := engine.Update(ctx, ix.docs, engine.Rules, rule.ID(), func(r *indexedRule) { r.Rule, r.Generation = rule, g.Count }); err != nil {
			return nil, err
		}
	}
	return fresh, ix.Load(ctx)
}

// refresh gives keys to the records of the kinds that the rules look for.
func (ix *Index) refresh(ctx context.Context, rules, fresh []crm.Rule, keepNewer bool) (int, error) {
	var asks []engine.KindRefresh
	for _, kind := range crm.Kinds {
		of := func(rule crm.Rule) bool { return rule.Kind == kind }
		if slices.ContainsFunc(rules, of) {
			ask := ix.asking(kind, rules)
			ask.Complete, ask.KeepNewer = !slices.ContainsFunc(fresh, of), keepNewer
			asks = append(asks, engine.KindRefresh{Kind: kind, Refresh: ask})
		}
	}
	pending, err := ix.records.db.Pending(ctx, asks)
	if err != nil {
		return 0, fmt.Errorf("search for records to index: %w", err)
	}
	total := 0
	for _, ask := range asks {
		if ix.readable[ask.Kind.Number()].Store(0); pending.Unreadable[ask.Kind.Number()] == engine.None {
			ix.readable[ask.Kind.Number()].Store(ix.epoch())
		}
		if pending.Stale[ask.Kind.Number()] == engine.None {
			continue
		}
		n, err := ix.records.db.Refresh(ctx, ask.Kind, ask.Refresh)
		if total += n; err != nil {
			return total, fmt.Errorf("index %ss: %w", ask.Kind, err)
		}
	}
	now := time.Now()
	ix.refreshed.Store(&now)
	return total, nil
}

func (ix *Index) asking(kind crm.Kind, rules []crm.Rule) engine.Refresh {
	set, before := ix.Rules(), 0
	return engine.Refresh{Keying: *set.Keying(kind), For: set.needed(kind, rules), Hashes: set.Hashes, Complete: true, Progress: func(done int) {
		more := done - before
		before = done
		ix.indexed.Add(int64(more))
		if ix.Progress != nil {
			ix.Progress(kind, more)
		}
	}}
}

// ErrNotIndexed says that some records have no keys for a rule.
var ErrNotIndexed = errors.New("not all records have keys for the rules")

// Stale calls do with the records of a kind that these rules may not find by what they hold now, a page at a time, and changes nothing. The error is
// ErrNotIndexed where that may be any record. A kind that none of the rules is for needs no keys.
func (ix *Index) Stale(ctx context.Context, kind crm.Kind, rules []crm.Rule, do func([]crm.Record) error) error {
	of := func(rule crm.Rule) bool { return rule.Kind == kind }
	if !slices.ContainsFunc(rules, of) {
		return nil
	}
	if err := ix.Load(ctx); err != nil {
		return err
	}
	if slices.ContainsFunc(rules, func(rule crm.Rule) bool { return of(rule) && !ix.Rules().ready[rule.ID()] }) {
		return ErrNotIndexed
	}
	return ix.records.db.Stale(ctx, kind, ix.asking(kind, rules), do)
}

// rekey gives each update the keys that its record is to have. An update of fields that no rule is made of leaves them as they are; for the others
// the whole record is read.
func (ix *Index) rekey(ctx context.Context, db engine.Records, kind crm.Kind, writes []coalescedWrite) error {
	set := ix.Rules()
	var ids []string
	for i := range writes {
		w := &writes[i]
		if w.New || w.Remove {
			continue // keys are written and removed with it
		}
		if w.Rekey = w.Rekey || set.affects(kind, w); w.Rekey {
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
		is := crm.Record{Kind: kind, ParentID: w.ParentID} // of none, where the write will be a conflict
		if rec := before[w.ID]; rec != nil {
			is.Values, is.Feed = rec.Values, rec.Feed
		}
		is.Values = w.on(is.Values)
		w.Hashes, w.Keyed, w.Keying = set.Hashes(&is), is.Values, set.Keying(kind)
	}
	return nil
}
