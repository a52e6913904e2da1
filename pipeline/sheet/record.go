package sheet

import (
	"bufio"
	"bytes"
	"io"
)

// records cuts text into records and their fields.
//
// # Why not encoding/csv
//
// It reads a quote that is never closed to the end of the file, or to the next quote, and in its lazy mode says nothing about it. Here
// the lines are in hand: a stray quote is taken as a character as long as its field ends on the same line, and is an error with
// the line's number as soon as it would join lines. What encoding/csv accepts without its lazy mode, both read alike (a test compares).
type records struct {
	lines     *lines
	delimiter byte
	limits    Limits
	text      []byte // of all fields, quotes taken out
	ends      []int  // of each field in text
}

func newRecords(r io.Reader, delimiter byte, limits Limits) *records {
	return &records{lines: &lines{src: bufio.NewReaderSize(r, window), max: limits.LineBytes}, delimiter: delimiter, limits: limits}
}

// len counts the fields of the record in hand.
func (r *records) len() int { return len(r.ends) }

// field gives the text of one; it is gone at the next record. Excel's way to keep zeros, ="00123", gives 00123.
func (r *records) field(i int) []byte {
	from := 0
	if i > 0 {
		from = r.ends[i-1]
	}
	f := r.text[from:r.ends[i]]
	if len(f) >= 3 && f[0] == '=' && f[1] == '"' && bytes.IndexByte(f[2:], '"') == len(f)-3 {
		return f[2 : len(f)-1]
	}
	return f
}

// next reads one record and gives the number of the line it begins in.
func (r *records) next() (int, error) {
	line, err := r.lines.next()
	if err != nil {
		return 0, err
	}
	start := r.lines.n
	r.text, r.ends = r.text[:0], r.ends[:0]
	for more := true; more; {
		if len(line) > 0 && line[0] == '"' {
			line, more, err = r.quoted(line[1:])
		} else {
			line, more = r.bare(line)
		}
		if err != nil {
			return 0, located(err, "", start)
		}
		r.ends = append(r.ends, len(r.text))
		if len(r.text) > r.limits.LineBytes {
			return 0, r.lines.tooLong()
		}
	}
	return start, nil
}

// bare reads a field without quotes around it, and says whether another follows.
func (r *records) bare(line []byte) (rest []byte, more bool) {
	i := -1
	if r.delimiter != 0 {
		i = bytes.IndexByte(line, r.delimiter)
	}
	if i < 0 {
		r.text = append(r.text, line...)
		return nil, false
	}
	r.text = append(r.text, line[:i]...)
	return line[i+1:], true
}

// quoted reads a field behind its opening quote, over line ends if need be.
func (r *records) quoted(line []byte) (rest []byte, more bool, err error) {
	opened, stray := r.lines.n, false
	for {
		i := bytes.IndexByte(line, '"')
		if i < 0 {
			if stray {
				return nil, false, r.unclosed(opened)
			}
			if line, err = r.join(line, opened); err != nil {
				return nil, false, err
			}
			continue
		}
		r.text = append(r.text, line[:i]...)
		after := line[i+1:]
		if len(after) > 0 && after[0] == '"' {
			r.text = append(r.text, '"')
			line = after[1:]
			continue
		}
		if rest, more, ok := r.closes(after); ok {
			return rest, more, nil
		}
		if r.lines.n != opened {
			return nil, false, r.unclosed(opened)
		}
		stray = true
		r.text = append(r.text, '"')
		line = after
	}
}

// closes says whether the field ends behind a quote: at a delimiter or the line's end, perhaps after spaces.
func (r *records) closes(after []byte) (rest []byte, more, ok bool) {
	trimmed := bytes.TrimLeft(after, " ")
	switch {
	case len(trimmed) == 0:
		return nil, false, true
	case r.delimiter != 0 && trimmed[0] == r.delimiter:
		return trimmed[1:], true, true
	}
	return nil, false, false
}

// join takes the line's rest into the field and gives the next line.
func (r *records) join(line []byte, opened int) ([]byte, error) {
	r.text = append(append(r.text, line...), '\n')
	if len(r.text) > r.limits.LineBytes {
		return nil, r.unclosed(opened)
	}
	next, err := r.lines.next()
	if err == io.EOF {
		return nil, r.unclosed(opened)
	}
	return next, err
}

func (r *records) unclosed(line int) error {
	u := unreadable(CodeUnclosedQuote, `a quote (") opens in line %s, column %s, and does not close: close it, or double it if it belongs to the text`,
		line, ColumnName(len(r.ends)))
	u.Row = line
	return u
}

// lines cuts text into lines, and counts them.
type lines struct {
	src  *bufio.Reader
	max  int
	long []byte // a line that is longer than the buffer
	n    int    // of the line in hand, from 1
}

// next gives the next line without its end; it is gone at the one after.
func (l *lines) next() ([]byte, error) {
	l.long = l.long[:0]
	for {
		b, err := l.src.ReadSlice('\n')
		if err == bufio.ErrBufferFull && len(l.long)+len(b) <= l.max {
			l.long = append(l.long, b...)
			continue
		}
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			l.n++
			return nil, err
		}
		return l.whole(b, err)
	}
}

func (l *lines) whole(b []byte, err error) ([]byte, error) {
	if len(l.long) > 0 {
		l.long = append(l.long, b...)
		b = l.long
	}
	if len(b) == 0 && err == io.EOF {
		return nil, io.EOF
	}
	l.n++
	if len(b) > l.max {
		return nil, l.tooLong()
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return nil, corrupt("the line holds a NUL byte, which no text has: export the table again as CSV UTF-8")
	}
	return bytes.TrimSuffix(b, []byte("\n")), nil
}

func (l *lines) tooLong() error {
	u := unreadable(CodeLimit, "the line is longer than %s MB: is this really a table, and is a quote missing?", l.max>>20).over("line_bytes")
	u.Row = l.n
	return u
}
