package watcher

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/remote"
)

// errMoved says that a file is no longer what was looked at.
var errMoved = errors.New("it changed while it was claimed")

// claims takes files of one inbox into .inlet.
type claims struct {
	inbox   Inbox
	root    *os.Root
	ids     *numbers
	reached func(Point)
	beside  *beside // what is known of the files beside workbooks; nil: folders are listed
}

// half says that the workbook of an arrival lies in .inlet already, and that the rest could not be done yet.
type half struct {
	id  string
	err error
}

func (h *half) Error() string { return h.err.Error() }
func (h *half) Unwrap() error { return h.err }

// stays says that one file cannot be moved, where a claim could be made: its own folder does not let it go.
type stays struct{ err error }

func (s *stays) Error() string { return s.err.Error() }
func (s *stays) Unwrap() error { return s.err }

// take claims one file with the sidecar that pick chose for it, which is to look as it did; nil if that is not known. The error may be a
// *half.
func (c claims) take(f *file, l label, side *files.Identity) (Arrival, error) {
	id, err := c.makeDir()
	if err != nil {
		return Arrival{}, fmt.Errorf("claim %s: %w", f.path, err)
	}
	err = c.moveIn(f, id, l)
	if h, ok := errors.AsType[*half](err); ok {
		return Arrival{}, h
	}
	if err != nil {
		return Arrival{}, fmt.Errorf("claim %s: %w", f.path, errors.Join(err, c.clear(id)))
	}
	if l.Source != "" {
		remote.ForgetOrigin(c.root, l.Name)
	}
	a, err := c.finish(id, l)
	if err != nil {
		return Arrival{}, &half{id: id, err: fmt.Errorf("claim %s: %w", f.path, err)}
	}
	if side != nil && c.rewritten(path.Join(ownFolder, id, l.beside()), l, *side) {
		return Arrival{}, c.giveBack(f, id, l)
	}
	return a, nil
}

// rewritten says whether the sidecar that was brought is another than was looked at: somebody writes it, and it may be half of one.
func (c claims) rewritten(brought string, l label, side files.Identity) bool {
	name := brought
	if l.shared() {
		name = l.Sidecar // it stayed, and a copy tells nothing
	}
	info, err := c.root.Lstat(name)
	return err == nil && !files.IdentityOf(info).SameRenamed(side) // one that was taken away was chosen anew
}

// giveBack undoes a claim. The sidecar goes first: a crash then finds a claim whose sidecar is to be brought, or none.
func (c claims) giveBack(f *file, id string, l label) error {
	dir := path.Join(ownFolder, id)
	var err error
	for _, side := range []string{l.Rival, l.Sidecar} {
		brought := path.Join(dir, base(side))
		switch {
		case side == "" || err != nil:
		case isDefault(side):
			err = c.root.Remove(brought)
		default:
			err = c.putBack(brought, side)
		}
	}
	if err == nil {
		err = c.putBack(path.Join(dir, path.Base(f.path)), f.path)
	}
	if err != nil {
		return &half{id: id, err: fmt.Errorf("put %s back: %w", f.path, err)}
	}
	return fmt.Errorf("claim %s: %w", f.path, errors.Join(errMoved, c.clear(id)))
}

func (c claims) makeDir() (string, error) {
	err := asFolder(c.root, ownFolder)
	if errors.Is(err, fs.ErrNotExist) { // somebody has removed it since the last scan
		err = c.root.Mkdir(ownFolder, 0o750)
	}
	if err != nil {
		return "", err
	}
	for {
		id := c.ids.next()
		err := c.root.Mkdir(path.Join(ownFolder, id), 0o750)
		if !errors.Is(err, fs.ErrExist) { // else another daemon had the same thought in the same microsecond
			return id, err
		}
	}
}

// moveIn writes the label, then moves the workbook. What then lies there must be what was looked at.
func (c claims) moveIn(f *file, id string, l label) error {
	dir := path.Join(ownFolder, id)
	if err := l.write(c.root, dir); err != nil {
		return err
	}
	if err := errors.Join(syncFolder(c.root, dir), syncFolder(c.root, ownFolder)); err != nil {
		return err
	}
	c.reached(Labelled)
	target := path.Join(dir, path.Base(f.path))
	err := c.root.Rename(f.path, target)
	c.reached(Claimed)
	info, statErr := c.root.Lstat(target)
	if statErr != nil { // only if it is not there is the error one: NFS reports some that were none
		return &stays{cmp.Or(err, statErr)}
	}
	if ignoredKind(info) == "" && files.IdentityOf(info).SameRenamed(f.mark) {
		return nil
	}
	if err := c.putBack(target, f.path); err != nil {
		return &half{id: id, err: fmt.Errorf("put %s back: %w", f.path, err)}
	}
	return errMoved
}

// putBack gives a person the file back, under another name if the old one is taken again.
func (c claims) putBack(target, name string) error {
	free := name
	for n := 2; ; n++ {
		_, err := c.root.Lstat(free)
		if errors.Is(err, fs.ErrNotExist) {
			return c.root.Rename(target, free)
		}
		if err != nil {
			return err
		}
		ext := path.Ext(name)
		free = fmt.Sprintf("%s~%d%s", name[:len(name)-len(ext)], n, ext)
	}
}

// finish brings the sidecar and makes all of it durable. It may be called again, at any later time.
func (c claims) finish(id string, l label) (Arrival, error) {
	dir := path.Join(ownFolder, id)
	err := c.bring(dir, l)
	for errors.Is(err, errGone) {
		// Somebody took the sidecar away since it was chosen. Choose again, and say so before it is done.
		c.beside = nil // at a start nothing is known yet
		l.choice = c.pick(l.Name)
		if err = l.write(c.root, dir); err == nil {
			err = c.bring(dir, l)
		}
	}
	if err == nil {
		err = c.bringRival(dir, &l)
	}
	if err != nil {
		return Arrival{}, err
	}
	if err := cmp.Or(c.own(dir, l), c.sync(dir, l.Name)); err != nil {
		return Arrival{}, err
	}
	c.reached(Paired)
	abs := filepath.Join(c.inbox.Path, dir)
	a := Arrival{ID: id, Inbox: c.inbox.Name, Name: l.Name, Dir: abs, Workbook: filepath.Join(abs, path.Base(l.Name)), Seen: l.Seen,
		Disk: diskOf(abs), Original: l.Original, Source: l.Source}
	if beside := l.beside(); beside != "" {
		a.Sidecar, a.Near = filepath.Join(abs, beside), files.Misnamed(l.Name, beside)
	}
	if l.Rival != "" {
		a.Rival = filepath.Join(abs, base(l.Rival))
	}
	return a, nil
}

// own says which file of a claim is not a plain one, if so.
func (c claims) own(dir string, l label) error {
	for _, name := range []string{l.Name, l.beside(), l.Rival} {
		if name == "" {
			continue
		}
		if _, err := asFile(c.root, path.Join(dir, base(name))); err != nil {
			return err
		}
	}
	return nil
}

func (c claims) sync(dir, name string) error {
	if err := syncFolder(c.root, dir); err != nil {
		return err
	}
	err := syncFolder(c.root, path.Dir(name))
	if errors.Is(err, fs.ErrNotExist) { // the sub-folder it came from was removed since
		return nil
	}
	return err
}

var errGone = errors.New("the sidecar is gone")

// bring moves or copies the sidecar that a label names into dir, unless it is there.
func (c claims) bring(dir string, l label) error {
	beside := l.beside()
	if beside == "" {
		return nil
	}
	target := path.Join(dir, beside)
	if _, err := c.root.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if l.Mapping {
		return c.copyMapping(target)
	}
	return c.bringOne(l.Sidecar, target)
}

// bringRival brings the second mapping of a workbook, so that both lie beside it when it is refused. If it is gone there is none.
func (c claims) bringRival(dir string, l *label) error {
	if l.Rival == "" {
		return nil
	}
	target := path.Join(dir, base(l.Rival))
	if _, err := c.root.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := c.bringOne(l.Rival, target)
	if errors.Is(err, errGone) {
		l.Rival = ""
		return l.write(c.root, dir)
	}
	return err
}

func (c claims) bringOne(name, target string) error {
	if !c.plain(name) {
		return errGone
	}
	if isDefault(name) {
		return c.copyDefault(name, target)
	}
	return c.root.Rename(name, target)
}

// copyMapping copies the inbox's mapping. It is the operator's, so it may be a link, and it must be there.
func (c claims) copyMapping(target string) error {
	info, err := os.Stat(c.inbox.Mapping) // to open a pipe would wait for its writer
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: c.inbox.Mapping, Err: fs.ErrInvalid}
	}
	if err != nil {
		return fmt.Errorf("mapping of inbox %s: %w", c.inbox.Name, err)
	}
	r, err := os.Open(c.inbox.Mapping)
	if err != nil {
		return fmt.Errorf("mapping of inbox %s: %w", c.inbox.Name, err)
	}
	defer r.Close()
	return files.WriteIn(c.root, target, r)
}

func (c claims) copyDefault(name, target string) error {
	r, err := openPlain(c.root, name)
	if err != nil {
		return err
	}
	defer r.Close()
	return files.WriteIn(c.root, target, io.LimitReader(r, maxDefault))
}

// maxDefault bounds what is copied beside each workbook; four times what a mapping may have, so that it is refused for its size.
const maxDefault = 1 << 20

// pick chooses the sidecar of a workbook: its own, else one that is nearly called so, else the default of its folder or the nearest above, else
// the inbox's.
func (c claims) pick(name string) choice {
	own := ownSidecars(name)
	if mine := c.first(own); mine != "" {
		return choice{Sidecar: mine, Rival: files.OtherForm(mine, own, c.plain)}
	}
	if near := c.nearSidecar(name); near != "" {
		return choice{Sidecar: near}
	}
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		shared := inFolder(dir, files.DefaultMappings)
		if mine := c.first(shared); mine != "" {
			return choice{Sidecar: mine, Rival: files.OtherForm(mine, shared, c.plain)}
		}
		if near := c.nearDefault(dir); near != "" {
			return choice{Sidecar: near}
		}
		if dir == "." {
			return choice{Mapping: c.inbox.Mapping != ""}
		}
	}
}

// first is the first of some names that a plain file has.
func (c claims) first(names []string) string {
	if i := slices.IndexFunc(names, c.plain); i >= 0 {
		return names[i]
	}
	return ""
}

func ownSidecars(name string) []string {
	return inFolder(path.Dir(name), files.Mappings(path.Base(name)))
}

func inFolder(dir string, names []string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = path.Join(dir, name)
	}
	return paths
}

func (c claims) plain(name string) bool {
	info, err := c.root.Lstat(name)
	return err == nil && ignoredKind(info) == ""
}

// clear removes the folder of an arrival whose workbook is not there. What somebody else left in it stays.
func (c claims) clear(id string) error {
	dir := path.Join(ownFolder, id)
	listed, err := c.listed(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, own := range listed {
		if own != labelName && !strings.HasSuffix(own, ".part") {
			continue
		}
		if err := c.root.Remove(path.Join(dir, own)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := c.root.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// labelFor is the label of a file that is claimed now.
func (c claims) labelFor(f *file) label {
	l := label{Name: f.path, Seen: f.since.UTC().Round(time.Microsecond), choice: c.pick(f.path)}
	if c.beside != nil {
		l.Original = c.beside.original(f.path)
	}
	if info, err := c.root.Lstat(f.path); err == nil {
		l.Source = remote.Origin(c.root, f.path, info)
	}
	return l
}
