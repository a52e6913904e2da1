package remote

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// History keeps what a source with many files has brought, over restarts.
type History interface {
	Memory
	// Files returns what was noted of the files of a source, by their keys.
	Files(ctx context.Context, source string) (map[string]json.RawMessage, error)
	// NoteFiles writes down what changed of them; nil forgets a file.
	NoteFiles(ctx context.Context, source string, changed map[string]json.RawMessage) error
}

// entry is what is remembered of one file of a Folder.
type entry struct {
	Path    string    `json:"path"`
	Version string    `json:"version"` // the newest that was dealt with
	Sum     string    `json:"sum"`     // SHA-256 of its bytes
	Side    string    `json:"side,omitempty"`
	At      time.Time `json:"at"`             // when it was put into the inbox
	Name    string    `json:"name,omitempty"` // in the inbox; "" where a crash left it unknown
	State   fate      `json:"state"`
	Since   int64     `json:"since,omitempty"`  // the number of the newest import when it was put there
	Import  string    `json:"import,omitempty"` // the ID of its import, once it has begun
	Gone    time.Time `json:"gone,omitzero"`    // since when it is not listed any more
}

// fate is what there is still to do with a file that was put into the inbox.
type fate string

const (
	stays    fate = "stays"    // nothing: it stays
	brought  fate = "brought"  // it is to be taken away once it is imported
	imported fate = "imported" // it is to be taken away
	away     fate = "away"     // nothing: it was taken away
	left     fate = "left"     // nothing: its import was refused, and a person may want to mend it
)

// How long the entry of a file is kept that is not listed any more. Until then the same version, should it come back, is not brought
// again; after that the import knows its bytes. What inlet took away itself is not expected back, and there may be much of it.
const (
	forgetGone = 30 * 24 * time.Hour
	forgetAway = 24 * time.Hour
)

// keyOf is what a file is remembered by. An ID may hold anything, of any length.
func keyOf(f File) string {
	h := sha256.Sum256([]byte(cmp.Or(f.ID, f.Path)))
	return hex.EncodeToString(h[:16])
}

// read returns the entries of all files.
func (r *FolderPoll) read(ctx context.Context) (map[string]*entry, error) {
	texts, err := r.History.Files(ctx, r.Name)
	if err != nil {
		return nil, fmt.Errorf("recall: %w", err)
	}
	known := make(map[string]*entry, len(texts))
	for key, text := range texts {
		e := new(entry)
		if err := json.Unmarshal(text, e); err != nil {
			return nil, fmt.Errorf("recall: file %s of source %s: %w", key, r.Name, err)
		}
		known[key] = e
	}
	return known, nil
}

// note writes entries down; nil forgets one.
func (r *FolderPoll) note(ctx context.Context, changed map[string]*entry) error {
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
	if err := r.History.NoteFiles(ctx, r.Name, texts); err != nil {
		return fmt.Errorf("remember: %w", err)
	}
	return nil
}
