package inbox

import (
	"io/fs"
	"path"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/inbox/settle"
)

// ownerFileLife is how long an owner file counts that does not change: after that the program crashed, or its computer sleeps.
const ownerFileLife = 12 * time.Hour

// owners knows the owner files of an inbox: those that say that a program has a workbook open.
type owners struct {
	byPath  map[string]*ownerFile
	byBook  map[string][]string // paths, by key of the workbook
	held    map[string]string   // workbook that is open and was logged, to its owner file
	waiting *settle.Tracker
}

type ownerFile struct {
	identity  files.Identity
	since     time.Time // when it was first seen so
	shortened bool      // its name may lack the first letters of the workbook's
	book      string    // key of the workbook
}

func newOwners(waiting *settle.Tracker) *owners {
	return &owners{byPath: map[string]*ownerFile{}, byBook: map[string][]string{}, held: map[string]string{}, waiting: waiting}
}

// current reports whether an owner file counts. Its own time is used, so that one which a crash left behind is recognised at a start; where the
// clocks of hosts differ the time for which it was seen is used too.
func (o *ownerFile) current(now time.Time) bool {
	return now.Sub(time.Unix(0, o.identity.ModTime)) < ownerFileLife && now.Sub(o.since) < ownerFileLife
}

// until is when it stops counting if it stays as it is.
func (o *ownerFile) until() time.Time {
	until := o.since.Add(ownerFileLife)
	if other := time.Unix(0, o.identity.ModTime).Add(ownerFileLife); other.Before(until) {
		return other
	}
	return until
}

// note records a file if it is an owner file.
func (o *owners) note(rel string, info fs.FileInfo) {
	of, shortened := filename.Opened(path.Base(rel))
	if of == "" || claim.IgnoredKind(info) != "" {
		return
	}
	id := files.IdentityOf(info)
	if known := o.byPath[rel]; known != nil && known.identity == id {
		return
	}
	file := &ownerFile{identity: id, since: time.Now(), shortened: shortened, book: nameKey(path.Dir(rel), of)}
	if o.byPath[rel] == nil {
		o.byBook[file.book] = append(o.byBook[file.book], rel)
	}
	o.byPath[rel] = file
}

// gone releases the workbooks that an owner file has held back.
func (o *owners) gone(rel string) {
	file := o.byPath[rel]
	if file == nil {
		return
	}
	delete(o.byPath, rel)
	o.byBook[file.book] = slices.DeleteFunc(o.byBook[file.book], func(other string) bool { return other == rel })
	if len(o.byBook[file.book]) == 0 {
		delete(o.byBook, file.book)
	}
	for book, by := range o.held {
		if by != rel {
			continue
		}
		if waits := o.waiting.File(book); waits != nil {
			o.waiting.Hold(waits, time.Now()) // its quiet time has gone on
		}
	}
}

// openedBy is the owner file that says that a workbook is open; "" if there is none.
func (o *owners) openedBy(book string) string {
	if len(o.byPath) == 0 {
		return ""
	}
	now, dir := time.Now(), path.Dir(book)
	whole, shortened := filename.OwnedAs(path.Base(book))
	for _, rel := range o.byBook[nameKey(dir, whole)] {
		if o.byPath[rel].current(now) {
			return rel
		}
	}
	if shortened == "" || o.isNameOfAnother(dir, shortened) {
		return ""
	}
	for _, rel := range o.byBook[nameKey(dir, shortened)] {
		if file := o.byPath[rel]; file.shortened && file.current(now) {
			return rel
		}
	}
	return ""
}

// isNameOfAnother reports whether a workbook waits whose whole name is the shortened one of another: then that workbook is the one that is open.
func (o *owners) isNameOfAnother(dir, folded string) bool {
	for rel, other := range o.waiting.Files() {
		if other.Workbook && path.Dir(rel) == dir && filename.Fold(path.Base(rel)) == folded {
			return true
		}
	}
	return false
}

// openWorkbooks returns the workbooks that are open now, with those whose quiet time is not up.
func (o *owners) openWorkbooks() []string {
	if len(o.byPath) == 0 {
		return nil
	}
	var names []string
	for rel, file := range o.waiting.Files() {
		if file.Workbook && o.openedBy(rel) != "" {
			names = append(names, rel)
		}
	}
	return names
}
