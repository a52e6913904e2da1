package files

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
)

// WriteTemp writes a file of a temporary name beside path and syncs it. The name is random, and left lying after a crash: one
// that could be guessed might be filled by two at once.
func WriteTemp(path string, from io.Reader, mode fs.FileMode) (string, error) {
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

// Replace writes a file in place of another, with its rights, whole or not at all.
func Replace(path string, content []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	temp, err := WriteTemp(path, bytes.NewReader(content), info.Mode().Perm())
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return SyncFolder(filepath.Dir(path))
}

// CopyTemp copies a file to a temporary name beside its target, with its time and rights. A source that changes
// meanwhile is an error: the next try copies what it is then.
func CopyTemp(src, target string) (string, error) {
	if _, err := Regular(src); err != nil {
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
	temp, err := WriteTemp(target, file, before.Mode().Perm())
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
	now, err := Regular(src)
	if err != nil {
		return err
	}
	if !os.SameFile(before, now) || now.Size() != copied || !now.ModTime().Equal(before.ModTime()) {
		return fmt.Errorf("%q was changed while it was copied", src)
	}
	return nil
}

// Remove removes a source whose copy is in its place by now. A source that is gone already is not an error.
func Remove(src string) error {
	if err := os.Remove(src); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return SyncFolder(filepath.Dir(src))
}

// Equal reports whether two names hold the same bytes.
func Equal(a, b string) (bool, error) {
	one, err := Regular(a)
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
	sum, err := Sum(a)
	if err != nil {
		return false, err
	}
	other, err := Sum(b)
	return sum == other, err
}

func Sum(path string) (string, error) {
	if _, err := Regular(path); err != nil {
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
