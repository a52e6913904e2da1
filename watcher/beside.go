package watcher

import (
	"path"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/files"
)

// beside knows the files of an inbox that may be meant as the mapping of a workbook in the same folder. Folders are not listed for each
// workbook: for ten thousand files those would be a hundred million names.
type beside struct {
	mappings map[string][]string // paths, by folder and folded name of the workbook
	settle   *settle             // knows the workbooks that wait
}

// key is under which the files beside a workbook are known. In the name of a file there is no NUL.
func key(dir, folded string) string { return dir + "\x00" + folded }

// mayBeMapping says whether a name is nearly that of a mapping.
func mayBeMapping(name string) bool { return len(files.MaybeOf(name)) > 0 }

func (b *beside) addMapping(rel string) {
	for _, of := range files.MaybeOf(path.Base(rel)) {
		k := key(path.Dir(rel), of)
		if !slices.Contains(b.mappings[k], rel) {
			b.mappings[k] = append(b.mappings[k], rel)
		}
	}
}

func (b *beside) removeMapping(rel string) {
	for _, of := range files.MaybeOf(path.Base(rel)) {
		k := key(path.Dir(rel), of)
		b.mappings[k] = slices.DeleteFunc(b.mappings[k], func(other string) bool { return other == rel })
		if len(b.mappings[k]) == 0 {
			delete(b.mappings, k)
		}
	}
}

// mayBeOf returns the files of a folder that may be meant as the mapping of what has one of some folded names.
func (b *beside) mayBeOf(dir string, folded ...string) []string {
	var names []string
	for _, name := range folded {
		for _, rel := range b.mappings[key(dir, name)] {
			names = append(names, path.Base(rel))
		}
	}
	return names
}

// waits says whether there is a workbook of this path in the inbox.
func (b *beside) waits(rel string) bool {
	f := b.settle.files[rel]
	return f != nil && f.workbook
}

// anothers says whether a file is by its name the mapping of another workbook that waits: it must not go with this one.
func (c claims) anothers(dir, name, book string, waits func(rel string) bool) bool {
	for _, end := range files.MappingEnds {
		stem, is := strings.CutSuffix(name, end)
		if !is {
			continue
		}
		for _, ending := range append([]string{""}, c.inbox.Extensions...) {
			if other := path.Join(dir, stem+ending); other != book && waits(other) {
				return true
			}
		}
	}
	return false
}

// nearSidecar is the file that may be meant as the mapping of a workbook though it is not quite called so; "" if there is none.
func (c claims) nearSidecar(book string) string {
	dir, name := path.Split(book)
	dir = path.Clean(dir)
	var names []string
	var waits func(string) bool
	if c.beside != nil {
		names, waits = c.beside.mayBeOf(dir, files.Fold(files.Stem(name)), files.Fold(name)), c.beside.waits
	} else {
		listed := c.names(dir)
		names, waits = slices.Clone(listed), func(rel string) bool {
			return slices.Contains(c.inbox.Extensions, strings.ToLower(path.Ext(rel))) && slices.Contains(listed, path.Base(rel))
		}
	}
	names = slices.DeleteFunc(names, func(near string) bool { return c.anothers(dir, near, book, waits) })
	return c.plainIn(dir, files.NearMapping(name, names))
}

// nearDefault likewise of the default mapping of a folder.
func (c claims) nearDefault(dir string) string {
	names := c.names
	if c.beside != nil {
		names = func(dir string) []string { return c.beside.mayBeOf(dir, files.Stem(files.Stem(files.DefaultMapping))) }
	}
	return c.plainIn(dir, files.NearDefault(names(dir)))
}

func (c claims) plainIn(dir, name string) string {
	if rel := path.Join(dir, name); name != "" && c.plain(rel) {
		return rel
	}
	return ""
}

func (c claims) names(dir string) []string {
	names, err := c.listed(dir)
	if err != nil {
		return nil // the folder is gone, and what lay in it
	}
	return names
}

// original is the file in the folder of a workbook that this one may be a copy of; "" if there is none, or the name is not that of a copy.
func (b *beside) original(book string) string {
	originals, _ := files.CopyOf(path.Base(book))
	if len(originals) == 0 {
		return ""
	}
	for other, file := range b.settle.files {
		same := func(name string) bool { return files.SameName(name, path.Base(other)) }
		if file.workbook && other != book && path.Dir(other) == path.Dir(book) && slices.ContainsFunc(originals, same) {
			return other
		}
	}
	return ""
}
