// Package queue is the part of the daemon that shares its inboxes with other daemons of the same store: it registers the claims of the watcher, finds
// those whose daemon has ended, and says whose turn it is in the queue of an inbox.
//
// # Why a claim is made although the store cannot be reached
//
// A file that was claimed waits where no other program changes it, as ever. It is registered when the store can be reached again, and its number is
// given then, in the order in which the files were claimed. Nothing can be imported until then.
//
// # Why ownership is asked for so often
//
// A process may be suspended between any two instructions, and find its files with another daemon when it continues. So before it begins to write under the
// lease, and before it moves files, it renews a heartbeat that is not fresh: that fails where it was declared dead.
package queue

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"inlet.example/inlet/pipeline/store/claims"
)

// ErrLost says that another daemon has taken over a claim.
var ErrLost = errors.New("another daemon has taken over the file")

const (
	storeTimeout = 3 * time.Second  // how long a claim waits for a store that cannot be reached
	adoptTimeout = time.Second      // how long an inbox that is busy is waited for; the next look tries again
	ownTimeout   = 30 * time.Second // how long an earlier claim of this process is waited for that is not among those that it imports
)

// Queue is the claims of this process, and the queues that they are in.
type Queue struct {
	claims  *claims.Claims
	log     *slog.Logger
	adopted func(inbox string)

	mu           sync.Mutex
	owned        map[string]bool
	lost         map[string]bool
	unregistered map[string]string                      // claims made while the store could not be reached, with their inboxes
	unwritten    map[change]func(context.Context) error // changes of claims that could not be written yet
	waiting      map[string]time.Time                   // own claims that others are behind, with when that was first seen
}

// change is a claim, and what of it changes: of several changes of the same only the last is written.
type change struct{ id, what string }

// New makes the queue of a process. adopted is called when a claim of another process is adopted.
func New(c *claims.Claims, log *slog.Logger, adopted func(inbox string)) *Queue {
	return &Queue{claims: c, log: log, adopted: adopted, owned: map[string]bool{}, lost: map[string]bool{}, unregistered: map[string]string{},
		unwritten: map[change]func(context.Context) error{}, waiting: map[string]time.Time{}}
}

// Run renews the heartbeat and looks for claims whose owner has ended until ctx ends. adopt is called with them.
func (q *Queue) Run(ctx context.Context, adopt func(ctx context.Context, inbox string, ids []string)) error {
	tick := time.NewTicker(q.claims.Timing.Heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := q.tick(ctx, adopt); err != nil && ctx.Err() == nil {
				q.log.LogAttrs(ctx, slog.LevelDebug, "Claims cannot be brought up to date", slog.Any("error", err)) // the store's own watch warns
			}
		}
	}
}

func (q *Queue) tick(ctx context.Context, adopt func(ctx context.Context, inbox string, ids []string)) error {
	all, cancel := context.WithTimeout(ctx, q.claims.Timing.Expiry)
	defer cancel()
	if q.ownsAny() { // an idle daemon writes nothing
		if err := q.beat(all); err != nil {
			return err
		}
	}
	if err := errors.Join(q.register(all), q.writeAgain(all)); err != nil {
		return err
	}
	orphans, err := q.claims.Orphans(all)
	for inbox, ids := range orphans {
		one, cancel := context.WithTimeout(ctx, adoptTimeout)
		adopt(one, inbox, ids)
		cancel()
	}
	return err
}

// Close gives all claims away, so that another daemon adopts them at once.
func (q *Queue) Close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	if err := q.claims.Leave(ctx); err != nil {
		q.log.LogAttrs(ctx, slog.LevelDebug, "Claims cannot be given away", slog.Any("error", err)) // they are adopted when the heartbeat has stood still
	}
}

// beat renews the heartbeat.
func (q *Queue) beat(ctx context.Context) error { return q.renewed(ctx, q.claims.Beat) }

func (q *Queue) renewed(ctx context.Context, renew func(context.Context) error) error {
	err := renew(ctx)
	if errors.Is(err, claims.ErrLost) {
		q.lose(ctx)
		return ErrLost
	}
	return err
}

// lose notes that this process owns no registered claim any more.
func (q *Queue) lose(ctx context.Context) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.owned) > 0 { // an idle process renews nothing
		q.log.LogAttrs(ctx, slog.LevelWarn, "Claimed files were given to other daemons, because this one had stood still", slog.Int("files", len(q.owned)))
	}
	for id := range q.owned {
		if q.unregistered[id] == "" {
			q.lost[id] = true
			delete(q.owned, id)
		}
	}
	clear(q.unwritten)
}

// Take registers or adopts a claim, and reports whether it is this process's. A fresh one is so also while the store cannot be reached.
func (q *Queue) Take(ctx context.Context, inbox, id string, fresh bool) (bool, error) {
	short, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	taking, err := q.take(short, inbox, id)
	if err != nil && !fresh {
		return false, err
	}
	if err == nil && taking == claims.Foreign {
		return false, nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.owned[id] = true
	delete(q.lost, id)
	if err != nil {
		q.log.LogAttrs(ctx, slog.LevelDebug, "Claim will be registered later", slog.String("claim", id), slog.Any("error", err))
		q.unregistered[id] = inbox
	}
	if taking == claims.Adopted {
		q.log.LogAttrs(ctx, slog.LevelInfo, "Claim adopted from a daemon that has ended", slog.String("inbox", inbox), slog.String("claim", id))
		q.adopted(inbox)
	}
	return true, nil
}

func (q *Queue) take(ctx context.Context, inbox, id string) (claims.Taking, error) {
	taking, err := q.claims.Take(ctx, inbox, id)
	if errors.Is(err, claims.ErrLost) {
		q.lose(ctx)
		taking, err = q.claims.Take(ctx, inbox, id)
	}
	return taking, err
}

// Release removes a claim whose files are gone.
func (q *Queue) Release(ctx context.Context, inbox, id string) {
	q.mu.Lock()
	delete(q.owned, id)
	delete(q.unregistered, id)
	delete(q.waiting, id)
	q.mu.Unlock()
	q.write(ctx, change{id, "owner"}, func(ctx context.Context) error { return q.claims.Release(ctx, inbox, id) })
}

// SetAside says that later claims do not wait for this one.
func (q *Queue) SetAside(ctx context.Context, inbox, id string) {
	q.write(ctx, change{id, "owner"}, func(ctx context.Context) error { return q.claims.SetAside(ctx, inbox, id) })
}

// SetWaits says what a claim waits for, for whoever lists the files that wait.
func (q *Queue) SetWaits(ctx context.Context, inbox, id string, reason claims.Reason) {
	q.write(ctx, change{id, "waits"}, func(ctx context.Context) error { return q.claims.SetWaits(ctx, inbox, id, reason) })
}

// write changes a claim now, or later where that fails.
func (q *Queue) write(ctx context.Context, of change, do func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	err := do(ctx)
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.unwritten, of)
	if err != nil {
		q.unwritten[of] = do
	}
}

// writeAgain makes the changes that could not be written before.
func (q *Queue) writeAgain(ctx context.Context) error {
	q.mu.Lock()
	all := maps.Clone(q.unwritten)
	q.mu.Unlock()
	for of, do := range all {
		if err := do(ctx); err != nil {
			return err
		}
		q.mu.Lock()
		delete(q.unwritten, of)
		q.mu.Unlock()
	}
	return nil
}

// register registers the claims that were made while the store could not be reached, in their order.
func (q *Queue) register(ctx context.Context) error {
	q.mu.Lock()
	all := maps.Clone(q.unregistered)
	q.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(all)) {
		taking, err := q.take(ctx, all[id], id)
		if err != nil {
			return err
		}
		q.mu.Lock()
		delete(q.unregistered, id)
		if taking == claims.Foreign {
			delete(q.owned, id)
			q.lost[id] = true
		}
		q.mu.Unlock()
	}
	return nil
}

// Lost reports whether a claim was this process's and has been given to another one since.
func (q *Queue) Lost(id string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost[id]
}

// Owns reports whether a claim is this process's as far as it knows.
func (q *Queue) Owns(id string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.owned[id]
}

func (q *Queue) ownsAny() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.owned) > 0
}

// Own makes sure that a claim is this process's. The error is ErrLost where it is not.
func (q *Queue) Own(ctx context.Context, id string) error {
	if err := q.register(ctx); err != nil {
		return err
	}
	if !q.Owns(id) {
		return ErrLost
	}
	return q.renewed(ctx, q.claims.Confirm)
}

// First returns which of some claims of an inbox is to be imported now; "" if all of them must wait for an earlier one of another process, or one that
// this process is yet to receive.
func (q *Queue) First(ctx context.Context, inbox string, ids []string) (string, error) {
	if err := q.register(ctx); err != nil {
		return "", err
	}
	seen, err := q.claims.Cached(inbox)
	if err != nil {
		return "", err
	}
	if first := q.firstOf(seen, ids, false); first != "" {
		return first, nil
	}
	all, err := q.claims.List(ctx, inbox)
	if err != nil {
		return "", err
	}
	return q.firstOf(all, ids, true), nil
}

// firstOf is First in a queue, which may be out of date.
func (q *Queue) firstOf(all []claims.Claim, ids []string, current bool) string {
	me, known, first := q.claims.Name(), map[string]bool{}, ""
	blocked := false
	for _, c := range all {
		known[c.ID] = true
		candidate := slices.Contains(ids, c.ID)
		if candidate && first == "" && (c.Aside || !blocked) {
			first = c.ID
		}
		blocked = blocked || !candidate && !c.Aside && (c.Owner != me || q.comes(c.ID))
	}
	for _, id := range ids {
		if first == "" && current && !known[id] { // it was given to another process: Own says so
			first = id
		}
	}
	return first
}

// comes reports whether an earlier claim of this process is still to be waited for.
func (q *Queue) comes(id string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting[id].IsZero() {
		q.waiting[id] = time.Now()
	}
	return time.Since(q.waiting[id]) < ownTimeout
}
