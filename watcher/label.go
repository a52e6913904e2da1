package watcher

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"time"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/files"
)

const labelName = "arrival.json"

// maxLabel bounds what is read of one; three names of 4 KiB, written in base64 as well, are far less.
const maxLabel = 1 << 17

// label is what must be known of an arrival after a restart. It is written before the workbook is moved.
type label struct {
	Name string    `json:"name"`          // path below the inbox
	Raw  []byte    `json:"raw,omitempty"` // Name, if JSON cannot say it
	Seen time.Time `json:"seen"`          // Arrival.Seen
	choice
	RawSide  []byte `json:"raw_sidecar,omitempty"`
	RawRival []byte `json:"raw_rival,omitempty"`
	Original string `json:"original,omitempty"` // Arrival.Original
	Source   string `json:"source,omitempty"`   // Arrival.Source
}

// choice is the sidecar that was chosen for a workbook.
type choice struct {
	Sidecar string `json:"sidecar,omitempty"` // path below the inbox: to move if it is its own, to copy if it is a default
	Mapping bool   `json:"mapping,omitempty"` // the inbox's own mapping is to be copied
	Rival   string `json:"rival,omitempty"`   // path below the inbox: another that may be meant as well
}

// beside is what the sidecar is called beside the workbook; "" if there is none.
func (c choice) beside() string {
	if c.Mapping {
		return files.DefaultMapping
	}
	return base(c.Sidecar)
}

// base is path.Base, but "" of "".
func base(name string) string {
	if name == "" {
		return ""
	}
	return path.Base(name)
}

// shared tells whether the sidecar is one that stays for the next workbook.
func (c choice) shared() bool { return c.Mapping || isDefault(c.Sidecar) }

// isDefault says whether a file is the default mapping of its folder, or nearly called so.
func isDefault(name string) bool {
	name = base(name)
	return files.IsDefault(name) || files.NearDefault([]string{name}) != ""
}

func (l label) write(root *os.Root, dir string) error {
	if !utf8.ValidString(l.Name) {
		l.Raw = []byte(l.Name)
	}
	if !utf8.ValidString(l.Sidecar) {
		l.RawSide = []byte(l.Sidecar)
	}
	if !utf8.ValidString(l.Rival) {
		l.RawRival = []byte(l.Rival)
	}
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return files.WriteIn(root, path.Join(dir, labelName), bytes.NewReader(append(text, '\n')))
}

func readLabel(root *os.Root, dir string) (label, error) {
	var l label
	f, err := openPlain(root, path.Join(dir, labelName))
	if err != nil {
		return l, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxLabel))
	if err != nil {
		return l, err
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return l, fmt.Errorf("read %s: %w", path.Join(dir, labelName), err)
	}
	if l.Raw != nil {
		l.Name, l.Raw = string(l.Raw), nil
	}
	if l.RawSide != nil {
		l.Sidecar, l.RawSide = string(l.RawSide), nil
	}
	if l.RawRival != nil {
		l.Rival, l.RawRival = string(l.RawRival), nil
	}
	if l.Name == "" {
		return l, fmt.Errorf("read %s: it names no workbook", path.Join(dir, labelName))
	}
	return l, nil
}
