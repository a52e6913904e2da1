package watcher

import (
	"errors"
	"io/fs"
	"log/slog"
	"path"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// stale is when an owner file that does not change says nothing any more: the program that made it died, or was put to sleep with its computer.
const stale = 12 * time.Hour

// owner is a file that says that a program has a workbook open.
type owner struct {
	mark  files.Identity
	since time.Time // when it was first seen so
	cut   bool      // the name of the workbook may lack its first letters
	of    string    // key of the workbook
}

// fresh says whether an owner file is to be believed. Its own time counts, so that one which a crash left is known at a start; where the
// clocks of hosts differ the time for which it was seen counts too.
func (o *owner) fresh(now time.Time) bool {
	return now.Sub(time.Unix(0, o.mark.ModTime)) < stale && now.Sub(o.since) < stale
}

// until is when it will not be believed any more, if it stays as it is.
func (o *owner) until() time.Time {
	until := o.since.Add(stale)
	if other := time.Unix(0, o.mark.ModTime).Add(stale); other.Before(until) {
		return other
	}
	return until
}

// seeOwner takes note of an owner file.
func (f *folder) seeOwner(rel string, info fs.FileInfo) {
	of, cut := files.Opened(path.Base(rel))
	if of == "" || ignoredKind(info) != "" {
		return
	}
	m := files.IdentityOf(info)
	if known := f.owners[rel]; known != nil && known.mark == m {
		return
	}
	o := &owner{mark: m, since: time.Now(), cut: cut, of: key(path.Dir(rel), of)}
	if f.owners[rel] == nil {
		f.owned[o.of] = append(f.owned[o.of], rel)
	}
	f.owners[rel] = o
}

// ownerGone lets the workbooks go on that an owner file spoke of.
func (f *folder) ownerGone(rel string) {
	o := f.owners[rel]
	if o == nil {
		return
	}
	delete(f.owners, rel)
	f.owned[o.of] = without(f.owned[o.of], rel)
	if len(f.owned[o.of]) == 0 {
		delete(f.owned, o.of)
	}
	for book, by := range f.opens {
		if by != rel {
			continue
		}
		if file := f.settle.files[book]; file != nil {
			f.settle.hold(file, time.Now()) // its quiet time has gone on
		}
	}
}

func without(all []string, one string) []string {
	var rest []string
	for _, other := range all {
		if other != one {
			rest = append(rest, other)
		}
	}
	return rest
}

// openedBy is the owner file that says that a workbook is open; "" if it is not.
func (f *folder) openedBy(book string) string {
	if len(f.owners) == 0 {
		return ""
	}
	now, dir := time.Now(), path.Dir(book)
	whole, cut := files.OwnedAs(path.Base(book))
	for _, rel := range f.owned[key(dir, whole)] {
		if f.owners[rel].fresh(now) {
			return rel
		}
	}
	if cut == "" || f.anotherIsCalled(dir, cut) {
		return ""
	}
	for _, rel := range f.owned[key(dir, cut)] {
		if o := f.owners[rel]; o.cut && o.fresh(now) {
			return rel
		}
	}
	return ""
}

// anotherIsCalled says whether a workbook waits whose whole name is one that another has without its first letters: it is the one that is open.
func (f *folder) anotherIsCalled(dir, folded string) bool {
	for rel, other := range f.settle.files {
		if other.workbook && path.Dir(rel) == dir && files.Fold(path.Base(rel)) == folded {
			return true
		}
	}
	return false
}

// closed says whether no program has a workbook open. One that is open waits until it is closed; it is told of once.
func (f *folder) closed(next *file) bool {
	by := f.openedBy(next.path)
	if by != "" {
		err := f.lookAt(by) // the event that it is gone may be lost
		if errors.Is(err, fs.ErrNotExist) || f.owners[by] == nil {
			by = f.openedBy(next.path)
		}
	}
	if by == "" {
		delete(f.opens, next.path)
		return true
	}
	if _, told := f.opens[next.path]; !told {
		f.log.Info("Workbook is open in a program, it waits", slog.String("file", next.path), slog.String("owner file", by),
			slog.String("do", "close it; an owner file that a crash left behind may be removed"))
	}
	f.opens[next.path] = by
	again := time.Now().Add(f.inbox.Scan)
	if until := f.owners[by].until(); until.Before(again) {
		again = until
	}
	f.settle.hold(next, again)
	return false
}

// opened returns the workbooks that are open now, also those whose quiet time is not up.
func (f *folder) opened() []string {
	if len(f.owners) == 0 {
		return nil
	}
	var names []string
	for rel, file := range f.settle.files {
		if file.workbook && f.openedBy(rel) != "" {
			names = append(names, rel)
		}
	}
	return names
}
