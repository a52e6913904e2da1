package container

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// Zip is the zip of a workbook: its directory, and its parts by name.
type Zip struct {
	parts       map[string]*zip.File // by partName
	limits      cell.Limits
	deflatedSum uint64 // deflated bytes of all parts, as the directory states
	size        uint64 // of the zip

	deflated *countingReader // of the part that was opened last; nil if it is not deflated
}

// countingReader counts the bytes that are read.
type countingReader struct {
	src io.Reader
	n   int64
}

func (t *countingReader) Read(p []byte) (int, error) {
	n, err := t.src.Read(p)
	t.n += int64(n)
	return n, err
}

// PartName returns the one spelling of a part's name. Writers differ in case, backslashes and a leading slash.
func PartName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// Open reads the directory, after checking its stated length. r must answer an offset outside the file with io.EOF, as an
// io.SectionReader does: the offsets come from the file. before is how many bytes of the file do not belong to the zip, see endRecord.
func Open(r io.ReaderAt, size, before int64, limits cell.Limits) (*Zip, error) {
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
		return nil, BytesBefore(end.shift)
	}
	shift := max(end.shift, 0)
	directory := &boundedDirectory{src: io.NewSectionReader(r, shift, size-shift), left: max(1<<20, int64(limits.Entries)*directoryEntry)}
	z, err := zip.NewReader(directory, size-shift)
	if directory.over {
		return nil, tooManyParts(uint64(limits.Entries)+1, limits)
	}
	directory.read = true
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		if errors.Is(err, zip.ErrFormat) {
			return nil, truncated()
		}
		return nil, fault.InPartList(err)
	}
	if len(z.File) > limits.Entries { // the end record counts to 65,535 and begins anew
		return nil, tooManyParts(uint64(len(z.File)), limits)
	}
	a := &Zip{parts: make(map[string]*zip.File, len(z.File)), limits: limits, size: uint64(size)}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser {
		a.deflated = &countingReader{src: r}
		return flate.NewReader(a.deflated)
	})
	for _, f := range z.File {
		if err := a.add(f); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func tooManyParts(entries uint64, limits cell.Limits) error {
	return fault.New(fault.CodeLimit, "the file contains %s parts, more than the limit of %s; a workbook has a few dozen", entries, limits.Entries).OverLimit("parts")
}

func truncated() *fault.Unreadable {
	return fault.New(fault.CodeTruncated, "the end of the file is missing or damaged: copy or export it again")
}

// directoryEntry is how many bytes of the directory a part may take on average; those of workbooks take a hundred.
const directoryEntry = 512

// boundedDirectory bounds what is read of the directory: archive/zip keeps all entries that it finds, however many the end record
// states.
type boundedDirectory struct {
	src  io.ReaderAt
	left int64 // bytes that may still be read
	over bool
	read bool // the directory has been read; there is no bound any more
}

func (d *boundedDirectory) ReadAt(p []byte, at int64) (int, error) {
	if !d.read {
		if d.left -= int64(len(p)); d.left < 0 {
			d.over = true
			return 0, io.ErrShortBuffer
		}
	}
	return d.src.ReadAt(p, at)
}

// add notes one part. A file is made to deceive if two parts have one name, if a name leads out of the zip, or if the sizes add up to
// more than the file, as they do if parts overlap.
func (a *Zip) add(f *zip.File) error {
	if strings.HasSuffix(f.Name, "/") {
		return nil
	}
	for dir := range strings.SplitSeq(strings.ReplaceAll(f.Name, `\`, "/"), "/") {
		if dir == ".." {
			return fault.New(fault.CodeLimit, "the file contains a part named %s, which points outside the file", fault.Quoted(80, f.Name))
		}
	}
	name := PartName(f.Name)
	if a.parts[name] != nil {
		return fault.New(fault.CodeLimit, "the file contains the part %s twice", fault.Quoted(80, f.Name))
	}
	if f.CompressedSize64 > a.size-a.deflatedSum {
		return fault.New(fault.CodeLimit, "the stated sizes of the parts exceed the size of the file, from %s on", fault.Quoted(80, f.Name))
	}
	a.deflatedSum += f.CompressedSize64
	a.parts[name] = f
	return nil
}

// Open returns the inflated bytes of a part, until the context ends. Reading it to its end checks its size and checksum.
func (a *Zip) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	f := a.parts[PartName(name)]
	if f == nil {
		return nil, fault.Corrupt("the part %s is missing", name)
	}
	if f.Flags&1 != 0 {
		return nil, fault.New(fault.CodeEncrypted, "the file is a password-protected zip: save it without a password")
	}
	m := &inflateLimit{name: name, limits: a.limits, stated: int64(f.UncompressedSize64)}
	if err := m.check(m.stated, int64(f.CompressedSize64)); err != nil {
		return nil, err
	}
	a.deflated = nil
	r, err := f.Open()
	if err != nil {
		return nil, fault.InPart(err, name)
	}
	m.src, m.Closer, m.deflated = stream.WithContext(ctx, r), r, a.deflated
	if f.UncompressedSize64 < aheadFrom {
		return m, nil
	}
	return newReadAhead(m), nil
}

// inflateLimit counts what is really read and inflated, whatever the directory states.
type inflateLimit struct {
	io.Closer
	src      io.Reader
	name     string
	limits   cell.Limits
	stated   int64           // the inflated bytes that the directory states
	deflated *countingReader // nil if the part is not deflated
	inflated int64
}

func (m *inflateLimit) Read(p []byte) (int, error) {
	n, err := m.src.Read(p)
	m.inflated += int64(n)
	if m.inflated > m.stated {
		return 0, fault.Corrupt("the part %s is larger than the size that the file states", m.name)
	}
	deflated := m.inflated
	if m.deflated != nil {
		deflated = m.deflated.n
	}
	if over := m.check(m.inflated, deflated); over != nil {
		return 0, over
	}
	return n, err
}

func (m *inflateLimit) check(inflated, deflated int64) error {
	if inflated < 0 || inflated > m.limits.Inflated {
		return fault.New(fault.CodeLimit, "the part %s inflates to more than %s MB", m.name, m.limits.Inflated>>20).OverLimit("part_bytes")
	}
	if inflated > ratioFrom && inflated/int64(m.limits.Ratio) > deflated {
		return fault.New(fault.CodeLimit, "the part %s inflates to more than %s times its size, more than real data does", m.name, m.limits.Ratio).OverLimit("ratio")
	}
	return nil
}

// ratioFrom is the inflated size below which the ratio does not matter: a small sheet of formatted empty cells deflates to nearly
// nothing, and costs nothing either.
const ratioFrom = 32 << 20

// Has reports whether there is a part of the name, in any spelling.
func (a *Zip) Has(name string) bool { return a.parts[PartName(name)] != nil }

// InflatedSize returns the inflated size of a part that the zip has, as stated in its directory.
func (a *Zip) InflatedSize(name string) uint64 { return a.parts[PartName(name)].UncompressedSize64 }

// Limits returns the limits that the parts are read within.
func (a *Zip) Limits() cell.Limits { return a.limits }
