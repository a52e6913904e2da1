package claim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
)

// folderName is the folder below an inbox that claimed files are moved into, each claim into a folder of its own.
const folderName = ".inlet"

// Dir returns the folder of a claim; the folder of all claims if the ID is empty.
func Dir(inbox, id string) string { return filepath.Join(inbox, folderName, id) }

// IsFolder reports whether a path below an inbox is the folder of its claims.
func IsFolder(rel string) bool { return rel == folderName }

// CheckFolder returns why the folder of the claims cannot be used: fs.ErrNotExist if there is none, another error if it is not a folder. Over
// a link the claims would be somewhere else.
func CheckFolder(root *os.Root) error { return checkFolder(root, folderName) }

// MakeFolder makes the folder of the claims. It may be there: another daemon of the inbox makes it too.
func MakeFolder(root *os.Root) error {
	err := root.Mkdir(folderName, 0o750)
	if errors.Is(err, fs.ErrExist) {
		return CheckFolder(root)
	}
	return err
}

// Point is an instant of a claim. A crash there must not change what becomes of the file.
type Point string

// The points, in their order.
const (
	Labelled Point = "claim: label written, workbook still in the inbox"
	Claimed  Point = "claim: workbook taken, sidecar not yet"
	Paired   Point = "claim: all taken"
)

// ErrChanged says that a file was no longer the one that was seen, and that it is back in the inbox.
var ErrChanged = errors.New("it changed while inlet claimed it")

// Incomplete says that the workbook of a claim is ours, and that its sidecar could not be moved yet. Folder.Complete tries again.
type Incomplete struct {
	ID  string
	err error
}

func (i *Incomplete) Error() string { return i.err.Error() }

// Unwrap returns the cause.
func (i *Incomplete) Unwrap() error { return i.err }

// NotMovable says that a claim could be made and one file could not be moved into it: its own folder does not allow that.
type NotMovable struct{ err error }

func (n *NotMovable) Error() string { return n.err.Error() }

// Unwrap returns the cause.
func (n *NotMovable) Unwrap() error { return n.err }

// Item is a file to claim.
type Item struct {
	Path       string         // below the inbox
	Identity   files.Identity // as it was seen
	QuietSince time.Time
	Original   string // see Arrival.Original
}

// Folder claims files of one inbox.
type Folder struct {
	Inbox      string // its name
	Path       string // its folder
	Root       *os.Root
	Mapping    string // see inbox.Inbox.Mapping
	Extensions []string
	IDs        *IDs
	Reached    func(Point)
	Neighbours Neighbours // nil where nothing was scanned yet
	Registry   Registry   // nil: no other process watches the inbox
}

// Claim moves a file and its sidecar into the claim folder. The error may be an *Incomplete, a *NotMovable, or ErrChanged.
func (f *Folder) Claim(ctx context.Context, item Item) (Arrival, error) {
	m := f.manifestOf(item)
	if m.odd != nil {
		return Arrival{}, &NotMovable{m.odd}
	}
	id, err := f.makeDir(ctx)
	if err != nil {
		return Arrival{}, fmt.Errorf("claim %s: %w", item.Path, err)
	}
	a, err := f.claimInto(item, id, m)
	if _, ok := errors.AsType[*Incomplete](err); ok {
		f.registry().SetAside(ctx, f.Inbox, id)
	} else if err != nil {
		f.registry().Release(ctx, f.Inbox, id)
	}
	return a, err
}

// claimInto moves a file and its sidecar into the folder of a claim.
func (f *Folder) claimInto(item Item, id string, m manifest) (Arrival, error) {
	err := f.moveIn(item, id, m)
	if i, ok := errors.AsType[*Incomplete](err); ok {
		return Arrival{}, i
	}
	if err != nil {
		return Arrival{}, fmt.Errorf("claim %s: %w", item.Path, errors.Join(err, f.clear(id)))
	}
	if m.Source != "" {
		removeSourceNote(f.Root, m.Name)
	}
	a, err := f.finish(id, m)
	if err != nil {
		return Arrival{}, &Incomplete{ID: id, err: fmt.Errorf("claim %s: %w", item.Path, err)}
	}
	if f.sidecarChanged(id, m) {
		return Arrival{}, f.giveBack(item, id, m)
	}
	return a, nil
}

// manifestOf is the manifest of a file that is claimed now.
func (f *Folder) manifestOf(item Item) manifest {
	m := manifest{Name: item.Path, Seen: item.QuietSince.UTC().Round(time.Microsecond), Original: item.Original, choice: f.choose(item.Path)}
	if s, known := f.seen(m.Sidecar); known && !m.Mapping {
		m.sidecarSeen = &s
	}
	if info, err := f.Root.Lstat(item.Path); err == nil {
		m.Source = sourceOf(f.Root, item.Path, info)
	}
	return m
}

// sidecarChanged reports whether the claimed sidecar is another than was seen: it is being written, and may be incomplete.
func (f *Folder) sidecarChanged(id string, m manifest) bool {
	if m.sidecarSeen == nil {
		return false
	}
	name := path.Join(folderName, id, m.beside())
	if m.shared() {
		name = m.Sidecar // it stayed in the inbox, and the copy has an identity of its own
	}
	info, err := f.Root.Lstat(name)
	return err == nil && !files.IdentityOf(info).SameRenamed(*m.sidecarSeen) // where it was removed another was chosen
}

// giveBack undoes a claim. The sidecar goes first: a crash then leaves a claim whose sidecar is to be moved, or none.
func (f *Folder) giveBack(item Item, id string, m manifest) error {
	dir := path.Join(folderName, id)
	var err error
	for _, side := range []string{m.Rival, m.Sidecar} {
		claimed := path.Join(dir, base(side))
		switch {
		case side == "" || err != nil:
		case isDefault(side):
			err = f.Root.Remove(claimed)
		default:
			err = f.putBack(claimed, side)
		}
	}
	if err == nil {
		err = f.putBack(path.Join(dir, path.Base(item.Path)), item.Path)
	}
	if err != nil {
		return &Incomplete{ID: id, err: fmt.Errorf("put %s back into the inbox: %w", item.Path, err)}
	}
	return fmt.Errorf("claim %s: %w", item.Path, errors.Join(ErrChanged, f.clear(id)))
}

// makeDir registers a claim and makes its folder. It is registered first: another process that lists the folders would take one that is not.
func (f *Folder) makeDir(ctx context.Context) (string, error) {
	err := CheckFolder(f.Root)
	if errors.Is(err, fs.ErrNotExist) { // it was removed since the last scan
		err = MakeFolder(f.Root)
	}
	if err != nil {
		return "", err
	}
	for {
		id := f.IDs.next()
		ours, err := f.registry().Take(ctx, f.Inbox, id, true)
		if err != nil {
			return "", err
		}
		if !ours { // another daemon may have made the same ID in the same microsecond
			continue
		}
		err = f.Root.Mkdir(path.Join(folderName, id), 0o750)
		if err == nil {
			return id, nil
		}
		f.registry().Release(ctx, f.Inbox, id)
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
	}
}

func (f *Folder) registry() Registry {
	if f.Registry == nil {
		return Alone{}
	}
	return f.Registry
}

// moveIn writes the manifest, then moves the workbook, and compares what was moved with what was seen.
func (f *Folder) moveIn(item Item, id string, m manifest) error {
	dir := path.Join(folderName, id)
	if err := m.write(f.Root, dir); err != nil {
		return err
	}
	if err := errors.Join(syncFolder(f.Root, dir), syncFolder(f.Root, folderName)); err != nil {
		return err
	}
	f.Reached(Labelled)
	target := path.Join(dir, path.Base(item.Path))
	err := f.Root.Rename(item.Path, target)
	f.Reached(Claimed)
	info, statErr := f.Root.Lstat(target)
	if statErr != nil { // the error of the rename counts only if the file is not there: NFS reports some for renames that succeeded
		return &NotMovable{cmp.Or(err, statErr)}
	}
	if IgnoredKind(info) == "" && files.IdentityOf(info).SameRenamed(item.Identity) {
		return nil
	}
	if err := f.putBack(target, item.Path); err != nil {
		return &Incomplete{ID: id, err: fmt.Errorf("put %s back into the inbox: %w", item.Path, err)}
	}
	return ErrChanged
}

// putBack moves a file back into the inbox, under another name if the old one is taken again.
func (f *Folder) putBack(claimed, name string) error {
	free := name
	for n := 2; ; n++ {
		if err := files.RenameFreeIn(f.Root, claimed, free); !errors.Is(err, fs.ErrExist) {
			return err
		}
		ext := path.Ext(name)
		free = fmt.Sprintf("%s~%d%s", name[:len(name)-len(ext)], n, ext)
	}
}

// finish moves the sidecar and makes all of the claim durable. It may be called again, at any later time.
func (f *Folder) finish(id string, m manifest) (Arrival, error) {
	dir := path.Join(folderName, id)
	err := f.moveSidecar(dir, m)
	for again := *f; errors.Is(err, errSidecarGone); {
		// The sidecar was removed after it was chosen. Choose again, and write that down before it is moved.
		again.Neighbours = nil // what was scanned is out of date
		m.choice = again.choose(m.Name)
		if err = errors.Join(m.odd, m.write(f.Root, dir)); err == nil {
			err = f.moveSidecar(dir, m)
		}
	}
	if err == nil {
		err = f.moveRival(dir, &m)
	}
	if err != nil {
		return Arrival{}, err
	}
	if err := cmp.Or(f.checkFiles(dir, m), f.sync(dir, m.Name)); err != nil {
		return Arrival{}, err
	}
	f.Reached(Paired)
	return f.arrival(id, m), nil
}

func (f *Folder) arrival(id string, m manifest) Arrival {
	dir := Dir(f.Path, id)
	a := Arrival{ID: id, Inbox: f.Inbox, Name: m.Name, Dir: dir, Workbook: filepath.Join(dir, path.Base(m.Name)), Seen: m.Seen,
		Disk: diskOf(dir), Original: m.Original, Source: m.Source}
	if beside := m.beside(); beside != "" {
		a.Sidecar, a.Near = filepath.Join(dir, beside), filename.Misnamed(m.Name, beside)
	}
	if m.Rival != "" {
		a.Rival = filepath.Join(dir, base(m.Rival))
	}
	return a
}

// checkFiles returns which file of a claim is not a regular one, if any.
func (f *Folder) checkFiles(dir string, m manifest) error {
	for _, name := range []string{m.Name, m.beside(), m.Rival} {
		if name == "" {
			continue
		}
		if _, err := checkFile(f.Root, path.Join(dir, base(name))); err != nil {
			return err
		}
	}
	return nil
}

// sync makes the renames of a claim durable.
func (f *Folder) sync(dir, name string) error {
	if err := syncFolder(f.Root, dir); err != nil {
		return err
	}
	err := syncFolder(f.Root, path.Dir(name))
	if errors.Is(err, fs.ErrNotExist) { // the sub-folder that it came from was removed since
		return nil
	}
	return err
}

// regular reports whether a name below the inbox is that of a regular file.
func (f *Folder) regular(name string) bool {
	info, err := f.Root.Lstat(name)
	return err == nil && IgnoredKind(info) == ""
}

// clear removes the folder of a claim whose workbook is not there. Other files in it stay.
func (f *Folder) clear(id string) error {
	dir := path.Join(folderName, id)
	listed, err := listFolder(f.Root, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, own := range listed {
		if own != manifestName && !strings.HasSuffix(own, ".part") {
			continue
		}
		if err := f.Root.Remove(path.Join(dir, own)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := f.Root.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Complete finishes one claim. If its workbook is not there, it was never claimed, or is archived already: the claim is removed, and ours is
// false.
func (f *Folder) Complete(id string) (a Arrival, ours bool, err error) {
	m, err := f.manifestOr(id)
	if errors.Is(err, fs.ErrNotExist) {
		return Arrival{}, false, f.clearEmpty(id)
	}
	if err == nil {
		a, err = f.finish(id, m)
	}
	if err != nil {
		return Arrival{}, false, fmt.Errorf("resume %s: %w", id, err)
	}
	return a, true, nil
}

// manifestOr reads the manifest of a claim whose workbook is there, and writes a new one where it is lost; fs.ErrNotExist says that no workbook
// is there.
func (f *Folder) manifestOr(id string) (manifest, error) {
	dir := path.Join(folderName, id)
	m, err := readManifest(f.Root, dir)
	if err == nil {
		_, err := checkFile(f.Root, path.Join(dir, path.Base(m.Name)))
		return m, err
	}
	if _, ok := errors.AsType[*Foreign](err); ok {
		return m, err
	}
	names, listErr := listFolder(f.Root, dir)
	if listErr != nil {
		return m, listErr
	}
	for _, name := range names { // the manifest was removed: the workbook is still to be imported
		if !filename.IsMapping(name) && IgnoredName(name, f.Extensions) == "" {
			m = manifest{Name: name, choice: f.chooseClaimed(name, names)}
			if _, err := checkFile(f.Root, path.Join(dir, name)); err != nil {
				return m, err
			}
			return m, m.write(f.Root, dir)
		}
	}
	return m, fs.ErrNotExist
}

// clearEmpty removes a claim unless it holds anything else than our manifest: then its files are being archived.
func (f *Folder) clearEmpty(id string) error {
	names, err := listFolder(f.Root, path.Join(folderName, id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(names, func(name string) bool { return name != manifestName && name != manifestName+".part" }) {
		return nil
	}
	return f.clear(id)
}
