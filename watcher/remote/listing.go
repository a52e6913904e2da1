package remote

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/files"
)

// listing is what a place had, by what it is.
type listing struct {
	books    []File              // those that this source is for
	sidecars map[string]File     // by path
	files    map[string]File     // both, by key
	near     map[string][]string // names in a folder of what is nearly a mapping, by folder and folded name of the workbook
	there    map[string]bool     // by key: all that is not what was moved away
}

// sort says what is what. What inboxes ignore is not seen here either.
func (r *FolderPoll) sort(all []File) listing {
	l := listing{sidecars: map[string]File{}, near: map[string][]string{}, files: map[string]File{}, there: map[string]bool{}}
	for _, f := range all {
		if r.Then == Move && strings.HasPrefix(f.Path, r.MoveTo+"/") {
			continue
		}
		l.there[keyOf(f)] = true
		if ignored(f.Path) {
			continue
		}
		switch name := path.Base(f.Path); {
		case files.IsMapping(name), len(files.MaybeOf(name)) > 0 && !isWorkbook(name):
			// Of two of one name the newer one is meant.
			if other, twice := l.sidecars[f.Path]; twice && other.Modified.After(f.Modified) {
				continue
			}
			l.sidecars[f.Path] = f
		case isWorkbook(name) && r.includes(f.Path):
			l.books = append(l.books, f)
		default:
			continue
		}
		l.files[keyOf(f)] = f
	}
	l.nearly()
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
func (r *FolderPoll) includes(name string) bool {
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
	name, dir := path.Base(book), path.Dir(book)
	near := files.NearMapping(name, append(slices.Clone(l.near[dir+"\x00"+files.Fold(files.Stem(name))]), l.near[dir+"\x00"+files.Fold(name)]...))
	f, ok := l.sidecars[path.Join(dir, near)]
	return f, ok && near != ""
}

// nearly notes the files that are nearly called as the mapping of a workbook, and are not by their name that of another.
func (l *listing) nearly() {
	own := map[string]bool{}
	for _, book := range l.books {
		for _, name := range ownSidecars(book.Path) {
			own[name] = true
		}
	}
	for at := range l.sidecars {
		if own[at] {
			continue
		}
		for _, of := range files.MaybeOf(path.Base(at)) {
			key := path.Dir(at) + "\x00" + of
			l.near[key] = append(l.near[key], path.Base(at))
		}
	}
}

// endIn is the ending that a mapping has in the inbox behind the stem of its workbook. What is nearly called as one stays so.
func endIn(book, mapping string) string {
	book, mapping = path.Base(book), path.Base(mapping)
	if !files.Misnamed(book, mapping) {
		return path.Ext(files.Stem(mapping)) + path.Ext(mapping)
	}
	name, stem := files.KeptAs(book, mapping)
	if end := name[len(stem):]; !slices.Contains(files.MappingEnds, end) {
		return end
	}
	return "_mapping.yaml"
}

func isWorkbook(name string) bool { return slices.Contains(workbooks, strings.ToLower(path.Ext(name))) }

// sidecar finds the mapping of a workbook: its own, else the default of its folder or of the nearest above.
func (l *listing) sidecar(book string) (File, bool) {
	if f, ok := l.own(book); ok {
		return f, true
	}
	for dir := path.Dir(book); ; dir = path.Dir(dir) {
		for _, name := range files.DefaultMappings {
			if f, ok := l.sidecars[path.Join(dir, name)]; ok {
				return f, true
			}
		}
		if dir == "." || dir == "/" {
			return File{}, false
		}
	}
}

func ownSidecars(book string) []string {
	names := files.Mappings(path.Base(book))
	for i, name := range names {
		names[i] = path.Join(path.Dir(book), name)
	}
	return names
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
