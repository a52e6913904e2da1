package remote

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"inlet.example/inlet/pipeline/files"
)

// coming is a new file on its way from its temporary name to its own.
type coming struct {
	Temp    string `json:"temp"`
	Name    string `json:"name"` // in the inbox, if it is free
	Version string `json:"version"`
	Folder  string `json:"folder"`           // the inbox, as its file system knows it
	End     string `json:"end,omitempty"`    // of the name of that sidecar in the inbox; .mapping.yaml if empty
	Beside  string `json:"beside,omitempty"` // the temporary name of the sidecar that came with it
	Key     string `json:"key,omitempty"`    // of the file, where the source has many …
	File    *entry `json:"file,omitempty"`   // … and what is to be remembered of it
}

// temps are the names that go when it has its own.
func (c *coming) temps() []string {
	if c.Beside == "" {
		return []string{c.Temp}
	}
	return []string{c.Temp, c.Beside}
}

// bringer brings files into an inbox, each once, whatever dies in between: what is new is noted as coming before it is given its name
// in the inbox, and as taken after.
type bringer struct {
	source  string
	memory  Memory
	inbox   string                                                 // folder
	mapping string                                                 // sidecar of what comes with none; may be empty
	noted   bool                                                   // Origin tells the source of a file
	taken   func(ctx context.Context, c coming, name string) error // remembers what stands in the inbox; name is "" if that is not known
	reached func(Point)

	left []string // temporary files of which it is not known whether they were noted as coming
}

// expected is what a coming file is remembered by.
func (b *bringer) expected() string { return b.source + " coming" }

// deliver brings a new file into the inbox. What c does not say of the inbox is filled in.
func (b *bringer) deliver(ctx context.Context, root *os.Root, c coming) (string, error) {
	c.Folder = files.FolderID(root)
	c.Name = freeName(root, c.Name, b.mapping != "" || c.Beside != "") // before it is noted: what a crash leaves half put has this name, and no other
	text, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	b.left = c.temps() // a store whose answer was lost may have noted it all the same: they must not go before that is known
	if err := errors.Join(syncFolder(root), b.remember(ctx, b.expected(), string(text))); err != nil {
		return "", err
	}
	b.left = nil
	b.reach(Fetched)
	return b.bring(ctx, root, c)
}

// bring gives a coming file its name, and remembers that it was taken. It may be called again after a crash.
func (b *bringer) bring(ctx context.Context, root *os.Root, c coming) (string, error) {
	mapping := b.mapping
	if c.Beside != "" {
		mapping = filepath.Join(b.inbox, c.Beside)
	}
	name, err := putPair(root, b.origin(), c.Temp, c.Name, mapping, cmp.Or(c.End, files.MappingEnd), func() { b.reach(HalfPut) })
	if err != nil {
		return "", err
	}
	b.reach(Delivered)
	return name, b.took(ctx, root, c, name)
}

// origin is the source that Origin is to tell.
func (b *bringer) origin() string {
	if !b.noted {
		return ""
	}
	return b.source
}

// took remembers that a coming file has its name, and that none is coming.
func (b *bringer) took(ctx context.Context, root *os.Root, c coming, name string) error {
	if c.Beside != "" {
		b.left = []string{c.Beside} // a copy of it has the name; it goes once nothing is noted as coming
	}
	if err := b.taken(ctx, c, name); err != nil {
		return err
	}
	if err := b.remember(ctx, b.expected(), ""); err != nil {
		return err
	}
	if c.Beside != "" {
		_ = root.Remove(c.Beside)
	}
	b.left = nil
	return nil
}

// resume finishes what a crash, or a disk or store that failed, left on its way. It returns the name of the file that it put into the
// inbox.
func (b *bringer) resume(ctx context.Context, root *os.Root) (string, error) {
	text, err := b.memory.Last(ctx, b.expected())
	if err != nil {
		return "", fmt.Errorf("recall: %w", err)
	}
	var c coming
	if text != "" {
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return "", fmt.Errorf("recall: what was coming from source %s: %w", b.source, err)
		}
	}
	for _, temp := range b.left {
		if temp != c.Temp && temp != c.Beside {
			_ = root.Remove(temp)
		}
	}
	b.left = nil
	if text == "" {
		return "", nil
	}
	_, err = root.Lstat(c.Temp)
	switch {
	case err == nil:
		return b.bring(ctx, root, c)
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	case c.Folder == "" || c.Folder != files.FolderID(root):
		// Another folder stands where the inbox was, one that is not mounted yet perhaps: it is brought again, and may come twice.
		return "", b.remember(ctx, b.expected(), "")
	}
	return "", b.took(ctx, root, c, "") // it has its name, and somebody may have claimed it by now
}

func (b *bringer) remember(ctx context.Context, key, text string) error {
	if err := b.memory.Remember(ctx, key, text); err != nil {
		return fmt.Errorf("remember: %w", err)
	}
	return nil
}

func (b *bringer) reach(p Point) {
	if b.reached != nil {
		b.reached(p)
	}
}
