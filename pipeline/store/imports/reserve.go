package imports

import (
	"context"
	"sync"

	"inlet.example/inlet/pipeline/store/engine"
)

// reservation is the number of the next import, and the ID that it will most likely have, which is on the list of open ones already. They are written with the
// attempt at an arrival, so that its import begins with one command less.
//
// # Why a number that is reserved without the lease rises all the same
//
// It is used only in the term in which it was reserved. A process that takes the lease in between ends the term; one that reserves a number in between takes
// the lease later, in a term that this process has ended.
type reservation struct {
	mu       sync.Mutex
	inbox    string // of the arrival that is taken up next
	foreseen string // the ID of its import without its running number; "" where it is not known

	id     string
	number int64
	term   int64
	last   int64 // the last number that this process gave
}

// Foresee says which import the next arrival of an inbox will most likely have; "" where that is not known.
func (i *Imports) Foresee(inbox, base string) {
	r := &i.reserved
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inbox, r.foreseen = inbox, base
}

// reserve returns the changes that reserve what the import of the arrival that is taken up now will need, and what is to be called when they are made.
func (i *Imports) reserve(ctx context.Context, inbox string) ([]engine.Edit, func()) {
	r, none := &i.reserved, func() {}
	r.mu.Lock()
	defer r.mu.Unlock()
	base := r.foreseen
	if r.foreseen = ""; base == "" || r.inbox != inbox || i.Term == nil {
		return nil, none
	}
	known, err := i.open.hasRun(ctx, base, "")
	if err != nil || known {
		return nil, none // who needs the list next says what is wrong
	}
	count, err := i.runs.peek(ctx, base)
	if err != nil {
		return nil, none
	}
	id, number := runID(base, count.Last+1), r.number
	var edits []engine.Edit
	if term, _ := i.Term(); number <= r.last || term != r.term {
		edits = append(edits, engine.EditOf(numbersID, func(n *numbers) bool {
			n.Import++
			number = n.Import
			return true
		}))
	}
	term, _ := i.Term()
	return append(edits, i.open.edit(id, true)), func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.id != "" && r.id != id {
			i.open.leave(r.id)
		}
		r.id, r.number, r.term = id, number, term
	}
}

// reservedID returns the ID that is on the list of open imports although there is no such import; "" if there may be one.
func (i *Imports) reservedID() string {
	r := &i.reserved
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.id == "" {
		return ""
	}
	if term, _ := i.Term(); term != r.term {
		return ""
	}
	return r.id
}

// useReserved returns the number that was reserved, 0 if it does not hold any more, and whether the import is on the list of open ones. One that was foreseen
// in vain is taken off that.
func (i *Imports) useReserved(id string, opens bool) (number int64, listed bool) {
	r := &i.reserved
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.id == "" {
		return 0, false
	}
	term, epoch := i.Term()
	holds := epoch != 0 && term == r.term && r.number > r.last
	if listed = holds && opens && r.id == id; !listed {
		i.open.leave(r.id)
	}
	if r.id = ""; holds {
		number = r.number
	}
	return number, listed
}

// gave notes the last number that an import was given.
func (i *Imports) gave(number int64) {
	i.reserved.mu.Lock()
	defer i.reserved.mu.Unlock()
	i.reserved.last = max(i.reserved.last, number)
	i.numbered.saw(number)
}
