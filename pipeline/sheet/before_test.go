package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// TestBytesBefore opens workbooks with bytes before them, which some transports add, and refuses what cannot be read for certain.
func TestBytesBefore(t *testing.T) {
	rows := strings.Repeat(`<row><c><v>1</v></c></row>`, 100)
	good := string(made{rows: rows}.bytes(t))
	want, err := read(t, file(t, "good.xlsx", []byte(good)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	flipped := []byte(good)
	flipped[bytes.Index(flipped, []byte("xl/worksheets/sheet1.xml"))+len("xl/worksheets/sheet1.xml")+20] ^= 1 // in the deflated sheet
	const chunk = "\r\n1000\r\n"
	for _, tt := range []struct {
		name, data string
		before     int64
		code, says string
	}{
		{"nothing", good, 0, "", ""},
		{"a NUL", "\x00" + good, 1, "", ""},
		{"a byte order mark", "\xef\xbb\xbf" + good, 3, "", ""},
		{"a new line", "\n" + good, 1, "", ""},
		{"an empty line", "\r\n\r\n" + good, 4, "", ""},
		{"one chunk of HTTP", "7ff\r\n" + good + "\r\n0\r\n\r\n", 5, "", ""},
		{"the head of HTTP", "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\r\n" + good, 50, "", ""},
		{"the part of a form", "------Boundary\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n" + good + "\r\n------Boundary--\r\n", 60, "", ""},
		{"offsets that know of it", "\x00\x00\x00" + raised(good, 3), 3, "", ""},
		{"zip64", "\r\n" + zip64(t, rows), 2, "", ""},
		{"NULs behind", good + strings.Repeat("\x00", 200_000), 0, "", ""},
		{"NULs on both sides", "\x00" + good + strings.Repeat("\x00", 70_000), 1, "", ""},
		{"text behind", good + "\r\n<!-- served by cache -->\r\n", 0, "", ""},
		{"a directory of a wrong length", wrongLength(good), 0, "", ""},
		{"two chunks of HTTP", "7ff\r\n" + good[:len(good)/2] + chunk + good[len(good)/2:], 0, "corrupt", "the file has 5 bytes before the workbook"},
		{"a damaged part", "\n" + string(flipped), 0, "corrupt", "the file has 1 byte before the workbook"},
		{"cut", "\xef\xbb\xbf" + good[:len(good)-30], 0, "corrupt", "the file has 3 bytes before the workbook"},
		{"too much", strings.Repeat("x", 9000) + good, 0, "not_a_workbook", ""},
		{"another zip", good + good, 0, "corrupt", "bytes before the workbook"},
		{"a PDF", "%PDF-1.7\n" + good, 0, "wrong_type", "PDF"},
		{"a picture", "GIF89a" + good, 0, "wrong_type", "picture"},
		{"a web page", "\n<html><body>" + good, 0, "wrong_type", "HTML"},
		{"a tar archive", "a.xlsx" + strings.Repeat("\x00", 251) + "ustar" + strings.Repeat("\x00", 250) + good + strings.Repeat("\x00", 2048), 0, "wrong_type", "tar"},
		{"a zip that is not a workbook", "\n" + zipWith(t, "readme.txt"), 0, "not_a_workbook", "zip"},
		{"an old workbook", "\r\n\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), 0, "wrong_type", "old Office"},
		{"text with a mark in it", "Name,City\nPK\x03\x04,Lund\n", 0, "corrupt", "10 bytes before"},
	} {
		w, err := sheet.Open(file(t, "book.xlsx", []byte(tt.data)), sheet.Options{})
		if tt.code != "" {
			if code(err) != tt.code || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s: %v, want %s: %s", tt.name, err, tt.code, tt.says)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got, err := dump(t, w.Sheets[0]); got != want || err != nil || w.Before() != tt.before {
			t.Errorf("%s: %d bytes before, %v, rows\n%s", tt.name, w.Before(), err, got)
		}
		w.Close()
	}
}

// raised gives the zip with all its offsets larger by n.
func raised(z string, n uint32) string {
	b := []byte(z)
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	add := func(at int) { binary.LittleEndian.PutUint32(b[at:], binary.LittleEndian.Uint32(b[at:])+n) }
	for at := int(binary.LittleEndian.Uint32(b[end+16:])); at < end; {
		add(at + 42)
		at += 46 + int(binary.LittleEndian.Uint16(b[at+28:])) + int(binary.LittleEndian.Uint16(b[at+30:])) + int(binary.LittleEndian.Uint16(b[at+32:]))
	}
	add(end + 16)
	return string(b)
}

// wrongLength gives the zip with an end record that knows the place of the directory, but not its length.
func wrongLength(z string) string {
	b := []byte(z)
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	binary.LittleEndian.PutUint32(b[end+12:], 46)
	return string(b)
}

// zip64 gives a workbook whose end record leaves all to that of zip64.
func zip64(t *testing.T, rows string) string {
	t.Helper()
	b := made{rows: rows}.bytes(t)
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	entries, length, offset := binary.LittleEndian.Uint16(b[end+10:]), binary.LittleEndian.Uint32(b[end+12:]), binary.LittleEndian.Uint32(b[end+16:])
	record := binary.LittleEndian.AppendUint32(nil, 0x06064b50)
	record = binary.LittleEndian.AppendUint64(record, 44)
	record = append(record, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	record = binary.LittleEndian.AppendUint64(record, uint64(entries))
	record = binary.LittleEndian.AppendUint64(record, uint64(entries))
	record = binary.LittleEndian.AppendUint64(record, uint64(length))
	record = binary.LittleEndian.AppendUint64(record, uint64(offset))
	locator := binary.LittleEndian.AppendUint32(nil, 0x07064b50)
	locator = binary.LittleEndian.AppendUint32(locator, 0)
	locator = binary.LittleEndian.AppendUint64(locator, uint64(end))
	locator = binary.LittleEndian.AppendUint32(locator, 1)
	tail := bytes.Clone(b[end:])
	for _, at := range []int{8, 10} {
		binary.LittleEndian.PutUint16(tail[at:], 0xffff)
	}
	for _, at := range []int{12, 16} {
		binary.LittleEndian.PutUint32(tail[at:], 0xffffffff)
	}
	return string(b[:end]) + string(record) + string(locator) + string(tail)
}

func zipWith(t *testing.T, name string) string {
	t.Helper()
	data, err := sheettest.Zip(sheettest.Part{Name: name, Text: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestBombsBefore bounds the check of all parts, which may overlap.
func TestBombsBefore(t *testing.T) {
	big := strings.Repeat("x", 3<<20)
	m := made{rows: `<row/>`}
	for _, name := range []string{"a", "b", "c"} {
		m.extra = append(m.extra, sheettest.Part{Name: name, Text: big})
	}
	data := append([]byte("\n"), m.bytes(t)...)
	limits := sheet.Limits{Inflated: 4 << 20}
	if _, err := sheet.Open(file(t, "bomb.xlsx", data), sheet.Options{Limits: limits}); code(err) != "limit" {
		t.Errorf("9 MB of parts: %v", err)
	}
	w, err := sheet.Open(file(t, "good.xlsx", data[1:]), sheet.Options{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
}

// TestTooManyParts counts what is there, and not only what the end record says.
func TestTooManyParts(t *testing.T) {
	var many bytes.Buffer
	z := zip.NewWriter(&many)
	for range 1<<16 + 5 {
		if _, err := z.CreateRaw(&zip.FileHeader{Name: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	b := many.Bytes()
	record := bytes.LastIndex(b, []byte("PK\x06\x06"))
	for _, at := range []int{24, 32} {
		binary.LittleEndian.PutUint64(b[record+at:], 5)
	}
	_, err := sheet.Open(file(t, "many.xlsx", b), sheet.Options{})
	if u, ok := errors.AsType[*sheet.Unreadable](err); !ok || u.Limit != "parts" {
		t.Errorf("65,541 parts that are called 5: %v", err)
	}
}
