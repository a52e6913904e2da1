package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Folder is a place with many files: a folder of a cloud drive, a bucket, a folder of a server.
//
// Errors say what to do in the words of the place. Three kinds are known by their type: Wait, Denied, and those below.
type Folder interface {
	// List returns the files that are there.
	List(ctx context.Context) ([]File, error)
	// Fetch writes the content to w. It is ErrChanged where the file is not, or not any more, the one that was listed, and ErrGone where
	// there is none: what was written so far is worth nothing.
	Fetch(ctx context.Context, f File, w io.Writer) error
	// Move takes the file into another folder of the same place, which is made if need be, under a name. It overwrites nothing, and moves
	// only the file that was listed (ErrChanged, ErrGone).
	Move(ctx context.Context, f File, folder, name string) error
	// Remove takes away the file that was listed (ErrChanged), and does nothing if it is gone.
	Remove(ctx context.Context, f File) error
}

// ErrChanged says that another version of a file has taken the place of the one that was listed.
var ErrChanged = errors.New("the file was changed after it was listed")

// ErrGone says that a file is not there any more.
var ErrGone = errors.New("the file is gone")

// File is one file of a Folder, as it was when it was listed.
type File struct {
	ID       string    // what the place knows it by; its path where it has nothing better. Two files of one path have two
	Path     string    // below the folder, with slashes
	Size     int64     // in bytes; -1 where that is not known before it is fetched, as with the documents of Google
	Modified time.Time // to the second
	Hash     string    // of the content, where the place has one for nothing: "md5:…"; "" elsewhere
}

// Version is what a file is remembered by. Two versions of one file differ in it; an empty hash leaves size and time to tell them apart.
func (f File) Version() string {
	return fmt.Sprintf("%d %d %s", f.Size, f.Modified.Unix(), f.Hash)
}

// Denied says that the place does not let the source in: a wrong password, a token that was taken back. It is not asked again until a
// person did something, because asking can lock the account.
type Denied struct{ Err error }

func (d *Denied) Error() string { return d.Err.Error() }

// Unwrap returns the cause.
func (d *Denied) Unwrap() error { return d.Err }
