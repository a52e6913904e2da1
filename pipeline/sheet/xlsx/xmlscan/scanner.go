package xmlscan

import (
	"bytes"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// Kind of a token.
type Kind uint8

const (
	Opening Kind = iota // <a> and <a/>, see scanner.empty
	Closing             // </a>
	End                 // the document is over
)

// Attr is one attribute of a tag, its value as written.
type Attr struct{ Name, Value []byte }

const (
	maxDepth = 256 // of elements; a worksheet has under 20

	maxOpenNames = 64 << 10 // bytes of the names of all open elements
)

// Scanner cuts XML into tags, with the characters before each. It allocates nothing per tag: what it shows lies in one recycled
// buffer and is gone at the next step. It refuses what is not well-formed and any DOCTYPE; it knows no namespaces.
type Scanner struct {
	src  io.Reader
	buf  []byte
	pos  int // start of the token in hand
	end  int // of what is read
	used int // bytes of the token in hand
	max  int // of one token

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

func New(src io.Reader, limits cell.Limits) *Scanner {
	return &Scanner{src: src, buf: make([]byte, stream.Window), max: limits.TokenBytes()}
}

// Depth counts the elements that are open.
func (s *Scanner) Depth() int { return len(s.starts) }

// Next steps to the next tag.
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

// Buffered returns what is read and comes after the token in hand. It may end anywhere.
func (s *Scanner) Buffered() []byte { return s.buf[s.pos+s.used : s.end] }

// Advance passes so many bytes of buffered without looking at them.
func (s *Scanner) Advance(n int) { s.used += n }

// finish accepts the end of the document, if it is one. What is from offset n on has not been looked at.
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

// skipAside passes a comment, an instruction or CDATA at offset at; the text goes on behind it, from the offset it gives.
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
	return 0, fault.Corrupt("the XML has a DOCTYPE, which no workbook has")
}

// endOf gives the offset behind the first stop at or after n.
func (s *Scanner) endOf(stop string, n int) (int, error) {
	for {
		if i := bytes.Index(s.buf[s.pos+n:s.end], []byte(stop)); i >= 0 {
			return n + i + len(stop), nil
		}
		n = max(n, s.end-s.pos-len(stop)+1)
		if err := s.fill(); err != nil {
			return 0, truncatedToken(err)
		}
	}
}

// find gives the offset of the first c at or after n, reading on as needed. io.EOF: there is none.
func (s *Scanner) find(c byte, n int) (int, error) {
	for {
		if i := bytes.IndexByte(s.buf[s.pos+n:s.end], c); i >= 0 {
			return n + i, nil
		}
		n = s.end - s.pos
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// need reads until n bytes of the token are there.
func (s *Scanner) need(n int) error {
	for s.end-s.pos < n {
		if err := s.fill(); err != nil {
			return truncatedToken(err)
		}
	}
	return nil
}

// fill reads more of the source behind what is there, making room first.
func (s *Scanner) fill() error {
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= s.max {
			return tooLongToken(s.max)
		}
		s.buf = append(s.buf, make([]byte, min(len(s.buf), s.max-len(s.buf)))...)
	}
	for range 100 { // a reader may give nothing at times, but not for ever
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		if n > 0 {
			return nil // an error comes again
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

func tooLongToken(most int) error {
	return fault.New(fault.CodeLimit, "one text or tag is longer than %s KB; no cell of Excel is", most>>10)
}

// truncatedToken is the error for a document that ends inside a token.
func truncatedToken(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
