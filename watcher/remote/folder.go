package remote

import (
	"context"
	"fmt"
	"io"
	"time"

	"inlet.example/inlet/pipeline/message"
)

// Folder is a place with many files: a folder of a cloud drive, a bucket, a folder of a server.
//
// Errors say what to do in the words of the place. Wait, Denied, ErrChanged and ErrGone are recognised by their type.
type Folder interface {
	// List returns the files that are there.
	List(ctx context.Context) ([]File, error)
	// Fetch writes the content to w. It returns ErrChanged if the file is not, or not any more, the one that was listed, and ErrGone if it
	// does not exist: what was written so far is then to be discarded.
	Fetch(ctx context.Context, f File, w io.Writer) error
	// Move moves the file into another folder of the same place, which is made if need be, under a name. It overwrites nothing, and moves
	// only the file that was listed (ErrChanged, ErrGone).
	Move(ctx context.Context, f File, folder, name string) error
	// Remove removes the file that was listed (ErrChanged), and does nothing if it is gone.
	Remove(ctx context.Context, f File) error
}

// ErrChanged says that a file was replaced by another version after it was listed.
var ErrChanged = message.Errorf("the file was changed after it was listed")

// ErrGone says that a file is not there any more.
var ErrGone = message.Errorf("the file no longer exists")

// File is one file of a Folder, as it was when it was listed.
type File struct {
	ID       string    // what the place identifies it by; its path where there is nothing better. Two files of one path have two
	Path     string    // below the folder, with slashes
	Size     int64     // in bytes; -1 where that is not known before it is fetched, as with the documents of Google
	Modified time.Time // to the second
	Hash     string    // of the content, where the place lists one: "md5:…"; "" elsewhere
}

// Version is what a file is remembered by. Two versions of one file differ in it, by size and time where there is no hash.
func (f File) Version() string {
	return fmt.Sprintf("%d %d %s", f.Size, f.Modified.Unix(), f.Hash)
}

// Denied says that the place rejects the login: a wrong password, a revoked token. It is not polled again until a person has done something,
// because trying again can lock the account.
type Denied struct{ Err error }

func (d *Denied) Error() string { return d.Err.Error() }

// Unwrap returns the cause.
func (d *Denied) Unwrap() error { return d.Err }

// DefaultMaxBytes is how large a file may be if the source does not say.
const DefaultMaxBytes = 1 << 30

// Wait is the error of a source that says when to poll it again.
type Wait struct {
	After time.Duration
	Err   error
}

func (w *Wait) Error() string { return w.Err.Error() }

// Unwrap returns the cause.
func (w *Wait) Unwrap() error { return w.Err }
