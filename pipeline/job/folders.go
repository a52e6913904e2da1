package job

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"inlet.example/inlet/pipeline/files"
)

// Folders is where a workbook goes when its import has ended. Empty ones mean that it stays where it is.
type Folders struct {
	Done, Failed, Held string
	Owner              files.Ownership // of what is put there
	Inbox              string          // people may write into it: below it links are not followed
}

// TryOwner tries to give a file and a folder in each of the folders the group and the modes that what is put there is to have. A
// files.OwnershipError says what cannot be given.
func (f Folders) TryOwner() error {
	if f.Owner.Group == nil && f.Owner.File == 0 && f.Owner.Folder == 0 {
		return nil
	}
	for _, dir := range []string{f.Done, f.Failed, f.Held} {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			dir = filepath.Dir(dir) // where it will be made
		}
		if err := f.Owner.Check(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
