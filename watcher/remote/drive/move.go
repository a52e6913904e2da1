package drive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/rclone/rclone/fs"
	"inlet.example/inlet/watcher/remote"
)

// Move moves the file into another folder of the place under a name, or one like it if that is taken: people~1f0c2a9b.xlsx.
//
// rclone overwrites a file of that name, so the name is checked first. A race would need two processes that move files of one name and version.
func (d *Drive) Move(ctx context.Context, f remote.File, folder, name string) error {
	ctx, err := d.begin(ctx)
	if err != nil {
		return err
	}
	folder, err = cleanFolder(folder)
	if err != nil {
		return err
	}
	if name == "" || strings.Contains(name, "/") || name == "." || name == ".." {
		return fmt.Errorf("move %s: %q is not a file name", f.Path, name)
	}
	o, err := d.find(ctx, f)
	if err != nil {
		return d.explain(changing, f.Path, err)
	}
	_, err = guarded(ctx, &d.guard, d.timeouts.change, func(ctx context.Context) (struct{}, error) {
		to, there, err := d.freeName(ctx, f, folder, name)
		switch {
		case err != nil:
		case there:
			err = o.Remove(ctx)
		default:
			err = d.move(ctx, o, f, to)
		}
		return struct{}{}, err
	})
	return d.explain(changing, f.Path, err)
}

// freeName finds a name that is free. If the file itself is there already, the last move was interrupted between its copy and its removal.
func (d *Drive) freeName(ctx context.Context, f remote.File, folder, name string) (to string, there bool, err error) {
	ext := path.Ext(name)
	sum := sha256.Sum256([]byte(f.ID + "\n" + f.Version()))
	stem := strings.TrimSuffix(name, ext) + "~" + hex.EncodeToString(sum[:4])
	const most = 9 // the same version was moved that often: it is uploaded again and again
	for n := range most + 1 {
		try := name
		switch n {
		case 0:
		case 1:
			try = stem + ext
		default:
			try = fmt.Sprintf("%s~%d%s", stem, n, ext)
		}
		try = path.Join(folder, try)
		o, err := d.fs.NewObject(ctx, try)
		switch {
		case errors.Is(err, fs.ErrorObjectNotFound), errors.Is(err, fs.ErrorDirNotFound):
			return try, false, nil
		case err != nil && !isNotFound(err):
			return "", false, err
		case err == nil && try != f.Path && d.isCopyOf(ctx, o, f):
			return try, true, nil
		}
	}
	return "", false, fmt.Errorf("the folder %s already has %d files with that name and version; remove some", folder, most+1)
}

// move uses what the place offers: a move, or a copy after which the original is removed.
func (d *Drive) move(ctx context.Context, o fs.Object, f remote.File, to string) error {
	features := d.fs.Features()
	if features.Move != nil {
		moved, err := features.Move(ctx, o, to)
		if err == nil {
			return d.moveBackIfChanged(ctx, moved, f)
		}
		if !errors.Is(err, fs.ErrorCantMove) {
			return err
		}
	}
	if features.Copy == nil {
		return errors.New("the drive can neither move nor copy files; use delete or keep")
	}
	copied, err := features.Copy(ctx, o, to)
	if errors.Is(err, fs.ErrorCantCopy) {
		return fmt.Errorf("the drive cannot move this file; use delete or keep: %w", err)
	}
	if err != nil {
		return err
	}
	if !d.sameContent(ctx, copied, f) {
		return errors.Join(remote.ErrChanged, copied.Remove(ctx))
	}
	now, err := d.fs.NewObject(ctx, f.Path)
	if err != nil {
		return fmt.Errorf("check it after it was copied to %s: %w", to, err)
	}
	if !d.same(ctx, now, f) {
		return errors.Join(remote.ErrChanged, copied.Remove(ctx))
	}
	return now.Remove(ctx)
}

// moveBackIfChanged moves back a file that replaced the listed one in the last moment.
func (d *Drive) moveBackIfChanged(ctx context.Context, moved fs.Object, f remote.File) error {
	if d.sameContent(ctx, moved, f) {
		return nil
	}
	if _, err := d.fs.NewObject(ctx, f.Path); !isNotFound(err) {
		return fmt.Errorf("%w while it was moved; the newer one is %s now", remote.ErrChanged, moved.Remote())
	}
	if _, err := d.fs.Features().Move(ctx, moved, f.Path); err != nil {
		return fmt.Errorf("%w while it was moved; the newer one is %s now: %w", remote.ErrChanged, moved.Remote(), err)
	}
	return remote.ErrChanged
}

// isCopyOf reports whether o is a copy of f, in a place that moves by copying.
func (d *Drive) isCopyOf(ctx context.Context, o fs.Object, f remote.File) bool {
	return d.fs.Features().Move == nil && f.Hash != "" && d.fileOf(ctx, o).Hash == f.Hash && o.Size() == f.Size
}

// sameContent compares size and hash without the time, which a move may change.
func (d *Drive) sameContent(ctx context.Context, o fs.Object, f remote.File) bool {
	now := d.fileOf(ctx, o)
	return now.Size == f.Size && (now.Hash == f.Hash || now.Hash == "" || f.Hash == "")
}

// Remove removes the file that was listed, and does nothing if it is gone. A place that has a bin moves it there.
func (d *Drive) Remove(ctx context.Context, f remote.File) error {
	ctx, err := d.begin(ctx)
	if err != nil {
		return err
	}
	o, err := d.find(ctx, f)
	if errors.Is(err, remote.ErrGone) {
		return nil
	}
	if err == nil {
		_, err = guarded(ctx, &d.guard, d.timeouts.change, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, o.Remove(ctx)
		})
	}
	if isNotFound(err) {
		return nil
	}
	return d.explain(changing, f.Path, err)
}
