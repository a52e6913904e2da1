package charset

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const (
	MarkUTF8    = "\xef\xbb\xbf"
	MarkUTF16LE = "\xff\xfe"
	MarkUTF16BE = "\xfe\xff"
)

// Multibyte reports whether bytes that look like quotes and delimiters may be parts of other characters in an encoding.
func Multibyte(page encoding.Encoding) bool {
	_, single := page.(*charmap.Charmap)
	return page != nil && !single && page != unicode.UTF8
}

// GuessUTF16 recognizes UTF-16 without a byte order mark: in Western text every second byte is zero. It returns the name of the
// encoding, or "".
func GuessUTF16(head []byte) string {
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
