package sheet

import (
	"bytes"
	"context"
	"io"
	"iter"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// dialect is how a CSV file is written.
type dialect struct {
	encoding  encoding.Encoding
	delimiter byte // 0: one column
	announced bool // the first line is sep=;
}

// openCSV finds encoding and delimiter, unless they are declared.
func (w *Workbook) openCSV() error {
	w.Format = CSV
	w.Encoding = strings.ToLower(w.opt.Encoding)
	if w.Encoding == "" {
		var err error
		if w.Encoding, err = detectEncoding(w.file, w.size); err != nil {
			return blame(err, thePart, w.Name)
		}
	}
	if w.opt.Encoding != "" && codepage(w.Encoding) == unicode.UTF8 {
		if err := w.declaredUTF8(); err != nil {
			return err
		}
	}
	if w.dialect.encoding = codepage(w.Encoding); w.dialect.encoding == nil {
		return unreadable(CodeAmbiguousEncoding, "the encoding %s is none we read: say utf-8, windows-1252, cp850, macintosh or utf-16", quoted(40, w.Encoding))
	}
	sample := make([]byte, 64<<10)
	n, err := io.ReadFull(w.text(), sample)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return blame(err, thePart, w.Name)
	}
	if err := w.dialect.find(sample[:n], err != nil, w.opt.Delimiter); err != nil {
		return err
	}
	if w.dialect.delimiter != 0 {
		w.Delimiter = string(rune(w.dialect.delimiter))
	}
	name := strings.TrimSuffix(w.Name, pathExt(w.Name))
	w.Sheets = []*Sheet{{Name: name, Number: 1, Grid: true, book: w}}
	return nil
}

// declaredUTF8 checks what a mapping says, as the characters are not looked at again.
func (w *Workbook) declaredUTF8() error {
	v, err := checkUTF8(io.NewSectionReader(w.file, 0, w.size))
	if err != nil {
		return blame(err, thePart, w.Name)
	}
	if v.bad > 0 {
		u := corrupt("the text is declared UTF-8 and has bytes that are not, the first in line %s", v.line)
		u.Row = v.line
		return u
	}
	return nil
}

func pathExt(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[i:]
	}
	return ""
}

// text gives the file's characters as UTF-8 with \n at line ends, from the start and without the mark.
func (w *Workbook) text() io.Reader {
	if w.dialect.encoding != unicode.UTF8 {
		return &newlines{src: transform.NewReader(io.NewSectionReader(w.file, 0, w.size), w.dialect.encoding.NewDecoder())}
	}
	var mark [3]byte
	from := int64(0)
	if _, err := w.file.ReadAt(mark[:], 0); err == nil && string(mark[:]) == "\xef\xbb\xbf" {
		from = int64(len(mark))
	}
	return &newlines{src: io.NewSectionReader(w.file, from, w.size-from)}
}

// newlines turns \r\n and a lone \r into \n.
type newlines struct {
	src      io.Reader
	returned bool // the last byte was a \r
}

func (r *newlines) Read(p []byte) (int, error) {
	for {
		n, err := r.src.Read(p)
		b := p[:n]
		if r.returned && n > 0 && b[0] == '\n' {
			b = b[1:]
		}
		r.returned = n > 0 && p[n-1] == '\r' || n == 0 && r.returned
		out := 0
		for len(b) > 0 {
			i := bytes.IndexByte(b, '\r')
			if i < 0 {
				out += copy(p[out:], b)
				break
			}
			out += copy(p[out:], b[:i])
			p[out] = '\n'
			out++
			if b = b[i+1:]; len(b) > 0 && b[0] == '\n' {
				b = b[1:]
			}
		}
		if out > 0 || err != nil || len(p) == 0 {
			return out, err
		}
	}
}

// records reads the rows of a CSV file. All its cells are text.
func (s *Sheet) records(ctx context.Context, n int) iter.Seq2[[]Row, error] {
	return func(yield func([]Row, error) bool) {
		s.last = 0
		c := &csvReader{in: newRecords(s.book.text(), s.book.dialect.delimiter, s.book.opt.Limits), limits: s.book.opt.Limits}
		if s.book.dialect.announced {
			_, _ = c.in.lines.next() // Open has read it
		}
		for more := true; more; {
			var err error
			more, err = c.batch(ctx, n)
			if err != nil {
				yield(nil, located(blame(err, thePart, s.book.Name), "", c.in.lines.n))
				return
			}
			if len(c.rows) > 0 && !yield(c.rows, nil) {
				return
			}
		}
		s.last = c.last
	}
}

// csvReader makes rows of records.
type csvReader struct {
	in     *records
	limits Limits
	rows   []Row
	cells  []Cell
	starts []int
	text   arena
	last   int
}

func (c *csvReader) batch(ctx context.Context, n int) (bool, error) {
	c.rows, c.cells, c.starts = c.rows[:0], c.cells[:0], c.starts[:0]
	more := true
	for seen := 0; more && len(c.rows) < n && len(c.cells) < batchCells; seen++ {
		if seen%1024 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		line, err := c.in.next()
		if err == io.EOF {
			more = false
			break
		}
		if err != nil {
			return false, err
		}
		if err := c.row(line); err != nil {
			return false, err
		}
	}
	for i, from := range c.starts {
		to := len(c.cells)
		if i+1 < len(c.starts) {
			to = c.starts[i+1]
		}
		c.rows[i].Cells = c.cells[from:to:to]
	}
	return more, nil
}

// row adds the record in hand, if anything is in it.
func (c *csvReader) row(line int) error {
	from := len(c.cells)
	for i := range c.in.len() {
		text := c.in.field(i)
		if len(text) == 0 {
			continue
		}
		if len(text) > c.limits.CellBytes {
			return unreadable(CodeLimit, "column %s holds more than %s bytes of text", ColumnName(i), c.limits.CellBytes).over("cell_bytes")
		}
		c.cells = append(c.cells, Cell{Column: i, Type: Text, Raw: c.text.keep(text)})
	}
	if len(c.cells) == from {
		return nil
	}
	if len(c.cells)-from > c.limits.Columns {
		return unreadable(CodeLimit, "the line has more than %s fields with something in them", c.limits.Columns).over("columns")
	}
	c.rows = append(c.rows, Row{Number: line, end: c.in.lines.n})
	c.starts = append(c.starts, from)
	c.last = line
	return nil
}
