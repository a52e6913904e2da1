package watcher

import (
	"log/slog"
	"slices"
	"time"
)

// mostNames is how many files are named at once, in the log and on the pages. Who drops a folder of pictures needs to hear of it, not of each.
const mostNames = 20

// strange is a file of an inbox that is not a workbook: people wait for it in vain.
type strange struct {
	since   time.Time
	reason  string
	mapping bool // by its name it may be meant as one
	told    bool
}

// noteStrange takes note of a file that is passed over and that a person may have meant.
func (f *folder) noteStrange(rel, reason string, mapping bool) {
	switch reason {
	case ReasonExtension, ReasonLink, ReasonSpecial:
	default:
		delete(f.strange, rel)
		return
	}
	if known := f.strange[rel]; known == nil || known.reason != reason {
		f.strange[rel] = &strange{since: time.Now(), reason: reason, mapping: mapping}
	}
}

// tellStrange logs the files that are not workbooks, each once. One that has just come may be on its way to another name, or be taken along by
// the workbook whose mapping it is.
func (f *folder) tellStrange() {
	var fresh []string
	for rel, s := range f.strange {
		since := s.since
		if waiting := f.settle.files[rel]; waiting != nil {
			since = waiting.since
		}
		if !s.told && time.Since(since) >= f.inbox.Settle+f.inbox.Scan {
			fresh = append(fresh, rel)
			s.told = true
		}
	}
	slices.Sort(fresh)
	for _, rel := range fresh[:min(len(fresh), mostNames)] {
		f.log.Warn("File in the inbox is not a workbook, it is left alone", slog.String("file", rel), slog.String("do", f.strange[rel].advice()))
	}
	if more := len(fresh) - mostNames; more > 0 {
		f.log.Warn("More files in the inbox are not workbooks", slog.Int("files", more))
	}
}

func (s *strange) advice() string {
	switch {
	case s.mapping:
		return "if it is the mapping of kunder.xlsx, call it kunder.mapping.yaml"
	case s.reason == ReasonLink:
		return "links are not followed: put the file itself there"
	case s.reason == ReasonSpecial:
		return "take it away"
	}
	return "save it as .xlsx or .csv, or take it away"
}

// few returns the first names in order, so that what shows them stays small.
func few(names []string) []string {
	slices.Sort(names)
	return names[:min(len(names), mostNames)]
}
