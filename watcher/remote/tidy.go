package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote/deliver"
)

// Imports returns how the imports of an inbox ended.
type Imports interface {
	// Newest is the number of the newest import; 0 before the first.
	Newest(ctx context.Context) (int64, error)
	// Since returns the imports of an inbox with a greater number, the oldest first.
	Since(ctx context.Context, inbox string, number int64) ([]Import, error)
	// Import returns one by its ID, and whether there is one.
	Import(ctx context.Context, id string) (Import, bool, error)
}

// Import is what a FolderPoll needs to know of one.
type Import struct {
	ID, Name, Sum string // Name in the inbox
	Ended         bool   // nothing more happens to it by itself, and no person has to decide
	Well          bool   // it succeeded, or there was nothing to do
}

// tidier moves or removes what was imported.
type tidier struct{ *pollRun }

// tidy disposes of what was imported, as Then says. Nothing is noted before it is done.
func (t *tidier) tidy(ctx context.Context) error {
	if t.Then == Keep {
		return nil
	}
	if err := t.noteEnds(ctx); err != nil {
		return err
	}
	var f faults
	for _, key := range t.inOrder(stateImported) {
		if f.add(ctx, t.disposeOf(ctx, key)) {
			break
		}
	}
	err := f.err()
	if _, denied := errors.AsType[*Denied](err); denied {
		err = withoutType(err) // inlet may list files there: what is new is delivered all the same
	}
	return err
}

// inOrder are the keys of the files in a state, in the order in which they were delivered.
func (t *tidier) inOrder(s fileState) []string {
	var keys []string
	for key, e := range t.known {
		if e.State == s {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		one, other := t.known[a], t.known[b]
		return cmp.Or(cmp.Compare(one.Since, other.Since), one.At.Compare(other.At), cmp.Compare(one.Path, other.Path), cmp.Compare(a, b))
	})
	return keys
}

// set changes the entry of a file.
func (t *tidier) set(key string, edit func(*entry)) {
	e := *t.known[key]
	edit(&e)
	t.known[key], t.changed[key] = &e, &e
}

// noteEnds notes which of the delivered files were imported.
func (t *tidier) noteEnds(ctx context.Context) error {
	keys := t.inOrder(stateDelivered)
	if len(keys) == 0 {
		return nil
	}
	imports, err := t.newImports(ctx, keys)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, e := range t.known {
		taken[e.Import] = true
	}
	for _, key := range keys {
		imp, there, err := t.importOf(ctx, t.known[key], imports, taken)
		if err != nil {
			return fmt.Errorf("look up the result of the import of %s: %w", t.known[key].Path, err)
		}
		t.noteEnd(key, imp, there)
	}
	return nil
}

// newImports returns the imports that may be those of files whose import is not known yet.
func (t *tidier) newImports(ctx context.Context, keys []string) ([]Import, error) {
	for _, key := range keys { // the oldest first: its imports are those of the others too
		if e := t.known[key]; e.Import == "" {
			imports, err := t.Imports.Since(ctx, t.InboxName, e.Since)
			if err != nil {
				return nil, fmt.Errorf("look up imported files: %w", err)
			}
			return imports, nil
		}
	}
	return nil, nil
}

// importOf finds the import of a file: the one that is noted, else the first that has its bytes and name and is not the import of another file.
func (t *tidier) importOf(ctx context.Context, e *entry, imports []Import, taken map[string]bool) (Import, bool, error) {
	if e.Import != "" {
		i := slices.IndexFunc(imports, func(imp Import) bool { return imp.ID == e.Import })
		if i >= 0 {
			return imports[i], true, nil
		}
		return t.Imports.Import(ctx, e.Import)
	}
	for _, imp := range imports {
		if imp.Sum == e.Sum && (e.Name == "" || imp.Name == e.Name) && !taken[imp.ID] {
			taken[imp.ID] = true
			return imp, true, nil
		}
	}
	return Import{}, false, nil
}

func (t *tidier) noteEnd(key string, imp Import, there bool) {
	e := t.known[key]
	switch {
	case !there && t.now.Sub(e.At) > keepGone:
		t.set(key, func(e *entry) { e.State = stateLeft }) // it was removed from the inbox
	case there && imp.Ended && imp.Well:
		t.set(key, func(e *entry) { e.State, e.Import = stateImported, imp.ID })
	case there && imp.Ended:
		t.set(key, func(e *entry) { e.State, e.Import = stateLeft, imp.ID })
	case there && e.Import == "":
		t.set(key, func(e *entry) { e.Import = imp.ID })
		t.pending++
	default:
		t.pending++
	}
}

// disposeOf moves or removes the version of a file that was imported, and then its own sidecar. In this order a workbook that came meanwhile keeps
// its sidecar.
func (t *tidier) disposeOf(ctx context.Context, key string) error {
	e := t.known[key]
	f, listed := t.listing.files[key]
	if listed && f.Version() != e.Version {
		return nil // another version replaced it, and will be imported
	}
	t.reach(Imported)
	if listed {
		err := t.dispose(ctx, f, e)
		if errors.Is(err, ErrChanged) {
			return nil
		}
		if err != nil && !errors.Is(err, ErrGone) {
			return &fileFault{message.Errorf("%s %s after its import: %w", t.Then, e.Path, err)}
		}
		delete(t.listing.there, key)
	}
	if err := t.disposeSidecar(ctx, key, e); err != nil {
		return &fileFault{message.Errorf("%s the mapping of %s after its import: %w", t.Then, e.Path, err)}
	}
	t.set(key, func(e *entry) { e.State = stateDisposed })
	return nil
}

// disposeSidecar moves or removes the sidecar of a workbook, if it is its own and not that of another workbook.
func (t *tidier) disposeSidecar(ctx context.Context, key string, e *entry) error {
	f, own := t.listing.own(e.Path)
	if !own || sidecarVersion(f, true) != e.Side {
		return nil
	}
	for _, book := range t.listing.workbooks {
		if other, its := t.listing.own(book.Path); its && other.Path == f.Path && keyOf(book) != key && t.listing.there[keyOf(book)] {
			return nil
		}
	}
	err := t.dispose(ctx, f, e)
	if errors.Is(err, ErrChanged) || errors.Is(err, ErrGone) {
		return nil
	}
	return err
}

// dispose moves a file into MoveTo, or removes it. Its name there contains a part of the workbook's sum, so that files of one name do not
// collide.
func (t *tidier) dispose(ctx context.Context, f File, e *entry) error {
	if t.Then == Remove {
		return t.Folder.Remove(ctx, f)
	}
	name, ext := path.Base(f.Path), path.Ext(f.Path)
	for _, end := range filename.MappingEnds {
		if strings.HasSuffix(name, end) {
			ext = end
		}
	}
	stem := strings.TrimSuffix(name, ext) + "-" + e.Sum[:min(12, len(e.Sum))]
	err := t.Folder.Move(ctx, f, t.MoveTo, stem+ext)
	for n := 2; errors.Is(err, fs.ErrExist) && n < 100; n++ {
		err = t.Folder.Move(ctx, f, t.MoveTo, fmt.Sprintf("%s~%d%s", stem, n, ext))
	}
	return err
}

func (t *tidier) reach(p deliver.Point) {
	if t.Reached != nil {
		t.Reached(p)
	}
}
