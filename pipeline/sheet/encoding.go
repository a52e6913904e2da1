package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// codepage gives an encoding that a mapping or a file may declare by name; nil where the name is unknown.
func codepage(name string) encoding.Encoding {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "utf-8", "utf8", "ascii", "us-ascii":
		return unicode.UTF8
	case "utf-16", "utf16", "utf-16le", "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be", "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "windows-1252", "cp1252", "1252", "iso-8859-1", "latin1", "latin-1": // as the web does
		return charmap.Windows1252
	case "iso-8859-15", "latin9":
		return charmap.ISO8859_15
	case "windows-1250", "cp1250":
		return charmap.Windows1250
	case "iso-8859-2", "latin2":
		return charmap.ISO8859_2
	case "windows-1251", "cp1251":
		return charmap.Windows1251
	case "windows-1253", "cp1253":
		return charmap.Windows1253
	case "windows-1254", "cp1254":
		return charmap.Windows1254
	case "windows-1257", "cp1257":
		return charmap.Windows1257
	case "cp850", "ibm850", "850":
		return charmap.CodePage850
	case "cp437", "ibm437", "437":
		return charmap.CodePage437
	case "cp865", "ibm865", "865":
		return charmap.CodePage865
	case "macintosh", "macroman", "mac":
		return charmap.Macintosh
	}
	return nil
}

// detectEncoding reads the whole file and gives the name of its encoding: its mark, then its zeros, then whether all of it is
// UTF-8, then the old code page that makes Swedish words of it.
func detectEncoding(f io.ReaderAt, size int64) (string, error) {
	head := make([]byte, min(size, 64<<10))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return "", fmt.Errorf("read the start of the file: %w", err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "utf-16le", nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16be", nil
	}
	if name := byZeros(head); name != "" {
		return name, nil
	}
	if err := readable(head); err != nil {
		return "", err
	}
	v, err := checkUTF8(io.NewSectionReader(f, 0, size))
	if err != nil {
		return "", err
	}
	marked := bytes.HasPrefix(head, []byte("\xef\xbb\xbf"))
	if v.bad == 0 {
		return "utf-8", nil
	}
	if marked || v.good >= v.bad {
		return "", ambiguous(v.line, "the text is UTF-8 but for some bytes, the first in line %s: correct that line, or say encoding: in the mapping", v.line)
	}
	return legacy(io.NewSectionReader(f, 0, size))
}

func ambiguous(row int, format string, args ...any) *Unreadable {
	u := unreadable(CodeAmbiguousEncoding, format, args...)
	u.Row = row
	return u
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
		return unreadable(CodeNotAWorkbook, "this is no workbook and no text: give the table as .xlsx or .csv")
	}
	return nil
}

// validity counts what of a text is UTF-8.
type validity struct {
	good, bad int // characters beyond ASCII that are, bytes that are not
	line      int // of the first that is not
}

func checkUTF8(r io.Reader) (validity, error) {
	v := validity{}
	buf := make([]byte, window)
	line, kept := 1, 0
	for {
		n, err := io.ReadFull(r, buf[kept:])
		b := buf[:kept+n]
		over := err != nil
		if over && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
			return v, fmt.Errorf("read the file: %w", err)
		}
		used := v.look(b, over, line)
		line += bytes.Count(b[:used], []byte("\n"))
		kept = copy(buf, b[used:])
		if over {
			return v, nil
		}
	}
}

// look checks one piece of a text. A character that the piece cuts in two is left for the next.
func (v *validity) look(b []byte, last bool, line int) (used int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i += ascii(b[i:])
			continue
		}
		if !last && !utf8.FullRune(b[i:]) {
			return i
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			if v.bad++; v.bad == 1 {
				v.line = line + bytes.Count(b[:i], []byte("\n"))
			}
		} else {
			v.good++
		}
		i += n
	}
	return len(b)
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

// swedish are the bytes of å ä ö Å Ä Ö in the three old code pages that Swedish files are found in.
var swedish = []struct{ name, letters string }{
	{"windows-1252", "\xe5\xe4\xf6\xc5\xc4\xd6"},
	{"cp850", "\x86\x84\x94\x8f\x8e\x99"},
	{"macintosh", "\x8c\x8a\x9a\x81\x80\x85"},
}

// legacy chooses between the old code pages by counting where å ä ö would stand before a letter. Windows-1252 is what nearly all
// such files are, so the others need evidence.
func legacy(r io.Reader) (string, error) {
	before, err := beforeLetters(r)
	if err != nil {
		return "", err
	}
	var count [3]int
	for i, page := range swedish {
		for _, b := range []byte(page.letters) {
			count[i] += before[b]
		}
	}
	other := 1
	if count[2] > count[1] {
		other = 2
	}
	switch {
	case count[0] >= 4*count[other]:
		return swedish[0].name, nil
	case count[other] >= 2 && count[other] >= 4*(count[0]+count[3-other]):
		return swedish[other].name, nil
	}
	return "", ambiguous(0, "the text is not UTF-8, and may be windows-1252, cp850 or macintosh: say which by encoding: in the mapping, or save it as UTF-8")
}

// beforeLetters counts, for each byte, how often a letter follows it.
func beforeLetters(r io.Reader) (count [256]int, err error) {
	buf := make([]byte, window)
	last := byte(0)
	for {
		n, err := r.Read(buf)
		for _, b := range buf[:n] {
			if c := b | 0x20; c >= 'a' && c <= 'z' {
				count[last]++
			}
			last = b
		}
		if err == io.EOF {
			return count, nil
		}
		if err != nil {
			return count, fmt.Errorf("read the file: %w", err)
		}
	}
}
