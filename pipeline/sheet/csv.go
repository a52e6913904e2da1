package sheet

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// dialect is how a CSV file is written.
type dialect struct {
	encoding  encoding.Encoding
	delimiter byte // 0: one column
	announced bool // the first line is sep=;
	quotes    quoting
	zeros     bool // the text has a NUL somewhere: no line may
}

// openCSV finds encoding, delimiter and the way of quoting. The text is read once to its end for that, and again only where it is not UTF-8
// or has a quote out of place.
func (w *Workbook) openCSV(ctx context.Context) error {
	w.Format = CSV
	name := strings.TrimSuffix(w.Name, pathExt(w.Name))
	w.Sheets = []*Sheet{{Name: name, Number: 1, Grid: true, book: w}}
	head, err := w.head(ctx)
	if err != nil {
		return fault.InPart(err, w.Name)
	}
	said, page, err := w.declared(head)
	if err != nil {
		return err
	}
	var clean bool
	if multibyte(page) {
		clean, err = w.surveyWide(ctx, said, page)
	} else {
		clean, err = w.survey(ctx, said, page, head)
	}
	if err == nil && !clean {
		err = w.decideQuotes(ctx)
	}
	return fault.InPart(err, w.Name)
}

// head returns the beginning of the text, whose padding has been found by then.
func (w *Workbook) head(ctx context.Context) ([]byte, error) {
	head := make([]byte, min(w.size, 64<<10))
	if _, err := w.file.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("read the start of the file: %w", err)
	}
	if err := w.trimPadding(ctx, head); err != nil {
		return nil, err
	}
	return head[:min(w.size, int64(len(head)))], nil
}

// survey reads a text whose bytes below 128 are ASCII to its end, and says whether RFC 4180 knows all its quotes.
func (w *Workbook) survey(ctx context.Context, said string, page encoding.Encoding, head []byte) (bool, error) {
	if err := readable(head); err != nil {
		return false, err
	}
	for bytes.HasPrefix(head[w.start:], []byte(markUTF8)) { // some programs write two
		w.start += int64(len(markUTF8))
	}
	if err := w.findDelimiter(ctx); err != nil {
		return false, err
	}
	var v validity
	quotes := quoteScan{delimiter: w.dialect.delimiter}
	err := w.eachPiece(ctx, func(b []byte, last bool) (int, error) {
		n := v.look(b, last)
		quotes.look(b[:n])
		w.dialect.zeros = w.dialect.zeros || bytes.IndexByte(b[:n], 0) >= 0
		return n, nil
	})
	if err != nil {
		return false, err
	}
	return quotes.end(), w.decideEncoding(ctx, said, page, v, w.start > 0)
}

// surveyWide is survey of a text that must be decoded before anything else can be said of it.
func (w *Workbook) surveyWide(ctx context.Context, name string, page encoding.Encoding) (bool, error) {
	w.Encoding, w.dialect.encoding = name, page
	if err := w.findDelimiter(ctx); err != nil {
		return false, err
	}
	var v validity
	quotes := quoteScan{delimiter: w.dialect.delimiter}
	err := pieces(w.text(ctx), func(b []byte, last bool) (int, error) {
		n := v.look(b, last)
		quotes.look(b[:n])
		w.dialect.zeros = w.dialect.zeros || bytes.IndexByte(b[:n], 0) >= 0
		return n, nil
	})
	if err == nil && v.replaced > 0 {
		err = notEncoded(v.replaced, "the text was read as %s, but line %s has bytes that are not characters of it: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8",
			name, v.replaced)
	}
	return quotes.end(), err
}

// findDelimiter works it out from the beginning of the text.
func (w *Workbook) findDelimiter(ctx context.Context) error {
	sample := make([]byte, 64<<10)
	n, err := io.ReadFull(w.text(ctx), sample)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	if err := w.dialect.find(sample[:n], err != nil, w.opt.Delimiter); err != nil {
		return err
	}
	if w.dialect.delimiter != 0 {
		w.Delimiter = string(rune(w.dialect.delimiter))
	}
	return nil
}

func pathExt(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[i:]
	}
	return ""
}

// text gives the file's characters as UTF-8 with \n at line ends, from the start and without the mark. Before the encoding is known it
// gives the bytes as they are.
func (w *Workbook) text(ctx context.Context) io.Reader {
	raw := stream.WithContext(ctx, io.NewSectionReader(w.file, w.start, w.size-w.start))
	if w.dialect.encoding == nil || w.dialect.encoding == unicode.UTF8 {
		return &newlines{src: raw}
	}
	decoded := transform.NewReader(raw, w.dialect.encoding.NewDecoder())
	if !multibyte(w.dialect.encoding) {
		return &newlines{src: decoded}
	}
	in := bufio.NewReaderSize(decoded, stream.Window)
	for b, _ := in.Peek(len(markUTF8)); string(b) == markUTF8; b, _ = in.Peek(len(markUTF8)) {
		_, _ = in.Discard(len(markUTF8))
	}
	return &newlines{src: in}
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
func (s *Sheet) records(ctx context.Context, n int) iter.Seq2[[]cell.Row, error] {
	return func(yield func([]cell.Row, error) bool) {
		s.last = 0
		c := &csvReader{in: s.book.recordsAs(ctx, s.book.dialect.quotes), limits: s.book.opt.Limits, approved: s.book.opt.Approved}
		for more := true; more; {
			var err error
			more, err = c.batch(ctx, n)
			if err != nil {
				yield(nil, fault.At(fault.InPart(err, s.book.Name), "", c.in.lines.n))
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
	in       *records
	limits   cell.Limits
	approved bool // see Options
	rows     []cell.Row
	cells    []cell.Cell
	starts   []int
	text     cell.Arena
	bytes    int // of the texts of the batch
	last     int
}

func (c *csvReader) batch(ctx context.Context, n int) (bool, error) {
	c.rows, c.cells, c.starts, c.bytes = c.rows[:0], c.cells[:0], c.starts[:0], 0
	more := true
	for seen := 0; more && len(c.rows) < n && len(c.cells) < batchCells && c.bytes < batchBytes; seen++ {
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
		if len(c.in.spans) > 0 && !c.approved {
			if err := c.in.doubtful(); err != nil {
				return false, err
			}
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
			return fault.New(fault.CodeLimit, "column %s holds more than %s bytes of text", cell.ColumnName(i), c.limits.CellBytes).OverLimit("cell_bytes")
		}
		c.bytes += len(text)
		c.cells = append(c.cells, cell.Cell{Column: i, Type: cell.Text, Raw: c.text.Keep(text)})
	}
	if len(c.cells) == from {
		return nil
	}
	if len(c.cells)-from > c.limits.Columns {
		return fault.New(fault.CodeLimit, "the line has more than %s fields with something in them", c.limits.Columns).OverLimit("columns")
	}
	c.rows = append(c.rows, cell.Row{Number: line, End: c.in.lines.n})
	c.starts = append(c.starts, from)
	c.last = line
	return nil
}
