// Package incoming bounds the requests that send files, on the pages and by the API: how many there are at once, and how long a client may send nothing.
package incoming

import (
	"cmp"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"time"

	"inlet.example/inlet/daemon/uploads"
)

// atOnce is how many requests may send files at once: each takes a disk's time, and more would not be faster.
const atOnce = 4

// Gate bounds requests that send files. It is safe for concurrent use.
type Gate struct {
	idle time.Duration
	room chan struct{}
}

// New returns a gate. idle is how long a client may send nothing; 0: half a minute.
func New(idle time.Duration) *Gate {
	return &Gate{idle: cmp.Or(idle, 30*time.Second), room: make(chan struct{}, atOnce)}
}

// Enter returns the body of a request, which ends with uploads.ErrStalled if the client sends nothing for too long or breaks off. The caller calls leave
// afterwards. ok is false while too many others send files.
func (g *Gate) Enter(w http.ResponseWriter, r *http.Request) (body io.ReadCloser, leave func(), ok bool) {
	select {
	case g.room <- struct{}{}:
	default:
		return nil, nil, false
	}
	return &patientBody{ReadCloser: r.Body, extend: func() {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(g.idle)) // a server that cannot has no clients that stall
	}}, func() { <-g.room }, true
}

// patientBody waits for a client only as long as it sends something now and then.
type patientBody struct {
	io.ReadCloser
	extend func()
}

func (b *patientBody) Read(p []byte) (int, error) {
	b.extend()
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = uploads.ErrStalled
	}
	return n, err
}

// Drain reads what is left of a body, so that a client which still sends it reads the answer.
func Drain(body io.Reader) {
	const most = 64 << 20
	_, _ = io.CopyN(io.Discard, body, most) // an error: the client has gone
}

// Stalled returns uploads.ErrStalled for a body that ended before its end, otherwise nil.
func Stalled(err error) error {
	if errors.Is(err, uploads.ErrStalled) || errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "EOF") {
		return uploads.ErrStalled
	}
	return nil
}

// Part returns the content of a part. A body that ends within it was broken off.
func Part(part *multipart.Part) io.Reader { return partReader{part} }

type partReader struct{ part *multipart.Part }

func (p partReader) Read(b []byte) (int, error) {
	n, err := p.part.Read(b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = uploads.ErrStalled
	}
	return n, err
}
