package metrics

import (
	"context"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/pipeline/store/retention"
)

// Store is the metrics of one store.
type Store struct {
	m                *Metrics
	name             string
	inboxes, sources []string
}

// RecordsIndexed counts records of a kind that were given the keys that imports look them up by.
func (s *Store) RecordsIndexed(kind crm.Kind, n int) {
	s.m.indexed.WithLabelValues(s.name, string(kind)).Add(float64(n))
}

// ImportInterrupted counts an attempt that ended early and is retried, by one of the reasons above.
func (s *Store) ImportInterrupted(reason string) {
	s.m.failures.WithLabelValues(reason).Inc()
	s.m.retries.WithLabelValues(s.name, "import").Inc()
}

// TimeEngine returns an engine whose operations are timed. progress is called after each operation on records, with its context: a lease is
// also renewed while an import makes no progress.
func (s *Store) TimeEngine(e engine.Engine, progress func(context.Context)) engine.Engine {
	return timedEngine{e, func(ctx context.Context, op string, began time.Time, err error) {
		if slices.Contains(recordOperations, op) {
			progress(ctx)
		}
		outcome := "ok"
		if err != nil {
			outcome = "error"
		}
		s.m.operations.WithLabelValues(s.name, op, outcome).Observe(time.Since(began).Seconds())
	}}
}

// OpenRetried counts an attempt to open the store that failed.
func (s *Store) OpenRetried() { s.m.retries.WithLabelValues(s.name, "open").Inc() }

// Up notes whether the store answers.
func (s *Store) Up(up bool) { s.m.storeUp.WithLabelValues(s.name).Set(oneIf(up)) }

// Transactions notes whether the store has transactions.
func (s *Store) Transactions(has bool) {
	s.m.can.WithLabelValues(s.name, "transactions").Set(oneIf(has))
}

// LeaseChanged counts a change of the lease to apply imports.
func (s *Store) LeaseChanged(e lease.Event) {
	s.m.leaseEvents.WithLabelValues(s.name, applying, string(e)).Inc()
	s.m.leaseHeld.WithLabelValues(s.name, applying).Set(oneIf(e == lease.Taken))
}

// Pruned counts what was removed because of its age.
func (s *Store) Pruned(r retention.Removed) {
	s.m.pruned.WithLabelValues(s.name, "journal").Add(float64(r.Journals))
	s.m.pruned.WithLabelValues(s.name, "import").Add(float64(r.Imports))
	s.m.pruned.WithLabelValues(s.name, "claim").Add(float64(r.Claims))
	s.m.pruned.WithLabelValues(s.name, "audit").Add(float64(r.Entries))
}

// Paused notes whether importing as a whole is paused, and which inboxes and sources are.
func (s *Store) Paused(all bool, inbox, source func(name string) bool) {
	s.m.paused.WithLabelValues(s.name, byHand).Set(oneIf(all))
	for _, name := range s.inboxes {
		s.m.inboxPaused.WithLabelValues(name).Set(oneIf(inbox(name)))
	}
	for _, name := range s.sources {
		s.m.sourcePaused.WithLabelValues(name).Set(oneIf(source(name)))
	}
}

// Held notes how many files of an inbox wait for an approval.
func (s *Store) Held(inbox string, n int) { s.m.held.WithLabelValues(inbox).Set(float64(n)) }

// Undone counts an undo that ended. Kept tells that something was changed since the import and stays.
func (s *Store) Undone(kept bool) {
	outcome := undoneWhole
	if kept {
		outcome = undoneKept
	}
	s.m.undone.WithLabelValues(s.name, outcome).Inc()
}
