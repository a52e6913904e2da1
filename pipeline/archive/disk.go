package archive

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// rename is renameNoReplace; a test puts another disk in its place.
var rename = renameNoReplace

// Write makes a new file, whole or not at all, and returns where it lies: at path, or, if that is taken, at path with a
// number. If the same content lies under one of these names already, that is it: a repeat makes no second one.
func Write(path string, content []byte) (string, error) {
	ns := Set{Name: filepath.Base(path), Files: make([]File, 1)}.names()
	for n := 1; ; n++ {
		target := filepath.Join(filepath.Dir(path), ns.of(0, n))
		err := create(target, bytes.NewReader(content), Owner{})
		if err == nil {
			return target, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("write %q: %w", path, err)
		}
		if found, err := read(target); err == nil && bytes.Equal(found, content) {
			return target, nil
		}
	}
}

// create makes a file under a name that must be free.
func create(path string, content io.Reader, owner Owner) error {
	temp, err := fill(path, content, 0o644)
	if err != nil {
		return err
	}
	err = owner.file(temp)
	if err == nil {
		err = renameNoReplace(temp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return syncFolder(filepath.Dir(path))
}

// fill writes a file of a temporary name beside path and syncs it. The name is random, and left lying after a crash: one
// that could be guessed might be filled by two at once.
func fill(path string, from io.Reader, mode fs.FileMode) (string, error) {
	temp := filepath.Join(filepath.Dir(path), ".inlet-"+rand.Text()+".tmp")
	file, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode|0o200)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(file, from)
	err = cmp.Or(err, file.Sync())
	if err = cmp.Or(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(temp))
	}
	return temp, nil
}

// move gives a file its new name, which must be free. It is errTaken if it is not.
func (p *placing) move(src, target string) error {
	if _, err := regular(src); err != nil {
		return err
	}
	err := p.Owner.found(src)
	if err == nil {
		err = rename(src, target)
	}
	switch {
	case errors.Is(err, syscall.EXDEV), errors.Is(err, errNotOurs):
		return p.moveAcross(src, target)
	case errors.Is(err, fs.ErrExist):
		return errTaken
	case err != nil:
		return err
	}
	p.At(Placed)
	return cmp.Or(syncFolder(filepath.Dir(target)), syncFolder(filepath.Dir(src)))
}

// moveAcross moves a file to another disk: the copy is on that disk, synced and under its name, before the source goes.
func (p *placing) moveAcross(src, target string) error {
	temp, err := copyBeside(src, target)
	if err != nil {
		return err
	}
	if err := p.Owner.file(temp); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	p.At(Copied)
	if err := renameNoReplace(temp, target); err != nil {
		err = errors.Join(err, os.Remove(temp))
		if errors.Is(err, fs.ErrExist) {
			return errTaken
		}
		return err
	}
	if err := syncFolder(filepath.Dir(target)); err != nil {
		return err
	}
	p.At(Placed)
	return remove(src)
}

// copyBeside copies a file to a temporary name beside its target, with its time and rights. A source that changes
// meanwhile is an error: the next try copies what it is then.
func copyBeside(src, target string) (string, error) {
	if _, err := regular(src); err != nil {
		return "", err
	}
	file, err := os.Open(src)
	if err != nil {
		return "", err
	}
	defer file.Close()
	before, err := file.Stat()
	if err != nil {
		return "", err
	}
	temp, err := fill(target, file, before.Mode().Perm())
	if err != nil {
		return "", err
	}
	after, err := os.Stat(temp)
	if err == nil {
		err = unchanged(src, before, after.Size())
	}
	err = cmp.Or(err, os.Chmod(temp, before.Mode().Perm()), os.Chtimes(temp, before.ModTime(), before.ModTime()))
	if err != nil {
		return "", errors.Join(err, os.Remove(temp))
	}
	return temp, nil
}

func unchanged(src string, before fs.FileInfo, copied int64) error {
	now, err := regular(src)
	if err != nil {
		return err
	}
	if !os.SameFile(before, now) || now.Size() != copied || !now.ModTime().Equal(before.ModTime()) {
		return fmt.Errorf("%q changed while it was copied", src)
	}
	return nil
}

// remove takes a source away that lies elsewhere by now. One that is gone already is what was wanted.
func remove(src string) error {
	if err := os.Remove(src); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncFolder(filepath.Dir(src))
}

// equal says whether two names hold the same bytes.
func equal(a, b string) (bool, error) {
	one, err := regular(a)
	if err != nil {
		return false, err
	}
	two, err := os.Lstat(b)
	if err != nil {
		return false, err
	}
	if os.SameFile(one, two) {
		return true, nil
	}
	if !two.Mode().IsRegular() || one.Size() != two.Size() {
		return false, nil
	}
	sum, err := sumOf(a)
	if err != nil {
		return false, err
	}
	other, err := sumOf(b)
	return sum == other, err
}

func sumOf(path string) (string, error) {
	if _, err := regular(path); err != nil {
		return "", err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// syncFolder makes the names in a folder survive a power cut. Some file systems cannot and say so with EINVAL or
// ENOTSUP; they keep names on their own terms.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
