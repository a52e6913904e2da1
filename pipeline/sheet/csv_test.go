package sheet_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"inlet.example/inlet/pipeline/sheet"
)

func TestCSV(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"commas", "a,b\n1,2\n", "1: A=text:a B=text:b\n2: A=text:1 B=text:2\n"},
		{"semicolons and decimal commas", "a;b\n1,5;2,5\n", "1: A=text:a B=text:b\n2: A=text:1,5 B=text:2,5\n"},
		{"tabs", "a\tb\n1\t2", "1: A=text:a B=text:b\n2: A=text:1 B=text:2\n"},
		{"bars", "a|b\n1|2,3\n", "1: A=text:a B=text:b\n2: A=text:1 B=text:2,3\n"},
		{"one column", "Email\na@b.c\nd@e.f\n", "1: A=text:Email\n2: A=text:a@b.c\n3: A=text:d@e.f\n"},
		{"a title above", "Report\na;b\n1;2\n3;4\n5;6\n7;8\n", "1: A=text:Report\n2: A=text:a B=text:b\n3: A=text:1 B=text:2\n4: A=text:3 B=text:4\n5: A=text:5 B=text:6\n6: A=text:7 B=text:8\n"},
		{"sep= line", "sep=|\na|b;c\n", "2: A=text:a B=text:b;c\n"},
		{"mark", "\xef\xbb\xbfa,b\n", "1: A=text:a B=text:b\n"},
		{"CRLF", "a,b\r\n1,2\r\n", "1: A=text:a B=text:b\n2: A=text:1 B=text:2\n"},
		{"CR only", "a,b\r1,2\r", "1: A=text:a B=text:b\n2: A=text:1 B=text:2\n"},
		{"quotes", "a,b\n\"x, \"\"y\"\"\",\"\"\n", "1: A=text:a B=text:b\n2: A=text:x, \"y\"\n"},
		{"quoted line ends", "a,b\n\"x\r\ny\",2\n\n3,4\n", "1: A=text:a B=text:b\n2: A=text:x\ny B=text:2\n5: A=text:3 B=text:4\n"},
		{"quotes within", "a,b\n5\" pipe,x\n\"5\" pipe\",\"y\"\n", "1: A=text:a B=text:b\n2: A=text:5\" pipe B=text:x\n3: A=text:5\" pipe B=text:y\n"},
		{"spaces behind a quote", "a,b\n\"x\" ,\"y\"  \n", "1: A=text:a B=text:b\n2: A=text:x B=text:y\n"},
		{"zeros kept Excel's way", "a,b\n=\"00123\",\"=\"\"045\"\"\"\n", "1: A=text:a B=text:b\n2: A=text:00123 B=text:045\n"},
		{"ragged", "a,b\n1\n1,2,3\n", "1: A=text:a B=text:b\n2: A=text:1\n3: A=text:1 B=text:2 C=text:3\n"},
		{"trailing delimiters", "a,b,,,\n1,2,,,\n,,,,\n3,,,,\n", "1: A=text:a B=text:b\n2: A=text:1 B=text:2\n4: A=text:3\n"},
		{"white space kept", "a,b\n  , x \n", "1: A=text:a B=text:b\n2: A=text:   B=text: x \n"},
		{"texts that look like formulas", "a,b\n=1+1,@x\n", "1: A=text:a B=text:b\n2: A=text:=1+1 B=text:@x\n"},
		{"no UTF-8 evidence", "a,b\ncaf\xe9,x\n", "1: A=text:a B=text:b\n2: A=text:café B=text:x\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read(t, file(t, "book.xlsx", []byte(tt.data)), sheet.Options{})
			if err != nil || got != tt.want {
				t.Errorf("got\n%swant\n%serror %v", got, tt.want, err)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	const text = "Namn;Ort\r\nÅsa Öberg;Göteborg\r\nPär;Malmö\r\n"
	const want = "1: A=text:Namn B=text:Ort\n2: A=text:Åsa Öberg B=text:Göteborg\n3: A=text:Pär B=text:Malmö\n"
	encode := func(e interface {
		String(string) (string, error)
	}) string {
		s, err := e.String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, data := range map[string]string{
		"utf-8":        text,
		"utf-16le":     encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		"utf-16be":     encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()),
		"windows-1252": encode(charmap.Windows1252.NewEncoder()),
		"cp850":        encode(charmap.CodePage850.NewEncoder()),
		"macintosh":    encode(charmap.Macintosh.NewEncoder()),
	} {
		for _, declared := range []string{"", name} {
			path := file(t, "book.csv", []byte(data))
			got, err := read(t, path, sheet.Options{Encoding: declared})
			if err != nil || got != want {
				t.Errorf("%s, declared %q: got\n%serror %v", name, declared, got, err)
			}
			w, err := sheet.Open(path, sheet.Options{Encoding: declared})
			if err != nil {
				t.Fatal(err)
			}
			if w.Encoding() != name || w.Delimiter() != ";" || w.Sheets[0].Name != "book" {
				t.Errorf("%s: encoding %s, delimiter %q, sheet %q", name, w.Encoding(), w.Delimiter(), w.Sheets[0].Name)
			}
			w.Close()
		}
	}
}

func TestRefusedCSV(t *testing.T) {
	long := strings.Repeat("x", 20<<20)
	for _, tt := range []struct {
		name, data, code string
		row              int
		opt              sheet.Options
	}{
		{name: "quote open to the end", data: "a,b\n1,2\n3,\"4\n5,6\n7,8\n", code: "quotes", row: 3},
		{name: "quote open to the next", data: "a,b\n1,\"2\n3,\"4\"\n", code: "quotes", row: 2},
		{name: "quote closed early beyond a delimiter", data: "a,b\n\"5, 6\" pipe,x\n\"y\",z\n", code: "quotes", row: 2},
		{name: "NUL", data: "a,b\n1,2\n3,\x004\n", code: "corrupt", row: 3},
		{name: "a line of 20 MB", data: "a,b\n1,2\n" + long, code: "limit", row: 3},
		{name: "a cell of 2 MB", data: "a,b\n" + long[:2<<20], code: "limit", row: 2},
		{name: "10,000 fields", data: "a,b\n" + strings.Repeat("1,", 10_000), code: "limit", row: 2},
		{name: "UTF-8 but for one line", data: "Åsa,Örjan\nPär,Bo\nG\xf6ran,Bo\n", code: "encoding", row: 3},
		{name: "marked, not UTF-8", data: "\xef\xbb\xbfa,b\nG\xf6ran,Bo\n", code: "encoding", row: 2},
		{name: "declared, not UTF-8", data: "a,b\nG\xf6ran,Bo\n", code: "encoding", row: 2, opt: sheet.Options{Encoding: "UTF-8"}},
		{name: "two code pages", data: "G\xf6ran,G\x94ran,G\x94ran\n", code: "encoding", row: 1},
		{name: "no such encoding", data: "a,b\n", code: "encoding", opt: sheet.Options{Encoding: "klingon"}},
		{name: "no such delimiter", data: "a,b\n", code: "not_a_workbook", opt: sheet.Options{Delimiter: "::"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(t, file(t, "book.csv", []byte(tt.data)), tt.opt)
			u, ok := errors.AsType[*sheet.Unreadable](err)
			if !ok || u.Code != tt.code || u.Row != tt.row {
				t.Errorf("error %v (%T), want %s in row %d", err, err, tt.code, tt.row)
			}
		})
	}
}

func TestDeclaredDelimiter(t *testing.T) {
	for declared, want := range map[string]string{"tab": "1: A=text:a;b,c\n", ";": "1: A=text:a B=text:b,c\n", ",": "1: A=text:a;b B=text:c\n"} {
		if got, err := read(t, file(t, "book.csv", []byte("a;b,c\n")), sheet.Options{Delimiter: declared}); got != want || err != nil {
			t.Errorf("delimiter %s: %q, %v", declared, got, err)
		}
	}
}

// TestAgainstCSV compares with encoding/csv on public files: both read the same fields of what encoding/csv accepts.
func TestAgainstCSV(t *testing.T) {
	compared := 0
	for _, path := range files(t, ".csv", ".tsv") {
		w, err := sheet.Open(path, sheet.Options{})
		if err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			continue
		}
		if w.Encoding() == "utf-8" && w.Delimiter() != "" {
			differ := compareCSV(t, path, w.Delimiter()[0])
			if reason := csvDifferences[filepath.Base(path)]; (differ != "") != (reason != "") {
				t.Errorf("%s: %s", filepath.Base(path), differ)
			}
			compared++
		}
		w.Close()
	}
	t.Logf("%d files compared", compared)
}

// csvDifferences are the files that encoding/csv accepts and we refuse, and why that is right.
var csvDifferences = map[string]string{
	"src__TestData__csv__simple_whitespace_null.csv": "it holds NUL bytes",
	"data__wide.csv": "it has more columns than Limits allow",
}

func compareCSV(t *testing.T, path string, delimiter byte) string {
	got, ours := read(t, path, sheet.Options{})
	data := readFile(t, path)
	want, theirs := viaCSV(data, delimiter)
	if theirs != nil {
		return ""
	}
	if ours != nil || got != want {
		return fmt.Sprintf("%v\n%.500s\nencoding/csv:\n%.500s", ours, got, want)
	}
	return ""
}

// viaCSV dumps text as dump does, by encoding/csv.
func viaCSV(data string, delimiter byte) (string, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(data, "\xef\xbb\xbf")))
	r.Comma, r.FieldsPerRecord = rune(delimiter), -1
	var out strings.Builder
	for {
		record, err := r.Read()
		if err == io.EOF {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		line, _ := r.FieldPos(0)
		text := ""
		for i, f := range record {
			if f != "" {
				text += fmt.Sprintf(" %s=text:%s", sheet.ColumnName(i), f)
			}
		}
		if text != "" {
			fmt.Fprintf(&out, "%d:%s\n", line, text)
		}
	}
}
