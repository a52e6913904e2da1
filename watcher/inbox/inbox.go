package inbox

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/inbox/sign"
)

// Inbox is a folder that people put workbooks into.
type Inbox struct {
	Name         string
	Path         string                  // the folder, absolute; made if missing at start
	Adopt        func(path string) error // gives a folder that was made its group and mode; may be nil
	Excluded     []string                // absolute folders that are never watched, such as done and failed; the claim folder always
	Settle       time.Duration           // how long a file must be quiet; 2 s if zero
	Scan         time.Duration           // how often the folder is listed; 30 s if zero
	Mapping      string                  // the sidecar of workbooks that have none, absolute; may be empty
	SidecarGrace time.Duration           // how long a complete workbook waits for its sidecar; not at all if zero
	Extensions   []string                // what is claimed; files.WorkbookEndings if empty
	Registry     claim.Registry          // nil: no other process watches the folder
	Signs        sign.Settings           // texts for the people who share the folder
}

// WithDefaults fills in what is empty.
func (in Inbox) WithDefaults() Inbox {
	in.Path = filepath.Clean(in.Path)
	if in.Settle <= 0 {
		in.Settle = 2 * time.Second
	}
	if in.Scan <= 0 {
		in.Scan = 30 * time.Second
	}
	extensions := filename.WorkbookEndings()
	if len(in.Extensions) > 0 {
		extensions = slices.Clone(in.Extensions)
	}
	for i, ext := range extensions {
		extensions[i] = strings.ToLower(ext)
	}
	in.Extensions = extensions
	return in
}

// makeFolder makes the inbox if it is missing.
func (in Inbox) makeFolder() error {
	if _, err := os.Stat(in.Path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// The umask decides whether the group may put files into it: with UMask=0007, as in the unit, it may.
	if err := os.MkdirAll(in.Path, 0o770); err != nil { //nolint:gosec // it is for files of others
		return err
	}
	if in.Adopt == nil {
		return nil
	}
	return in.Adopt(in.Path)
}

// Events are what an inbox calls. They are called from the goroutine of Watch.Run, which waits for them. None may be nil.
type Events struct {
	Ignored func(inbox, reason string)
	Scanned func(inbox string, s Scan)
	Claimed func(inbox string)
	Event   func(kind string)
	Reached func(claim.Point)
	Full    func(inbox string) bool
}

// Scan is the result of one listing of an inbox.
type Scan struct {
	Waiting          int       // workbooks not claimed yet, without those that are open or cannot be read
	Oldest           time.Time // when the one of them that waits longest was first seen; zero if none waits
	Took             time.Duration
	Recovered        int           // files since the last scan that no event had named
	Open             int           // workbooks that wait because a program has them open
	OpenNames        []string      // the first of them
	NotWorkbooks     int           // files that are not workbooks and are never claimed
	NotWorkbookNames []string      // the first of them
	Unreadable       int           // files, folders and claims that cannot be read; the others go on
	UnreadableNames  []string      // the first of them
	Claimed          []claim.Claim // workbooks that are claimed and not archived yet
	Err              error         // the inbox could not be listed, or the last claim failed
	Mode             string
}

// The modes of a Scan.
const (
	ModeEvents = "events"
	ModePoll   = "poll" // network file systems send no events
)
