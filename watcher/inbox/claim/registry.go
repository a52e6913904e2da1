package claim

import (
	"context"
	"errors"
)

// Registry records which process owns which claim, where several watch one inbox. What exists is decided by the claim folder alone.
type Registry interface {
	// Take makes a claim that of this process, and says whether it is. A claim whose owner is another process that runs is not. Fresh says that the
	// claim is about to be made: it is then that of this process also where the registry cannot be reached.
	Take(ctx context.Context, inbox, id string, fresh bool) (bool, error)

	// Release removes a claim of this process that holds no files any more.
	Release(ctx context.Context, inbox, id string)

	// SetAside takes a claim of this process out of the order of its inbox: later ones do not wait for it until it is taken up again.
	SetAside(ctx context.Context, inbox, id string)

	// Lost reports whether a claim was that of this process and has been given to another one since.
	Lost(id string) bool
}

// Alone is the Registry of a process that shares its inboxes with no other.
type Alone struct{}

// Take takes every claim.
func (Alone) Take(context.Context, string, string, bool) (bool, error) { return true, nil }

// Release does nothing.
func (Alone) Release(context.Context, string, string) {}

// SetAside does nothing.
func (Alone) SetAside(context.Context, string, string) {}

// Lost is false: no other process takes claims.
func (Alone) Lost(string) bool { return false }

// Recovered is what Recover has taken up.
type Recovered struct {
	Arrivals   []Arrival
	Incomplete []string // claims whose sidecar could not be moved
	Foreign    []error  // claims with objects that are not inlet's; they are left alone
	Untaken    bool     // the registry did not know the owners of some claims
}

// Recover takes up again what is in the claim folder, oldest first, and the claims in orphans, which the registry has and whose folders may be gone. It
// leaves out the claims that the caller has already, and those of other processes. A claim without its workbook is an Arrival that is Emptied. The
// error says why claims are incomplete or untaken; without either the folder could not be listed.
func Recover(ctx context.Context, f *Folder, orphans []string, known func(id string) bool) (Recovered, error) {
	var r Recovered
	ids, err := listFolder(f.Root, folderName)
	if err != nil {
		return r, err
	}
	listed := map[string]bool{}
	for _, id := range ids {
		listed[id] = true
	}
	for _, id := range orphans {
		if !listed[id] {
			ids = append(ids, id)
		}
	}
	var errs []error
	for _, id := range ids {
		if !known(id) && f.IDs.advance(id) { // what is not an ID is not a claim
			errs = append(errs, r.add(ctx, f, id))
		}
	}
	return r, errors.Join(errs...)
}

// add takes up one claim.
func (r *Recovered) add(ctx context.Context, f *Folder, id string) error {
	ours, err := f.registry().Take(ctx, f.Inbox, id, false)
	if err != nil || !ours {
		r.Untaken = r.Untaken || err != nil
		return err
	}
	a, whole, err := f.Complete(id)
	_, isForeign := errors.AsType[*Foreign](err)
	switch {
	case isForeign:
		f.registry().SetAside(ctx, f.Inbox, id)
		r.Foreign = append(r.Foreign, err)
	case err != nil:
		f.registry().SetAside(ctx, f.Inbox, id)
		r.Incomplete = append(r.Incomplete, id)
		return err
	case whole:
		r.Arrivals = append(r.Arrivals, a)
	case f.Registry != nil: // the process that archived it may have ended before it had finished
		r.Arrivals = append(r.Arrivals, Arrival{ID: id, Inbox: f.Inbox, Dir: Dir(f.Path, id), Emptied: true})
	}
	return nil
}
