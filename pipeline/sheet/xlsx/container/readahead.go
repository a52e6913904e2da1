package container

import (
	"fmt"
	"io"
	"sync"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// readAhead reads from a source in a goroutine, a few blocks ahead of its caller: one core inflates while another one scans.
type readAhead struct {
	src    io.ReadCloser
	filled chan block
	empty  chan []byte
	stop   chan struct{}
	end    sync.WaitGroup
	now    block // being read
	at     int
}

// block is what was read at once, and the error that came after it.
type block struct {
	bytes []byte
	err   error
}

const (
	aheadBlocks = 4
	aheadFrom   = 1 << 20 // bytes of a part below which a goroutine is not worth its blocks
)

// newReadAhead starts reading.
func newReadAhead(src io.ReadCloser) *readAhead {
	a := &readAhead{src: src, filled: make(chan block, aheadBlocks), empty: make(chan []byte, aheadBlocks), stop: make(chan struct{})}
	for range aheadBlocks {
		a.empty <- make([]byte, stream.Window)
	}
	a.end.Go(a.run)
	return a
}

// run fills blocks until the source ends or the reader is closed.
func (a *readAhead) run() {
	defer close(a.filled)
	defer func() {
		if v := recover(); v != nil { // a file made to break the inflater breaks itself only
			a.filled <- block{err: fault.Corrupt("a part of the file cannot be unpacked (%s)", fmt.Sprint(v))}
		}
	}()
	for {
		select {
		case buf := <-a.empty:
			n, err := fillUp(a.src, buf)
			a.filled <- block{buf[:n], err} // there is room for all blocks
			if err != nil {
				return
			}
		case <-a.stop:
			return
		}
	}
}

// fillUp is io.ReadFull that returns the source's own error, which may be io.ErrUnexpectedEOF if a size is wrong.
func fillUp(r io.Reader, buf []byte) (n int, err error) {
	for idle := 0; n < len(buf) && err == nil && idle < 100; {
		var more int
		more, err = r.Read(buf[n:])
		n += more
		if idle++; more > 0 {
			idle = 0
		}
	}
	if n == 0 && err == nil {
		err = io.ErrNoProgress
	}
	return n, err
}

func (a *readAhead) Read(p []byte) (int, error) {
	for a.at == len(a.now.bytes) {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if cap(a.now.bytes) > 0 {
			a.empty <- a.now.bytes[:stream.Window]
		}
		a.now, a.at = <-a.filled, 0
	}
	n := copy(p, a.now.bytes[a.at:])
	a.at += n
	return n, nil
}

// Close stops the goroutine and waits for its end.
func (a *readAhead) Close() error {
	close(a.stop)
	a.end.Wait()
	return a.src.Close()
}
