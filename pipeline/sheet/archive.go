package sheet

import (
	"archive/zip"
	"errors"
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
// section does: the offsets are the file's own. before is how many bytes of the file do not belong to the zip, see zipEnd.
func openArchive(r io.ReaderAt, size, before int64, limits Limits) (*archive, error) {
	size, err := withoutPadding(r, size)
	if err != nil {
		return nil, err
	}
	end, err := findZipEnd(r, size)
	if err != nil {
		return nil, err
	}
	if end.entries > uint64(limits.Entries) || end.directory > mostDirectoryBytes {
		return nil, tooManyParts(end.entries, limits)
	}
	if end.shift > 0 && end.shift != before {
		return nil, bytesBefore(end.shift)
	}
	shift := max(end.shift, 0)
	z, err := zip.NewReader(io.NewSectionReader(r, shift, size-shift), size-shift)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		if errors.Is(err, zip.ErrFormat) {
			return nil, truncated()
		}
		return nil, blame(err, theParts)
	}
	if len(z.File) > limits.Entries { // the end record counts to 65,535 and begins anew
		return nil, tooManyParts(uint64(len(z.File)), limits)
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

func tooManyParts(entries uint64, limits Limits) error {
	return unreadable(CodeLimit, "the file holds %s parts, more than %s: a workbook has some dozens", entries, limits.Entries).over("parts")
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
