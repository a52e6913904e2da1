package claim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"time"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
)

const manifestName = "arrival.json"

// maxManifest bounds what is read of one; three names of 4 KiB, written in base64 as well, are far less.
const maxManifest = 1 << 17

// manifest is what must be known of a claim after a restart. It is written before the workbook is moved.
type manifest struct {
	Name string    `json:"name"`          // path below the inbox
	Raw  []byte    `json:"raw,omitempty"` // Name, if JSON cannot hold it
	Seen time.Time `json:"seen"`          // Arrival.Seen
	choice
	RawSide  []byte `json:"raw_sidecar,omitempty"`
	RawRival []byte `json:"raw_rival,omitempty"`
	Original string `json:"original,omitempty"` // Arrival.Original
	Source   string `json:"source,omitempty"`   // Arrival.Source

	sidecarSeen *files.Identity // what the sidecar looked like when it was chosen; nil if that is not known
}

// choice is the sidecar that was chosen for a workbook.
type choice struct {
	Sidecar string `json:"sidecar,omitempty"` // path below the inbox: to be moved if it is its own, copied if it is a default
	Mapping bool   `json:"mapping,omitempty"` // the inbox's own mapping is to be copied
	Rival   string `json:"rival,omitempty"`   // path below the inbox: another that may be meant as well

	odd error // the mapping cannot be used, and without it the workbook would be imported in another way: it is not claimed
}

// beside is what the sidecar is called beside the workbook; "" if there is none.
func (c choice) beside() string {
	if c.Mapping {
		return filename.DefaultMapping
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

// shared reports whether the sidecar is one that stays for the next workbook.
func (c choice) shared() bool { return c.Mapping || isDefault(c.Sidecar) }

// isDefault reports whether a file is the default mapping of its folder, or nearly called so.
func isDefault(name string) bool {
	name = base(name)
	return filename.IsDefault(name) || filename.NearDefault([]string{name}) != ""
}

func (m manifest) write(root *os.Root, dir string) error {
	if !utf8.ValidString(m.Name) {
		m.Raw = []byte(m.Name)
	}
	if !utf8.ValidString(m.Sidecar) {
		m.RawSide = []byte(m.Sidecar)
	}
	if !utf8.ValidString(m.Rival) {
		m.RawRival = []byte(m.Rival)
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return files.WriteIn(root, path.Join(dir, manifestName), bytes.NewReader(append(text, '\n')))
}

func readManifest(root *os.Root, dir string) (manifest, error) {
	var m manifest
	f, err := openRegular(root, path.Join(dir, manifestName))
	if err != nil {
		return m, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("read %s: %w", path.Join(dir, manifestName), err)
	}
	if m.Raw != nil {
		m.Name, m.Raw = string(m.Raw), nil
	}
	if m.RawSide != nil {
		m.Sidecar, m.RawSide = string(m.RawSide), nil
	}
	if m.RawRival != nil {
		m.Rival, m.RawRival = string(m.RawRival), nil
	}
	if m.Name == "" {
		return m, fmt.Errorf("read %s: it does not name a workbook", path.Join(dir, manifestName))
	}
	return m, nil
}
