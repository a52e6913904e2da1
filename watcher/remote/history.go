package remote

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"inlet.example/inlet/watcher/remote/deliver"
)

// Memory keeps which version of each source was taken last, over restarts.
type Memory = deliver.Memory

// History keeps what a source with many files has delivered, over restarts.
type History interface {
	Memory
	// Files returns what was noted of the files of a source, by their keys.
	Files(ctx context.Context, source string) (map[string]json.RawMessage, error)
	// NoteFiles notes what has changed of them; nil forgets a file.
	NoteFiles(ctx context.Context, source string, changed map[string]json.RawMessage) error
}

// entry is what is remembered of one file of a Folder.
type entry struct {
	Path    string    `json:"path"`
	Version string    `json:"version"` // the newest that was delivered or found to be the same
	Sum     string    `json:"sum"`     // SHA-256 of its bytes
	Side    string    `json:"side,omitempty"`
	At      time.Time `json:"at"`             // when it was put into the inbox
	Name    string    `json:"name,omitempty"` // in the inbox; "" where it is unknown after a crash
	State   fileState `json:"state"`
	Since   int64     `json:"since,omitempty"`  // the number of the newest import when it was put there
	Import  string    `json:"import,omitempty"` // the ID of its import, once it has begun
	Gone    time.Time `json:"gone,omitzero"`    // since when it is not listed any more
}

// fileState is what remains to be done with a file that was delivered.
type fileState string

const (
	stateKept      fileState = "stays"    // nothing: it stays there
	stateDelivered fileState = "brought"  // it is to be moved or removed once it is imported
	stateImported  fileState = "imported" // it is to be moved or removed
	stateDisposed  fileState = "away"     // nothing: it was moved or removed
	stateLeft      fileState = "left"     // nothing: its import was refused, and a person may want to correct it
)

// How long the entry of a file is kept that is not listed any more. Until then the same version, should it come back, is not delivered again;
// after that the import recognises its bytes. What inlet has moved or removed itself is not expected back, and there may be much of it.
const (
	keepGone     = 30 * 24 * time.Hour
	keepDisposed = 24 * time.Hour
)

// keyOf is what a file is remembered by. An ID may hold anything, of any length.
func keyOf(f File) string {
	h := sha256.Sum256([]byte(cmp.Or(f.ID, f.Path)))
	return hex.EncodeToString(h[:16])
}

// entries reads and notes the entries of a source.
type entries struct {
	source  string
	history History
}

// read returns the entries of all files.
func (n entries) read(ctx context.Context) (map[string]*entry, error) {
	texts, err := n.history.Files(ctx, n.source)
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	known := make(map[string]*entry, len(texts))
	for key, text := range texts {
		e := new(entry)
		if err := json.Unmarshal(text, e); err != nil {
			return nil, fmt.Errorf("read the history: file %s of source %s: %w", key, n.source, err)
		}
		known[key] = e
	}
	return known, nil
}

// note notes entries; nil forgets one.
func (n entries) note(ctx context.Context, changed map[string]*entry) error {
	if len(changed) == 0 {
		return nil
	}
	texts := make(map[string]json.RawMessage, len(changed))
	for key, e := range changed {
		texts[key] = nil
		if e == nil {
			continue
		}
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		texts[key] = text
	}
	if err := n.history.NoteFiles(ctx, n.source, texts); err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	return nil
}
