package remote

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

const defaultSidecar = "_default" + sidecarEnd

// listing is what a place had, by what it is.
type listing struct {
	books    []File          // those that this source is for
	sidecars map[string]File // by path
	files    map[string]File // both, by key
	there    map[string]bool // by key: all that is not what was moved away
}

// sort says what is what. What inboxes ignore is not seen here either.
func (r *Round) sort(all []File) listing {
	l := listing{sidecars: map[string]File{}, files: map[string]File{}, there: map[string]bool{}}
	for _, f := range all {
		if r.Then == Move && strings.HasPrefix(f.Path, r.MoveTo+"/") {
			continue
		}
		l.there[keyOf(f)] = true
		if ignored(f.Path) {
			continue
		}
		switch name := path.Base(f.Path); {
		case strings.HasSuffix(name, sidecarEnd):
			// Of two of one name the newer one is meant.
			if other, twice := l.sidecars[f.Path]; twice && other.Modified.After(f.Modified) {
				continue
			}
			l.sidecars[f.Path] = f
		case slices.Contains(workbooks, strings.ToLower(path.Ext(name))) && r.includes(f.Path):
			l.books = append(l.books, f)
		default:
			continue
		}
		l.files[keyOf(f)] = f
	}
	return l
}

// ignored tells what programs and systems put beside the files of people.
func ignored(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || strings.HasPrefix(part, "~") || part == "__MACOSX" || part == "@eaDir" {
			return true
		}
	}
	return false
}

// includes says whether a file is one that the source is for. A pattern without a slash is one of names.
func (r *Round) includes(name string) bool {
	if r.Include == "" {
		return true
	}
	if !strings.Contains(r.Include, "/") {
		name = path.Base(name)
	}
	ok, err := path.Match(r.Include, name)
	return ok && err == nil
}

// own finds the sidecar that is a workbook's alone.
func (l *listing) own(book string) (File, bool) {
	for _, name := range ownSidecars(book) {
		if f, ok := l.sidecars[name]; ok {
			return f, true
		}
	}
	return File{}, false
}

// sidecar finds the mapping of a workbook: its own, else the default of its folder or of the nearest above.
func (l *listing) sidecar(book string) (File, bool) {
	if f, ok := l.own(book); ok {
		return f, true
	}
	for dir := path.Dir(book); ; dir = path.Dir(dir) {
		if f, ok := l.sidecars[path.Join(dir, defaultSidecar)]; ok {
			return f, true
		}
		if dir == "." || dir == "/" {
			return File{}, false
		}
	}
}

func ownSidecars(book string) []string {
	return []string{strings.TrimSuffix(book, path.Ext(book)) + sidecarEnd, book + sidecarEnd}
}

// side is what is remembered of the sidecar that a workbook came with; "" if of none.
func side(f File, there bool) string {
	if !there {
		return ""
	}
	return keyOf(f) + " " + f.Version()
}

// oldestFirst is the order in which files are taken: what failed before waits behind the others, so that one that cannot be had holds up none.
func oldestFirst(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.seen.failed, b.seen.failed), a.Modified.Compare(b.Modified), cmp.Compare(a.Path, b.Path), cmp.Compare(a.key, b.key))
}
