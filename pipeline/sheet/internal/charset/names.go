package charset

import (
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// codepages are the encodings that may be stated. The first name is the usual one.
var codepages = []struct {
	names    []string
	encoding encoding.Encoding
}{
	{[]string{"utf-8", "utf8", "ascii", "us-ascii"}, unicode.UTF8},
	{[]string{"utf-16le", "utf16le", "utf-16", "utf16"}, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
	{[]string{"utf-16be", "utf16be"}, unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
	{[]string{"windows-1252", "cp1252", "1252", "iso-8859-1", "latin1", "latin-1"}, charmap.Windows1252}, // as the web does
	{[]string{"iso-8859-15", "latin9"}, charmap.ISO8859_15},
	{[]string{"windows-1250", "cp1250"}, charmap.Windows1250},
	{[]string{"iso-8859-2", "latin2"}, charmap.ISO8859_2},
	{[]string{"windows-1251", "cp1251"}, charmap.Windows1251},
	{[]string{"windows-1253", "cp1253"}, charmap.Windows1253},
	{[]string{"windows-1254", "cp1254"}, charmap.Windows1254},
	{[]string{"windows-1257", "cp1257"}, charmap.Windows1257},
	{[]string{"cp850", "ibm850", "850"}, charmap.CodePage850},
	{[]string{"cp437", "ibm437", "437"}, charmap.CodePage437},
	{[]string{"cp852", "ibm852", "852"}, charmap.CodePage852},
	{[]string{"cp865", "ibm865", "865"}, charmap.CodePage865},
	{[]string{"koi8-r", "koi8r"}, charmap.KOI8R},
	{[]string{"macintosh", "macroman", "mac"}, charmap.Macintosh},
	{[]string{"shift_jis", "shift-jis", "sjis"}, japanese.ShiftJIS},
	{[]string{"gbk", "cp936"}, simplifiedchinese.GBK},
	{[]string{"gb18030"}, simplifiedchinese.GB18030},
	{[]string{"big5"}, traditionalchinese.Big5},
	{[]string{"euc-kr", "euckr"}, korean.EUCKR},
}

// Lookup returns the usual name of an encoding and the encoding itself; nil if the name is unknown. Case does not matter.
func Lookup(name string) (string, encoding.Encoding) {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, c := range codepages {
		if slices.Contains(c.names, name) {
			return c.names[0], c.encoding
		}
	}
	return "", nil
}

// Names returns the usual names of all encodings.
func Names() (names []string) {
	for _, c := range codepages {
		names = append(names, c.names[0])
	}
	return names
}

// Known reports whether Lookup knows a name.
func Known(name string) bool {
	_, known := Lookup(name)
	return known != nil
}

// Undefined returns which bytes have no character in a code page. The control characters of ISO 8859 count as undefined, because no
// table has any.
func Undefined(page *charmap.Charmap) (none [256]bool) {
	for b := 0x80; b < 0x100; b++ {
		r := page.DecodeByte(byte(b))
		none[b] = r == '\ufffd' || r < 0xa0
	}
	return none
}
