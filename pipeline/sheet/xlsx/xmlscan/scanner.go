package xmlscan

import (
	"bytes"
	"context"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// Kind is the kind of a token.
type Kind uint8

// The kinds of tokens.
const (
	Opening Kind = iota // <a>, and <a/>: see Scanner.Empty
	Closing             // </a>
	End                 // of the document
)

const (
	maxDepth = 256 // of elements; a worksheet has under 20

	maxOpenNames = 64 << 10 // bytes of the names of all open elements
)

// Scanner cuts XML into tags, with the characters before each. What it shows is valid until the next step.
type Scanner struct {
	window

	Kind    Kind
	Empty   bool   // <a/>
	Name    []byte // of the tag, with its prefix
	Attrs   []Attr // of an opening tag
	Text    []byte // characters before the tag, as written
	Decoded bool   // text is decoded already, it held CDATA or a comment
	side    []byte // where such text is put together

	alias  []byte // a prefix, with its colon, that means the same as none
	names  []byte // names of the open elements, one after the other
	starts []int  // where each begins
	rooted bool   // the root has been seen
}

// New returns a scanner at the start of a document.
func New(src io.Reader, limits cell.Limits) *Scanner {
	return &Scanner{window: window{src: src, buf: make([]byte, stream.Window), max: limits.TokenBytes()}}
}

// Depth returns how many elements are open.
func (s *Scanner) Depth() int { return len(s.starts) }

// Next reads the next tag.
func (s *Scanner) Next() error {
	s.pos += s.used
	s.used, s.Decoded, s.side = 0, false, s.side[:0]
	for n := 0; ; {
		at, err := s.find('<', n)
		if err == io.EOF {
			return s.finish(n)
		}
		if err != nil {
			return err
		}
		if err := s.need(at + 2); err != nil {
			return err
		}
		switch s.buf[s.pos+at+1] {
		case '!', '?':
			if n, err = s.skipAside(n, at); err != nil {
				return err
			}
		default:
			return s.tag(n, at)
		}
	}
}

// finish accepts the end of the document, if it is complete. What comes after offset n has not been looked at.
func (s *Scanner) finish(n int) error {
	if s.Depth() > 0 || !s.rooted {
		return io.ErrUnexpectedEOF
	}
	if len(bytes.TrimSpace(s.side))+len(bytes.TrimSpace(s.buf[s.pos+n:s.end])) > 0 {
		return fault.Corrupt("there is text after the end of the XML")
	}
	s.Kind, s.Name, s.Attrs, s.Text = End, nil, nil, nil
	return nil
}

// skipAside skips a comment, an instruction or CDATA at offset at. It returns the offset where the text continues.
func (s *Scanner) skipAside(from, at int) (int, error) {
	var err error
	if s.side, err = Decode(s.side, s.buf[s.pos+from:s.pos+at]); err != nil {
		return 0, err
	}
	s.Decoded = true
	if s.buf[s.pos+at+1] == '?' {
		return s.endOf("?>", at+2)
	}
	if err := s.need(at + 9); err != nil { // <![CDATA[, <!DOCTYPE and the shortest comment with its element are as long
		return 0, err
	}
	switch b := s.buf[s.pos+at+2 : s.end]; {
	case bytes.HasPrefix(b, []byte("--")):
		return s.endOf("-->", at+4)
	case bytes.HasPrefix(b, []byte("[CDATA[")):
		stop, err := s.endOf("]]>", at+9)
		if err != nil {
			return 0, err
		}
		s.side, err = verbatim(s.side, s.buf[s.pos+at+9:s.pos+stop-3])
		return stop, err
	}
	return 0, fault.Corrupt("the XML has a DOCTYPE, which is not allowed in a workbook")
}

// Skip skips all that is inside the current element.
func (s *Scanner) Skip() error {
	if s.Empty {
		return nil
	}
	for depth := s.Depth() - 1; s.Depth() > depth; {
		if err := s.Next(); err != nil {
			return err
		}
	}
	return nil
}

// Drain reads to the end of the document and of its source, so that its size and checksum are compared.
func (s *Scanner) Drain() error {
	for s.Kind != End {
		if err := s.Next(); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, s.src); err != nil {
		return err
	}
	return nil
}

// SkipUnparsed skips what is inside the current element without looking at its tags, so that Next returns the closing tag. A < begins a
// tag unless it begins a comment, an instruction or CDATA: a window without these is searched for the closing tag as it is.
func (s *Scanner) SkipUnparsed(ctx context.Context) error {
	if s.Empty {
		return nil
	}
	end := append([]byte("</"), s.names[s.starts[len(s.starts)-1]:]...)
	for n := s.used; ; n = 0 {
		found := false
		if b := s.buf[s.pos+n : s.end]; bytes.Contains(b, []byte("<!")) || bytes.Contains(b, []byte("<?")) {
			var err error
			if n, found, err = s.skipMarkup(n, end); err != nil {
				return err
			}
		} else if i := bytes.Index(b, end); i >= 0 {
			n, found = n+i, true
		} else {
			n += max(0, len(b)-len(end)+1) // the closing tag may have begun after that
		}
		if found {
			s.used = n
			return nil
		}
		s.pos, s.used = s.pos+n, 0
		if err := s.fill(); err != nil {
			return truncatedToken(err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// skipMarkup does so from one < to the next, until the closing tag or the end of the window. It returns the offset that it has reached.
func (s *Scanner) skipMarkup(n int, end []byte) (_ int, found bool, err error) {
	for {
		i := bytes.IndexByte(s.buf[s.pos+n:s.end], '<')
		if i < 0 {
			return s.end - s.pos, false, nil
		}
		n += i
		switch b := s.buf[s.pos+n : s.end]; {
		case len(b) < max(len(end), len("<![CDATA[")):
			return n, false, nil
		case bytes.HasPrefix(b, end):
			return n, true, nil
		case b[1] == '?':
			n, err = s.endOf("?>", n+2)
		case bytes.HasPrefix(b, []byte("<!--")):
			n, err = s.endOf("-->", n+4)
		case bytes.HasPrefix(b, []byte("<![CDATA[")):
			n, err = s.endOf("]]>", n+9)
		case b[1] == '!':
			err = fault.Corrupt("the XML has a DOCTYPE, which is not allowed in a workbook")
		default:
			n++
		}
		if err != nil {
			return 0, false, err
		}
	}
}
