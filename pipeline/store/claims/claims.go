package claims

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
)

const queuePrefix = "queue/"

// Claim is a claimed workbook in the queue of an inbox.
type Claim struct {
	ID     string `json:"arrival"`
	Number int64  `json:"number"`
	Owner  string `json:"owner"`
	Aside  bool   `json:"aside,omitempty"` // it has lost its place in the order: later ones do not wait for it
	Waits  Reason `json:"waits,omitempty"` // as its owner last said

	Orphaned time.Time `json:"orphaned,omitzero"` // since when it is known that its owner has ended; see Prune
}

// Reason is what a claim waits for although its turn has come; "" for nothing, or for its turn.
type Reason string

// The reasons.
const (
	ForIndex  Reason = "index"  // the stored records are being indexed by its match rules
	ForMemory Reason = "memory" // another large workbook is being imported
)

// queue is the document of an inbox.
type queue struct {
	Last   int64   `json:"last"`   // the number that was given last
	Claims []Claim `json:"claims"` // by number
}

func (q *queue) index(id string) int {
	return slices.IndexFunc(q.Claims, func(c Claim) bool { return c.ID == id })
}

// Taking is how Take has ended.
type Taking string

// The ways in which Take ends.
const (
	Foreign Taking = "foreign" // another process owns the claim
	Own     Taking = "own"     // this process owns it already
	Fresh   Taking = "fresh"   // this process is the first that owns it
	Adopted Taking = "adopted" // from an owner that has ended
)

// Claims are the queues of the inboxes, as this process sees and changes them.
type Claims struct {
	*Owner
	docs engine.Documents

	mu     sync.Mutex
	cached map[string]engine.Doc // queues as they were last written or read, by inbox
	gone   map[lease.Process]bool
}

// New returns the claims in a database.
func New(docs engine.Documents) *Claims {
	return &Claims{Owner: newOwner(docs), docs: docs, cached: map[string]engine.Doc{}}
}

// Take makes a claim that of this process: one that has no document gets one, with the next number of its inbox; one whose owner has ended is
// adopted and keeps its number.
func (c *Claims) Take(ctx context.Context, inbox, id string) (Taking, error) {
	if err := c.Confirm(ctx); err != nil {
		return Foreign, fmt.Errorf("register claim %s: %w", id, err)
	}
	me, taking := c.Name(), Foreign
	err := c.edit(ctx, inbox, func(q *queue, fresh bool) (next, error) {
		n := q.index(id)
		switch {
		case n < 0:
			q.Last++
			q.Claims = append(q.Claims, Claim{ID: id, Number: q.Last, Owner: me})
			taking = Fresh
			return write, nil
		case q.Claims[n].Owner == me:
			taking = Own
			return leave, nil
		case !fresh:
			return reload, nil
		}
		ended, err := c.hasEnded(ctx, q.Claims[n].Owner)
		if err != nil || !ended {
			taking = Foreign
			return leave, err
		}
		q.Claims[n].Owner, q.Claims[n].Orphaned, q.Claims[n].Waits, taking = me, time.Time{}, "", Adopted
		return write, nil
	})
	if err != nil {
		return Foreign, fmt.Errorf("register claim %s: %w", id, err)
	}
	return taking, nil
}

// Release removes a claim of this process whose files are gone from the claim folder. Doing it again does no harm.
func (c *Claims) Release(ctx context.Context, inbox, id string) error {
	return c.change(ctx, "release", inbox, id, func(q *queue, n int) bool {
		q.Claims = slices.Delete(q.Claims, n, n+1)
		return true
	})
}

// SetAside lets the later claims of an inbox go on before one of this process.
func (c *Claims) SetAside(ctx context.Context, inbox, id string) error {
	return c.change(ctx, "set aside", inbox, id, func(q *queue, n int) bool {
		before := q.Claims[n].Aside
		q.Claims[n].Aside = true
		return !before
	})
}

// SetWaits says what a claim of this process waits for, so that other processes can say it too.
func (c *Claims) SetWaits(ctx context.Context, inbox, id string, reason Reason) error {
	return c.change(ctx, "update", inbox, id, func(q *queue, n int) bool {
		before := q.Claims[n].Waits
		q.Claims[n].Waits = reason
		return before != reason
	})
}

// change edits a claim that this process owns. do says whether it changed anything.
func (c *Claims) change(ctx context.Context, op, inbox, id string, do func(q *queue, n int) bool) error {
	me := c.Name()
	err := c.edit(ctx, inbox, func(q *queue, fresh bool) (next, error) {
		n := q.index(id)
		switch {
		case (n < 0 || q.Claims[n].Owner != me) && !fresh:
			return reload, nil
		case n < 0 || q.Claims[n].Owner != me || !do(q, n):
			return leave, nil
		}
		return write, nil
	})
	if err != nil {
		return fmt.Errorf("%s claim %s: %w", op, id, err)
	}
	return nil
}

// Cached returns the claims of an inbox as this process last saw them; nil where it has seen none. Since then others may have taken claims of larger numbers,
// and smaller numbers may have gone: a claim that is the first there is still the first.
func (c *Claims) Cached(inbox string) ([]Claim, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var q queue
	doc := c.cached[inbox]
	if doc.ID == "" {
		return nil, nil
	}
	err := json.Unmarshal(doc.Body, &q)
	return q.Claims, err
}

// List returns the claims of an inbox in the order of its queue.
func (c *Claims) List(ctx context.Context, inbox string) ([]Claim, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var q queue
	doc, err := c.load(ctx, inbox)
	if err == nil {
		err = json.Unmarshal(doc.Body, &q)
	}
	if err != nil {
		return nil, fmt.Errorf("list the claims of %s: %w", inbox, err)
	}
	return q.Claims, nil
}

// All returns the claims of all inboxes, by inbox and in the order of its queue. It writes nothing.
func (c *Claims) All(ctx context.Context) (map[string][]Claim, error) {
	docs, err := c.docs.Range(ctx, engine.Claims, engine.Range{Prefix: queuePrefix, Limit: maxOwners})
	if err != nil {
		return nil, fmt.Errorf("list the claims: %w", err)
	}
	all := map[string][]Claim{}
	for _, doc := range docs {
		var q queue
		if err := json.Unmarshal(doc.Body, &q); err != nil {
			return nil, fmt.Errorf("list the claims: %w", err)
		}
		all[strings.TrimPrefix(doc.ID, queuePrefix)] = q.Claims
	}
	return all, nil
}

// Orphans observes all owners, and returns the IDs of the claims whose owner has ended, by inbox and in the order of its queue.
func (c *Claims) Orphans(ctx context.Context) (map[string][]string, error) {
	docs, err := c.docs.Range(ctx, engine.Claims, engine.Range{Limit: maxOwners}) // owners come first
	if err != nil {
		return nil, fmt.Errorf("observe the owners of claims: %w", err)
	}
	alive, gone, orphans := map[string]bool{}, map[lease.Process]bool{}, map[string][]string{}
	for _, doc := range docs {
		if strings.HasPrefix(doc.ID, ownerPrefix) {
			is, err := c.observe(ctx, doc)
			if err != nil {
				return nil, fmt.Errorf("observe the owners of claims: %w", err)
			}
			alive[ownerName(doc.ID, is.Epoch)] = is.Alive
			was, known := gone[is.Process]
			gone[is.Process] = !is.Alive && (was || !known) // a process has two owners after a reload of its configuration
			continue
		}
		inbox, ok := strings.CutPrefix(doc.ID, queuePrefix)
		if !ok {
			continue
		}
		var q queue
		if err := json.Unmarshal(doc.Body, &q); err != nil {
			return nil, err
		}
		for _, claim := range q.Claims {
			if !alive[claim.Owner] {
				orphans[inbox] = append(orphans[inbox], claim.ID)
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = gone
	return orphans, nil
}

// Gone reports whether a process had stopped or was dead when the owners were last observed.
func (c *Claims) Gone(p lease.Process) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone[p]
}

// hasEnded reports whether the owner with a name has stopped or is dead.
func (c *Claims) hasEnded(ctx context.Context, name string) (bool, error) {
	id := ownerID(name)
	doc, there, err := c.docs.Load(ctx, engine.Claims, id)
	if err != nil || !there {
		return !there, err
	}
	is, err := c.observe(ctx, doc)
	return !is.Alive || ownerName(id, is.Epoch) != name, err
}

// next is what edit does after it has shown a queue.
type next int

const (
	leave  next = iota // the queue is as it is to be
	write              // it was changed
	reload             // it must be read again: it may be out of date
)

// edit changes the queue of an inbox. It shows the queue as this process last saw it, then, if need be, as it is.
func (c *Claims) edit(ctx context.Context, inbox string, do func(q *queue, fresh bool) (next, error)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	doc, fresh := c.cached[inbox], false
	for {
		if doc.ID == "" {
			var err error
			if doc, err = c.load(ctx, inbox); err != nil {
				return err
			}
			fresh = true
		}
		var q queue
		if err := json.Unmarshal(doc.Body, &q); err != nil {
			return err
		}
		then, err := do(&q, fresh)
		if err != nil || then == leave {
			return err
		}
		if then == write {
			if doc.Body, err = json.Marshal(q); err != nil {
				return err
			}
			ok, err := c.docs.Swap(ctx, engine.Claims, doc)
			if ok {
				doc.Version++
				c.cached[inbox] = doc
				return nil
			}
			delete(c.cached, inbox)
			if err != nil {
				return err
			}
		}
		doc = engine.Doc{}
	}
}

// load reads the queue of an inbox, which is made where there is none.
func (c *Claims) load(ctx context.Context, inbox string) (engine.Doc, error) {
	delete(c.cached, inbox)
	doc, err := engine.LoadOrInsert(ctx, c.docs, engine.Claims, queuePrefix+inbox, &queue{Claims: []Claim{}})
	if err == nil && doc.Version > 0 {
		c.cached[inbox] = doc
	}
	return doc, err
}
