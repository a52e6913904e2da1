package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf16"
)

// magic is what the files of a program begin with.
type magic struct{ start, is, remedy string }

const saveAs = "open it in Excel and save it as .xlsx"

var magics = []magic{
	{"%PDF", "a PDF", "export the table it was made from as .xlsx or .csv"},
	{"{\\rtf", "a rich text document", "save the table as .xlsx"},
	{"ID;P", "a SYLK file (.slk)", saveAs},
	{"\x09\x00\x04\x00", "a very old Excel file (.xls)", saveAs},
	{"\x09\x02\x06\x00", "a very old Excel file (.xls)", saveAs},
	{"\x09\x04\x06\x00", "a very old Excel file (.xls)", saveAs},
	{"\x09\x08", "an old Excel file (.xls)", saveAs},
	{"\x1f\x8b", "a gzip archive", "unpack it first"},
	{"7z\xbc\xaf", "a 7z archive", "unpack it first"},
	{"Rar!", "a RAR archive", "unpack it first"},
	{"BZh", "a bzip2 archive", "unpack it first"},
	{"\xfd7zXZ", "an xz archive", "unpack it first"},
	{"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first"},
	{"\x89PNG", "a picture", "give the table itself as .xlsx or .csv"},
	{"\xff\xd8\xff", "a picture", "give the table itself as .xlsx or .csv"},
	{"GIF8", "a picture", "give the table itself as .xlsx or .csv"},
	{"SQLite format 3", "an SQLite database", "export the table as .csv"},
	{"PAR1", "a Parquet file", "export the table as .csv"},
}

func wrongType(is, remedy string) *Unreadable {
	return unreadable(CodeWrongType, "this is %s: %s", is, remedy)
}

// sniff looks at the content: a zip, or text (false), or a refusal that names what the file is.
func sniff(r io.ReaderAt, size int64) (zipped bool, err error) {
	if size == 0 {
		return false, unreadable(CodeEmpty, "the file has no bytes: it was not saved or copied to its end")
	}
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return false, fmt.Errorf("read the start of the file: %w", err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return true, nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return false, compound(r, size, head)
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.start)) {
			return false, wrongType(m.is, m.remedy)
		}
	}
	return false, markup(head)
}

// compound names what lies in Microsoft's container of before the zip, by the names in its directory.
func compound(r io.ReaderAt, size int64, head []byte) error {
	dir := head
	if len(head) >= 512 {
		shift := min(binary.LittleEndian.Uint16(head[30:]), 16)
		at := (int64(binary.LittleEndian.Uint32(head[48:])) + 1) << shift
		if at < size {
			dir = make([]byte, min(size-at, 16<<10))
			if _, err := r.ReadAt(dir, at); err != nil && err != io.EOF {
				return fmt.Errorf("read the directory of the file: %w", err)
			}
		}
	}
	switch {
	case holds(dir, "EncryptedPackage"):
		return unreadable(CodeEncrypted, "the workbook is protected by a password: it is encrypted and no password is given. "+
			"Name its password in the mapping (password_file), or open it in Excel, remove the password (File, Info, Protect Workbook) and save it")
	case holds(dir, "Workbook"), holds(dir, "Book"), holds(dir, "WORKBOOK"), holds(dir, "BOOK"):
		return wrongType("an old Excel file (.xls)", saveAs)
	case holds(dir, "WordDocument"), holds(dir, "PowerPoint Document"):
		return wrongType("an old Word or PowerPoint file", "save the table as .xlsx")
	}
	return wrongType("an old Office file", saveAs)
}

// holds looks for a name as the directory writes it, in UTF-16.
func holds(dir []byte, name string) bool {
	var wide []byte
	for _, u := range utf16.Encode([]rune(name)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	return bytes.Contains(dir, append(wide, 0, 0))
}

// markup refuses text that is no table of fields.
func markup(head []byte) error {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	lower := bytes.ToLower(text)
	for _, tag := range []string{"<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<div", "<style"} {
		if bytes.HasPrefix(lower, []byte(tag)) {
			return wrongType("a web page (HTML), whatever its name says", saveAs)
		}
	}
	switch {
	case bytes.HasPrefix(lower, []byte("<?xml")) && bytes.Contains(lower, []byte("office:spreadsheet")):
		return wrongType("an XML spreadsheet of Excel 2003", saveAs)
	case bytes.HasPrefix(lower, []byte("<?xml")) && bytes.Contains(lower, []byte("<html")):
		return wrongType("a web page (HTML), whatever its name says", saveAs)
	case bytes.HasPrefix(lower, []byte("<?xml")):
		return wrongType("an XML file", "export the table as .xlsx or .csv")
	case bytes.HasPrefix(lower, []byte("mime-version:")):
		return wrongType("a web archive (MHTML)", saveAs)
	case bytes.HasPrefix(text, []byte(`{"`)), bytes.HasPrefix(text, []byte("[{")), bytes.HasPrefix(text, []byte("{\n")):
		return wrongType("a JSON file", "export the table as .xlsx or .csv")
	}
	return nil
}
