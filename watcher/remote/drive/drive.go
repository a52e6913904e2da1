package drive

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/rclone/rclone/fs"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive/internal/failure"
	"inlet.example/inlet/watcher/remote/drive/internal/guard"
	"inlet.example/inlet/watcher/remote/drive/settings"
)

// List returns the files that are there. It makes no request per file.
func (d *Drive) List(ctx context.Context) ([]remote.File, error) {
	ctx, err := d.begin(ctx)
	if err != nil {
		return nil, err
	}
	files, err := guard.Run(ctx, &d.guard, d.timeouts.list, func(ctx context.Context) ([]remote.File, error) {
		if forget := d.fs.Features().DirCacheFlush; forget != nil {
			forget() // the IDs of folders: a person may have removed one and made it again
		}
		var files []remote.File
		err := walk(ctx, d.fs.Fs, d.place, func(entries fs.DirEntries) {
			for _, entry := range entries {
				if o, ok := entry.(fs.Object); ok {
					files = append(files, d.fs.fileOf(ctx, o))
				}
			}
		})
		return files, err
	})
	if err != nil {
		d.closeIdle(ctx)
		return nil, d.failures.Explain(failure.Listing, d.place.Root, err)
	}
	return files, nil
}

// closeIdle closes idle connections. rclone returns one that broke while it listed a share to the pool, and would use it again and again.
func (d *Drive) closeIdle(ctx context.Context) {
	if d.place.Type != "smb" {
		return
	}
	_, _ = guard.Run(ctx, &d.guard, d.timeouts.abandon, func(context.Context) (struct{}, error) {
		shutDown(d.fs.Fs)
		return struct{}{}, nil
	})
}

// Fetch writes the content to w. It compares the file before and after: what was written is valid only if it is the same both times, and has
// the size and the hash that were listed.
func (d *Drive) Fetch(ctx context.Context, f remote.File, w io.Writer) error {
	ctx, err := d.begin(ctx)
	if err != nil {
		return err
	}
	if f.Size > settings.MaxBytes(d.place) {
		return d.tooLarge(f)
	}
	o, err := d.find(ctx, f)
	if err != nil {
		return d.failures.Explain(failure.Fetching, f.Path, err)
	}
	receive := download{guard: &d.guard, hash: d.fs.hashType(), most: settings.MaxBytes(d.place), stall: d.timeouts.answer, limit: d.limit}
	got, err := receive.load(ctx, o, w)
	switch {
	case got.writeErr != nil:
		return message.Errorf("write the received part of %s: %w", f.Path, got.writeErr)
	case errors.Is(err, errTooLarge):
		return d.tooLarge(f)
	}
	if ctx.Err() == nil {
		if _, now := d.find(ctx, f); errors.Is(now, remote.ErrChanged) || errors.Is(now, remote.ErrGone) {
			return d.failures.Explain(failure.Fetching, f.Path, now)
		} else if err == nil {
			err = now
		}
	}
	if err == nil {
		err = got.compare(f)
	}
	return d.failures.Explain(failure.Fetching, f.Path, err)
}

func (d *Drive) tooLarge(f remote.File) error {
	return message.Errorf("%s is larger than %d bytes, the limit of this source (max_bytes)", f.Path, settings.MaxBytes(d.place))
}

// Move moves the file into another folder of the place under a name, or one like it if that is taken: people~1f0c2a9b.xlsx.
//
// rclone overwrites a file of that name, so the name is checked first. A race would need two processes that move files of one name and version.
func (d *Drive) Move(ctx context.Context, f remote.File, folder, name string) error {
	ctx, err := d.begin(ctx)
	if err != nil {
		return err
	}
	folder, err = settings.CleanFolder(folder)
	if err != nil {
		return err
	}
	if name == "" || strings.Contains(name, "/") || name == "." || name == ".." {
		return message.Errorf("move %s: %q is not a file name", f.Path, name)
	}
	o, err := d.find(ctx, f)
	if err != nil {
		return d.failures.Explain(failure.Changing, f.Path, err)
	}
	_, err = guard.Run(ctx, &d.guard, d.timeouts.change, func(ctx context.Context) (struct{}, error) {
		to, there, err := d.fs.freeName(ctx, f, folder, name)
		switch {
		case err != nil:
		case there:
			err = o.Remove(ctx)
		default:
			err = d.fs.move(ctx, o, f, to)
		}
		return struct{}{}, err
	})
	return d.failures.Explain(failure.Changing, f.Path, err)
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
		_, err = guard.Run(ctx, &d.guard, d.timeouts.change, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, o.Remove(ctx)
		})
	}
	if isNotFound(err) {
		return nil
	}
	return d.failures.Explain(failure.Changing, f.Path, err)
}

// begin must be called first by each call. The context that it returns has rclone's settings for this source.
func (d *Drive) begin(ctx context.Context) (context.Context, error) {
	if err := d.tokens.Flush(); err != nil {
		return nil, err
	}
	return fs.CopyConfig(ctx, d.base), nil
}

// find returns the file that was listed, if it exists and is unchanged.
func (d *Drive) find(ctx context.Context, f remote.File) (fs.Object, error) {
	return guard.Run(ctx, &d.guard, d.timeouts.open, func(ctx context.Context) (fs.Object, error) { return d.fs.find(ctx, f) })
}
