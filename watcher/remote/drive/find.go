package drive

import (
	"context"
	"errors"
	"path"
	"time"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/fs/hash"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
)

// files are the files of a place as rclone has them.
type files struct{ fs.Fs }

// find returns the file that was listed, if it exists and is unchanged.
func (p files) find(ctx context.Context, f remote.File) (fs.Object, error) {
	o, err := p.NewObject(ctx, f.Path)
	switch {
	case isNotFound(err):
		return nil, remote.ErrGone
	case err != nil:
		return nil, err
	}
	if idOf(o) != f.ID {
		if o, err = p.findByID(ctx, f); err != nil {
			return nil, err
		}
	}
	if !p.same(ctx, o, f) {
		return nil, message.Errorf("%w: it was %s, now it is %s", remote.ErrChanged, f.Version(), p.fileOf(ctx, o).Version())
	}
	return o, nil
}

// findByID finds a file by its ID among those of its path. Where no two files can have one path, another file has replaced it.
func (p files) findByID(ctx context.Context, f remote.File) (fs.Object, error) {
	if !p.Features().DuplicateFiles {
		return nil, remote.ErrChanged
	}
	folder := path.Dir(f.Path)
	if folder == "." {
		folder = ""
	}
	entries, err := p.List(ctx, folder)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if o, ok := entry.(fs.Object); ok && idOf(o) == f.ID {
			return o, nil
		}
	}
	return nil, remote.ErrGone
}

// same compares with what was listed. A hash that only one of the two has does not count: a listing has fewer than a file. Where the hashes are
// equal the times may differ by one second: some places truncate in the listing what they round elsewhere.
func (p files) same(ctx context.Context, o fs.Object, f remote.File) bool {
	now := p.fileOf(ctx, o)
	if now.Hash == "" || f.Hash == "" {
		now.Hash, f.Hash = "", ""
	} else if now.Modified.Sub(f.Modified).Abs() <= time.Second {
		now.Modified = f.Modified
	}
	return now.Version() == f.Version()
}

// isNotFound reports whether an error means that there is no such file.
func isNotFound(err error) bool {
	return errors.Is(err, fs.ErrorObjectNotFound) || errors.Is(err, fs.ErrorDirNotFound) ||
		errors.Is(err, fs.ErrorIsDir) || errors.Is(err, fs.ErrorNotAFile)
}

// fileOf returns a file as it is listed.
func (p files) fileOf(ctx context.Context, o fs.Object) remote.File {
	return remote.File{
		ID:       idOf(o),
		Path:     o.Remote(),
		Size:     o.Size(),
		Modified: o.ModTime(ctx).UTC().Truncate(time.Second),
		Hash:     p.hashOf(ctx, o),
	}
}

// idOf is the path where the place has no IDs.
func idOf(o fs.Object) string {
	if ider, ok := o.(fs.IDer); ok && ider.ID() != "" {
		return ider.ID()
	}
	return o.Remote()
}

// hashType is the kind of hash that the place has, the common ones first.
func (p files) hashType() hash.Type {
	known := p.Hashes()
	for _, t := range []hash.Type{hash.MD5, hash.SHA1, hash.SHA256} {
		if known.Contains(t) {
			return t
		}
	}
	return known.GetOne()
}

// hashOf is the hash that the listing had. The context is cancelled beforehand, so that no backend requests the hash of a file that the listing had
// none for.
func (p files) hashOf(ctx context.Context, o fs.Object) string {
	t := p.hashType()
	if t == hash.None || p.Features().SlowHash {
		return ""
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	sum, err := o.Hash(ctx, t)
	if err != nil || sum == "" {
		return ""
	}
	return t.String() + ":" + sum
}

// isCopyOf reports whether o is a copy of f, in a place that moves by copying.
func (p files) isCopyOf(ctx context.Context, o fs.Object, f remote.File) bool {
	return p.Features().Move == nil && f.Hash != "" && p.fileOf(ctx, o).Hash == f.Hash && o.Size() == f.Size
}

// sameContent compares size and hash without the time, which a move may change.
func (p files) sameContent(ctx context.Context, o fs.Object, f remote.File) bool {
	now := p.fileOf(ctx, o)
	return now.Size == f.Size && (now.Hash == f.Hash || now.Hash == "" || f.Hash == "")
}
