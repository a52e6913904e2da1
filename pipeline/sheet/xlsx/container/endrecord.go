package container

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

const (
	// mostPadding is how many NUL bytes after the zip are skipped.
	mostPadding = 64 << 20
	// mostDirectoryBytes bounds the directory, because the number of its entries is only a statement of the file. 10,000 entries have 1 MB.
	mostDirectoryBytes = 16 << 20
)

// BytesBefore refuses a workbook that does not begin where the file begins and cannot be read reliably.
func BytesBefore(n int64) *fault.Unreadable {
	if n == 1 {
		return fault.Corrupt("the file has 1 byte before the workbook, and the workbook after it cannot be read: download, copy or export the file again")
	}
	return fault.Corrupt("the file has %s bytes before the workbook, and the workbook after them cannot be read: download, copy or export the file again", n)
}

// Verify reads every part to its end, which compares its size and checksum. All parts together may not inflate to more than one part
// may.
func (a *Zip) Verify(ctx context.Context) error {
	total := int64(0)
	for name := range a.parts {
		r, err := a.Open(ctx, name)
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, r)
		r.Close()
		if total += n; err == nil && total > a.limits.Inflated {
			err = fault.New(fault.CodeLimit, "the part %s inflates to more than %s MB", name, a.limits.Inflated>>20).OverLimit("part_bytes")
		}
		if err != nil {
			return fault.InPart(err, name)
		}
	}
	return nil
}

// withoutPadding returns the size without the NUL bytes after the zip, which itself may end in 20 of them.
func withoutPadding(r io.ReaderAt, size int64) (int64, error) {
	const own = 20
	buf := make([]byte, 64) // nearly no file has more, so the larger buffer comes later
	for at := size; at > max(0, size-mostPadding); {
		n := min(int64(len(buf)), at)
		if _, err := r.ReadAt(buf[:n], at-n); err != nil && err != io.EOF {
			return 0, fmt.Errorf("read the end of the file: %w", err)
		}
		if kept := len(bytes.TrimRight(buf[:n], "\x00")); kept > 0 {
			return min(size, at-n+int64(kept)+own), nil
		}
		if at -= n; len(buf) == 64 {
			buf = make([]byte, 64<<10)
		}
	}
	return size, nil
}

// zipEnd is what the end record of a zip states.
type zipEnd struct {
	entries   uint64 // in the directory
	directory int64  // bytes of it
	shift     int64  // how many bytes are before the zip that its offsets do not count
}

// findZipEnd reads the end record.
func findZipEnd(r io.ReaderAt, size int64) (zipEnd, error) {
	tail := make([]byte, min(size, 22+1<<16))
	from := size - int64(len(tail))
	if _, err := r.ReadAt(tail, from); err != nil && err != io.EOF {
		return zipEnd{}, fmt.Errorf("read the end of the file: %w", err)
	}
	for i := len(tail) - 22; i >= 0; i-- {
		if binary.LittleEndian.Uint32(tail[i:]) != 0x06054b50 {
			continue
		}
		entries, length, offset := binary.LittleEndian.Uint16(tail[i+10:]), binary.LittleEndian.Uint32(tail[i+12:]), binary.LittleEndian.Uint32(tail[i+16:])
		at := from + int64(i)
		if entries == 0xffff || length == 0xffffffff || offset == 0xffffffff {
			end, err := findZip64End(r, at)
			if !errors.Is(err, errNoZip64) {
				return end, err
			}
		}
		return newZipEnd(r, uint64(entries), at, int64(length), int64(offset)), nil
	}
	return zipEnd{}, truncated()
}

var errNoZip64 = errors.New("no zip64")

// findZip64End reads the end record of a zip64, which is before the usual one, as is the locator that points to it.
func findZip64End(r io.ReaderAt, end int64) (zipEnd, error) {
	var locator [20]byte
	if _, err := r.ReadAt(locator[:], end-20); err != nil || binary.LittleEndian.Uint32(locator[:]) != 0x07064b50 {
		return zipEnd{}, errNoZip64 // the usual record is right
	}
	var record [56]byte
	for _, at := range []int64{int64(binary.LittleEndian.Uint64(locator[8:])), end - 20 - 56} { // the second where bytes stand before the zip
		if _, err := r.ReadAt(record[:], at); err != nil || binary.LittleEndian.Uint32(record[:]) != 0x06064b50 {
			continue
		}
		length, offset := binary.LittleEndian.Uint64(record[40:]), binary.LittleEndian.Uint64(record[48:])
		if length > 1<<62 || offset > 1<<62 {
			break
		}
		return newZipEnd(r, binary.LittleEndian.Uint64(record[32:]), at, int64(length), int64(offset)), nil
	}
	return zipEnd{}, truncated()
}

// newZipEnd works out the shift: the directory ends where its end record begins. Some writers state a wrong length; then it begins at
// the stated place, and its entries lead up to the end record.
func newZipEnd(r io.ReaderAt, entries uint64, at, length, offset int64) zipEnd {
	e := zipEnd{entries: entries, directory: length, shift: at - length - offset}
	if e.shift != 0 && entries > 0 && leadsTo(r, offset, at) {
		e.shift, e.directory = 0, at-offset
	}
	return e
}

// leadsTo reports whether directory entries fill the bytes between two offsets.
func leadsTo(r io.ReaderAt, from, to int64) bool {
	if from < 0 || from >= to || to-from > mostDirectoryBytes {
		return false
	}
	dir := make([]byte, to-from)
	if _, err := r.ReadAt(dir, from); err != nil && err != io.EOF {
		return false
	}
	for len(dir) >= 46 && binary.LittleEndian.Uint32(dir) == 0x02014b50 {
		n := 46 + int(binary.LittleEndian.Uint16(dir[28:])) + int(binary.LittleEndian.Uint16(dir[30:])) + int(binary.LittleEndian.Uint16(dir[32:]))
		if n > len(dir) {
			return false
		}
		dir = dir[n:]
	}
	return len(dir) == 0
}
