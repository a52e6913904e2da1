package claim

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
)

// Neighbours are the files beside the workbooks of an inbox, as the last scan saw them. Listing a folder for each workbook would be a hundred
// million names for ten thousand files; where there are no Neighbours that is done.
type Neighbours interface {
	// MaybeMappings returns the names of the files in a folder that may be meant as the mapping of a workbook with one of some folded names.
	MaybeMappings(dir string, folded ...string) []string
	// HasWorkbook reports whether a workbook of this path waits in the inbox.
	HasWorkbook(rel string) bool
	// Identity returns what a file looked like.
	Identity(rel string) (files.Identity, bool)
}

// OwnSidecars returns the paths that the own sidecar of a workbook may have.
func OwnSidecars(workbook string) []string {
	return inFolder(path.Dir(workbook), filename.Mappings(path.Base(workbook)))
}

// Sidecars returns the sidecar that a workbook would be claimed with, and a second one that may be meant as well; "" where there is none, or
// the mapping of the inbox is to be copied.
//
// The error is an OddSidecar where what has the name of its mapping is no file.
func (f *Folder) Sidecars(workbook string) (sidecar, rival string, err error) {
	c := f.choose(workbook)
	return c.Sidecar, c.Rival, c.odd
}

// OddSidecar says that what has the name of a workbook's mapping is a link, a folder or the like, which is not opened.
type OddSidecar struct{ Path, Kind string }

func (o *OddSidecar) Error() string {
	return fmt.Sprintf("the mapping %s is not a file of its own (%s)", o.Path, o.Kind)
}

// seen returns what a file looked like in the last scan.
func (f *Folder) seen(rel string) (files.Identity, bool) {
	if f.Neighbours == nil || rel == "" {
		return files.Identity{}, false
	}
	return f.Neighbours.Identity(rel)
}

// choose selects the sidecar of a workbook: its own, else one that is nearly called so, else that of its family or the default of its folder or the
// nearest above, else the inbox's.
func (f *Folder) choose(workbook string) choice {
	own := OwnSidecars(workbook)
	if mine, odd := f.first(own); mine != "" || odd != nil {
		return choice{Sidecar: mine, Rival: filename.OtherForm(mine, own, f.regular), odd: odd}
	}
	if near := f.nearSidecar(workbook); near != "" {
		return choice{Sidecar: near}
	}
	for dir := path.Dir(workbook); ; dir = path.Dir(dir) {
		for _, names := range [][]string{filename.FamilyMappings(workbook), filename.DefaultMappings} {
			shared := inFolder(dir, names)
			if mine, odd := f.first(shared); mine != "" || odd != nil {
				return choice{Sidecar: mine, Rival: filename.OtherForm(mine, shared, f.regular), odd: odd}
			}
		}
		if near := f.nearDefault(dir); near != "" {
			return choice{Sidecar: near}
		}
		if dir == "." {
			return choice{Mapping: f.Mapping != ""}
		}
	}
}

// chooseClaimed selects the sidecar of a claimed workbook whose manifest is lost: what was claimed with it before all others.
func (f *Folder) chooseClaimed(workbook string, claimed []string) choice {
	own := slices.Concat(filename.Mappings(workbook), filename.FamilyMappings(workbook), filename.DefaultMappings)
	there := func(name string) bool { return slices.Contains(claimed, name) }
	for _, side := range own {
		if there(side) {
			return choice{Sidecar: side, Rival: filename.OtherForm(side, own, there)}
		}
	}
	if near := cmp.Or(filename.NearMapping(workbook, claimed), filename.NearDefault(claimed)); near != "" {
		return choice{Sidecar: near}
	}
	return f.choose(workbook)
}

// first is the first of some names that a regular file has. Where none has, the error says what else has one.
func (f *Folder) first(names []string) (mine string, odd error) {
	for _, name := range names {
		info, err := f.Root.Lstat(name)
		if err != nil {
			continue
		}
		kind := IgnoredKind(info)
		if kind == "" {
			return name, nil
		}
		odd = &OddSidecar{name, kind}
	}
	return "", odd
}

func inFolder(dir string, names []string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = path.Join(dir, name)
	}
	return paths
}

// nearSidecar is the file that may be meant as the mapping of a workbook though its name is not quite right; "" if there is none.
func (f *Folder) nearSidecar(workbook string) string {
	dir, name := path.Split(workbook)
	dir = path.Clean(dir)
	var names []string
	var waits func(string) bool
	if f.Neighbours != nil {
		names, waits = f.Neighbours.MaybeMappings(dir, filename.Fold(filename.Stem(name)), filename.Fold(name)), f.Neighbours.HasWorkbook
	} else {
		listed := f.names(dir)
		names, waits = slices.Clone(listed), func(rel string) bool {
			return slices.Contains(f.Extensions, strings.ToLower(path.Ext(rel))) && slices.Contains(listed, path.Base(rel))
		}
	}
	names = slices.DeleteFunc(names, func(near string) bool { return f.ofAnother(dir, near, workbook, waits) })
	return f.regularIn(dir, filename.NearMapping(name, names))
}

// nearDefault is the file that may be meant as the default mapping of a folder; "" if there is none.
func (f *Folder) nearDefault(dir string) string {
	names := f.names
	if f.Neighbours != nil {
		names = func(dir string) []string {
			return f.Neighbours.MaybeMappings(dir, filename.Stem(filename.Stem(filename.DefaultMapping)))
		}
	}
	return f.regularIn(dir, filename.NearDefault(names(dir)))
}

// ofAnother reports whether a file is by its name the mapping of another workbook that waits: it must not go with this one.
func (f *Folder) ofAnother(dir, name, workbook string, waits func(rel string) bool) bool {
	for _, end := range filename.MappingEnds {
		stem, is := strings.CutSuffix(name, end)
		if !is {
			continue
		}
		for _, ending := range append([]string{""}, f.Extensions...) {
			if other := path.Join(dir, stem+ending); other != workbook && waits(other) {
				return true
			}
		}
	}
	return false
}

func (f *Folder) regularIn(dir, name string) string {
	if rel := path.Join(dir, name); name != "" && f.regular(rel) {
		return rel
	}
	return ""
}

func (f *Folder) names(dir string) []string {
	names, err := listFolder(f.Root, dir)
	if err != nil {
		return nil // the folder is gone with its files
	}
	return names
}

// errSidecarGone says that the chosen sidecar is no longer in the inbox.
var errSidecarGone = errors.New("the mapping has been removed")

// maxDefault bounds what is copied beside each workbook; four times what a mapping may have, so that it is refused for its size.
const maxDefault = 1 << 20

// moveSidecar moves or copies the sidecar that a manifest names into dir, unless it is there.
func (f *Folder) moveSidecar(dir string, m manifest) error {
	beside := m.beside()
	if beside == "" {
		return nil
	}
	target := path.Join(dir, beside)
	if _, err := f.Root.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if m.Mapping {
		return f.copyMapping(target)
	}
	return f.moveOrCopy(m.Sidecar, target)
}

// moveRival moves the second mapping of a workbook, so that both are beside it when it is refused. If it is gone there is none.
func (f *Folder) moveRival(dir string, m *manifest) error {
	if m.Rival == "" {
		return nil
	}
	target := path.Join(dir, base(m.Rival))
	if _, err := f.Root.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := f.moveOrCopy(m.Rival, target)
	if errors.Is(err, errSidecarGone) {
		m.Rival = ""
		return m.write(f.Root, dir)
	}
	return err
}

// moveOrCopy copies the default mapping of a folder, which stays for the next workbook, and moves any other sidecar.
func (f *Folder) moveOrCopy(name, target string) error {
	if !f.regular(name) {
		return errSidecarGone
	}
	if isDefault(name) {
		return f.copyDefault(name, target)
	}
	return f.Root.Rename(name, target)
}

// copyMapping copies the inbox's mapping. It is the operator's, so it may be a link, and it must exist.
func (f *Folder) copyMapping(target string) error {
	info, err := os.Stat(f.Mapping) // opening a pipe would wait for its writer
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: f.Mapping, Err: fs.ErrInvalid}
	}
	if err != nil {
		return fmt.Errorf("mapping of inbox %s: %w", f.Inbox, err)
	}
	r, err := os.Open(f.Mapping)
	if err != nil {
		return fmt.Errorf("mapping of inbox %s: %w", f.Inbox, err)
	}
	defer r.Close()
	return files.WriteIn(f.Root, target, r)
}

func (f *Folder) copyDefault(name, target string) error {
	r, err := openRegular(f.Root, name)
	if err != nil {
		return err
	}
	defer r.Close()
	return files.WriteIn(f.Root, target, io.LimitReader(r, maxDefault))
}
