package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"inlet.example/inlet/pipeline/ledger"
)

// pace is the times of the lease.
type pace struct {
	beat time.Duration // how often an owner shows that it lives
	dead time.Duration // how long its beat must stand still before another takes over
	look time.Duration // how often who waits looks
}

var usual = pace{beat: 2 * time.Second, dead: 15 * time.Second, look: 200 * time.Millisecond} // dead: seven beats missed

// lease says who applies. Its document's version is the beat.
type lease struct {
	Owner owner `json:"owner"`
	Held  bool  `json:"held"`
	Epoch int64 `json:"epoch"` // rises with each owner
}

const applying = "apply"

// LeaseEvent is what becomes of the lease; also a metric's label.
type LeaseEvent string

// The events.
const (
	LeaseTaken LeaseEvent = "taken"
	LeaseLost  LeaseEvent = "lost" // another process took over
	LeaseGiven LeaseEvent = "given_back"
)

// LeaseEvents are all of them.
var LeaseEvents = []LeaseEvent{LeaseTaken, LeaseLost, LeaseGiven}

func (s *Store) leased(e LeaseEvent) {
	if s.Leased != nil {
		s.Leased(e)
	}
}

// Hold waits until this process is the one that applies, finishes what an interrupted one left half done, and runs do. The context
// given to do ends, with ErrTakenOver as its cause, should another process have taken over meanwhile.
func (s *Store) Hold(ctx context.Context, do func(context.Context) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return fmt.Errorf("wait for the import before: %w", ctx.Err())
	}
	doc, err := s.acquire(ctx)
	if err != nil {
		s.leave()
		return fmt.Errorf("wait for the store's lease: %w", err)
	}
	s.leased(LeaseTaken)
	held, lose := context.WithCancelCause(ctx)
	stop, beating := make(chan struct{}), make(chan Doc)
	alive, endBeat := context.WithCancel(context.WithoutCancel(ctx))
	go func() { beating <- s.beat(alive, doc, stop, lose) }()
	defer func() {
		close(stop)
		endBeat() // a database that hangs keeps nobody; whether a beat was written, release finds out
		s.release(context.WithoutCancel(ctx), <-beating)
		if errors.Is(context.Cause(held), ErrTakenOver) {
			s.leased(LeaseLost)
		} else {
			s.leased(LeaseGiven)
		}
		lose(nil)
	}()
	if err = s.settleOpen(held); err == nil {
		err = do(held)
	}
	if err != nil && errors.Is(context.Cause(held), ErrTakenOver) {
		return ErrTakenOver
	}
	return err
}

func (s *Store) acquire(ctx context.Context) (Doc, error) {
	watched, since := int64(-1), time.Now()
	var holder *owner
	for {
		var l lease
		doc, err := s.loadOrInsert(ctx, Leases, applying, &l)
		if err != nil && holder != nil && runsOut(ctx) {
			return doc, fmt.Errorf("%s holds it: %w", *holder, ctx.Err())
		}
		if err != nil {
			return doc, err
		}
		holder = &l.Owner
		if doc.Version != watched {
			watched, since = doc.Version, time.Now()
		}
		if ours := l.Owner == s.owner && l.Epoch == s.left; ours || !l.Held || l.Owner.dead() || time.Since(since) > s.pace.dead {
			s.epoch.Store(l.Epoch + 1)
			got, err := s.swapLease(ctx, &doc, true)
			if got || err != nil {
				return doc, err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return doc, fmt.Errorf("%s holds it: %w", l.Owner, ctx.Err())
		case <-time.After(s.pace.look):
		}
	}
}

// runsOut says whether the context is at its end, or so near that a database refuses to begin: then it waits for the end.
func runsOut(ctx context.Context) bool {
	const near = 100 * time.Millisecond
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < near {
		<-ctx.Done()
	}
	return ctx.Err() != nil
}

func (s *Store) swapLease(ctx context.Context, doc *Doc, held bool) (bool, error) {
	var err error
	if doc.Body, err = json.Marshal(lease{Owner: s.owner, Held: held, Epoch: s.epoch.Load()}); err != nil {
		return false, err
	}
	ok, err := s.engine.Swap(ctx, Leases, *doc)
	if ok {
		doc.Version++
	}
	return ok, err
}

// beat raises the lease's version until stop closes and returns the document as it last wrote it. A database that does not answer is
// no reason to give the lease up: the checkpoints tell whether somebody else took over.
func (s *Store) beat(ctx context.Context, doc Doc, stop <-chan struct{}, lose context.CancelCauseFunc) Doc {
	tick := time.NewTicker(s.pace.beat)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return doc
		case <-tick.C:
			if mine, err := s.renew(ctx, &doc, true); err == nil && !mine {
				lose(ErrTakenOver)
			}
		}
	}
}

// renew writes the lease's document and says whether it is still ours. It may have another version than we know and be ours all the
// same: where an answer was lost, the write was not.
func (s *Store) renew(ctx context.Context, doc *Doc, held bool) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.pace.dead)
	defer cancel()
	for {
		if ok, err := s.swapLease(ctx, doc, held); ok || err != nil {
			return ok, err
		}
		var l lease
		now, err := s.loadOrInsert(ctx, Leases, applying, &l)
		if err != nil || !l.Held || l.Epoch != s.epoch.Load() {
			return false, err
		}
		*doc = now
	}
}

// release gives the lease back. If that does not reach the database, another owner waits or sees this process dead; this one knows.
func (s *Store) release(ctx context.Context, doc Doc) {
	ctx, cancel := context.WithTimeout(ctx, s.pace.beat)
	defer cancel()
	_, _ = s.renew(ctx, &doc, false)
	s.leave()
}

func (s *Store) leave() { s.left = s.epoch.Swap(0) }

// settleOpen finishes the batch that an interrupted import left between journal and checkpoint.
func (s *Store) settleOpen(ctx context.Context) error {
	var begun open
	if _, err := s.loadOrInsert(ctx, Meta, "open", &begun); err != nil {
		return fmt.Errorf("look for interrupted imports: %w", err)
	}
	if len(begun.Imports) > 0 {
		if err := s.loadRules(ctx); err != nil {
			return err
		}
	}
	for _, id := range begun.Imports {
		imp, ok, err := s.Import(ctx, id)
		if err != nil {
			return fmt.Errorf("look for interrupted imports: %w", err)
		}
		if imp.Unplaced() {
			continue // nothing is left to apply; the daemon that has its file moves it
		}
		if !ok || imp.State.Ended() { // its process died before it was inserted, or before it was taken off the list
			if err := s.setOpen(ctx, id, false); err != nil {
				return fmt.Errorf("look for interrupted imports: %w", err)
			}
			continue
		}
		if err := s.settle(ctx, &imp); err != nil {
			return err
		}
	}
	return nil
}

// settle applies the journal entry behind the checkpoint. The rows are not at hand, so what was lost to a foreign edit is not
// matched again. Where there is no entry it saves the import all the same: should its owner sleep and not be dead, it finds out before
// its next checkpoint.
func (s *Store) settle(ctx context.Context, imp *ledger.Import) error {
	n := imp.Batch + 1
	first, ok, err := s.read(ctx, s.engine, imp.ID, n, 0)
	if err != nil {
		return err
	}
	if !ok {
		return s.save(ctx, imp)
	}
	second, twice, err := s.read(ctx, s.engine, imp.ID, n, 1)
	if err != nil {
		return err
	}
	return s.engine.Batch(ctx, func(ctx context.Context, e Engine) error {
		if _, err := s.applyWith(ctx, e, imp, first, twice); err != nil || !twice {
			return err
		}
		if imp.Batch == n {
			return nil // nothing was lost this time: the first try went through whole
		}
		_, err := s.applyWith(ctx, e, imp, second, false)
		return err
	})
}
