package remote

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/filename"
)

// listing is the files of a place, sorted by what they are.
type listing struct {
	workbooks []File              // those that this source is for
	sidecars  map[string]File     // by path
	files     map[string]File     // both, by key
	near      map[string][]string // names that are nearly those of mappings, by folder and folded name of the workbook
	there     map[string]bool     // by key: everything but what was moved to MoveTo
}

// isIgnored reports whether a file is one that programs and systems put beside the files of people.
func isIgnored(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || strings.HasPrefix(part, "~") || part == "__MACOSX" || part == "@eaDir" {
			return true
		}
	}
	return false
}

// own finds the sidecar of one workbook alone.
func (l *listing) own(book string) (File, bool) {
	for _, name := range ownSidecars(book) {
		if f, ok := l.sidecars[name]; ok {
			return f, true
		}
	}
	name, dir := path.Base(book), path.Dir(book)
	near := filename.NearMapping(name, append(slices.Clone(l.near[dir+"\x00"+filename.Fold(filename.Stem(name))]), l.near[dir+"\x00"+filename.Fold(name)]...))
	f, ok := l.sidecars[path.Join(dir, near)]
	return f, ok && near != ""
}

// collectNear collects the files whose names are nearly those of mappings, without the mappings of other workbooks.
func (l *listing) collectNear() {
	own := map[string]bool{}
	for _, book := range l.workbooks {
		for _, name := range ownSidecars(book.Path) {
			own[name] = true
		}
	}
	for at := range l.sidecars {
		if own[at] {
			continue
		}
		for _, of := range filename.MaybeOf(path.Base(at)) {
			key := path.Dir(at) + "\x00" + of
			l.near[key] = append(l.near[key], path.Base(at))
		}
	}
}

// endInInbox is the ending that a mapping has in the inbox after the stem of its workbook. A name that is nearly right stays so.
func endInInbox(book, mapping string) string {
	book, mapping = path.Base(book), path.Base(mapping)
	if !filename.Misnamed(book, mapping) {
		return path.Ext(filename.Stem(mapping)) + path.Ext(mapping)
	}
	name, stem := filename.KeptAs(book, mapping)
	if end := name[len(stem):]; !slices.Contains(filename.MappingEnds, end) {
		return end
	}
	return filename.NearMappingEnd
}

// sidecar finds the mapping of a workbook: its own, else the default of its folder or of the nearest above.
func (l *listing) sidecar(book string) (File, bool) {
	if f, ok := l.own(book); ok {
		return f, true
	}
	for dir := path.Dir(book); ; dir = path.Dir(dir) {
		for _, name := range filename.DefaultMappings {
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
	names := filename.Mappings(path.Base(book))
	for i, name := range names {
		names[i] = path.Join(path.Dir(book), name)
	}
	return names
}

// sidecarVersion is what is remembered of the sidecar that a workbook was delivered with; "" if there was none.
func sidecarVersion(f File, listed bool) string {
	if !listed {
		return ""
	}
	return keyOf(f) + " " + f.Version()
}

// oldestFirst is the order in which files are fetched: what failed before comes after the others, so that one that cannot be fetched holds up none.
func oldestFirst(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.state.failed, b.state.failed), a.Modified.Compare(b.Modified), cmp.Compare(a.Path, b.Path), cmp.Compare(a.key, b.key))
}
