package watcher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/inbox"
	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/schedule"
)

// Arrival is one claimed workbook.
type Arrival = claim.Arrival

// Claim is a workbook that is claimed and not archived yet.
type Claim = claim.Claim

// Inbox is a folder that people put workbooks into.
type Inbox = inbox.Inbox

// Scan is the result of one listing of an inbox.
type Scan = inbox.Scan

// The modes of a Scan.
const (
	ModeEvents = inbox.ModeEvents
	ModePoll   = inbox.ModePoll
)

// Point is an instant of a claim or a poll. A crash there must not change what becomes of the file.
type Point = claim.Point

// SlotTaken is the instant at which a slot is noted and its source not polled yet.
const SlotTaken Point = "schedule: slot taken, before run"

// Config is everything that a Watcher needs.
type Config struct {
	Inboxes []Inbox
	Sources []Source
	Memory  remote.Memory                                                 // what the sources had last; needed if there are sources
	History remote.History                                                // what they have brought, and …
	Imports remote.Imports                                                // … how that ended; both needed if a source is a drive
	Drive   func(context.Context, remote.Location) (remote.Folder, error) // opens a drive; needed likewise. Closed if it is an io.Closer
	First   []string                                                      // IDs of arrivals whose import an earlier run had begun: they are handed out before the others, whatever their inbox
	Paused  func(ctx context.Context, source string) bool                 // reports whether a source is not to be polled; nil: none is paused
	Events  Events
	Claims  claim.Registry // records whose claims are whose, where several processes watch the inboxes; may be nil
	Log     *slog.Logger   // silent if nil
}

// Events are called with what the watcher sees; metrics are made of them. They are called from several goroutines, which wait for them. A nil
// func is not called.
type Events struct {
	Ignored func(inbox, reason string) // once per file; the reasons are claim.Reasons
	Scanned func(inbox string, s Scan) // after each scan
	Claimed func(inbox string)         // a file was claimed
	Polled  func(source string, r PollResult)
	Missed  func(source string, slots int) // they passed and the source was not polled
	Event   func(kind string)              // one of inbox.EventKinds
	Reached func(Point)                    // for a test that ends the process there

	// Full is called with each scan: it reports whether the files of an inbox are to stay where they are.
	Full func(inbox string) bool
}

func (e Events) withDefaults() Events {
	if e.Ignored == nil {
		e.Ignored = func(string, string) {}
	}
	if e.Scanned == nil {
		e.Scanned = func(string, Scan) {}
	}
	if e.Claimed == nil {
		e.Claimed = func(string) {}
	}
	if e.Polled == nil {
		e.Polled = func(string, PollResult) {}
	}
	if e.Missed == nil {
		e.Missed = func(string, int) {}
	}
	if e.Event == nil {
		e.Event = func(string) {}
	}
	if e.Full == nil {
		e.Full = func(string) bool { return false }
	}
	if e.Reached == nil {
		e.Reached = func(Point) {}
	}
	return e
}

// checkInbox returns what is wrong with an inbox; paths are those of the inboxes before it.
func checkInbox(in Inbox, paths map[string]string) error {
	if _, doubled := paths[in.Name]; doubled || in.Name == "" {
		return errors.New("inbox names must be unique")
	}
	if !filepath.IsAbs(in.Path) {
		return message.Errorf("path %q is not absolute", in.Path)
	}
	if in.Mapping != "" && !filepath.IsAbs(in.Mapping) {
		return fmt.Errorf("mapping %q is not absolute", in.Mapping)
	}
	for other, path := range paths {
		if path == filepath.Clean(in.Path) {
			return fmt.Errorf("inbox %q has the same folder", other)
		}
	}
	return nil
}

// Source is a place to fetch workbooks from now and then.
type Source struct {
	Name, Inbox    string
	URL, Path      string           // one of the two …
	Drive          *remote.Location // … or a folder of a drive, with many files
	As             string           // file name in the inbox, may hold a date like {2006-01-02}; by default what the source calls it
	Every          time.Duration
	Cron, TimeZone string          // five fields; the time zone is UTC if empty
	Missed         schedule.Missed // of Cron; MissedRunOnce if empty
	Mapping        string          // sidecar to put beside it, absolute; may be empty
	Noted          bool            // the arrivals of its files name it
	Header         map[string]string
	MaxBytes       int64 // remote.DefaultMaxBytes if zero

	// Of a drive:
	Include string      // pattern of the files it is for; all workbooks if empty
	Then    remote.Then // what becomes of a file there when its import has succeeded; remote.Keep if empty
	MoveTo  string      // the folder for remote.Move
}
