package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// coming is a new file on its way from its temporary name to its own.
type coming struct {
	Temp    string `json:"temp"`
	Name    string `json:"name"` // in the inbox, if it is free
	Version string `json:"version"`
	Folder  string `json:"folder"` // the inbox, as its file system knows it
}

// expected is what a coming file is remembered by.
func (e *Errand) expected() string { return e.Name + " coming" }

// deliver brings a new file into the inbox.
func (e *Errand) deliver(ctx context.Context, root *os.Root, temp string, found Found) (string, error) {
	name, err := e.fileName(root, temp, found.Name)
	if err != nil {
		_ = root.Remove(temp)
		return "", err
	}
	c := coming{Temp: temp, Name: name, Version: found.Version, Folder: identity(root)}
	text, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	e.left = temp // a store whose answer was lost may have noted it all the same: it must not go before that is known
	if err := errors.Join(syncFolder(root), e.remember(ctx, e.expected(), string(text))); err != nil {
		return "", err
	}
	e.left = ""
	e.reach(Fetched)
	return e.bring(ctx, root, c)
}

// bring gives a coming file its name, and remembers that it was taken. It may be called again after a crash.
func (e *Errand) bring(ctx context.Context, root *os.Root, c coming) (string, error) {
	name, err := putPair(root, c.Temp, c.Name, e.Mapping, func() { e.reach(HalfPut) })
	if err != nil {
		return "", err
	}
	e.reach(Delivered)
	return name, e.taken(ctx, c)
}

func (e *Errand) taken(ctx context.Context, c coming) error {
	if err := e.remember(ctx, e.Name, c.Version); err != nil {
		return err
	}
	return e.remember(ctx, e.expected(), "")
}

// resume finishes what a crash, or a disk or store that failed, left on its way. It returns the name of the file that it put into the
// inbox.
func (e *Errand) resume(ctx context.Context, root *os.Root) (string, error) {
	text, err := e.Memory.Last(ctx, e.expected())
	if err != nil {
		return "", fmt.Errorf("recall: %w", err)
	}
	var c coming
	if text != "" {
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return "", fmt.Errorf("recall: what was coming from source %s: %w", e.Name, err)
		}
	}
	if e.left != "" && e.left != c.Temp {
		_ = root.Remove(e.left)
	}
	e.left = ""
	if text == "" {
		return "", nil
	}
	_, err = root.Lstat(c.Temp)
	switch {
	case err == nil:
		return e.bring(ctx, root, c)
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	case c.Folder == "" || c.Folder != identity(root):
		// Another folder stands where the inbox was, one that is not mounted yet perhaps: it is brought again, and may come twice.
		return "", e.remember(ctx, e.expected(), "")
	}
	return "", e.taken(ctx, c) // it has its name, and somebody may have claimed it by now
}
