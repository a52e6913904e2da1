package record

import (
	"bufio"
	"bytes"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// lines cuts text into lines and counts them.
type lines struct {
	src   *bufio.Reader
	max   int
	zeros bool   // the text has a NUL byte somewhere
	long  []byte // a line that is longer than the buffer
	n     int    // the number of the current line, from 1
}

// next returns the next line without its end; it is valid until the one after.
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

// whole returns a line whose last piece is b, after checking it. err is io.EOF at the end of the text.
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
	if l.zeros && bytes.IndexByte(b, 0) >= 0 {
		return nil, fault.Corrupt("the line contains a NUL byte, which text cannot contain: export the table again as CSV UTF-8")
	}
	return bytes.TrimSuffix(b, []byte("\n")), nil
}

func (l *lines) tooLong() error {
	u := fault.New(fault.CodeLimit, "the line is longer than %s MB: check that the file is a table and that no quote is missing", l.max>>20).OverLimit("line_bytes")
	u.Row = l.n
	return u
}
