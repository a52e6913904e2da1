package container

import (
	"fmt"
	"io"
	"sync"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// readAhead reads from a source in a goroutine of its own, a few blocks ahead of who reads here: one core inflates while another scans.
type readAhead struct {
	src    io.ReadCloser
	filled chan block
	empty  chan []byte
	stop   chan struct{}
	end    sync.WaitGroup
	now    block // being read
	at     int
}

// block is what was read in one go, and the error that came behind it.
type block struct {
	bytes []byte
	err   error
}

const (
	aheadBlocks = 4
	aheadFrom   = 1 << 20 // bytes of a part below which a goroutine is not worth its blocks
)

func newReadAhead(src io.ReadCloser) *readAhead {
	a := &readAhead{src: src, filled: make(chan block, aheadBlocks), empty: make(chan []byte, aheadBlocks), stop: make(chan struct{})}
	for range aheadBlocks {
		a.empty <- make([]byte, stream.Window)
	}
	a.end.Go(a.run)
	return a
}

// run fills blocks until the source ends or nobody reads any more.
func (a *readAhead) run() {
	defer close(a.filled)
	defer func() {
		if v := recover(); v != nil { // a file made to break the inflater breaks itself only
			a.filled <- block{err: fault.Corrupt("a part of it cannot be unpacked (%s)", fmt.Sprint(v))}
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

// fillUp is io.ReadFull with the source's own error, which for a lying size is io.ErrUnexpectedEOF.
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

// Close ends the goroutine and waits for it.
func (a *readAhead) Close() error {
	close(a.stop)
	a.end.Wait()
	return a.src.Close()
}
