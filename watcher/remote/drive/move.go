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
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
)

// freeName finds a name that is free. If the file itself is there already, the last move was interrupted between its copy and its removal.
func (p files) freeName(ctx context.Context, f remote.File, folder, name string) (to string, there bool, err error) {
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
		o, err := p.NewObject(ctx, try)
		switch {
		case errors.Is(err, fs.ErrorObjectNotFound), errors.Is(err, fs.ErrorDirNotFound):
			return try, false, nil
		case err != nil && !isNotFound(err):
			return "", false, err
		case err == nil && try != f.Path && p.isCopyOf(ctx, o, f):
			return try, true, nil
		}
	}
	return "", false, message.Errorf("the folder %s already has %d files with that name and version; remove some", folder, most+1)
}

// move uses what the place offers: a move, or a copy after which the original is removed.
func (p files) move(ctx context.Context, o fs.Object, f remote.File, to string) error {
	features := p.Features()
	if features.Move != nil {
		moved, err := features.Move(ctx, o, to)
		if err == nil {
			return p.moveBackIfChanged(ctx, moved, f)
		}
		if !errors.Is(err, fs.ErrorCantMove) {
			return err
		}
	}
	if features.Copy == nil {
		return message.Errorf("the drive can neither move nor copy files; use delete or keep")
	}
	copied, err := features.Copy(ctx, o, to)
	if errors.Is(err, fs.ErrorCantCopy) {
		return message.Errorf("the drive cannot move this file; use delete or keep: %w", err)
	}
	if err != nil {
		return err
	}
	if !p.sameContent(ctx, copied, f) {
		return errors.Join(remote.ErrChanged, copied.Remove(ctx))
	}
	now, err := p.NewObject(ctx, f.Path)
	if err != nil {
		return message.Errorf("check it after it was copied to %s: %w", to, err)
	}
	if !p.same(ctx, now, f) {
		return errors.Join(remote.ErrChanged, copied.Remove(ctx))
	}
	return now.Remove(ctx)
}

// moveBackIfChanged moves back a file that replaced the listed one in the last moment.
func (p files) moveBackIfChanged(ctx context.Context, moved fs.Object, f remote.File) error {
	if p.sameContent(ctx, moved, f) {
		return nil
	}
	if _, err := p.NewObject(ctx, f.Path); !isNotFound(err) {
		return message.Errorf("%w while it was moved; the newer one is %s now", remote.ErrChanged, moved.Remote())
	}
	if _, err := p.Features().Move(ctx, moved, f.Path); err != nil {
		return message.Errorf("%w while it was moved; the newer one is %s now: %w", remote.ErrChanged, moved.Remote(), err)
	}
	return remote.ErrChanged
}
