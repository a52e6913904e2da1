package record

import (
	"bufio"
	"bytes"
	"cmp"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// Reader cuts text into records and their fields.
type Reader struct {
	lines     *lines
	delimiter byte
	limits    cell.Limits
	quotes    Quoting
	text      []byte // of all fields, without their quotes
	ends      []int  // of each field in text
	line      []byte // the current one, whole
	all       answer // of allQuoted for this line

	headerRow int    // 0: the first record that has several fields
	headings  int    // how many fields the headings have, once they are read
	spans     []span // the quoted fields of the current record that go over several lines, each of which could be a row
	joined    bool   // see HasJoined
	single    int    // the first line that has a quote within a field and does not double it
	doubled   int    // the first line that doubles a quote
	loneQuote error  // about the first field that begins with blanks and a quote and has no other quote
	several   int    // the first line of the first quoted field of several lines
}

// span is the lines of a quoted field, each of which has as many fields as the others if quotes are taken for characters.
type span struct{ from, to, fields int }

// Options say how the records of a text are written.
type Options struct {
	Delimiter byte // 0: one column
	Quotes    Quoting
	HeaderRow int  // 0: the first record that has several fields
	NULs      bool // the text has a NUL byte somewhere; a line with one is refused
	Limits    cell.Limits
}

// NewReader returns a reader of the records of a text, whose lines end in \n.
func NewReader(r io.Reader, opt Options) *Reader {
	return &Reader{lines: &lines{src: bufio.NewReaderSize(r, stream.Window), max: opt.Limits.LineBytes, zeros: opt.NULs},
		delimiter: opt.Delimiter, limits: opt.Limits, quotes: opt.Quotes, headerRow: opt.HeaderRow}
}

// Line returns the number of the last line that was read, from 1.
func (r *Reader) Line() int { return r.lines.n }

// NextLine reads a line without cutting it into fields.
func (r *Reader) NextLine() ([]byte, error) { return r.lines.next() }

// HeadingFields returns how many fields the headings have; 0 before they are read.
func (r *Reader) HeadingFields() int { return r.headings }

// HasJoined reports whether a field of the current record has a delimiter in it although not all quotes of the text are in place.
func (r *Reader) HasJoined() bool { return r.joined }

// Len returns the number of fields of the current record.
func (r *Reader) Len() int { return len(r.ends) }

// Field returns the text of a field, which is valid until the next record. Excel's way to keep leading zeros, ="00123", gives 00123.
func (r *Reader) Field(i int) []byte {
	from := 0
	if i > 0 {
		from = r.ends[i-1]
	}
	f := r.text[from:r.ends[i]]
	if len(f) > 0 && f[0] == '=' && zerosKept(f) {
		return f[2 : len(f)-1]
	}
	return f
}

// zerosKept reports whether a field is written in Excel's way to keep leading zeros: ="00123".
func zerosKept(f []byte) bool {
	return len(f) >= 3 && f[0] == '=' && f[1] == '"' && bytes.IndexByte(f[2:], '"') == len(f)-3
}

// Next reads a record and returns the number of its first line; io.EOF after the last one.
func (r *Reader) Next() (int, error) {
	line, err := r.lines.next()
	if err != nil {
		return 0, err
	}
	start := r.lines.n
	r.line, r.all, r.text, r.ends, r.spans, r.joined = line, unasked, r.text[:0], r.ends[:0], r.spans[:0], false
	for more := true; more; {
		if r.quotes.SkipBlanks {
			line = r.withoutBlanks(line)
		}
		if len(line) > 0 && line[0] == '"' {
			line, more, err = r.quoted(line)
		} else {
			line, more = r.bare(line)
		}
		if err != nil {
			return 0, fault.At(err, "", start)
		}
		r.ends = append(r.ends, len(r.text))
		if most := max(cell.MaxColumn, r.limits.Columns); len(r.ends) > most {
			return 0, fault.At(fault.New(fault.CodeLimit, "the line has more than %s fields, more than a sheet has columns", most), "", start)
		}
		if len(r.text) > r.limits.LineBytes {
			return 0, r.lines.tooLong()
		}
	}
	if r.headings == 0 && start >= r.headerRow && (r.headerRow > 0 || len(r.ends) > 1) {
		r.headings = len(r.ends)
	}
	return start, nil
}

// bare reads a field without quotes around it, and reports whether another one follows.
func (r *Reader) bare(line []byte) (rest []byte, more bool) {
	field := line
	if r.delimiter != 0 {
		if i := bytes.IndexByte(line, r.delimiter); i >= 0 {
			field, rest, more = line[:i], line[i+1:], true
		}
	}
	if r.quotes != (Quoting{}) && bytes.IndexByte(field, '"') >= 0 && !zerosKept(field) {
		r.single = cmp.Or(r.single, r.lines.n)
		if r.loneQuote == nil && bytes.TrimLeft(field, blank)[0] == '"' && bytes.Count(field, []byte(`"`)) == 1 {
			r.loneQuote = r.unclosed(r.lines.n)
		}
	}
	if r.quotes.Backslash && bytes.IndexByte(field, '\\') >= 0 {
		r.text = appendUnescaped(r.text, field)
	} else {
		r.text = append(r.text, field...)
	}
	return rest, more
}

// quoted reads a field from its opening quote on, over several lines if necessary.
func (r *Reader) quoted(field []byte) (rest []byte, more bool, err error) {
	q := quotedField{opened: r.lines.n, field: field, from: len(r.text)}
	for line := field[1:]; ; {
		i := r.nextQuote(line)
		if i >= 0 && line[i] == '\\' {
			line = r.escape(line, i)
			continue
		}
		if i < 0 {
			if q.stray {
				return nil, false, r.unclosed(q.opened)
			}
			if line, err = r.join(line, &q); err != nil {
				return nil, false, err
			}
			continue
		}
		r.text = append(r.text, line[:i]...)
		after := line[i+1:]
		if len(after) > 0 && after[0] == '"' {
			q.doubled = true
			r.doubled = cmp.Or(r.doubled, r.lines.n)
			r.text = append(r.text, '"')
			line = after[1:]
			continue
		}
		if rest, more, ok := r.closes(after); ok {
			return rest, more, r.closed(&q)
		}
		if q.opened != r.lines.n || r.quotes.Stray == StrayRefused {
			return nil, false, r.unclosed(q.opened)
		}
		r.single = cmp.Or(r.single, r.lines.n)
		if r.quotes.Stray == StrayEnds {
			return r.literal(&q)
		}
		q.stray = true
		r.text = append(r.text, '"')
		line = after
	}
}

// nextQuote returns the offset of the next quote, or of a backslash before it if backslashes escape quotes; -1 if there is none.
func (r *Reader) nextQuote(line []byte) int {
	if r.quotes.Backslash {
		return bytes.IndexAny(line, `"\\`)
	}
	return bytes.IndexByte(line, '"')
}

// quotedField is a quoted field while it is read.
type quotedField struct {
	opened  int    // its first line
	field   []byte // that line from the opening quote on
	from    int    // where its text begins
	stray   bool   // a quote in it was taken for a character
	doubled bool   // a quote in it is doubled
	span    span
	uneven  bool // its lines differ in their number of fields
}

// closes reports whether the field ends after a quote: at a delimiter or the end of the line, possibly after spaces.
func (r *Reader) closes(after []byte) (rest []byte, more, ok bool) {
	trimmed := after
	if r.delimiter != ' ' {
		trimmed = bytes.TrimLeft(after, " ")
	}
	switch {
	case len(trimmed) == 0:
		return nil, false, true
	case r.delimiter != 0 && trimmed[0] == r.delimiter:
		return trimmed[1:], true, true
	}
	return nil, false, false
}

// closed notes what the checks of a file need to know about a quoted field that has ended.
func (r *Reader) closed(q *quotedField) error {
	joins := r.quotes != (Quoting{}) && r.delimiter != 0 && bytes.IndexByte(r.text[q.from:], r.delimiter) >= 0
	if q.stray && (q.doubled || joins) {
		return r.unclosed(q.opened) // "" may be one quote or two, and the field may end at the delimiter
	}
	r.joined = r.joined || joins
	if r.lines.n != q.opened {
		r.several = cmp.Or(r.several, q.opened)
		r.count(q)
		if !q.uneven {
			q.span.to = r.lines.n
			r.spans = append(r.spans, q.span)
		}
	}
	return nil
}

// join adds the rest of the line to the field and reads the next line.
func (r *Reader) join(line []byte, q *quotedField) ([]byte, error) {
	r.count(q)
	r.text = append(append(r.text, line...), '\n')
	if len(r.text) > r.limits.LineBytes {
		return nil, r.unclosed(q.opened)
	}
	next, err := r.lines.next()
	if err == io.EOF {
		return nil, r.unclosed(q.opened)
	}
	r.line, r.all = next, unasked
	return next, err
}

// count counts the fields of the line as if quotes were characters.
func (r *Reader) count(q *quotedField) {
	if q.uneven || r.delimiter == 0 {
		q.uneven = true
		return
	}
	fields := bytes.Count(r.line, []byte{r.delimiter}) + 1
	if q.span.from == 0 {
		q.span = span{from: r.lines.n, fields: fields}
	}
	q.uneven = fields != q.span.fields
}

// unclosed is the error about a quote that opens a field and does not close it.
func (r *Reader) unclosed(line int) error {
	u := fault.New(fault.CodeQuotes, `a quote (") starts a field in line %s, column %s, that is never closed: close it, or double the quote if it belongs to the text`,
		line, cell.ColumnName(len(r.ends)))
	u.Row = line
	return u
}

// SuspiciousLines returns an error that a person may overrule if a quoted field of the current record goes over several lines each of
// which looks like a row of its own, so that its quotes may be a mistake.
func (r *Reader) SuspiciousLines() error {
	if len(r.spans) == 0 {
		return nil
	}
	for _, s := range r.spans {
		if r.headings < 2 || s.fields != r.headings {
			continue
		}
		u := fault.New(fault.CodeQuotes, "a quoted field starts in line %s and ends in line %s, and each of these lines looks like a row of its own. If the field is "+
			"correct, approve the import; if there is a quote (\") too many, correct the line and put the file into the inbox again", s.from, s.to)
		u.Row, u.Hold = s.from, true
		return u
	}
	return nil
}

// AmbiguousQuotes returns, at the end of the text, why it cannot be read although every quote was closed: it has quotes that are
// characters and are not doubled. If others are doubled, "" may be one quote or two; if a quoted field goes over several lines, its
// quotes may be characters too.
func (r *Reader) AmbiguousQuotes() error {
	var u *fault.Unreadable
	switch {
	case r.loneQuote != nil:
		return r.loneQuote
	case r.single > 0 && r.doubled > 0:
		u = fault.New(fault.CodeQuotes, "line %s has a doubled quote (\") within a field, and line %s has one that is not doubled, so the meaning is not certain. Double "+
			"each quote that belongs to the text, or export the table again as .xlsx", r.doubled, r.single)
	case r.single > 0 && r.several > 0:
		u = fault.New(fault.CodeQuotes, "a quoted field of several lines starts in line %s, and line %s has a quote (\") that is not doubled, so it is not certain where "+
			"the field ends. Double each quote that belongs to the text, or export the table again as .xlsx", r.several, r.single)
	default:
		return nil
	}
	u.Row = r.single
	return u
}
