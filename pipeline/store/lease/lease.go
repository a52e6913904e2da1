package lease

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/engine"
)

// Event is what becomes of the lease; also a metric's label.
type Event string

// The events.
const (
	Taken    Event = "taken"
	Lost     Event = "lost" // another process took over
	Released Event = "given_back"
)

// Events are all of them.
var Events = []Event{Taken, Lost, Released}

// Timing is the times of a lease.
type Timing struct {
	Heartbeat time.Duration // how often an owner renews the lease
	Expiry    time.Duration // after how long without a renewal another process takes over
	Poll      time.Duration // how often a process that waits looks
}

var defaultTiming = Timing{Heartbeat: 2 * time.Second, Expiry: 15 * time.Second, Poll: 200 * time.Millisecond} // seven heartbeats missed

// documentID is the ID of the lease's document. The document's version is what heartbeats raise.
const documentID = "apply"

// document is the lease as it is stored.
type document struct {
	Owner Process `json:"owner"`
	Held  bool    `json:"held"`
	Epoch int64   `json:"epoch"` // rises with each owner
	Moved string  `json:"moved,omitempty"`
}

// MovedError says that all that a database holds was moved to another one, so that nothing may be imported into it.
type MovedError struct{ To string }

func (m *MovedError) Error() string {
	return fmt.Sprintf("it was moved to %s: write that one into the configuration, or run \"inlet move --reopen\" with this one to use it again", m.To)
}

// Unheld returns a document of the table of leases as it is when no process holds the lease; its epoch stays.
func Unheld(doc engine.Doc) (engine.Doc, error) {
	if doc.ID != documentID {
		return doc, nil
	}
	var is document
	err := json.Unmarshal(doc.Body, &is)
	if err == nil {
		is.Held, is.Moved = false, ""
		doc.Body, err = json.Marshal(is)
	}
	return doc, err
}

// Holder returns the process that holds the lease of a database, and whether one does.
func Holder(ctx context.Context, docs engine.Documents) (Process, bool, error) {
	var is document
	_, err := engine.LoadInto(ctx, docs, engine.Leases, documentID, &is)
	if err != nil {
		return Process{}, false, fmt.Errorf("read the store's lease: %w", err)
	}
	return is.Owner, is.Held && !is.Owner.HasExited(), nil
}

// Lease is the right of this process to apply imports to a store.
type Lease struct {
	docs  engine.Documents
	turn  chan struct{} // one import at a time within the process, too
	epoch atomic.Int64  // while the lease is held
	last  int64         // the epoch under which it was last held; the database may still have it, where releasing it failed
	term  atomic.Int64  // see Term
	given engine.Doc    // the document as this process gave the lease back; without an ID where that is not known

	moved atomic.Pointer[string] // where the database was moved to, as the document says while the lease is held

	// Observe is called with what becomes of the lease; it may be nil.
	Observe func(Event)

	// Gone reports whether a process is known not to apply anything now, so that its lease need not expire first; it may be nil. Where it is mistaken the
	// epoch keeps the process from writing.
	Gone func(Process) bool

	// Heir is the database for whose sake the lease may be taken although this one was moved to it; "" for none.
	Heir string

	// Timing and Process are those of this process unless they are set before the lease is first asked for.
	Timing  Timing
	Process Process
}

// New returns the lease in a database.
func New(docs engine.Documents) *Lease {
	return &Lease{docs: docs, turn: make(chan struct{}, 1), Timing: defaultTiming, Process: ThisProcess()}
}

// Epoch returns the number of the lease that is held; 0 while none is.
func (l *Lease) Epoch() int64 { return l.epoch.Load() }

// Term returns the number of the period in which no other process has held the lease, and Epoch. What is changed under the lease only, and was read or written
// in a term, is still so while the lease is held in the same one.
func (l *Lease) Term() (term, epoch int64) { return l.term.Load(), l.Epoch() }

func (l *Lease) emit(e Event) {
	if l.Observe != nil {
		l.Observe(e)
	}
}

// Do waits until this process holds the lease, and runs recover and then do. Their context is cancelled, with ledger.ErrTakenOver as its cause,
// when another process takes over.
func (l *Lease) Do(ctx context.Context, recover, do func(context.Context) error) error {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return message.Errorf("wait for the previous import: %w", ctx.Err())
	}
	doc, err := l.acquire(ctx)
	if err != nil {
		l.forget()
		return message.Errorf("wait for the store's lease: %w", err)
	}
	l.emit(Taken)
	held, lose := context.WithCancelCause(ctx)
	stop, stopped := make(chan struct{}), make(chan engine.Doc)
	renewing, endRenewal := context.WithCancel(context.WithoutCancel(ctx))
	go func() { stopped <- l.heartbeat(renewing, doc, stop, lose) }()
	defer func() {
		close(stop)
		endRenewal() // does not wait for a database that hangs; whether the last heartbeat was written, release finds out
		l.release(context.WithoutCancel(ctx), <-stopped)
		if errors.Is(context.Cause(held), ledger.ErrTakenOver) {
			l.emit(Lost)
		} else {
			l.emit(Released)
		}
		lose(nil)
	}()
	if err = recover(held); err == nil {
		err = do(held)
	}
	if err != nil && errors.Is(context.Cause(held), ledger.ErrTakenOver) {
		return ledger.ErrTakenOver
	}
	return err
}

func (l *Lease) acquire(ctx context.Context) (engine.Doc, error) {
	if doc, ok, err := l.reacquire(ctx); ok || err != nil {
		return doc, err
	}
	l.term.Add(1)
	return l.await(ctx)
}

// reacquire takes the lease where no other process has held it since this process gave it back.
func (l *Lease) reacquire(ctx context.Context) (engine.Doc, bool, error) {
	doc := l.given
	l.given = engine.Doc{}
	if doc.ID == "" {
		return doc, false, nil
	}
	l.epoch.Store(l.last + 1)
	ok, err := l.swap(ctx, &doc, true)
	if !ok && err == nil { // after an error the database may have the epoch
		l.epoch.Store(0)
	}
	return doc, ok, err
}

// await waits until the lease is free or has expired, and takes it.
func (l *Lease) await(ctx context.Context) (engine.Doc, error) {
	watched, since := int64(-1), time.Now()
	var holder *Process
	for {
		var now document
		doc, err := engine.LoadOrInsert(ctx, l.docs, engine.Leases, documentID, &now)
		if err != nil && holder != nil && expires(ctx) {
			return doc, message.Errorf("it is held by %s: %w", *holder, ctx.Err())
		}
		if err != nil {
			return doc, err
		}
		holder = &now.Owner
		if now.Moved != "" && now.Moved != l.Heir {
			return doc, &ledger.Temporary{Err: &MovedError{now.Moved}}
		}
		if doc.Version != watched {
			watched, since = doc.Version, time.Now()
		}
		if ours := now.Owner == l.Process && now.Epoch == l.last; ours || !now.Held || now.Owner.HasExited() || l.Gone != nil && l.Gone(now.Owner) || time.Since(since) > l.Timing.Expiry {
			l.epoch.Store(now.Epoch + 1)
			l.moved.Store(&now.Moved)
			got, err := l.swap(ctx, &doc, true)
			if got || err != nil {
				return doc, err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return doc, message.Errorf("it is held by %s: %w", now.Owner, ctx.Err())
		case <-time.After(l.Timing.Poll):
		}
	}
}

// expires reports whether the context has ended, or is so near its deadline that a database refuses to begin: then it waits for the deadline.
func expires(ctx context.Context) bool {
	const near = 100 * time.Millisecond
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < near {
		<-ctx.Done()
	}
	return ctx.Err() != nil
}

func (l *Lease) swap(ctx context.Context, doc *engine.Doc, held bool) (bool, error) {
	var err error
	if doc.Body, err = json.Marshal(document{Owner: l.Process, Held: held, Epoch: l.Epoch(), Moved: l.movedTo()}); err != nil {
		return false, err
	}
	ok, err := l.docs.Swap(ctx, engine.Leases, *doc)
	if ok {
		doc.Version++
	}
	return ok, err
}

func (l *Lease) movedTo() string {
	if to := l.moved.Load(); to != nil {
		return *to
	}
	return ""
}

// Retire says that the database was moved to another one, or with "" that it is to be used again. The lease must be held.
func (l *Lease) Retire(ctx context.Context, to string) error {
	l.moved.Store(&to)
	doc := engine.Doc{ID: documentID, Order: documentID} // of no version: the first swap fails, and then the document is read
	ours, err := l.renew(ctx, &doc, true)
	if err == nil && !ours {
		err = ledger.ErrTakenOver
	}
	if err != nil {
		return fmt.Errorf("note where the store was moved to: %w", err)
	}
	return nil
}

// Moved returns a MovedError if a database was moved to another one.
func Moved(ctx context.Context, docs engine.Documents) error {
	var is document
	if _, err := engine.LoadInto(ctx, docs, engine.Leases, documentID, &is); err != nil || is.Moved == "" {
		return err
	}
	return &MovedError{is.Moved}
}

// heartbeat renews the lease until stop is closed, and returns the document as it was last written.
func (l *Lease) heartbeat(ctx context.Context, doc engine.Doc, stop <-chan struct{}, lose context.CancelCauseFunc) engine.Doc {
	tick := time.NewTicker(l.Timing.Heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return doc
		case <-tick.C:
			if ours, err := l.renew(ctx, &doc, true); err == nil && !ours {
				lose(ledger.ErrTakenOver)
			}
		}
	}
}

// renew writes the lease's document and says whether the lease is still ours. The document may have another version than expected and be ours
// all the same: where the answer to a write was lost, the write itself was made.
func (l *Lease) renew(ctx context.Context, doc *engine.Doc, held bool) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, l.Timing.Expiry)
	defer cancel()
	for {
		if ok, err := l.swap(ctx, doc, held); ok || err != nil {
			return ok, err
		}
		var now document
		found, err := engine.LoadOrInsert(ctx, l.docs, engine.Leases, documentID, &now)
		if err != nil || now.Epoch != l.Epoch() {
			return false, err
		}
		*doc = found
	}
}

// release gives the lease back. Where that does not reach the database another process waits until the lease expires or sees that this one has
// exited; this process remembers the epoch.
func (l *Lease) release(ctx context.Context, doc engine.Doc) {
	ctx, cancel := context.WithTimeout(ctx, l.Timing.Heartbeat)
	defer cancel()
	ok, err := l.renew(ctx, &doc, false)
	l.forget()
	if ok && err == nil {
		l.given = doc
	}
}

func (l *Lease) forget() {
	if epoch := l.epoch.Swap(0); epoch != 0 {
		l.last = epoch
	}
}
