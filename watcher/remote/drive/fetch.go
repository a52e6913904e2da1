package drive

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/fs/hash"
	"golang.org/x/time/rate"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive/internal/guard"
)

// chunkSize is how much of the content is copied at once.
const chunkSize = 64 << 10

var errTooLarge = errors.New("too much")

// download receives the content of one file.
type download struct {
	guard *guard.Guard
	hash  hash.Type     // that the place has; hash.None
	most  int64         // bytes
	stall time.Duration // without data, after which it ends
	limit *rate.Limiter // nil if there is none
}

// downloaded is what was received.
type downloaded struct {
	bytes    int64
	hash     string
	writeErr error // of the caller's writer
}

// compare compares what was received with what was listed.
func (l downloaded) compare(f remote.File) error {
	if f.Size >= 0 && l.bytes != f.Size {
		return message.Errorf("%d of %d bytes were received; it will be retried", l.bytes, f.Size)
	}
	if f.Hash != "" && l.hash != f.Hash {
		return message.Errorf("the checksum of the received file is %s, but the source states %s; it will be retried (a bucket that encrypts with a KMS needs "+
			"the option server_side_encryption: aws:kms)", l.hash, f.Hash)
	}
	return nil
}

// load copies the content. The place is read in another goroutine, and only the caller writes to w: a read that never ends can be abandoned.
func (d *download) load(ctx context.Context, o fs.Object, w io.Writer) (downloaded, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := time.AfterFunc(d.stall, func() { cancel(message.Errorf("no data was received for %s", d.stall)) })
	defer stalled.Stop()
	r, pipe := io.Pipe()
	defer context.AfterFunc(ctx, func() { _ = r.CloseWithError(context.Cause(ctx)) })()
	reading, err := guard.Start(ctx, d.guard, func(ctx context.Context) (int64, error) { return read(ctx, o, pipe) })
	if err != nil {
		return downloaded{}, err
	}
	got, err := d.drain(ctx, r, w, func() { stalled.Reset(d.stall) })
	if err != nil {
		cancel(err)
	}
	_ = r.Close()
	if _, failed := reading.Wait(ctx); err == nil {
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
func (d *download) drain(ctx context.Context, r io.Reader, w io.Writer, beat func()) (downloaded, error) {
	var got downloaded
	set := hash.NewHashSet()
	if d.hash != hash.None {
		set.Add(d.hash)
	}
	sums, err := hash.NewMultiHasherTypes(set)
	if err != nil {
		return got, err
	}
	pace := writerFunc(func(p []byte) (int, error) {
		beat()
		if got.bytes += int64(len(p)); got.bytes > d.most {
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
	if d.hash != hash.None {
		sum, err := sums.SumString(d.hash, false)
		if err != nil {
			return got, err
		}
		got.hash = d.hash.String() + ":" + sum
	}
	return got, nil
}

// throttle waits until n more bytes may be received. That does not count as a stall.
func (d *download) throttle(ctx context.Context, n int, beat func()) error {
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
