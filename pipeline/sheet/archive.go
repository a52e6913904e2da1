package sheet

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
)

// archive is the zip of a workbook: its directory, and its parts by name.
type archive struct {
	parts  map[string]*zip.File // by partName
	limits Limits
}

// partName folds the spellings of a part's name that writers use: case, backslashes, a leading slash.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// openArchive reads the directory, after looking at how long it says to be. r must answer an offset outside the file with io.EOF, as a
// section does: the offsets are the file's own.
func openArchive(r io.ReaderAt, size int64, limits Limits) (*archive, error) {
	entries, err := countEntries(r, size)
	if err != nil {
		return nil, err
	}
	if entries > uint64(limits.Entries) {
		return nil, unreadable(CodeLimit, "the file holds %s parts, more than %s: a workbook has some dozens", entries, limits.Entries).over("parts")
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		if errors.Is(err, zip.ErrFormat) {
			return nil, truncated()
		}
		return nil, blame(err, theParts)
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	a := &archive{parts: make(map[string]*zip.File, len(z.File)), limits: limits}
	for _, f := range z.File {
		if err := a.add(f); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func truncated() *Unreadable {
	return unreadable(CodeTruncated, "the end of the file is missing or damaged: copy or export it again")
}

// add notes one part. Two of one name, and names that lead out, are the marks of a file made to deceive.
func (a *archive) add(f *zip.File) error {
	if strings.HasSuffix(f.Name, "/") {
		return nil
	}
	for dir := range strings.SplitSeq(strings.ReplaceAll(f.Name, `\`, "/"), "/") {
		if dir == ".." {
			return unreadable(CodeLimit, "the file holds a part with the name %s, which leads out of it", quoted(80, f.Name))
		}
	}
	name := partName(f.Name)
	if a.parts[name] != nil {
		return unreadable(CodeLimit, "the file holds the part %s twice", quoted(80, f.Name))
	}
	a.parts[name] = f
	return nil
}

// open gives the inflated bytes of a part. To read it to its end checks its size and checksum.
func (a *archive) open(name string) (io.ReadCloser, error) {
	f := a.parts[partName(name)]
	if f == nil {
		return nil, corrupt("the part %s is missing", name)
	}
	if f.Flags&1 != 0 {
		return nil, unreadable(CodeEncrypted, "the file is a zip protected by a password: save it without one")
	}
	m := &meter{name: name, limits: a.limits, deflated: int64(f.CompressedSize64)}
	if err := m.check(int64(f.UncompressedSize64)); err != nil {
		return nil, err
	}
	r, err := f.Open()
	if err != nil {
		return nil, blame(err, thePart, name)
	}
	m.ReadCloser = r
	if f.UncompressedSize64 < aheadFrom {
		return m, nil
	}
	return readAhead(m), nil
}

// read gives a small part as a whole.
func (a *archive) read(name string) ([]byte, error) {
	r, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	const most = 64 << 20 // styles of 64,000 cell formats are 15 MB
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, blame(err, thePart, name)
	}
	if len(b) > most {
		return nil, unreadable(CodeLimit, "the part %s is larger than %s MB", name, most>>20)
	}
	return b, nil
}

// meter counts what was really inflated, whatever the directory says.
type meter struct {
	io.ReadCloser
	name     string
	limits   Limits
	deflated int64
	inflated int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.inflated += int64(n)
	if over := m.check(m.inflated); over != nil {
		return 0, over
	}
	return n, err
}

func (m *meter) check(inflated int64) error {
	if inflated < 0 || inflated > m.limits.Inflated {
		return unreadable(CodeLimit, "the part %s inflates to more than %s MB", m.name, m.limits.Inflated>>20).over("part_bytes")
	}
	if inflated > ratioFrom && inflated/int64(m.limits.Ratio) > m.deflated {
		return unreadable(CodeLimit, "the part %s inflates to more than %s times its size, as no sheet of real data does", m.name, m.limits.Ratio).over("ratio")
	}
	return nil
}

// countEntries reads the end record of the zip: how many entries its directory says to have.
func countEntries(r io.ReaderAt, size int64) (uint64, error) {
	tail := make([]byte, min(size, 22+1<<16))
	from := size - int64(len(tail))
	if _, err := r.ReadAt(tail, from); err != nil && err != io.EOF {
		return 0, fmt.Errorf("read the end of the file: %w", err)
	}
	for i := len(tail) - 22; i >= 0; i-- {
		if binary.LittleEndian.Uint32(tail[i:]) != 0x06054b50 {
			continue
		}
		n := uint64(binary.LittleEndian.Uint16(tail[i+10:]))
		if n == 0xffff {
			return countEntries64(r, from+int64(i))
		}
		return n, nil
	}
	return 0, truncated()
}

// countEntries64 does so for zip64, whose locator stands before the end record.
func countEntries64(r io.ReaderAt, end int64) (uint64, error) {
	var locator [20]byte
	var record [56]byte
	if _, err := r.ReadAt(locator[:], end-20); err != nil || binary.LittleEndian.Uint32(locator[:]) != 0x07064b50 {
		return 0xffff, nil // no zip64: there are as many as it says
	}
	if _, err := r.ReadAt(record[:], int64(binary.LittleEndian.Uint64(locator[8:]))); err != nil {
		return 0, truncated()
	}
	return binary.LittleEndian.Uint64(record[32:]), nil
}
