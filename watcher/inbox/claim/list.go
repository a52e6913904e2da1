package claim

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// Claim is a workbook that is claimed and not archived yet: it waits, is being imported, or is stuck.
type Claim struct {
	ID   string
	Name string    // path below the inbox as the person put it
	Seen time.Time // when it was last seen to change: from then on the person waits
}

// List returns what is claimed in an inbox, the oldest first. It changes nothing, so that it may be called beside a running watcher.
func List(inbox string) ([]Claim, error) {
	root, err := files.OpenRoot(inbox)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	found, _, err := ListIn(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nothing was claimed there yet
	}
	return found, err
}

// ListIn returns the claims of an inbox, and the paths of what is among them and must not be opened.
func ListIn(root *os.Root) (found []Claim, foreign []string, err error) {
	ids, err := listFolder(root, folderName)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		if !isID(id) {
			continue
		}
		dir := path.Join(folderName, id)
		if at := foreignIn(root, dir); at != "" {
			foreign = append(foreign, at)
			continue
		}
		m, err := readManifest(root, dir)
		if err == nil {
			_, err = root.Lstat(path.Join(dir, path.Base(m.Name)))
		}
		if err == nil {
			found = append(found, Claim{ID: id, Name: m.Name, Seen: m.Seen})
		}
	}
	return found, foreign, nil
}

// foreignIn is what is not a regular file in the folder of a claim, or the folder itself if it is not one; "" if all are.
func foreignIn(root *os.Root, dir string) string {
	names, err := listFolder(root, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		return dir
	}
	for _, name := range names {
		if _, err := checkFile(root, path.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return path.Join(dir, name)
		}
	}
	return ""
}
