package xmlscan

import (
	"bytes"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// window is the part of the document that is in memory: the token in hand and what has been read after it.
type window struct {
	src  io.Reader
	buf  []byte
	pos  int // start of the token in hand
	used int // bytes of the token in hand
	end  int // of what has been read
	max  int // bytes of one token
}

// Buffered returns what has been read after the current token. It may end anywhere.
func (w *window) Buffered() []byte { return w.buf[w.pos+w.used : w.end] }

// Advance skips so many bytes of Buffered, which must be whole elements.
func (w *window) Advance(n int) { w.used += n }

// endOf returns the offset after the first stop at or after n.
func (w *window) endOf(stop string, n int) (int, error) {
	for {
		if i := bytes.Index(w.buf[w.pos+n:w.end], []byte(stop)); i >= 0 {
			return n + i + len(stop), nil
		}
		n = max(n, w.end-w.pos-len(stop)+1)
		if err := w.fill(); err != nil {
			return 0, truncatedToken(err)
		}
	}
}

// find returns the offset of the first c at or after n, and reads on as needed; io.EOF if there is none.
func (w *window) find(c byte, n int) (int, error) {
	for {
		if i := bytes.IndexByte(w.buf[w.pos+n:w.end], c); i >= 0 {
			return n + i, nil
		}
		n = w.end - w.pos
		if err := w.fill(); err != nil {
			return 0, err
		}
	}
}

// need reads until the token has n bytes.
func (w *window) need(n int) error {
	for w.end-w.pos < n {
		if err := w.fill(); err != nil {
			return truncatedToken(err)
		}
	}
	return nil
}

// fill reads more of the source, after making room for it.
func (w *window) fill() error {
	if w.pos > 0 {
		w.end = copy(w.buf, w.buf[w.pos:w.end])
		w.pos = 0
	}
	if w.end == len(w.buf) {
		if len(w.buf) >= w.max {
			return tooLongToken(w.max)
		}
		w.buf = append(w.buf, make([]byte, min(len(w.buf), w.max-len(w.buf)))...)
	}
	for range 100 { // a reader may give nothing at times, but not for ever
		n, err := w.src.Read(w.buf[w.end:])
		w.end += n
		if n > 0 {
			return nil // an error comes again
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// tooLongToken refuses a text or tag above the limit.
func tooLongToken(most int) error {
	return fault.New(fault.CodeLimit, "a text or tag is longer than %s KB, longer than any Excel cell", most>>10)
}

// truncatedToken is the error for a document that ends within a token.
func truncatedToken(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
