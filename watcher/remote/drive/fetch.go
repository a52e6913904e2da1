package drive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/fs/hash"
	"inlet.example/inlet/watcher/remote"
)

// chunkSize is how much of the content is copied at once.
const chunkSize = 64 << 10

// Fetch writes the content to w. It compares the file before and after: what was written is valid only if it is the same both times, and has
// the size and the hash that were listed.
func (d *Drive) Fetch(ctx context.Context, f remote.File, w io.Writer) error {
	ctx, err := d.begin(ctx)
	if err != nil {
		return err
	}
	if f.Size > maxBytes(d.place) {
		return d.tooLarge(f)
	}
	o, err := d.find(ctx, f)
	if err != nil {
		return d.explain(fetching, f.Path, err)
	}
	got, err := d.load(ctx, o, w)
	switch {
	case got.writeErr != nil:
		return fmt.Errorf("write the received part of %s: %w", f.Path, got.writeErr)
	case errors.Is(err, errTooLarge):
		return d.tooLarge(f)
	}
	if ctx.Err() == nil {
		if _, now := d.find(ctx, f); errors.Is(now, remote.ErrChanged) || errors.Is(now, remote.ErrGone) {
			return d.explain(fetching, f.Path, now)
		} else if err == nil {
			err = now
		}
	}
	if err == nil {
		err = got.compare(f)
	}
	return d.explain(fetching, f.Path, err)
}

func (d *Drive) tooLarge(f remote.File) error {
	return fmt.Errorf("%s is larger than %d bytes, the limit of this source (max_bytes)", f.Path, maxBytes(d.place))
}

var errTooLarge = errors.New("too much")

// downloaded is what was received.
type downloaded struct {
	bytes    int64
	hash     string
	writeErr error // of the caller's writer
}

// compare compares what was received with what was listed.
func (l downloaded) compare(f remote.File) error {
	if f.Size >= 0 && l.bytes != f.Size {
		return fmt.Errorf("%d of %d bytes were received; it will be retried", l.bytes, f.Size)
	}
	if f.Hash != "" && l.hash != f.Hash {
		return fmt.Errorf("the checksum of the received file is %s, but the source states %s; it will be retried (a bucket that encrypts with a KMS needs "+
			"the option server_side_encryption: aws:kms)", l.hash, f.Hash)
	}
	return nil
}

// load copies the content. The place is read in another goroutine, and only the caller writes to w: a read that never ends can be abandoned.
func (d *Drive) load(ctx context.Context, o fs.Object, w io.Writer) (downloaded, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := time.AfterFunc(d.timeouts.answer, func() { cancel(fmt.Errorf("no data was received for %s", d.timeouts.answer)) })
	defer stalled.Stop()
	r, pipe := io.Pipe()
	defer context.AfterFunc(ctx, func() { _ = r.CloseWithError(context.Cause(ctx)) })()
	reading, err := start(ctx, &d.guard, func(ctx context.Context) (int64, error) { return read(ctx, o, pipe) })
	if err != nil {
		return downloaded{}, err
	}
	got, err := d.drain(ctx, r, w, func() { stalled.Reset(d.timeouts.answer) })
	if err != nil {
		cancel(err)
	}
	_ = r.Close()
	if _, failed := reading.wait(ctx); err == nil {
		err = failed
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return got, err
}

// read copies the content to the pipe, and then the error.
func read(ctx context.Context, o fs.Object, pipe *io.PipeWriter) (int64, error) {
	content, err := o.Open(ctx)
	if err != nil {
		_ = pipe.CloseWithError(err)
		return 0, err
	}
	n, err := io.CopyBuffer(struct{ io.Writer }{pipe}, struct{ io.Reader }{content}, make([]byte, chunkSize))
	if err == nil {
		err = content.Close()
	} else {
		_ = content.Close()
	}
	_ = pipe.CloseWithError(err)
	return n, err
}

// drain copies the pipe to w, no faster and no more than is allowed, and hashes it.
func (d *Drive) drain(ctx context.Context, r io.Reader, w io.Writer, beat func()) (downloaded, error) {
	var got downloaded
	set := hash.NewHashSet()
	if t := d.hashType(); t != hash.None {
		set.Add(t)
	}
	sums, err := hash.NewMultiHasherTypes(set)
	if err != nil {
		return got, err
	}
	pace := writerFunc(func(p []byte) (int, error) {
		beat()
		if got.bytes += int64(len(p)); got.bytes > maxBytes(d.place) {
			return 0, errTooLarge
		}
		return len(p), d.throttle(ctx, len(p), beat)
	})
	out := writerFunc(func(p []byte) (n int, err error) {
		n, err = w.Write(p)
		got.writeErr = err
		return n, err
	})
	buffer := make([]byte, chunkSize)
	if _, err = io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(pace, sums, out)}, r, buffer); err != nil {
		return got, err
	}
	if t := d.hashType(); t != hash.None {
		sum, err := sums.SumString(t, false)
		if err != nil {
			return got, err
		}
		got.hash = t.String() + ":" + sum
	}
	return got, nil
}

// throttle waits until n more bytes may be received. That does not count as a stall.
func (d *Drive) throttle(ctx context.Context, n int, beat func()) error {
	if d.limit == nil {
		return nil
	}
	for n > 0 {
		some := min(n, d.limit.Burst())
		if err := d.limit.WaitN(ctx, some); err != nil {
			return err
		}
		n -= some
		beat()
	}
	return nil
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
