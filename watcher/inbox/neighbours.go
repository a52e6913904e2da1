package inbox

import (
	"path"
	"slices"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/settle"
)

// neighbours knows the files of an inbox that may be meant as the mapping of a workbook in the same folder.
type neighbours struct {
	mappings map[string][]string // paths, by folder and folded name of the workbook
	waiting  *settle.Tracker
}

func newNeighbours(waiting *settle.Tracker) *neighbours {
	return &neighbours{mappings: map[string][]string{}, waiting: waiting}
}

// nameKey is the key of the files that belong to a workbook. The name of a file has no NUL.
func nameKey(dir, folded string) string { return dir + "\x00" + folded }

// mayBeMapping reports whether a name is nearly that of a mapping.
func mayBeMapping(name string) bool { return len(filename.MaybeOf(name)) > 0 }

func (n *neighbours) addMapping(rel string) {
	for _, of := range filename.MaybeOf(path.Base(rel)) {
		k := nameKey(path.Dir(rel), of)
		if !slices.Contains(n.mappings[k], rel) {
			n.mappings[k] = append(n.mappings[k], rel)
		}
	}
}

func (n *neighbours) removeMapping(rel string) {
	for _, of := range filename.MaybeOf(path.Base(rel)) {
		k := nameKey(path.Dir(rel), of)
		n.mappings[k] = slices.DeleteFunc(n.mappings[k], func(other string) bool { return other == rel })
		if len(n.mappings[k]) == 0 {
			delete(n.mappings, k)
		}
	}
}

// MaybeMappings returns the names of the files in a folder that may be meant as the mapping of a workbook with one of some folded names.
func (n *neighbours) MaybeMappings(dir string, folded ...string) []string {
	var names []string
	for _, name := range folded {
		for _, rel := range n.mappings[nameKey(dir, name)] {
			names = append(names, path.Base(rel))
		}
	}
	return names
}

// HasWorkbook reports whether a workbook of this path waits in the inbox.
func (n *neighbours) HasWorkbook(rel string) bool {
	f := n.waiting.File(rel)
	return f != nil && f.Workbook
}

// Identity returns what a file looked like in the last scan.
func (n *neighbours) Identity(rel string) (files.Identity, bool) {
	f := n.waiting.File(rel)
	if f == nil {
		return files.Identity{}, false
	}
	return f.Identity, true
}

// original is the file in the folder of a workbook that the workbook may be a copy of; "" if there is none, or its name is not that of a copy.
func (n *neighbours) original(workbook string) string {
	originals, _ := filename.CopyOf(path.Base(workbook))
	if len(originals) == 0 {
		return ""
	}
	for other, file := range n.waiting.Files() {
		same := func(name string) bool { return filename.SameName(name, path.Base(other)) }
		if file.Workbook && other != workbook && path.Dir(other) == path.Dir(workbook) && slices.ContainsFunc(originals, same) {
			return other
		}
	}
	return ""
}
