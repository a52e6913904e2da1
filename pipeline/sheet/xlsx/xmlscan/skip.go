package xmlscan

import (
	"bytes"
	"context"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// SkipUnparsed passes what is inside the tag in hand without looking at its tags, so that next gives the closing tag. A < stands before tags
// only, but for comments, instructions and CDATA: a window that has none of these is searched for the closing tag as it is.
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
			n += max(0, len(b)-len(end)+1) // behind that the closing tag may have begun
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

// skipMarkup does so from one < to the next, until the closing tag or the window's end. It gives the offset that it came to.
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
			err = fault.Corrupt("the XML has a DOCTYPE, which no workbook has")
		default:
			n++
		}
		if err != nil {
			return 0, false, err
		}
	}
}
