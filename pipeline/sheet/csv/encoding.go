package csv

import (
	"bytes"
	"context"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"inlet.example/inlet/pipeline/sheet/internal/charset"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// findEncoding returns the encoding that is stated: by a byte order mark, which wins, by the mapping, or by the zero bytes of UTF-16.
// The name is "" if nothing states one.
func findEncoding(f *File, head []byte) (string, encoding.Encoding, error) {
	name, page := "", encoding.Encoding(nil)
	if said := strings.TrimSpace(f.opt.Encoding); said != "" && !strings.EqualFold(said, "auto") {
		if name, page = charset.Lookup(said); page == nil {
			return "", nil, fault.New(fault.CodeEncoding, "the encoding %s is not supported: use one of %s", fault.Quoted(40, said), strings.Join(charset.Names(), ", "))
		}
	}
	mark := ""
	switch {
	case bytes.HasPrefix(head, []byte(charset.MarkUTF8)):
		mark = "utf-8"
	case bytes.HasPrefix(head, []byte(charset.MarkUTF16LE)):
		mark = "utf-16le"
	case bytes.HasPrefix(head, []byte(charset.MarkUTF16BE)):
		mark = "utf-16be"
	case name == "":
		mark = charset.GuessUTF16(head)
	}
	if mark == "" || mark == name {
		return name, page, nil
	}
	if name != "" {
		f.warn(fault.New("ENCODING_MARK", "the encoding is set to %s, but the file begins with the byte order mark of %s and was read as that", name, mark))
	}
	name, page = charset.Lookup(mark)
	return name, page, nil
}

// decideEncoding chooses the encoding of a file whose bytes below 128 are ASCII: the stated one, or the one that all its bytes fit.
func decideEncoding(ctx context.Context, f *File, name string, page encoding.Encoding, v charset.UTF8Check, marked bool) error {
	f.Encoding, f.dialect.encoding = "utf-8", unicode.UTF8
	table, single := page.(*charmap.Charmap)
	switch {
	case v.Invalid == 0 && v.ReplacedLine > 0:
		return notEncoded(v.ReplacedLine, "line %s contains the replacement character (U+FFFD): a letter was lost before the file reached inlet. Export the table again as CSV UTF-8", v.ReplacedLine)
	case single && v.Invalid == 0 && v.NonASCII > 0:
		return notEncoded(0, "the encoding is set to %s, but the text is UTF-8: remove encoding: from the mapping, or from the inbox", name)
	case single:
		f.Encoding, f.dialect.encoding = name, page
		return checkDefined(ctx, f, name, table)
	case v.Invalid == 0:
		return nil
	case page != nil && !marked:
		return notEncoded(v.InvalidLine, "the encoding is set to UTF-8, but the text has bytes that are not, the first in line %s: "+
			"set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8", v.InvalidLine)
	case marked || v.NonASCII >= v.Invalid:
		return notEncoded(v.InvalidLine, "the text is UTF-8 except for some bytes, the first in line %s: correct that line, or set encoding: in the mapping or for the inbox", v.InvalidLine)
	}
	return chooseCodePage(ctx, f)
}

// notEncoded refuses the file because of its encoding. row is 0 if no line is to be named.
func notEncoded(row int, format string, args ...any) *fault.Unreadable {
	u := fault.New(fault.CodeEncoding, format, args...)
	u.Row = row
	return u
}

// checkDefined refuses a file with a byte that has no character in the stated code page.
func checkDefined(ctx context.Context, f *File, name string, table *charmap.Charmap) error {
	none := charset.Undefined(table)
	line := 1
	return f.eachPiece(ctx, func(b []byte, _ bool) (int, error) {
		for i := 0; i < len(b); i++ {
			if i += charset.ASCIIPrefix(b[i:]); i < len(b) && none[b[i]] {
				line += bytes.Count(b[:i], []byte("\n"))
				return 0, notEncoded(line, "the encoding is set to %s, but line %s has a byte that is not a character of it: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8", name, line)
			}
		}
		line += bytes.Count(b, []byte("\n"))
		return len(b), nil
	})
}

// readable refuses what is not text: several zero bytes, or many control characters. A single zero byte is left to package record, which
// names its line.
func readable(head []byte) error {
	control := 0
	for _, b := range head {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' {
			control++
		}
	}
	if control > 2+len(head)/100 || bytes.Count(head, []byte{0}) > 2 {
		return fault.New(fault.CodeNotAWorkbook, "this is neither a workbook nor a text file: save the table as .xlsx or .csv")
	}
	return nil
}
