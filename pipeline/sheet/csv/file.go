package csv

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"inlet.example/inlet/pipeline/sheet/csv/record"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/charset"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// Options say what a text file does not say itself, and bound what it may cost. The zero values detect.
type Options struct {
	Limits    cell.Limits
	Encoding  string // for example "windows-1252"
	Delimiter string // one character or "tab"
	Locale    string // for example "sv-SE": its letters decide where several encodings fit
	HeaderRow int    // the line of the headings, from 1; 0: the first record with several fields
	Approved  bool   // quoted fields of several lines are right even if each of the lines looks like a row
}

// File is an open text file. It reads from its source until the end of the last call of Rows, and does not close it.
type File struct {
	Encoding  string // as found or declared
	Delimiter string // as found or declared; "" if there is one column only
	Warnings  []fault.Warning

	name    string
	src     io.ReaderAt
	start   int64 // where the text begins, after its byte order mark
	size    int64 // where it ends, before its padding
	opt     Options
	dialect dialect
	last    int // the number of the last row, once Rows has read it
}

// Open finds out how a text file is written. name is its base name, for messages.
func Open(ctx context.Context, name string, src io.ReaderAt, size int64, opt Options) (*File, error) {
	f := &File{name: name, src: src, size: size, opt: opt}
	if err := f.open(ctx); err != nil {
		return nil, err
	}
	return f, nil
}

// dialect is how a CSV file is written.
type dialect struct {
	encoding  encoding.Encoding
	delimiter byte // 0: one column
	announced bool // the first line is sep=; or the like or the like
	quotes    record.Quoting
	nuls      bool // the text has a NUL byte somewhere, which no line may have
}

// open finds encoding, delimiter and way of quoting. It reads the text once to its end, and again only if it is not UTF-8 or has a quote
// out of place.
func (f *File) open(ctx context.Context) error {
	head, err := f.readHead(ctx)
	if err != nil {
		return fault.InPart(err, f.name)
	}
	said, page, err := findEncoding(f, head)
	if err != nil {
		return err
	}
	var clean bool
	if charset.Multibyte(page) {
		clean, err = f.surveyMultibyte(ctx, said, page)
	} else {
		clean, err = f.survey(ctx, said, page, head)
	}
	if err == nil && !clean {
		err = decideQuotes(ctx, f)
	}
	return fault.InPart(err, f.name)
}

// readHead returns the beginning of the text, and removes the padding from its end.
func (f *File) readHead(ctx context.Context) ([]byte, error) {
	head := make([]byte, min(f.size, 64<<10))
	if _, err := f.src.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("read the start of the file: %w", err)
	}
	if err := trimPadding(ctx, f, head); err != nil {
		return nil, err
	}
	return head[:min(f.size, int64(len(head)))], nil
}

// survey reads a text whose bytes below 128 are ASCII to its end, and reports whether all its quotes follow RFC 4180.
func (f *File) survey(ctx context.Context, said string, page encoding.Encoding, head []byte) (bool, error) {
	if err := readable(head); err != nil {
		return false, err
	}
	for bytes.HasPrefix(head[f.start:], []byte(charset.MarkUTF8)) { // some programs write two
		f.start += int64(len(charset.MarkUTF8))
	}
	if err := f.findDelimiter(ctx); err != nil {
		return false, err
	}
	var v charset.UTF8Check
	quotes := record.QuoteCheck{Delimiter: f.dialect.delimiter}
	err := f.eachPiece(ctx, func(b []byte, last bool) (int, error) {
		n := v.Add(b, last)
		quotes.Add(b[:n])
		f.dialect.nuls = f.dialect.nuls || bytes.IndexByte(b[:n], 0) >= 0
		return n, nil
	})
	if err != nil {
		return false, err
	}
	return quotes.OK(), decideEncoding(ctx, f, said, page, v, f.start > 0)
}

// surveyMultibyte is survey for a text that must be decoded before its quotes can be found.
func (f *File) surveyMultibyte(ctx context.Context, name string, page encoding.Encoding) (bool, error) {
	f.Encoding, f.dialect.encoding = name, page
	if err := f.findDelimiter(ctx); err != nil {
		return false, err
	}
	var v charset.UTF8Check
	quotes := record.QuoteCheck{Delimiter: f.dialect.delimiter}
	err := pieces(f.text(ctx), func(b []byte, last bool) (int, error) {
		n := v.Add(b, last)
		quotes.Add(b[:n])
		f.dialect.nuls = f.dialect.nuls || bytes.IndexByte(b[:n], 0) >= 0
		return n, nil
	})
	if err == nil && v.ReplacedLine > 0 {
		err = notEncoded(v.ReplacedLine, "the text was read as %s, but line %s has bytes that are not characters of it: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8",
			name, v.ReplacedLine)
	}
	return quotes.OK(), err
}

// findDelimiter detects the delimiter by the beginning of the text.
func (f *File) findDelimiter(ctx context.Context) error {
	sample := make([]byte, 64<<10)
	n, err := io.ReadFull(f.text(ctx), sample)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	if err := f.dialect.find(sample[:n], err != nil, f.opt.Delimiter); err != nil {
		return err
	}
	if f.dialect.delimiter != 0 {
		f.Delimiter = string(rune(f.dialect.delimiter))
	}
	return nil
}

// records reads the file from the start in one way of quoting.
func (f *File) records(ctx context.Context, q record.Quoting) *record.Reader {
	r := record.NewReader(f.text(ctx), record.Options{Delimiter: f.dialect.delimiter, Quotes: q, HeaderRow: f.opt.HeaderRow, NULs: f.dialect.nuls, Limits: f.opt.Limits})
	if f.dialect.announced {
		_, _ = r.NextLine() // Open has read it
	}
	return r
}

// locate classifies an error and adds the line.
func (f *File) locate(err error, r *record.Reader) error {
	return fault.At(fault.InPart(err, f.name), "", r.Line())
}

// eachPiece calls look with the bytes of the text, one piece after the other. look returns how many bytes it has used; the others are at
// the start of the next piece. last is true for the last one.
func (f *File) eachPiece(ctx context.Context, look func(b []byte, last bool) (used int, err error)) error {
	return pieces(stream.WithContext(ctx, io.NewSectionReader(f.src, f.start, f.size-f.start)), look)
}

// warn adds a warning.
func (f *File) warn(u *fault.Unreadable) {
	f.Warnings = append(f.Warnings, fault.Warning{Code: u.Code, Row: u.Row, Format: u.Format, Args: u.Args})
}

// Rows reads the file in slices of at most n rows. All cells are text. The slice and its cells are reused by the next step; strings in
// them may be kept.
func (f *File) Rows(ctx context.Context, n int) iter.Seq2[[]cell.Row, error] {
	return func(yield func([]cell.Row, error) bool) {
		f.last = 0
		c := &rowReader{in: f.records(ctx, f.dialect.quotes), limits: f.opt.Limits, approved: f.opt.Approved}
		for more := true; more; {
			var err error
			more, err = c.batch(ctx, n)
			if err != nil {
				yield(nil, fault.At(fault.InPart(err, f.name), "", c.in.Line()))
				return
			}
			if len(c.Rows) > 0 && !yield(c.Rows, nil) {
				return
			}
		}
		f.last = c.last
	}
}

// Last returns the number of the last row with something in it, once Rows has run to the end.
func (f *File) Last() int { return f.last }

// text returns the characters of the file as UTF-8 with \n as line ends, without the byte order mark. Before the encoding is known it
// returns the bytes as they are.
func (f *File) text(ctx context.Context) io.Reader {
	raw := stream.WithContext(ctx, io.NewSectionReader(f.src, f.start, f.size-f.start))
	if f.dialect.encoding == nil || f.dialect.encoding == unicode.UTF8 {
		return &newlines{src: raw}
	}
	decoded := transform.NewReader(raw, f.dialect.encoding.NewDecoder())
	if !charset.Multibyte(f.dialect.encoding) {
		return &newlines{src: decoded}
	}
	in := bufio.NewReaderSize(decoded, stream.Window)
	for b, _ := in.Peek(len(charset.MarkUTF8)); string(b) == charset.MarkUTF8; b, _ = in.Peek(len(charset.MarkUTF8)) {
		_, _ = in.Discard(len(charset.MarkUTF8))
	}
	return &newlines{src: in}
}
