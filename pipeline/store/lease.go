package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"inlet.example/inlet/pipeline/ledger"
)

const (
	leaseBeat = 2 * time.Second  // how often an owner shows that it lives
	leaseDead = 15 * time.Second // how long its beat must stand still before another takes over: seven beats missed
	leaseLook = 200 * time.Millisecond
)

// lease says who applies. Its document's version is the beat.
type lease struct {
	Owner owner `json:"owner"`
	Held  bool  `json:"held"`
}

const applying = "apply"

// Hold waits until this process is the one that applies, finishes what an interrupted one left half done, and runs do. The context
// given to do ends, with ErrTakenOver as its cause, should another process have taken over meanwhile.
func (s *Store) Hold(ctx context.Context, do func(context.Context) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	doc, err := s.acquire(ctx)
	if err != nil {
		return fmt.Errorf("wait for the store's lease: %w", err)
	}
	held, lose := context.WithCancelCause(ctx)
	stop, beating := make(chan struct{}), make(chan Doc)
	go func() { beating <- s.beat(context.WithoutCancel(ctx), doc, stop, lose) }()
	defer func() {
		close(stop)
		s.release(context.WithoutCancel(ctx), <-beating)
		lose(nil)
	}()
	if err := s.settleOpen(held); err != nil {
		return err
	}
	err = do(held)
	if errors.Is(context.Cause(held), ErrTakenOver) {
		return ErrTakenOver
	}
	return err
}

func (s *Store) acquire(ctx context.Context) (Doc, error) {
	watched, since := int64(-1), time.Now()
	for {
		var l lease
		doc, err := s.loadOrInsert(ctx, Leases, applying, &l)
		if err != nil {
			return doc, err
		}
		if doc.Version != watched {
			watched, since = doc.Version, time.Now()
		}
		if !l.Held || l.Owner.dead() || time.Since(since) > leaseDead {
			got, err := s.swapLease(ctx, &doc, true)
			if got || err != nil {
				return doc, err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return doc, fmt.Errorf("%s holds it: %w", l.Owner, ctx.Err())
		case <-time.After(leaseLook):
		}
	}
}

func (s *Store) swapLease(ctx context.Context, doc *Doc, held bool) (bool, error) {
	var err error
	if doc.Body, err = json.Marshal(lease{Owner: s.owner, Held: held}); err != nil {
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
	tick := time.NewTicker(leaseBeat)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return doc
		case <-tick.C:
			if ok, err := s.swapLease(ctx, &doc, true); err == nil && !ok {
				lose(ErrTakenOver)
			}
		}
	}
}

// release gives the lease back. If that does not reach the database, the next owner waits or sees this process dead.
func (s *Store) release(ctx context.Context, doc Doc) {
	ctx, cancel := context.WithTimeout(ctx, leaseBeat)
	defer cancel()
	_, _ = s.swapLease(ctx, &doc, false)
}

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
		if !ok || imp.State.Ended() {
			continue
		}
		if err := s.settle(ctx, &imp); err != nil {
			return err
		}
	}
	return nil
}

// settle applies the journal entry behind the checkpoint, if there is one. The rows are not at hand, so what was lost to a foreign
// edit is not matched again.
func (s *Store) settle(ctx context.Context, imp *ledger.Import) error {
	n := imp.Batch + 1
	first, ok, err := s.read(ctx, s.engine, imp.ID, n, 0)
	if err != nil || !ok {
		return err
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
