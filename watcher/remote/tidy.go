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

	"inlet.example/inlet/pipeline/files"
)

// Imports tells how the imports of an inbox ended.
type Imports interface {
	// Newest is the number of the newest import; 0 before the first.
	Newest(ctx context.Context) (int64, error)
	// Since returns the imports of an inbox with a greater number, the oldest first.
	Since(ctx context.Context, inbox string, number int64) ([]Import, error)
	// Import returns one by its ID, and whether there is one.
	Import(ctx context.Context, id string) (Import, bool, error)
}

// Import is what a FolderPoll wants to know of one.
type Import struct {
	ID, Name, Sum string // Name in the inbox
	Ended         bool   // nothing more happens to it by itself, and no person is asked
	Well          bool   // it was done, or there was nothing to do
}

// tidy takes away what was imported.
//
// Nothing is noted before it is done: what a crash leaves is a file that is not listed any more, or one that is still to be taken away.
func (t *turn) tidy(ctx context.Context) error {
	if t.Then == Keep {
		return nil
	}
	if err := t.seeEnds(ctx); err != nil {
		return err
	}
	var f faults
	for _, key := range t.inOrder(imported) {
		if f.end(ctx, t.takeAway(ctx, key)) {
			break
		}
	}
	err := f.err()
	if _, denied := errors.AsType[*Denied](err); denied {
		err = errors.New(err.Error()) // it may list them: what is new is brought all the same
	}
	return err
}

// inOrder are the keys of the files in a state, in the order in which they were brought.
func (t *turn) inOrder(s fate) []string {
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

// set notes another state of a file.
func (t *turn) set(key string, edit func(*entry)) {
	e := *t.known[key]
	edit(&e)
	t.known[key], t.changed[key] = &e, &e
}

// seeEnds looks which of the files that were brought have been imported.
func (t *turn) seeEnds(ctx context.Context) error {
	keys := t.inOrder(brought)
	if len(keys) == 0 {
		return nil
	}
	begun, err := t.begun(ctx, keys)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, e := range t.known {
		taken[e.Import] = true
	}
	for _, key := range keys {
		imp, there, err := t.importOf(ctx, t.known[key], begun, taken)
		if err != nil {
			return fmt.Errorf("look how the import of %s ended: %w", t.known[key].Path, err)
		}
		t.see(key, imp, there)
	}
	return nil
}

// begun returns the imports that may be those of files whose import is not known yet.
func (t *turn) begun(ctx context.Context, keys []string) ([]Import, error) {
	for _, key := range keys { // the oldest first: its imports are those of the others too
		if e := t.known[key]; e.Import == "" {
			imports, err := t.Imports.Since(ctx, t.InboxName, e.Since)
			if err != nil {
				return nil, fmt.Errorf("look what was imported: %w", err)
			}
			return imports, nil
		}
	}
	return nil, nil
}

// importOf finds the import of a file: the one that is known, else the first that nobody else has and that has its bytes and its name.
func (t *turn) importOf(ctx context.Context, e *entry, begun []Import, taken map[string]bool) (Import, bool, error) {
	if e.Import != "" {
		i := slices.IndexFunc(begun, func(imp Import) bool { return imp.ID == e.Import })
		if i >= 0 {
			return begun[i], true, nil
		}
		return t.Imports.Import(ctx, e.Import)
	}
	for _, imp := range begun {
		if imp.Sum == e.Sum && (e.Name == "" || imp.Name == e.Name) && !taken[imp.ID] {
			taken[imp.ID] = true
			return imp, true, nil
		}
	}
	return Import{}, false, nil
}

func (t *turn) see(key string, imp Import, there bool) {
	e := t.known[key]
	switch {
	case !there && t.now.Sub(e.At) > forgetGone:
		t.set(key, func(e *entry) { e.State = left }) // somebody took it out of the inbox
	case there && imp.Ended && imp.Well:
		t.set(key, func(e *entry) { e.State, e.Import = imported, imp.ID })
	case there && imp.Ended:
		t.set(key, func(e *entry) { e.State, e.Import = left, imp.ID })
	case there && e.Import == "":
		t.set(key, func(e *entry) { e.Import = imp.ID })
		t.pending++
	default:
		t.pending++
	}
}

// takeAway moves or removes the version of a file that was imported, and then its own sidecar, as an inbox does. In this order: a workbook
// that came meanwhile keeps its sidecar.
func (t *turn) takeAway(ctx context.Context, key string) error {
	e := t.known[key]
	f, listed := t.listing.files[key]
	if listed && f.Version() != e.Version {
		return nil // another version has taken its place, and will be imported
	}
	t.reach(Imported)
	if listed {
		err := t.dispose(ctx, f, e)
		if errors.Is(err, ErrChanged) {
			return nil
		}
		if err != nil && !errors.Is(err, ErrGone) {
			return &ofFile{fmt.Errorf("%s %s after its import: %w", t.Then, e.Path, err)}
		}
		delete(t.listing.there, key)
	}
	if err := t.disposeSide(ctx, key, e); err != nil {
		return &ofFile{fmt.Errorf("%s the mapping of %s after its import: %w", t.Then, e.Path, err)}
	}
	t.set(key, func(e *entry) { e.State = away })
	return nil
}

// disposeSide takes the sidecar of a workbook away that has gone, if it is its own and no other workbook's.
func (t *turn) disposeSide(ctx context.Context, key string, e *entry) error {
	f, own := t.listing.own(e.Path)
	if !own || side(f, true) != e.Side {
		return nil
	}
	for _, book := range t.listing.books {
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

// dispose moves a file into the folder for those that are done with, or removes it.
//
// Its name there has a part of the workbook's sum: files of one name are kept apart, and no two of one folder are in each other's way.
func (t *turn) dispose(ctx context.Context, f File, e *entry) error {
	if t.Then == Remove {
		return t.Folder.Remove(ctx, f)
	}
	name, ext := path.Base(f.Path), path.Ext(f.Path)
	for _, end := range files.MappingEnds {
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

// newestImport is the number that later imports are greater than.
func (t *turn) newestImport(ctx context.Context) (int64, error) {
	if t.newest < 0 {
		n, err := t.Imports.Newest(ctx)
		if err != nil {
			return 0, fmt.Errorf("look what was imported: %w", err)
		}
		t.newest = n
	}
	return t.newest, nil
}

func (t *turn) reach(p Point) {
	if t.Reached != nil {
		t.Reached(p)
	}
}
