package sheet

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

const (
	markUTF8    = "\xef\xbb\xbf"
	markUTF16LE = "\xff\xfe"
	markUTF16BE = "\xfe\xff"
)

// declared finds out what the file and the mapping say of the encoding: a byte order mark, which beats what is declared, then that, then
// the zeros of UTF-16. "" where nothing says it.
func (w *Workbook) declared(head []byte) (string, encoding.Encoding, error) {
	name, page := "", encoding.Encoding(nil)
	if said := strings.TrimSpace(w.opt.Encoding); said != "" && !strings.EqualFold(said, "auto") {
		if name, page = codepage(said); page == nil {
			return "", nil, fault.New(fault.CodeEncoding, "the encoding %s is not known: use one of %s", fault.Quoted(40, said), strings.Join(Encodings(), ", "))
		}
	}
	mark := ""
	switch {
	case bytes.HasPrefix(head, []byte(markUTF8)):
		mark = "utf-8"
	case bytes.HasPrefix(head, []byte(markUTF16LE)):
		mark = "utf-16le"
	case bytes.HasPrefix(head, []byte(markUTF16BE)):
		mark = "utf-16be"
	case name == "":
		mark = byZeros(head)
	}
	if mark == "" || mark == name {
		return name, page, nil
	}
	if name != "" {
		w.warn(fault.New("ENCODING_MARK", "the encoding is set to %s, but the file begins with the byte order mark of %s and was read as that", name, mark))
	}
	name, page = codepage(mark)
	return name, page, nil
}

func (w *Workbook) warn(u *fault.Unreadable) {
	w.Warnings = append(w.Warnings, Warning{Code: u.Code, Row: u.Row, Format: u.Format, Args: u.Args})
}

// multibyte says whether the bytes of an encoding that stand for quotes and delimiters may be parts of other characters too.
func multibyte(page encoding.Encoding) bool {
	_, single := page.(*charmap.Charmap)
	return page != nil && !single && page != unicode.UTF8
}

// decideEncoding chooses the encoding of a file whose bytes below 128 are ASCII, by what is declared, or else by all of its bytes.
func (w *Workbook) decideEncoding(ctx context.Context, name string, page encoding.Encoding, v validity, marked bool) error {
	w.Encoding, w.dialect.encoding = "utf-8", unicode.UTF8
	table, single := page.(*charmap.Charmap)
	switch {
	case v.bad == 0 && v.replaced > 0:
		return notEncoded(v.replaced, "line %s holds the replacement character (U+FFFD): a letter was lost before the file came here. Export the table again as CSV UTF-8", v.replaced)
	case single && v.bad == 0 && v.good > 0:
		return notEncoded(0, "the encoding is set to %s, but the text is UTF-8: remove encoding: from the mapping, or from the inbox", name)
	case single:
		w.Encoding, w.dialect.encoding = name, page
		return w.allDefined(ctx, name, table)
	case v.bad == 0:
		return nil
	case page != nil && !marked:
		return notEncoded(v.line, "the encoding is set to UTF-8, but the text has bytes that are not, the first in line %s: "+
			"set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8", v.line)
	case marked || v.good >= v.bad:
		return notEncoded(v.line, "the text is UTF-8 except for some bytes, the first in line %s: correct that line, or set encoding: in the mapping or for the inbox", v.line)
	}
	return w.choosePage(ctx)
}

func notEncoded(row int, format string, args ...any) *fault.Unreadable {
	u := fault.New(fault.CodeEncoding, format, args...)
	u.Row = row
	return u
}

// allDefined refuses a file with a byte that the declared page has no character for.
func (w *Workbook) allDefined(ctx context.Context, name string, table *charmap.Charmap) error {
	none := undefined(table)
	line := 1
	return w.eachPiece(ctx, func(b []byte, _ bool) (int, error) {
		for i := 0; i < len(b); i++ {
			if i += ascii(b[i:]); i < len(b) && none[b[i]] {
				line += bytes.Count(b[:i], []byte("\n"))
				return 0, notEncoded(line, "the encoding is set to %s, but line %s has a byte that is not a character of it: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8", name, line)
			}
		}
		line += bytes.Count(b, []byte("\n"))
		return len(b), nil
	})
}

// byZeros knows UTF-16 without a mark: of Western text every second byte is zero.
func byZeros(head []byte) string {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case half < 2:
	case zeros[1] > half*2/3 && zeros[0] == 0:
		return "utf-16le"
	case zeros[0] > half*2/3 && zeros[1] == 0:
		return "utf-16be"
	}
	return ""
}

// readable refuses what is no text: some zeros, or control characters by the hundred. A single zero is left to the reader, which says where.
func readable(head []byte) error {
	control := 0
	for _, b := range head {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' {
			control++
		}
	}
	if control > 2+len(head)/100 || bytes.Count(head, []byte{0}) > 2 {
		return fault.New(fault.CodeNotAWorkbook, "this is no workbook and no text: give the table as .xlsx or .csv")
	}
	return nil
}

// eachPiece calls look with the bytes of the text, a piece at a time and how many it has used; what is left of one begins the next. The
// last piece is said to be it.
func (w *Workbook) eachPiece(ctx context.Context, look func(b []byte, last bool) (used int, err error)) error {
	return pieces(stream.WithContext(ctx, io.NewSectionReader(w.file, w.start, w.size-w.start)), look)
}

func pieces(r io.Reader, look func(b []byte, last bool) (used int, err error)) error {
	buf, kept := make([]byte, stream.Window), 0
	for {
		n, err := io.ReadFull(r, buf[kept:])
		over := err != nil
		if over && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("read the file: %w", err)
		}
		used, err := look(buf[:kept+n], over)
		if err != nil || over {
			return err
		}
		kept = copy(buf, buf[used:kept+n])
	}
}

// validity counts what of a text is UTF-8.
type validity struct {
	good, bad int // characters beyond ASCII that are, bytes that are not
	line      int // of the first that is not
	replaced  int // the line of the first U+FFFD
	seen      int // lines that are behind
}

// look checks one piece of a text. A character that the piece cuts in two is left for the next.
func (v *validity) look(b []byte, last bool) (used int) {
	for used < len(b) {
		if b[used] < utf8.RuneSelf {
			used += ascii(b[used:])
			continue
		}
		if !last && !utf8.FullRune(b[used:]) {
			break
		}
		r, n := utf8.DecodeRune(b[used:])
		switch {
		case r != utf8.RuneError:
			v.good++
		case n == 1:
			if v.bad++; v.bad == 1 {
				v.line = v.seen + 1 + bytes.Count(b[:used], []byte("\n"))
			}
		default:
			if v.good++; v.replaced == 0 {
				v.replaced = v.seen + 1 + bytes.Count(b[:used], []byte("\n"))
			}
		}
		used += n
	}
	v.seen += bytes.Count(b[:used], []byte("\n"))
	return used
}

// ascii returns how many bytes at the beginning are ASCII, eight at a time.
func ascii(b []byte) int {
	const beyond = 0x8080808080808080
	i := 0
	for len(b)-i >= 8 && binary.LittleEndian.Uint64(b[i:])&beyond == 0 {
		i += 8
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	return i
}
