package stream

import (
	"context"
	"io"
)

// Window is the size of the buffers that files are read through; larger ones gain nothing.
const Window = 256 << 10

// reader checks its context each 64 KiB. It lives no longer than the call that was given the context, which is why it may hold one.
type reader struct {
	ctx context.Context
	src io.Reader
}

// WithContext returns a reader of the same bytes that fails once the context has ended.
func WithContext(ctx context.Context, src io.Reader) io.Reader { return reader{ctx, src} }

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	const most = 64 << 10
	return r.src.Read(p[:min(len(p), most)])
}
