package watcher

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"syscall"
	"time"
)

// patience is how many quiet times more a file must wait that looks cut off. Then it is taken, to be refused.
const patience = 10

// busyAgain is how soon a file is asked about again that a writer has open: closing it tells no event.
const busyAgain = 500 * time.Millisecond

// unfinished tells until when to wait with a quiet file because it does not look finished; zero if it does.
// The file is opened here for the first time, and only if it still is what was looked at.
func unfinished(root *os.Root, f *file, quiet time.Duration) (time.Time, error) {
	// O_NONBLOCK: should a pipe have taken its place, opening it must not wait for a writer.
	r, err := root.OpenFile(f.path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return time.Time{}, err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return time.Time{}, err
	}
	if !info.Mode().IsRegular() || markOf(info) != f.mark {
		return time.Now().Add(quiet), nil
	}
	if writing(r) {
		return time.Now().Add(min(quiet, busyAgain)), nil
	}
	last := f.since.Add((1 + patience) * quiet)
	if time.Now().Before(last) && cutOff(r, f.path, info.Size()) {
		return last, nil
	}
	if err := r.Sync(); err != nil { // the writer may not have; from now on it is ours to keep
		return time.Time{}, fmt.Errorf("sync %s: %w", f.path, err)
	}
	return time.Time{}, nil
}

// cutOff tells whether a file looks like the beginning of something: it is empty, or a ZIP without an end.
func cutOff(r io.ReaderAt, name string, size int64) bool {
	if size == 0 {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx", ".xlsm":
		return startsAsZIP(r) && !endsAsZIP(r, size)
	}
	return false
}

// startsAsZIP is also true of a file that begins with zeros: room kept for what is still being loaded.
func startsAsZIP(r io.ReaderAt) bool {
	head := make([]byte, 2)
	n, _ := r.ReadAt(head, 0)
	return bytes.HasPrefix([]byte("PK"), head[:n]) || head[0] == 0
}

// endsAsZIP looks for the end-of-central-directory record, which a comment of up to 65,535 bytes may follow.
func endsAsZIP(r io.ReaderAt, size int64) bool {
	const record = 22
	tail := make([]byte, min(size, record+1<<16-1))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return false
	}
	for at := len(tail) - record; at >= 0; at-- {
		if !bytes.HasPrefix(tail[at:], []byte("PK\x05\x06")) {
			continue
		}
		if comment := binary.LittleEndian.Uint16(tail[at+20:]); at+record+int(comment) == len(tail) {
			return true
		}
	}
	return false
}
