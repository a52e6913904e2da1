package inbox

import (
	"log/slog"
	"slices"
	"time"

	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/inbox/settle"
)

// maxNames is how many files are named at once, in the log and on the pages. A person who drops a folder of pictures needs one message, not one
// for each.
const maxNames = 20

// notWorkbooks knows the files of an inbox that are never claimed and that a person may have meant to be imported.
type notWorkbooks struct {
	files   map[string]*notWorkbook // by path
	wait    time.Duration           // before one is logged
	waiting *settle.Tracker
	log     *slog.Logger
}

type notWorkbook struct {
	since   time.Time
	reason  string
	mapping bool // by its name it may be meant as one
	logged  bool
}

// note records a file that is ignored.
func (n *notWorkbooks) note(rel, reason string, mapping bool) {
	switch reason {
	case claim.ReasonExtension, claim.ReasonLink, claim.ReasonSpecial:
	default:
		n.remove(rel)
		return
	}
	if known := n.files[rel]; known == nil || known.reason != reason {
		n.files[rel] = &notWorkbook{since: time.Now(), reason: reason, mapping: mapping}
	}
}

func (n *notWorkbooks) remove(rel string) { delete(n.files, rel) }

// ofPeople returns since when each file has been there that a person may have put into the inbox for its rows.
func (n *notWorkbooks) ofPeople() map[string]time.Time {
	all := map[string]time.Time{}
	for rel, f := range n.files {
		if f.reason == claim.ReasonExtension && !f.mapping {
			all[rel] = f.since
		}
	}
	return all
}

// logNew logs each file once. One that has just come may be renamed soon, or be claimed with the workbook whose mapping it is.
func (n *notWorkbooks) logNew() {
	var fresh []string
	for rel, f := range n.files {
		since := f.since
		if waiting := n.waiting.File(rel); waiting != nil {
			since = waiting.QuietSince
		}
		if !f.logged && time.Since(since) >= n.wait {
			fresh = append(fresh, rel)
			f.logged = true
		}
	}
	slices.Sort(fresh)
	for _, rel := range fresh[:min(len(fresh), maxNames)] {
		n.log.Warn("File in the inbox is not a workbook and is ignored", slog.String("file", rel), slog.String("do", n.files[rel].advice()))
	}
	if more := len(fresh) - maxNames; more > 0 {
		n.log.Warn("More files in the inbox are not workbooks", slog.Int("files", more))
	}
}

func (f *notWorkbook) advice() string {
	switch {
	case f.mapping:
		return "if it is the mapping of kunder.xlsx, rename it to kunder.mapping.yaml"
	case f.reason == claim.ReasonLink:
		return "links are not followed: put the file itself into the inbox"
	case f.reason == claim.ReasonSpecial:
		return "remove it"
	}
	return "save it as .xlsx or .csv, or remove it"
}

// firstNames returns the first names in order, so that what shows them stays small.
func firstNames(names []string) []string {
	slices.Sort(names)
	return names[:min(len(names), maxNames)]
}
