package uploads

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/watcher/inbox/claim"
)

// State is how far an upload is.
type State string

// The states.
const (
	Unmapped State = "unmapped" // what its columns are has not been decided yet
	Mapped   State = "mapped"   // it has a mapping, and a plan is made or will be
	Handing  State = "handing"  // it is being moved into the inbox
	Handed   State = "handed"   // it was moved into the inbox
)

// Upload is a file that a person has uploaded.
type Upload struct {
	ID       string    `json:"id"`
	Inbox    string    `json:"inbox"`
	Owner    string    `json:"owner,omitempty"` // "" where no login is asked for
	Name     string    `json:"name"`            // safe to use as the name of a file
	Size     int64     `json:"size"`
	Sum      string    `json:"sum"` // SHA-256
	At       time.Time `json:"at"`
	Corrects string    `json:"corrects,omitempty"` // the import whose rejected rows it holds: it goes by the mapping of that
	Adds     string    `json:"adds,omitempty"`     // path of the field that its import adds: its mapping has it, and an administrator chose it
	Mode     string    `json:"mode,omitempty"`     // what the person wants the import to do, of a mapping's modes
	State    State     `json:"state"`
	Save     bool      `json:"save,omitempty"`     // its mapping is to hold for the files after it
	SaveAll  bool      `json:"save_all,omitempty"` // for all of the inbox, not only those of its family
	As       string    `json:"as,omitempty"`       // the name that it gets in the inbox
	Moved    time.Time `json:"moved,omitzero"`     // when it was moved there
	Since    int64     `json:"since,omitempty"`    // number of the newest import before it was moved
	Key      string    `json:"key,omitempty"`      // by which a program sends it again that does not know whether it arrived

	inbox string // the folder
}

// Inbox is an inbox that takes uploads.
type Inbox struct{ Name, Path string }

// Checks are what is known of a workbook with its mapping before its rows are read.
type Checks struct {
	Columns []ledger.Bound // that lead to a field
	Unknown []string       // headings that lead nowhere
	Problem string         // why it would not be imported as it is
}

// Errors of uploads. Each is said in the reader's language by the page.
var (
	ErrName     = errors.New("the name is not that of a workbook")
	ErrEmpty    = errors.New("the file is empty")
	ErrNoRows   = errors.New("the workbook has no rows below its headings")
	ErrTooLarge = errors.New("the file is larger than http.upload_bytes")
	ErrFull     = errors.New("the uploads that wait have reached http.upload_total")
	ErrNoRoom   = errors.New("the disk of the inbox is full")
	ErrStalled  = errors.New("the upload was broken off")
	ErrNone     = errors.New("there is no such upload")
	ErrInbox    = errors.New("the inbox takes no uploads")
	ErrMoved    = errors.New("it was imported already")
	ErrComing   = errors.New("the same is being sent by another request")
	ErrGone     = errors.New("the file of the import is no longer where it was archived")
	ErrField    = errors.New("the import adds a field, which only an administrator may do")
)

const (
	folderName = "uploads" // below the folder of the claims
	manifest   = "upload.json"
	bookFolder = "in"
	planFolder = "plan"
	remembered = "chosen.json"
)

var isID = regexp.MustCompile(`^[a-z2-7]{26}$`)

// dir is the folder of the upload below its inbox.
func (u *Upload) dir(parts ...string) string {
	return path.Join(append([]string{claim.Dir("", ""), folderName, u.ID}, parts...)...)
}

// Workbook returns the path of the workbook.
func (u *Upload) Workbook() string { return filepath.Join(u.inbox, u.dir(bookFolder, u.Name)) }

// Mapping returns the path of its mapping, which may not be there yet.
func (u *Upload) Mapping() string {
	return filepath.Join(u.inbox, u.dir(bookFolder, filename.Stem(u.Name)+filename.MappingEnd))
}

// PlanFolder returns the folder of its plan, which may not be there yet.
func (u *Upload) PlanFolder() string { return filepath.Join(u.inbox, u.dir(planFolder)) }

// open opens the inbox.
func (u *Upload) open() (*os.Root, error) { return files.OpenRoot(u.inbox) }

// write writes upload.json.
func (u *Upload) write(root *os.Root) error {
	text, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return files.WriteIn(root, u.dir(manifest), bytes.NewReader(append(text, '\n')))
}

// read reads the upload.json of an upload.
func read(root *os.Root, in Inbox, id string) (Upload, error) {
	u := Upload{ID: id, inbox: in.Path}
	name := u.dir(manifest)
	if info, err := root.Lstat(name); err != nil || !info.Mode().IsRegular() || info.Size() > 1<<16 {
		return u, errors.Join(err, ErrNone)
	}
	text, err := root.ReadFile(name)
	if err != nil {
		return u, err
	}
	if err := json.Unmarshal(text, &u); err != nil {
		return u, fmt.Errorf("read %s: %w", name, err)
	}
	if safe, err := SafeName(u.Name); err != nil || safe != u.Name || u.ID != id || u.Inbox != in.Name {
		return u, fmt.Errorf("read %s: %w", name, ErrNone) // another program has written it
	}
	return u, nil
}

// makeFolders makes the folders of an upload.
func (u *Upload) makeFolders(root *os.Root) error {
	for _, make := range []func() error{
		func() error { return claim.MakeFolder(root) },
		func() error { return root.Mkdir(path.Dir(u.dir()), 0o750) },
		func() error { return root.Mkdir(u.dir(), 0o750) },
		func() error { return root.Mkdir(u.dir(bookFolder), 0o750) },
	} {
		if err := make(); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if err := claim.CheckFolder(root); err != nil {
		return err
	}
	info, err := root.Lstat(path.Dir(u.dir()))
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s: %w", path.Dir(u.dir()), files.ErrNotRegular)
	}
	return err
}
