package claims

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
)

// ErrLost says that another process has declared this one dead, so that it owns none of its claims any more.
var ErrLost = errors.New("the claims of this process were given to another process, because its heartbeat stood still")

// Timing is the times of an owner.
type Timing struct {
	Heartbeat time.Duration // how often an owner renews its heartbeat
	Expiry    time.Duration // after how long without a renewal it is declared dead
}

var defaultTiming = Timing{Heartbeat: 3 * time.Second, Expiry: 15 * time.Second}

const (
	ownerPrefix = "owner/"
	maxOwners   = 10_000 // that are read at once
)

// ownerDocument is an owner as it is stored.
type ownerDocument struct {
	Process lease.Process `json:"process"`
	Epoch   int64         `json:"epoch"` // rises whenever the document is taken over by another process
	Alive   bool          `json:"alive"` // false once it has stopped or was declared dead

	Ended   time.Time `json:"ended,omitzero"`    // when Prune first found that it is not alive
	Removed bool      `json:"removed,omitempty"` // it is about to be removed, and not taken over any more
}

// Processes returns the processes that own claims in a database, as far as they are not known to have ended.
func Processes(ctx context.Context, docs engine.Documents) ([]lease.Process, error) {
	owners, err := docs.Range(ctx, engine.Claims, engine.Range{Prefix: ownerPrefix, Limit: maxOwners})
	if err != nil {
		return nil, fmt.Errorf("read the daemons of the store: %w", err)
	}
	var all []lease.Process
	for _, doc := range owners {
		var is ownerDocument
		if err := json.Unmarshal(doc.Body, &is); err != nil {
			return nil, fmt.Errorf("read the daemons of the store: %w", err)
		}
		if is.Alive && !is.Process.HasExited() {
			all = append(all, is.Process)
		}
	}
	return all, nil
}

// ownerName identifies one use of an owner's document.
func ownerName(id string, epoch int64) string { return fmt.Sprintf("%s/%d", id, epoch) }

// ownerID returns the ID of the document of which a name identifies one use.
func ownerID(name string) string { return name[:max(0, strings.LastIndexByte(name, '/'))] }

// sighting is when the version of an owner's document was first seen.
type sighting struct {
	version int64
	since   time.Time
}

// Owner is this process among those that own claims in a store.
type Owner struct {
	docs engine.Documents

	// Timing and Process are those of this process unless they are set before the first heartbeat.
	Timing  Timing
	Process lease.Process

	mu      sync.Mutex
	doc     engine.Doc // as it was last written; its ID is empty while this process has none
	epoch   int64
	renewed time.Time
	seen    map[string]sighting // of the other owners, by ID
}

func newOwner(docs engine.Documents) *Owner {
	return &Owner{docs: docs, Timing: defaultTiming, Process: lease.ThisProcess(), seen: map[string]sighting{}}
}

// Name returns what claims of this process are marked with; "" while it owns none.
func (o *Owner) Name() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.doc.ID == "" {
		return ""
	}
	return ownerName(o.doc.ID, o.epoch)
}

// Beat renews the heartbeat. Success means that at this moment the process owned all claims that it took before. ErrLost means that it owns none
// any more; the next Beat begins anew.
func (o *Owner) Beat(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.beat(ctx)
}

// Confirm is Beat, but renews only a heartbeat that is older than its interval: before it is several times as old no process declares this one dead.
func (o *Owner) Confirm(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.doc.ID != "" && elapsed(o.renewed) < min(o.Timing.Heartbeat, o.Timing.Expiry/5) {
		return nil
	}
	return o.beat(ctx)
}

// elapsed returns how much time has passed by the clock that passes faster: while a computer sleeps one of them stands still.
func elapsed(since time.Time) time.Duration {
	now := time.Now()
	wall := now.Round(0).Sub(since.Round(0))
	return max(now.Sub(since), wall, -wall) // also if the clock was set back
}

func (o *Owner) beat(ctx context.Context) error {
	if o.doc.ID == "" {
		return o.join(ctx)
	}
	for {
		began := time.Now()
		ok, err := o.write(ctx, &o.doc, ownerDocument{Process: o.Process, Epoch: o.epoch, Alive: true})
		if err != nil {
			return fmt.Errorf("renew the heartbeat: %w", err)
		}
		if ok {
			o.renewed = began
			return nil
		}
		// The answer to an earlier write may have been lost: then the document has another version and is ours all the same.
		now, is, err := o.load(ctx, o.doc.ID)
		if err != nil {
			return fmt.Errorf("renew the heartbeat: %w", err)
		}
		if !is.Alive || is.Epoch != o.epoch {
			o.doc = engine.Doc{}
			return ErrLost
		}
		o.doc = now
	}
}

// join takes over the document of an owner that has ended, or inserts a new one.
func (o *Owner) join(ctx context.Context) error {
	for {
		docs, err := o.docs.Range(ctx, engine.Claims, engine.Range{Prefix: ownerPrefix, Limit: maxOwners})
		if err != nil {
			return fmt.Errorf("register with the store: %w", err)
		}
		for _, doc := range docs {
			var is ownerDocument
			if err := json.Unmarshal(doc.Body, &is); err != nil {
				return err
			}
			if is.Removed || is.Alive && !is.Process.HasExited() {
				continue
			}
			if ok, err := o.begin(ctx, doc, is.Epoch+1); ok || err != nil {
				return err
			}
		}
		id := ownerPrefix + rand.Text()[:12] // none is given twice: the owner of one that was removed must not find it again
		body, err := json.Marshal(ownerDocument{Process: o.Process})
		if err != nil {
			return err
		}
		if _, err := o.docs.Insert(ctx, engine.Claims, engine.Doc{ID: id, Order: id, Body: body}); err != nil {
			return fmt.Errorf("register with the store: %w", err)
		}
	}
}

// begin makes a document that of this process.
func (o *Owner) begin(ctx context.Context, doc engine.Doc, epoch int64) (bool, error) {
	began := time.Now()
	ok, err := o.write(ctx, &doc, ownerDocument{Process: o.Process, Epoch: epoch, Alive: true})
	if err != nil {
		return false, fmt.Errorf("register with the store: %w", err)
	}
	if ok {
		o.doc, o.epoch, o.renewed = doc, epoch, began
	}
	return ok, nil
}

// Leave gives all claims of this process away, as it stops: another process need not wait until its heartbeat has stood still.
func (o *Owner) Leave(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.doc.ID == "" {
		return nil
	}
	doc := o.doc
	o.doc = engine.Doc{}
	for {
		ok, err := o.write(ctx, &doc, ownerDocument{Process: o.Process, Epoch: o.epoch, Alive: false})
		if ok || err != nil {
			return err
		}
		now, is, err := o.load(ctx, doc.ID)
		if err != nil || !is.Alive || is.Epoch != o.epoch {
			return err
		}
		doc = now
	}
}

// observe looks at the document of an owner, and reports whether it is alive. One whose process has exited or whose heartbeat has stood still is
// declared dead.
func (o *Owner) observe(ctx context.Context, doc engine.Doc) (is ownerDocument, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := json.Unmarshal(doc.Body, &is); err != nil || !is.Alive || doc.ID == o.doc.ID && is.Epoch == o.epoch {
		return is, err
	}
	if last := o.seen[doc.ID]; last.version != doc.Version {
		o.seen[doc.ID] = sighting{doc.Version, time.Now()}
	}
	if time.Since(o.seen[doc.ID].since) <= o.Timing.Expiry && !is.Process.HasExited() {
		return is, nil
	}
	dead := is
	dead.Alive = false
	if ok, err := o.write(ctx, &doc, dead); !ok || err != nil {
		return is, err // it has renewed its heartbeat, or another process has written this
	}
	return dead, nil
}

func (o *Owner) load(ctx context.Context, id string) (doc engine.Doc, is ownerDocument, err error) {
	doc, _, err = o.docs.Load(ctx, engine.Claims, id)
	if err == nil && doc.Body != nil {
		err = json.Unmarshal(doc.Body, &is)
	}
	return doc, is, err
}

// write swaps an owner's document, and notes its version where it did.
func (o *Owner) write(ctx context.Context, doc *engine.Doc, is ownerDocument) (ok bool, err error) {
	if doc.Body, err = json.Marshal(is); err != nil {
		return false, err
	}
	if ok, err = o.docs.Swap(ctx, engine.Claims, *doc); ok {
		doc.Version++
	}
	return ok, err
}
