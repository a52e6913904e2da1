package archive

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"inlet.example/inlet/pipeline/files"
)

// rename is files.RenameNew; a test puts another disk in its place.
var rename = files.RenameNew

// Write creates a file, whole or not at all, and returns its path: the given one, or, if that is taken, one with a number. If a file of the same
// content has one of these names already, that is it: a repeat creates no second one.
func Write(path string, content []byte) (string, error) {
	ns := namesOf(Set{Name: filepath.Base(path), Files: make([]File, 1)})
	for n := 1; ; n++ {
		target := filepath.Join(filepath.Dir(path), ns.of(0, n))
		err := create(target, bytes.NewReader(content), files.Ownership{})
		if err == nil {
			return target, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("write %q: %w", path, err)
		}
		if found, err := files.ReadRegular(target); err == nil && bytes.Equal(found, content) {
			return target, nil
		}
	}
}

// create creates a file under a name that must be free.
func create(path string, content io.Reader, owner files.Ownership) error {
	temp, err := files.WriteTemp(path, content, 0o644)
	if err != nil {
		return err
	}
	err = owner.GiveMade(temp)
	if err == nil {
		err = files.RenameNew(temp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return files.SyncFolder(filepath.Dir(path))
}

// move gives a file its new name, which must be free. It is errTaken if it is not.
func (p *placement) move(src, target string) error {
	if _, err := files.Regular(src); err != nil {
		return err
	}
	err := p.Owner.GiveFound(src)
	if err == nil {
		err = rename(src, target)
	}
	switch {
	case errors.Is(err, syscall.EXDEV), errors.Is(err, files.ErrOtherOwner):
		return p.moveAcross(src, target)
	case errors.Is(err, fs.ErrExist):
		return errTaken
	case err != nil:
		return err
	}
	p.At(Placed)
	return cmp.Or(files.SyncFolder(filepath.Dir(target)), files.SyncFolder(filepath.Dir(src)))
}

// moveAcross moves a file to another disk: the copy is on that disk, synced and under its name, before the source is removed.
func (p *placement) moveAcross(src, target string) error {
	temp, err := files.CopyTemp(src, target)
	if err != nil {
		return err
	}
	if err := p.Owner.GiveMade(temp); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	p.At(Copied)
	if err := files.RenameNew(temp, target); err != nil {
		err = errors.Join(err, os.Remove(temp))
		if errors.Is(err, fs.ErrExist) {
			return errTaken
		}
		return err
	}
	if err := files.SyncFolder(filepath.Dir(target)); err != nil {
		return err
	}
	p.At(Placed)
	return files.Remove(src)
}
