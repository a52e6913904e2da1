package uploads

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
)

// Move moves an upload with its mapping into the inbox, where it is imported like any other file. save is kept as the mapping of the files after it, under
// a name of which there may be one already; nil for none.
func (k *Keep) Move(ctx context.Context, by string, u Upload, saveAs string, save []byte) (Upload, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	root, err := u.open()
	if err != nil {
		return u, err
	}
	defer root.Close()
	now, err := read(root, Inbox{u.Inbox, u.inbox}, u.ID)
	switch {
	case err != nil:
		return u, err
	case now.State == Handed:
		return now, ErrMoved
	case now.State == Handing:
		return k.move(ctx, by, root, now)
	}
	now.Since = u.Since
	if save != nil {
		if err := saveMapping(root, saveAs, save); err != nil {
			return u, err
		}
	}
	return k.move(ctx, by, root, now)
}

// saveMapping puts a mapping into an inbox in place of one of its name.
func saveMapping(root *os.Root, name string, content []byte) error {
	if info, err := root.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", name, files.ErrNotRegular)
	}
	return files.WriteIn(root, name, bytes.NewReader(content))
}

// move renames an upload into the inbox. What a crash leaves of it goes on here.
func (k *Keep) move(ctx context.Context, by string, root *os.Root, u Upload) (Upload, error) {
	const mostNames = 1000
	for n := 1; n <= mostNames; n++ {
		if u.State != Handing {
			u.State, u.As = Handing, numbered(u.Name, n)
			if taken(root, u.As) {
				u.State = Mapped
				continue
			}
			if err := u.write(root); err != nil {
				return u, err
			}
		}
		err := u.rename(root)
		if errors.Is(err, fs.ErrExist) { // another program has just put a file of this name there
			u.State = Mapped
			continue
		}
		if err != nil {
			return u, fmt.Errorf("move the upload %s into the inbox: %w", u.ID, err)
		}
		u.State, u.Moved = Handed, time.Now().UTC()
		k.Log.LogAttrs(ctx, slog.LevelInfo, "Upload moved into its inbox", slog.String("upload", u.ID), slog.String("inbox", u.Inbox), slog.String("by", by))
		return u, errors.Join(root.RemoveAll(u.dir(planFolder)), u.write(root))
	}
	return u, fmt.Errorf("move the upload %s into the inbox: %w", u.ID, fs.ErrExist)
}

// taken reports whether there is a workbook of a name, or a mapping that it would be imported with.
func taken(root *os.Root, name string) bool {
	for _, there := range append(filename.Mappings(name), name) {
		if _, err := root.Lstat(there); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// numbered returns the n-th name to try.
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	ext := path.Ext(name)
	return fmt.Sprintf("%s~%d%s", name[:len(name)-len(ext)], n, ext)
}

// rename moves the mapping and then the workbook under the name that was chosen. What has been moved already stays moved.
func (u *Upload) rename(root *os.Root) error {
	book, side := u.dir(bookFolder, u.Name), u.dir(bookFolder, filename.Stem(u.Name)+filename.MappingEnd)
	as := filename.Stem(u.As) + filename.MappingEnd
	if _, err := root.Lstat(book); errors.Is(err, fs.ErrNotExist) {
		return nil // both are there already
	}
	beside := false
	if _, err := root.Lstat(side); err == nil {
		if err := renameNew(root, side, as); err != nil {
			return err
		}
		beside = true
	}
	err := renameNew(root, book, u.As)
	if errors.Is(err, fs.ErrExist) && beside {
		err = errors.Join(err, root.Rename(as, side))
	}
	if err != nil {
		return err
	}
	return errors.Join(files.SyncFolder(root.Name()), files.SyncFolder(path.Dir(u.Workbook())))
}

// renameNew renames below an inbox, and never replaces a file.
func renameNew(root *os.Root, old, new string) error {
	return files.RenameFree(path.Join(root.Name(), old), path.Join(root.Name(), new))
}

// Run finishes what a crash has left, and removes old uploads now and then until ctx ends.
func (k *Keep) Run(ctx context.Context) error {
	for {
		k.sweep(ctx, time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Hour):
		}
	}
}

// sweep removes what is too old, and finishes what was being moved.
func (k *Keep) sweep(ctx context.Context, now time.Time) {
	for _, in := range k.Inboxes() {
		err := k.each(in, func(root *os.Root, id string) error { return k.sweepOne(ctx, root, in, id, now) })
		if err != nil && !errors.Is(err, fs.ErrNotExist) && ctx.Err() == nil {
			k.Log.LogAttrs(ctx, slog.LevelWarn, "Uploads cannot be cleaned up", slog.String("inbox", in.Name), slog.Any("error", err))
		}
	}
}

func (k *Keep) sweepOne(ctx context.Context, root *os.Root, in Inbox, id string, now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	u, err := read(root, in, id)
	if err != nil {
		u = Upload{ID: id, inbox: in.Path}
		info, err := root.Lstat(u.dir())
		if err != nil || now.Sub(info.ModTime()) < abandoned {
			return nil //nolint:nilerr // it was removed meanwhile, or is on its way
		}
		return root.RemoveAll(u.dir())
	}
	switch {
	case u.State == Handing:
		_, err := k.move(ctx, u.Owner, root, u)
		return err
	case now.Sub(u.At) > lifetime && now.Sub(u.Moved) > lifetime:
		k.Log.LogAttrs(ctx, slog.LevelInfo, "Old upload removed", slog.String("upload", u.ID), slog.String("inbox", u.Inbox), slog.String("by", u.Owner))
		return root.RemoveAll(u.dir())
	}
	return nil
}
