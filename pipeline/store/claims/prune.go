package claims

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
)

// Prune removes the claims that no process has adopted for a time since their owner was first found to have ended, and the documents of owners that ended
// so long ago and that no claim names. It returns how many claims it has removed. A workbook whose claim is removed loses only its place in the order.
//
// Since when an owner has ended is noted by the first call that finds it, so that a process which starts after a long time adopts its claims before any
// of them is old.
func (c *Claims) Prune(ctx context.Context, now time.Time, keep time.Duration) (removed int, err error) {
	orphans, err := c.Orphans(ctx)
	if err != nil {
		return 0, err
	}
	for inbox, ids := range orphans {
		n, err := c.pruneQueue(ctx, inbox, ids, now, keep)
		if removed += n; err != nil {
			return removed, fmt.Errorf("remove old claims of %s: %w", inbox, err)
		}
	}
	if err := c.pruneOwners(ctx, now, keep); err != nil {
		return removed, fmt.Errorf("remove owners of claims that have ended: %w", err)
	}
	return removed, nil
}

// pruneQueue removes those of some claims that have had no owner for as long as they are kept, and notes of the others since when they have none.
func (c *Claims) pruneQueue(ctx context.Context, inbox string, ids []string, now time.Time, keep time.Duration) (removed int, err error) {
	err = c.edit(ctx, inbox, func(q *queue, fresh bool) (next, error) {
		if !fresh {
			return reload, nil
		}
		then, before := leave, len(q.Claims)
		var kept []Claim
		for _, claim := range q.Claims {
			ended, err := slices.Contains(ids, claim.ID), error(nil)
			if ended { // it may have been adopted meanwhile
				ended, err = c.hasEnded(ctx, claim.Owner)
			}
			switch {
			case err != nil:
				return leave, err
			case ended && claim.Orphaned.IsZero():
				claim.Orphaned, then = now.UTC().Truncate(time.Second), write
			case ended && now.Sub(claim.Orphaned) >= keep:
				then = write
				continue
			}
			kept = append(kept, claim)
		}
		q.Claims, removed = kept, before-len(kept)
		return then, nil
	})
	return removed, err
}

func (c *Claims) pruneOwners(ctx context.Context, now time.Time, keep time.Duration) error {
	docs, err := c.docs.Range(ctx, engine.Claims, engine.Range{Limit: maxOwners})
	if err != nil {
		return err
	}
	named := map[string]bool{} // IDs of owners
	for _, doc := range docs {
		var q queue
		if !strings.HasPrefix(doc.ID, queuePrefix) {
			continue
		}
		if err := json.Unmarshal(doc.Body, &q); err != nil {
			return err
		}
		for _, claim := range q.Claims {
			named[ownerID(claim.Owner)] = true
		}
	}
	for _, doc := range docs {
		if strings.HasPrefix(doc.ID, ownerPrefix) && !named[doc.ID] {
			if err := c.pruneOwner(ctx, doc, now, keep); err != nil {
				return err
			}
		}
	}
	return nil
}

// pruneOwner removes the document of an owner that ended long ago, or notes that it has ended. A process that starts may be taking the document over: it is
// marked before it is removed, so that only one of the two succeeds.
func (c *Claims) pruneOwner(ctx context.Context, doc engine.Doc, now time.Time, keep time.Duration) error {
	var is ownerDocument
	if err := json.Unmarshal(doc.Body, &is); err != nil || is.Alive {
		return err
	}
	switch {
	case is.Removed:
	case is.Ended.IsZero():
		is.Ended = now.UTC().Truncate(time.Second)
		_, err := c.write(ctx, &doc, is) // if it was taken over meanwhile it is alive
		return err
	case now.Sub(is.Ended) < keep:
		return nil
	default:
		is.Removed = true
		if ok, err := c.write(ctx, &doc, is); !ok || err != nil {
			return err
		}
	}
	return c.docs.Delete(ctx, engine.Claims, []string{doc.ID})
}
