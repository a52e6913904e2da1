package deliver

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
)

// Memory keeps which version of each source was taken last, over restarts.
type Memory interface {
	// Last is "" for a source that nothing was remembered of.
	Last(ctx context.Context, source string) (string, error)
	Remember(ctx context.Context, source, version string) error
}

// Point is an instant of a delivery. A crash there must not change what becomes of the file.
type Point string

// The points, in their order.
const (
	Fetched   Point = "remote: downloaded, before the inbox"
	HalfPut   Point = "remote: its mapping in the inbox, it is not"
	Delivered Point = "remote: in the inbox, before it is remembered"
)

// Delivery is a new file between its temporary name and its own.
type Delivery struct {
	Temp    string          `json:"temp"`
	Name    string          `json:"name"` // in the inbox, if it is free
	Version string          `json:"version"`
	Folder  string          `json:"folder"`           // the inbox, as its file system identifies it
	End     string          `json:"end,omitempty"`    // of the sidecar's name in the inbox; files.MappingEnd if empty
	Beside  string          `json:"beside,omitempty"` // the temporary name of the sidecar that was fetched with it
	Key     string          `json:"key,omitempty"`    // of the file, where the source has many …
	File    json.RawMessage `json:"file,omitempty"`   // … and what is to be remembered of it
}

// Temps are the temporary names of a delivery.
func (d *Delivery) Temps() []string {
	if d.Beside == "" {
		return []string{d.Temp}
	}
	return []string{d.Temp, d.Beside}
}

// Deliverer delivers the files of one source into an inbox.
type Deliverer struct {
	Source  string
	Memory  Memory
	Inbox   string                                                   // folder
	Mapping string                                                   // sidecar of files that come with none; may be empty
	Noted   bool                                                     // the arrivals of its files name the source
	Taken   func(ctx context.Context, d Delivery, name string) error // remembers what was delivered; name is "" if that is not known
	Reached func(Point)                                              // for a test that ends the process there; may be nil

	undecided []string // temporary files of which it is not known whether they were noted as expected
}

// expectedKey is what an expected delivery is remembered by.
func (r *Deliverer) expectedKey() string { return r.Source + " coming" }

// Deliver delivers a new file. What d does not say about the inbox is filled in.
func (r *Deliverer) Deliver(ctx context.Context, root *os.Root, d Delivery) (string, error) {
	d.Folder = files.FolderID(root)
	d.Name = freeName(root, d.Name, r.Mapping != "" || d.Beside != "") // before it is noted: what a crash leaves half delivered has this name, and no other
	text, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	r.undecided = d.Temps() // a store whose answer was lost may have noted it all the same: they must not be removed before that is known
	if err := errors.Join(syncFolder(root), r.remember(ctx, r.expectedKey(), string(text))); err != nil {
		return "", err
	}
	r.undecided = nil
	r.reach(Fetched)
	return r.put(ctx, root, d)
}

// put gives a file its name, and remembers that it was taken. It may be called again after a crash.
func (r *Deliverer) put(ctx context.Context, root *os.Root, d Delivery) (string, error) {
	mapping := r.Mapping
	if d.Beside != "" {
		mapping = filepath.Join(r.Inbox, d.Beside)
	}
	source := ""
	if r.Noted {
		source = r.Source
	}
	name, err := putPair(root, source, d.Temp, d.Name, mapping, cmp.Or(d.End, filename.MappingEnd), func() { r.reach(HalfPut) })
	if err != nil {
		return "", err
	}
	r.reach(Delivered)
	return name, r.took(ctx, root, d, name)
}

// took remembers that a file has its name, and that none is expected.
func (r *Deliverer) took(ctx context.Context, root *os.Root, d Delivery, name string) error {
	if d.Beside != "" {
		r.undecided = []string{d.Beside} // a copy of it has the name; it is removed once nothing is noted as expected
	}
	if err := r.Taken(ctx, d, name); err != nil {
		return err
	}
	if err := r.remember(ctx, r.expectedKey(), ""); err != nil {
		return err
	}
	if d.Beside != "" {
		_ = root.Remove(d.Beside)
	}
	r.undecided = nil
	return nil
}

// Resume finishes a delivery that was interrupted by a crash, or by a disk or store that failed. It returns the name of the file that it put into
// the inbox.
func (r *Deliverer) Resume(ctx context.Context, root *os.Root) (string, error) {
	text, err := r.Memory.Last(ctx, r.expectedKey())
	if err != nil {
		return "", fmt.Errorf("read the history: %w", err)
	}
	var d Delivery
	if text != "" {
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return "", fmt.Errorf("read the history: unfinished files of source %s: %w", r.Source, err)
		}
	}
	for _, temp := range r.undecided {
		if temp != d.Temp && temp != d.Beside {
			_ = root.Remove(temp)
		}
	}
	r.undecided = nil
	if text == "" {
		return "", nil
	}
	_, err = root.Lstat(d.Temp)
	switch {
	case err == nil:
		return r.put(ctx, root, d)
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	case d.Folder == "" || d.Folder != files.FolderID(root):
		// Another folder is where the inbox was, perhaps because a disk is not mounted yet: the file is fetched again, and may come twice.
		return "", r.remember(ctx, r.expectedKey(), "")
	}
	return "", r.took(ctx, root, d, "") // it has its name, and may have been claimed by now
}

func (r *Deliverer) remember(ctx context.Context, key, text string) error {
	if err := r.Memory.Remember(ctx, key, text); err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	return nil
}

func (r *Deliverer) reach(p Point) {
	if r.Reached != nil {
		r.Reached(p)
	}
}
