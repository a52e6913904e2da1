package files

import (
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strings"
)

// CutOff reports whether a file looks like the beginning of something: it is empty, or a ZIP without an end.
func CutOff(r io.ReaderAt, name string, size int64) bool {
	if size == 0 {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx", ".xlsm":
		return beginsAsZIP(r) && !endsAsZIP(r, size)
	}
	return false
}

// beginsAsZIP is also true of a file that begins with zeros: room kept for what is still being loaded.
func beginsAsZIP(r io.ReaderAt) bool {
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
