package remote

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// origin says which source brought a file. It lies beside the file in the inbox, written before the file gets its name, until the file is
// claimed.
type origin struct {
	Source string `json:"source"`
	Size   int64  `json:"size"`
	Time   int64  `json:"time"` // of its last change, nanoseconds since 1970
}

// originName is what the origin of a file of the inbox is called. Inboxes ignore that name, and sweep removes one that was left behind.
func originName(name string) string {
	sum := sha256.Sum256([]byte(name))
	return tempStart + hex.EncodeToString(sum[:12]) + tempEnd
}

// noteOrigin says from where the file comes that is called temp now and is to be called name; nothing where source is "".
func noteOrigin(root *os.Root, source, temp, name string) error {
	if source == "" {
		return nil
	}
	info, err := root.Lstat(temp)
	if err != nil {
		return err
	}
	text, err := json.Marshal(origin{Source: source, Size: info.Size(), Time: info.ModTime().UnixNano()})
	if err != nil {
		return err
	}
	f, err := root.Create(originName(name))
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("note where %s comes from: %w", name, err)
	}
	return nil
}

// Origin returns the name of the source that brought a file of an inbox; "" where a person did, or that is not known. Name is the file's path
// below the inbox, info what it looks like.
func Origin(root *os.Root, name string, info fs.FileInfo) string {
	note := originName(name)
	if info, err := root.Lstat(note); err != nil || !info.Mode().IsRegular() { // to open a pipe would wait for its writer
		return ""
	}
	text, err := root.ReadFile(note)
	if err != nil {
		return ""
	}
	var o origin
	if json.Unmarshal(text, &o) != nil || o.Size != info.Size() || o.Time != info.ModTime().UnixNano() {
		return "" // of a file that stood there before
	}
	return o.Source
}

// ForgetOrigin removes what Origin reads, once it is written down elsewhere.
func ForgetOrigin(root *os.Root, name string) { _ = root.Remove(originName(name)) }
