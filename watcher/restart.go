package watcher

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"inlet.example/inlet/pipeline/files"
)

// found takes up again what lies in .inlet, oldest first, but for what is in work. An error says which could not be completed; they are
// the second list. The third is what is not opened.
func (c claims) found(inWork func(id string) bool) (arrivals []Arrival, halves []string, strangers []error, err error) {
	ids, err := c.listed(ownFolder)
	if err != nil {
		return nil, nil, nil, err
	}
	var errs []error
	for _, id := range ids {
		if inWork(id) || !c.ids.past(id) { // past: else it is no claim
			continue
		}
		a, ours, err := c.again(id)
		_, strange := errors.AsType[*foreign](err)
		switch {
		case strange:
			strangers = append(strangers, err)
		case err != nil:
			errs = append(errs, err)
			halves = append(halves, id)
		case ours:
			arrivals = append(arrivals, a)
		}
	}
	return arrivals, halves, strangers, errors.Join(errs...)
}

// again completes one arrival. If its workbook is not there, it was never claimed, or is dealt with: it is taken away.
func (c claims) again(id string) (a Arrival, ours bool, err error) {
	l, err := c.labelOf(id)
	if errors.Is(err, fs.ErrNotExist) {
		return Arrival{}, false, c.clearEmpty(id)
	}
	if err == nil {
		a, err = c.finish(id, l)
	}
	if err != nil {
		return Arrival{}, false, fmt.Errorf("take up %s again: %w", id, err)
	}
	return a, true, nil
}

// labelOf reads the label of an arrival whose workbook is there; fs.ErrNotExist says that no workbook is.
func (c claims) labelOf(id string) (label, error) {
	dir := path.Join(ownFolder, id)
	l, err := readLabel(c.root, dir)
	if err == nil {
		_, err := asFile(c.root, path.Join(dir, path.Base(l.Name)))
		return l, err
	}
	if _, ok := errors.AsType[*foreign](err); ok {
		return l, err
	}
	names, listErr := c.listed(dir)
	if listErr != nil {
		return l, listErr
	}
	for _, name := range names { // somebody lost the label: the workbook is still theirs who put it
		if !files.IsMapping(name) && ignoredName(name, c.inbox.Extensions) == "" {
			l = label{Name: name, choice: c.pickAgain(name, names)}
			if _, err := asFile(c.root, path.Join(dir, name)); err != nil {
				return l, err
			}
			return l, l.write(c.root, dir)
		}
	}
	return l, fs.ErrNotExist
}

// pickAgain chooses the sidecar of a workbook whose label is lost: what was brought with it before all others.
func (c claims) pickAgain(name string, brought []string) choice {
	own := append(files.Mappings(name), files.DefaultMappings...)
	there := func(name string) bool { return slices.Contains(brought, name) }
	for _, side := range own {
		if there(side) {
			return choice{Sidecar: side, Rival: files.OtherForm(side, own, there)}
		}
	}
	if near := cmp.Or(files.NearMapping(name, brought), files.NearDefault(brought)); near != "" {
		return choice{Sidecar: near}
	}
	return c.pick(name)
}

// clearEmpty leaves a folder alone that holds anything else than our own label: it is being dealt with.
func (c claims) clearEmpty(id string) error {
	names, err := c.listed(path.Join(ownFolder, id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		if name != labelName && name != labelName+".part" {
			return nil
		}
	}
	return c.clear(id)
}

func (c claims) listed(dir string) ([]string, error) {
	d, err := openFolder(c.root, dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}
