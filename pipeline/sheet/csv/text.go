package csv

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// newlines replaces \r\n and a lone \r by \n.
type newlines struct {
	src      io.Reader
	returned bool // the last byte was a \r
}

func (r *newlines) Read(p []byte) (int, error) {
	for {
		n, err := r.src.Read(p)
		b := p[:n]
		if r.returned && n > 0 && b[0] == '\n' {
			b = b[1:]
		}
		r.returned = n > 0 && p[n-1] == '\r' || n == 0 && r.returned
		out := 0
		for len(b) > 0 {
			i := bytes.IndexByte(b, '\r')
			if i < 0 {
				out += copy(p[out:], b)
				break
			}
			out += copy(p[out:], b[:i])
			p[out] = '\n'
			out++
			if b = b[i+1:]; len(b) > 0 && b[0] == '\n' {
				b = b[1:]
			}
		}
		if out > 0 || err != nil || len(p) == 0 {
			return out, err
		}
	}
}

// pieces reads to the end of a reader and calls look as eachPiece says.
func pieces(r io.Reader, look func(b []byte, last bool) (used int, err error)) error {
	buf, kept := make([]byte, stream.Window), 0
	for {
		n, err := io.ReadFull(r, buf[kept:])
		over := err != nil
		if over && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("read the file: %w", err)
		}
		used, err := look(buf[:kept+n], over)
		if err != nil || over {
			return err
		}
		kept = copy(buf, buf[used:kept+n])
	}
}
