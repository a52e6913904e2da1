package check

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/naming"
)

// A name is a label of the metrics, a word of the command line and a part of the pages' addresses.
var NameForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$`)

func checkName(ck *Checker, key, name string, seen map[string]string) {
	first, twice := seen[name]
	switch {
	case name == "":
		ck.Wrong(key, "is missing; write name: kunder")
	case !NameForm.MatchString(name):
		ck.Wrong(key, "%q is not a valid name; use letters, digits, spaces, dots, dashes and _, at most 64", name)
	case twice:
		ck.Wrong(key, "%q is already the name of %s; use different names", name, first)
	default:
		seen[name] = parent(key)
	}
}

func checkInboxes(ck *Checker, inboxes []config.Inbox) {
	names := map[string]string{}
	var all []inboxFolders
	for i, in := range inboxes {
		key := fmt.Sprintf("inboxes[%d]", i)
		checkName(ck, key+".name", in.Name, names)
		checkFile(ck, key+".mapping", in.Mapping)
		checkTimes(ck, key, in)
		checkOwnership(ck, key+".ownership", in.Ownership)
		oneOf(ck, key+".language", in.Language, config.Languages...)
		checkText(ck, key, in)
		checkFileWords(ck, key+".names", in)
		oneOf(ck, key+".empty", in.Empty, config.EmptyWords...)
		oneOf(ck, key+".headings", in.Headings, config.HeadingsWords...)
		if in.Path == "" {
			ck.Wrong(key+".path", "is missing; write the folder that people put workbooks into, e.g. path: inbox")
			continue
		}
		all = append(all, foldersOf(key, in))
	}
	for i, here := range all {
		checkOutlets(ck, here)
		for j, other := range all {
			if i != j {
				checkApart(ck, here, other, i > j)
			}
		}
	}
}

// DelimiterForm is one ASCII character that is not a quote, or its name.
var DelimiterForm = regexp.MustCompile(`^(auto|tab|[\t !#-~])$`)

// checkText looks at what is said about an inbox's text files, and of whom to ask.
func checkText(ck *Checker, key string, in config.Inbox) {
	oneOf(ck, key+".encoding", in.Encoding, config.Encodings...)
	checkDelimiter(ck, key+".delimiter", in.Delimiter)
	if strings.ContainsAny(in.Ask, "\r\n") {
		ck.Wrong(key+".ask", "is longer than one line; write the contact person, e.g. ask: Anna, 08-123 45")
	}
}

// WordForm is a word in the name of a file. A dot or a dash would be taken for the end of the word.
var WordForm = regexp.MustCompile(`^([\p{L}\p{N}][\p{L}\p{N}_ ]{0,31})?$`)

// checkFileWords wants words of which no two give two files one name.
func checkFileWords(ck *Checker, key string, in config.Inbox) {
	words, own := in.Words(), naming.Words(in.Names)
	keys := []string{"rejected", "corrected", "reason", "plan", "duplicate", "importing", "ignored"}
	first := map[string]config.Phrase{"mapping": config.Say("the mapping of a workbook")}
	for i, word := range words.All() {
		at, folded := key+"."+keys[i], strings.ToLower(*word)
		switch {
		case !WordForm.MatchString(*word):
			ck.Wrong(at, "%q is not a valid word; use letters, digits, spaces and _, at most 32", *word)
		case !first[folded].Empty() && *own.All()[i] == "":
			ck.Wrong(at, "is %q by default, which is already the word for %s; choose another for one of them", *word, first[folded])
		case !first[folded].Empty():
			ck.Wrong(at, "%q is already the word for %s; choose another", *word, first[folded])
		}
		if first[folded].Empty() {
			first[folded] = config.Say(at)
		}
	}
}

func checkDelimiter(ck *Checker, key, word string) {
	if !DelimiterForm.MatchString(word) {
		ck.Wrong(key, "%q is not a single character; write e.g. delimiter: \";\", or tab, or auto", word)
	}
}

func checkTimes(ck *Checker, key string, in config.Inbox) {
	if in.Settle <= 0 {
		ck.Wrong(key+".settle", "is too short: files that are still being written would be imported; write 2s")
	}
	if in.Scan < 100*time.Millisecond {
		ck.Wrong(key+".scan", "%v is too short: the disk would be listed constantly; write 10s", in.Scan)
	}
	if in.ExpectEvery < 0 {
		ck.Wrong(key+".expect_every", "%v is negative; write e.g. 26h, or 0s for no expectation", in.ExpectEvery)
	}
}

// checkFile wants a file that is there: a mapping that is missing is found now and not with the first workbook.
func checkFile(ck *Checker, key, path string) {
	if path == "" {
		return
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		ck.Wrong(key, "%v; write the path of a mapping, or remove the key", err)
	case !info.Mode().IsRegular():
		ck.Wrong(key, "%s is not a regular file; write the path of a mapping", path)
	}
}

// inboxFolders is an inbox with its folders as the disk has them.
type inboxFolders struct {
	key, name, path string // the key in the file, the name, the path as it was written
	home            string // the folder itself, links followed
	outlets         []outlet
}

// outlet is one of the three folders that an inbox puts its files into.
type outlet struct{ key, path, real string }

func foldersOf(key string, in config.Inbox) inboxFolders {
	return inboxFolders{key: key, name: in.Name, path: in.Path, home: realPath(in.Path), outlets: []outlet{
		{"done", in.Done, realPath(in.Done)}, {"failed", in.Failed, realPath(in.Failed)}, {"held", in.Held, realPath(in.Held)},
	}}
}

// around reports whether an outlet is the inbox itself or holds it.
func (o outlet) around(home string) bool { return within(o.real, home) }

// checkOutlets looks at one inbox alone: three folders, none of them the inbox or around it, no two the same.
func checkOutlets(ck *Checker, in inboxFolders) {
	for i, out := range in.outlets {
		at := in.key + "." + out.key
		if out.around(in.home) {
			ck.Wrong(at, "%s is the inbox itself or contains it, so its files would be imported again; write %s: %s", out.path, out.key, out.key)
		}
		for _, earlier := range in.outlets[:i] {
			if earlier.real == out.real {
				ck.Wrong(at, "is also the %s folder; use different folders, e.g. %s: %s", earlier.key, out.key, out.key)
			}
		}
	}
}

// checkApart looks at an inbox beside another one. Two inboxes in one folder are said once, at the later of them.
func checkApart(ck *Checker, in, other inboxFolders, later bool) {
	path := in.key + ".path"
	if in.home == other.home && later {
		ck.Wrong(path, "%s is already the folder of inbox %q; use different folders", in.path, other.name)
	}
	for _, out := range other.outlets {
		// An outlet around its own inbox is reported already; what else it is around follows from that.
		if within(out.real, in.home) && !out.around(other.home) {
			ck.Wrong(path, "%s is, or is inside, the %s folder of inbox %q, so its files would be imported again; use another folder", in.path, out.key, other.name)
		}
	}
	if in.home != other.home && within(other.home, in.home) {
		ck.Wrong(path, "%s is inside inbox %q, so its files would be imported twice; use a folder outside of it", in.path, other.name)
	}
	for _, out := range in.outlets {
		if within(other.home, out.real) && !within(other.home, in.home) && !out.around(other.home) {
			ck.Wrong(in.key+"."+out.key, "%s is inside inbox %q, so its files would be imported again; use another folder", out.path, other.name)
		}
	}
}

// realPath is a path as the disk has it, links followed as far as the path exists: two names of one folder become one.
func realPath(path string) string {
	rest := ""
	for at := path; ; at = filepath.Dir(at) {
		if found, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(found, rest)
		}
		if filepath.Dir(at) == at {
			return path
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}

// within reports whether a path is a folder or is inside it.
func within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
