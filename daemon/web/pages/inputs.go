package pages

import (
	"context"
	"iter"
	"time"

	"inlet.example/inlet/daemon/web/drawing"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
)

// Reader reads what has been imported. While the store is not open its error is frame.ErrNoStore.
type Reader interface {
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
	Held(ctx context.Context) ([]ledger.Import, error) // those that wait for a person, however old they are
	// Changes passes over the batches of which skip, which may be nil, says so: it is told how many problems and changed fields one has.
	Changes(ctx context.Context, id string, skip func(problems, fields int) bool) iter.Seq2[[]ledger.Change, error]
	Notifications(ctx context.Context, imp *ledger.Import) ([]ledger.Notification, error)
	Mapping(ctx context.Context, sum string) (ledger.Sidecar, bool, error)
	Records(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)
	Schema() *crm.Schema
}

// Lists reads lists and totals of imports. While the store is not open its error is frame.ErrNoStore.
type Lists interface {
	Page(ctx context.Context, f listing.Filter, b listing.Bounds) (listing.Page, error)
	Days(ctx context.Context, from string, limit int) ([]listing.Day, error) // the oldest first; days without imports are left out
}

// Status is what the daemon does now.
type Status interface {
	Ready(ctx context.Context) error // nil while files can be imported
	Inboxes() []Inbox
	Sources(ctx context.Context) ([]Source, error)
	Running() (Running, bool)
	Plan(imp *ledger.Import) (text string)       // of a held import, as it was made for the person who decides; "" where there is none
	File(imp *ledger.Import, which File) *Stored // nil where it is not there
	Template(lang string) ([]byte, error)        // the workbook to fill in
}

// Control acts for a person. An error is for that person, in the language of the inbox where it is a sentence.
type Control interface {
	PlanUndo(ctx context.Context, id, lang string, each func([]ledger.Change) error) (ledger.Import, error)
	Undo(ctx context.Context, by, id, lang string) (undo string, err error) // the ID of the undo
	Approve(ctx context.Context, by, id string) error
	Discard(ctx context.Context, by, id string) error
	Cancel(ctx context.Context, by, id string) error
	Pause(ctx context.Context, by, what string) error // what is paused, as Inbox.Pause and Source.Pause name it
	Resume(ctx context.Context, by, what string) error
	Poll(ctx context.Context, by, source string) error
}

// Ticker notes that the rejected rows of an import need no more work. An error is for the person.
type Ticker interface {
	TickOff(ctx context.Context, by, id string) error
}

// Inbox is an inbox as the last scan found it.
type Inbox struct {
	Name, Path string
	Pause      string // its name for Control
	Paused     bool
	Waiting    int       // workbooks to import
	Oldest     string    // the one that has waited longest
	Since      time.Time // since when
	WaitsFor   string    // "index" or "memory" if it waits for that
	Open       int       // workbooks that a program has open
	Never      []string  // files that are never imported
	NeverMore  int
	Unreadable []string
	Err        error // why it cannot be used
	Uploads    bool  // whether files can be uploaded into it
}

// Source is a source as it was last polled.
type Source struct {
	Name, Where, Inbox string
	Pause              string
	Paused             bool
	Asked, Next        time.Time
	Files              int
	Outcome            string
	Why                string // why the poll failed
	LoggedOut          bool
	Polls              []drawing.Poll // the last ones, the newest first
}

// Running is the import that is being written.
type Running struct {
	ID, Inbox, File string
	Began           time.Time
	Rows, Total     int // Total is 0 until the rows are counted
}

// File is one of the files of an import.
type File string

// The files.
const (
	Original File = "original"
	Rejected File = "rejected"
	Mapping  File = "mapping"
)

// Stored is a file that can be read.
type Stored struct {
	Name string
	Open func() (ReadSeekCloser, error)
}

// ReadSeekCloser is an open file.
type ReadSeekCloser interface {
	Read([]byte) (int, error)
	Seek(offset int64, whence int) (int64, error)
	Close() error
}
