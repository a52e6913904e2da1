// Package remotetest has a remote.Folder that is a local directory, and plays faults on it.
package remotetest

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/watcher/remote"
)

// The operations of a Folder.
const (
	List   = "list"
	Fetch  = "fetch"
	Move   = "move"
	Remove = "remove"
)

// Dir is a Folder of a local directory. A file people.csv@2 is a second one of the path people.csv, as drives have them.
type Dir struct {
	Path      string
	Recursive bool
	Hashes    bool // the listing has them

	Before func(op, path string) error // its error is that of the operation, which is not carried out; may be nil
	Midway func(path string) error     // called when half of a file was written; may be nil
	After  func(op, path string) error // its error is that of the operation, which was carried out; may be nil

	Asked map[string]int // operations by name
	Files []string       // what was fetched
}

// NewDir makes a Folder of a directory.
func NewDir(path string) *Dir { return &Dir{Path: path, Asked: map[string]int{}} }

// Write puts a file there, with a time of its own in seconds.
func (d *Dir) Write(name, content string, modified int64) error {
	full := filepath.Join(d.Path, name)
	at := time.Unix(modified, 0)
	return errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(content), 0o644), os.Chtimes(full, at, at))
}

func (d *Dir) do(op, name string, do func() error) error {
	d.Asked[op]++
	if d.Before != nil {
		if err := d.Before(op, name); err != nil {
			return err
		}
	}
	if err := do(); err != nil {
		return err
	}
	if d.After != nil {
		return d.After(op, name)
	}
	return nil
}

// List walks the directory.
func (d *Dir) List(ctx context.Context) (all []remote.File, err error) {
	err = d.do(List, "", func() error {
		return filepath.WalkDir(d.Path, func(full string, entry fs.DirEntry, err error) error {
			if err != nil || ctx.Err() != nil {
				return errors.Join(err, ctx.Err())
			}
			rel, _ := filepath.Rel(d.Path, full)
			if entry.IsDir() && rel != "." && !d.Recursive {
				return fs.SkipDir
			}
			if entry.IsDir() {
				return nil
			}
			f, err := d.file(filepath.ToSlash(rel))
			all = append(all, f)
			return err
		})
	})
	return all, err
}

func (d *Dir) file(id string) (remote.File, error) {
	info, err := os.Stat(filepath.Join(d.Path, id))
	if err != nil {
		return remote.File{}, remote.ErrGone
	}
	name, _, _ := strings.Cut(id, "@")
	f := remote.File{ID: id, Path: name, Size: info.Size(), Modified: info.ModTime().Truncate(time.Second)}
	if d.Hashes {
		content, err := os.ReadFile(filepath.Join(d.Path, id))
		if err != nil {
			return f, err
		}
		sum := md5.Sum(content)
		f.Hash = "md5:" + hex.EncodeToString(sum[:])
	}
	return f, nil
}

// same reports whether a file is the one that was listed.
func (d *Dir) same(f remote.File) error {
	now, err := d.file(f.ID)
	if err == nil && now.Version() != f.Version() {
		err = remote.ErrChanged
	}
	return err
}

// Fetch copies the file in two halves.
func (d *Dir) Fetch(_ context.Context, f remote.File, w io.Writer) error {
	return d.do(Fetch, f.Path, func() error {
		if err := d.same(f); err != nil {
			return err
		}
		content, err := os.ReadFile(filepath.Join(d.Path, f.ID))
		if err != nil {
			return err
		}
		d.Files = append(d.Files, f.Path)
		half := len(content) / 2
		if _, err := w.Write(content[:half]); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		if d.Midway != nil {
			if err := d.Midway(f.Path); err != nil {
				return err
			}
		}
		if _, err := w.Write(content[half:]); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		return d.same(f)
	})
}

// Move renames the file, and fails with fs.ErrExist where there is one.
func (d *Dir) Move(_ context.Context, f remote.File, folder, name string) error {
	return d.do(Move, f.Path, func() error {
		if err := d.same(f); err != nil {
			return err
		}
		to := filepath.Join(d.Path, folder, name)
		if _, err := os.Lstat(to); err == nil {
			return fmt.Errorf("move to %s: %w", path.Join(folder, name), fs.ErrExist)
		}
		return errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.Rename(filepath.Join(d.Path, f.ID), to))
	})
}

// Remove takes the file away.
func (d *Dir) Remove(_ context.Context, f remote.File) error {
	return d.do(Remove, f.Path, func() error {
		err := d.same(f)
		if errors.Is(err, remote.ErrGone) {
			return nil
		}
		if err == nil {
			err = os.Remove(filepath.Join(d.Path, f.ID))
		}
		return err
	})
}
