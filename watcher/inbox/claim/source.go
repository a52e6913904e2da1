package claim

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// TempStart and TempEnd enclose the names of files of inlet itself in an inbox: inboxes ignore them, and sources remove those that a crash left
// behind.
const (
	TempStart = ".inlet-"
	TempEnd   = ".part"
)

// sourceNote says which source put a file into the inbox. It is beside the file from before the file gets its name until the file is claimed;
// then the manifest says it.
type sourceNote struct {
	Source string `json:"source"`
	Size   int64  `json:"size"`
	Time   int64  `json:"time"` // of the file's last change, nanoseconds since 1970
}

func sourceNoteName(name string) string {
	sum := sha256.Sum256([]byte(name))
	return TempStart + hex.EncodeToString(sum[:12]) + TempEnd
}

// NoteSource records that a source puts a file into an inbox: the one that is called temp now and is about to be called name.
func NoteSource(root *os.Root, source, temp, name string) error {
	info, err := root.Lstat(temp)
	if err != nil {
		return err
	}
	text, err := json.Marshal(sourceNote{Source: source, Size: info.Size(), Time: info.ModTime().UnixNano()})
	if err != nil {
		return err
	}
	f, err := root.Create(sourceNoteName(name))
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("record the source of %s: %w", name, err)
	}
	return nil
}

// sourceOf returns the source that put a file into an inbox; "" where a person did, or that is not known. Name is the file's path below the
// inbox, info what it looks like.
func sourceOf(root *os.Root, name string, info fs.FileInfo) string {
	note := sourceNoteName(name)
	if info, err := root.Lstat(note); err != nil || !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return ""
	}
	text, err := root.ReadFile(note)
	if err != nil {
		return ""
	}
	var n sourceNote
	if json.Unmarshal(text, &n) != nil || n.Size != info.Size() || n.Time != info.ModTime().UnixNano() {
		return "" // the note is of a file that had this name before
	}
	return n.Source
}

// removeSourceNote removes what sourceOf reads.
func removeSourceNote(root *os.Root, name string) { _ = root.Remove(sourceNoteName(name)) }
