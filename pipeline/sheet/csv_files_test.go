package sheet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"inlet.example/inlet/pipeline/sheet"
)

// TestQuotes reads files whose quotes RFC 4180 does not know.
func TestQuotes(t *testing.T) {
	const headed = "1: A=text:a B=text:b\n"
	for _, tt := range []struct {
		name, data, want, code string
		row                    int
		hold                   bool
		opt                    sheet.Options
	}{
		{name: "closed early", data: "Namn,Postnr,Ort,E-post\n\"Norra\" Verkstan,111 22,\"Lund\",a@ex.se\nSödra AB,222 33,Ystad,b@ex.se\n",
			want: "1: A=text:Namn B=text:Postnr C=text:Ort D=text:E-post\n2: A=text:\"Norra\" Verkstan B=text:111 22 C=text:Lund D=text:a@ex.se\n" +
				"3: A=text:Södra AB B=text:222 33 C=text:Ystad D=text:b@ex.se\n"},
		{name: "closed early, the last column", data: "a,b\nx,\"Norra\" Verkstan\n", want: headed + "2: A=text:x B=text:\"Norra\" Verkstan\n"},
		{name: "closed early over a delimiter", data: "a,b\n\"Norra, Södra\" Verkstan,x\n", code: "quotes", row: 2},
		{name: "inches", data: "a,b\nRör 5\",\"x, y\"\n", want: headed + "2: A=text:Rör 5\" B=text:x, y\n"},
		{name: "inches, and a row with a delimiter in quotes has too few fields", data: "a,b,c\nRör 5\",x,y\n\"z, w\",v\n", code: "quotes", row: 3},
		{name: "all in quotes, none doubled", data: "a,b\n\"Rör 5\" svart\",\"y\"\n", want: headed + "2: A=text:Rör 5\" svart B=text:y\n"},
		{name: "one in quotes, not doubled: its own or the file's", data: "a,b\n\"Rör 5\" svart\",y\n", code: "quotes", row: 2},
		{name: "backslashes, and the headings decide", data: "a,b\n\"Bygg \\\"Norra\\\", Lund\",\"C:\\dir\"\n", want: headed + "2: A=text:Bygg \"Norra\", Lund B=text:C:\\dir\n"},
		{name: "backslashes that may be text", data: "a,b\n\"Bygg \\\"Norra\\\" AB\",x\n", code: "quotes", row: 2},
		{name: "two backslashes stay", data: "a,b\n\"C:\\\\\",\"\\\"x\\\", y\"\n", want: headed + "2: A=text:C:\\\\ B=text:\"x\", y\n"},
		{name: "blanks before quotes, and the headings decide", data: "a, b\nx, \"y, z\"\n", want: "1: A=text:a B=text: b\n2: A=text:x B=text:y, z\n"},
		{name: "blanks before quotes that may be text", data: "a, b\nx, \"y\"\n", code: "quotes", row: 2},
		{name: "a stray quote swallows no field", data: "a,b,c\n\"5\" pipe,\"x\",y\n", want: "1: A=text:a B=text:b C=text:c\n2: A=text:\"5\" pipe B=text:x C=text:y\n"},
		{name: "a quote behind a blank that none follows", data: "a,b\n\"x y,\", \"\n", code: "quotes", row: 2},
		{name: "a quote and lines beside another that is not doubled", data: "a,b\n\"x\ny\",z\n5\" rör,w\n", code: "quotes", row: 4},
		{name: "more fields than headings", data: "a,b\nNorra \"x, y\" AB,z\n", code: "quotes", row: 2},
		{name: "some doubled, some not", data: "a,b\n\"5\"\" rör\",x\n6\" rör,y\n", code: "quotes", row: 3},
		{name: "a row as each line", data: "a;b;c\n\"Bolag 2;11122;08-1\nBolag 3;22233;08-2\nBolag 4\";33344;08-3\n", code: "quotes", row: 2, hold: true},
		{name: "a row as each line, below a title", data: "Kunder\na;b\n\"x;1\ny\";2\n", code: "quotes", row: 3, hold: true, opt: sheet.Options{Delimiter: ";"}},
		{name: "a row as each line, approved", data: "a;b\n\"x;1\ny\";2\n", want: headed + "2: A=text:x;1\ny B=text:2\n", opt: sheet.Options{Approved: true}},
		{name: "a row as each line but one", data: "a;b\n\"x;1\ny;\nz\";2\n", code: "quotes", row: 2, hold: true},
		{name: "an address", data: "a;b\n\"Box 1\nLund\";2\n", want: headed + "2: A=text:Box 1\nLund B=text:2\n"},
		{name: "a note with one even line", data: "a;b\n\"x;1;2\nno more\";2\n", want: headed + "2: A=text:x;1;2\nno more B=text:2\n"},
		{name: "headings of two lines", data: "\"a\n1\";b\nx;y\n", want: "1: A=text:a\n1 B=text:b\n3: A=text:x B=text:y\n"},
		{name: "one column", data: "a\n\"x\ny\"\n", want: "1: A=text:a\n2: A=text:x\ny\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read(t, file(t, "book.csv", []byte(tt.data)), tt.opt)
			u, _ := errors.AsType[*sheet.Unreadable](err)
			switch {
			case tt.code == "" && (err != nil || got != tt.want):
				t.Errorf("got\n%swant\n%serror %v", got, tt.want, err)
			case tt.code != "" && (u == nil || u.Code != tt.code || u.Row != tt.row || u.Hold != tt.hold):
				t.Errorf("error %v, want %s in row %d, held %t", err, tt.code, tt.row, tt.hold)
			}
		})
	}
}

// TestPaddingAndByteOrderMarks reads what programs write before and behind a text.
func TestPaddingAndByteOrderMarks(t *testing.T) {
	const want = "1: A=text:Ort B=text:Nr\n2: A=text:Malmö B=text:1\n"
	const text = "Ort;Nr\nMalmö;1\n"
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("\ufeff" + text)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, data, want string
		warnings         []string
		opt              sheet.Options
	}{
		{"two marks", "\xef\xbb\xbf\xef\xbb\xbf\"Ort\";\"Nr\"\r\nMalmö;1\r\n", want, nil, sheet.Options{}},
		{"two marks of UTF-16", wide, want, nil, sheet.Options{}},
		{"padding", text + strings.Repeat("\x00", 300_000) + "\n", want, []string{"PADDING"}, sheet.Options{}},
		{"padding without a line end", "Ort;Nr\nMalmö;1" + strings.Repeat("\x00", 3), want, []string{"PADDING"}, sheet.Options{}},
		{"padding of UTF-16", wide + strings.Repeat("\x00", 300), want, []string{"PADDING"}, sheet.Options{}},
		{"padding of UTF-16 that ends within a unit", wide + strings.Repeat("\x00", 301), want, []string{"PADDING"}, sheet.Options{}},
		{"the end of a file of DOS", text + "\x1a", want, []string{"PADDING"}, sheet.Options{}},
		{"a mark beats what is declared", "\xef\xbb\xbf" + text, want, []string{"ENCODING_MARK"}, sheet.Options{Encoding: "windows-1252"}},
		{"a mark that says what is declared", "\xef\xbb\xbf" + text, want, nil, sheet.Options{Encoding: "UTF-8"}},
		{"UTF-16 though another is declared", wide, want, []string{"ENCODING_MARK"}, sheet.Options{Encoding: "cp850"}},
		{"auto", text, want, nil, sheet.Options{Encoding: "auto", Delimiter: "auto"}},
	} {
		w, err := sheet.Open(file(t, "book.csv", []byte(tt.data)), tt.opt)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got, err := dump(t, w.Sheets[0])
		var warnings []string
		for _, warning := range w.Warnings {
			warnings = append(warnings, warning.Code)
		}
		if err != nil || got != tt.want || !slices.Equal(warnings, tt.warnings) {
			t.Errorf("%s: warnings %v, %v\n%s", tt.name, warnings, err, got)
		}
		w.Close()
	}
}

// TestUndeclaredPages reads files in code pages that nothing declares, and with the page declared.
func TestUndeclaredPages(t *testing.T) {
	for _, tt := range []struct {
		name, page, text string
		encoding         encoding.Encoding
		read             bool // undeclared too
		shown            string
	}{
		{"macroman", "macintosh", "Company;City\nAcme;Malmö\n", charmap.Macintosh, false, `"Malmö"`},
		{"windows-1251", "windows-1251", "Company;City\nООО Ромашка;1\nЗАО Заря;2\n", charmap.Windows1251, true, ""},
		{"windows-1251 in capitals", "windows-1251", "Company;City\nООО МИР;1\n", charmap.Windows1251, false, `"ООО МИР"`},
		{"windows-1253", "windows-1253", "Company;City\nΕλληνική Εταιρεία;1\n", charmap.Windows1253, true, ""},
		{"gbk", "gbk", "Company,City\n上海贸易有限公司,1\n", simplifiedchinese.GBK, false, `"上海贸易有限公司"`},
		{"koi8-r", "koi8-r", "Company;City\nМосква;1\n", charmap.KOI8R, false, ""},
		{"a foreign name", "windows-1252", "Company;City\nTromsø;Málaga\n", charmap.Windows1252, false, `"Tromsø"`},
		{"square metres", "windows-1252", "Company;City\nMalmö;5 m²\n", charmap.Windows1252, false, `"5 m²"`},
	} {
		data, err := tt.encoding.NewEncoder().String(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		path := file(t, "book.csv", []byte(data))
		want, err := read(t, file(t, "utf8.csv", []byte(tt.text)), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read(t, path, sheet.Options{Encoding: tt.page, Locale: "sv-SE"}); err != nil || got != want {
			t.Errorf("%s, declared: %v\n%s", tt.name, err, got)
		}
		got, err := read(t, path, sheet.Options{Locale: "sv-SE"})
		u, _ := errors.AsType[*sheet.Unreadable](err)
		switch {
		case tt.read && (err != nil || got != want):
			t.Errorf("%s: %v\n%s", tt.name, err, got)
		case !tt.read && (u == nil || u.Code != "encoding" || u.Row != 2 || !strings.Contains(u.Text(), tt.shown)):
			t.Errorf("%s: %v\n%s", tt.name, err, got)
		}
	}
}

// TestRefusedEncodings reads bytes that do not fit the stated encoding.
func TestRefusedEncodings(t *testing.T) {
	for _, tt := range []struct {
		name, data, encoding string
		row                  int
	}{
		{"UTF-8 though another page is declared", "Malmö;1\n", "windows-1252", 0},
		{"an undefined byte", "a;b\nMalm\xf6;1\nx\x81;2\n", "windows-1252", 3},
		{"an undefined byte of ISO 8859", "a;b\nx\x94;2\n", "iso-8859-15", 2},
		{"half a character", "a;b\nx\xe4;2\n", "shift_jis", 2},
		{"a letter that was lost before", "a;b\nMalm\ufffd;2\n", "", 2},
		{"half a pair of UTF-16", "\xff\xfea\x00\n\x00b\xd8\n\x00", "", 2},
	} {
		_, err := read(t, file(t, "book.csv", []byte(tt.data)), sheet.Options{Encoding: tt.encoding})
		if u, ok := errors.AsType[*sheet.Unreadable](err); !ok || u.Code != "encoding" || u.Row != tt.row {
			t.Errorf("%s: %v, want encoding in row %d", tt.name, err, tt.row)
		}
	}
}

// TestLineEndsAtWindows puts a CRLF at every place around the end of the window that is read at once: it stays one line end.
func TestLineEndsAtWindows(t *testing.T) {
	const window = 256 << 10
	for at := window - 3; at <= window+3; at++ {
		for _, encoded := range []string{"utf-8", "windows-1252"} {
			data := "a;b\r\n" + strings.Repeat("x", at-len("a;b\r\n")-1) + "\r\n1;2\r\n"
			got, err := read(t, file(t, "book.csv", []byte(data)), sheet.Options{Encoding: encoded, Limits: sheet.Limits{CellBytes: 1 << 20}})
			if want := "\n3: A=text:1 B=text:2\n"; err != nil || !strings.HasSuffix(got, want) {
				t.Errorf("%s, a line that ends at %d: %v, %s", encoded, at, err, got[max(0, len(got)-100):])
			}
		}
	}
}

// TestEncodingNames holds that every name is known in any case, and no other.
func TestEncodingNames(t *testing.T) {
	for _, name := range sheet.Encodings() {
		if !sheet.KnownEncoding(name) || !sheet.KnownEncoding(strings.ToUpper(name)) {
			t.Errorf("%s is not known", name)
		}
	}
	if sheet.KnownEncoding("klingon") || sheet.KnownEncoding("") {
		t.Error("any name is known")
	}
	for name, known := range map[string]bool{"tab": true, ";": true, "::": false, "å": false, `"`: false, "": false} {
		if sheet.KnownDelimiter(name) != known {
			t.Errorf("delimiter %q: known %t", name, !known)
		}
	}
}
