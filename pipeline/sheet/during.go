package sheet

import (
	"context"
	"io"
)

// during reads from a source until a context ends, and looks at it each 64 KiB. It lives no longer than the call that the context is of.
type during struct {
	ctx context.Context
	src io.Reader
}

func (d during) Read(p []byte) (int, error) {
	if err := d.ctx.Err(); err != nil {
		return 0, err
	}
	const most = 64 << 10
	return d.src.Read(p[:min(len(p), most)])
}
