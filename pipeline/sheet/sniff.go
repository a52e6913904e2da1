package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"unicode/utf16"

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// magics are what files of other programs begin with, by the sentence that refuses them.
var magics = map[string][]string{
	"this is a PDF: export the table it was made from as .xlsx or .csv":           {"%PDF"},
	"this is a rich text document: save the table as .xlsx":                       {"{\\rtf"},
	"this is a SYLK file (.slk): open it in Excel and save it as .xlsx":           {"ID;P"},
	"this is a very old Excel file (.xls): open it in Excel and save it as .xlsx": {"\x09\x00\x04\x00", "\x09\x02\x06\x00", "\x09\x04\x06\x00"},
	"this is an old Excel file (.xls): open it in Excel and save it as .xlsx":     {"\x09\x08"},
	"this is a gzip archive: unpack it first":                                     {"\x1f\x8b"},
	"this is a 7z archive: unpack it first":                                       {"7z\xbc\xaf"},
	"this is a RAR archive: unpack it first":                                      {"Rar!"},
	"this is a bzip2 archive: unpack it first":                                    {"BZh"},
	"this is an xz archive: unpack it first":                                      {"\xfd7zXZ"},
	"this is a zstd archive: unpack it first":                                     {"\x28\xb5\x2f\xfd"},
	"this is a picture: save the table itself as .xlsx or .csv":                   {"\x89PNG", "\xff\xd8\xff", "GIF8"},
	"this is an SQLite database: export the table as .csv":                        {"SQLite format 3"},
	"this is a Parquet file: export the table as .csv":                            {"PAR1"},
}

// sniff looks at the content: a zip (true), text (false), or an error that names the type of the file.
func sniff(r io.ReaderAt, size int64) (zipped bool, err error) {
	if size == 0 {
		return false, fault.New(fault.CodeEmpty, "the file is empty: it was not completely saved or copied")
	}
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return false, fmt.Errorf("read the start of the file: %w", err)
	}
	switch {
	case bytes.HasPrefix(head, zipStart), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return true, nil
	case bytes.HasPrefix(head, compoundStart):
		return false, compound(r, size, head)
	}
	return false, named(head)
}

// named refuses files of other programs, and markup, by what they begin with; nil for all other files.
func named(head []byte) error {
	for format, starts := range magics {
		if slices.ContainsFunc(starts, func(start string) bool { return bytes.HasPrefix(head, []byte(start)) }) {
			return fault.WrongType(format)
		}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return fault.WrongType("this is a tar archive: unpack it first")
	}
	return markup(head)
}

// compound refuses a file in the compound file format of old Office programs. It names the type by the names in the directory.
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
		return fault.New(fault.CodeEncrypted, "the workbook is protected by a password: it is encrypted and no password is configured for it. Set password_file in the mapping, "+
			"or open the workbook in Excel, remove the password (File, Info, Protect Workbook) and save it")
	case holds(dir, "Workbook"), holds(dir, "Book"), holds(dir, "WORKBOOK"), holds(dir, "BOOK"):
		return fault.WrongType("this is an old Excel file (.xls): open it in Excel and save it as .xlsx")
	case holds(dir, "WordDocument"), holds(dir, "PowerPoint Document"):
		return fault.WrongType("this is an old Word or PowerPoint file: save the table as .xlsx")
	}
	return fault.WrongType("this is an old Office file: open it in Excel and save it as .xlsx")
}

// holds searches a directory for a name, which is written in UTF-16.
func holds(dir []byte, name string) bool {
	var wide []byte
	for _, u := range utf16.Encode([]rune(name)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	return bytes.Contains(dir, append(wide, 0, 0))
}

// markup refuses text that is not a table of fields.
func markup(head []byte) error {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	lower := bytes.ToLower(text)
	for _, tag := range []string{"<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<div", "<style"} {
		if bytes.HasPrefix(lower, []byte(tag)) {
			return fault.WrongType("this is a web page (HTML), despite its file name: open it in Excel and save it as .xlsx")
		}
	}
	switch {
	case bytes.HasPrefix(lower, []byte("<?xml")) && bytes.Contains(lower, []byte("office:spreadsheet")):
		return fault.WrongType("this is an XML spreadsheet of Excel 2003: open it in Excel and save it as .xlsx")
	case bytes.HasPrefix(lower, []byte("<?xml")) && bytes.Contains(lower, []byte("<html")):
		return fault.WrongType("this is a web page (HTML), despite its file name: open it in Excel and save it as .xlsx")
	case bytes.HasPrefix(lower, []byte("<?xml")):
		return fault.WrongType("this is an XML file: export the table as .xlsx or .csv")
	case bytes.HasPrefix(lower, []byte("mime-version:")):
		return fault.WrongType("this is a web archive (MHTML): open it in Excel and save it as .xlsx")
	case bytes.HasPrefix(text, []byte(`{"`)), bytes.HasPrefix(text, []byte("[{")), bytes.HasPrefix(text, []byte("{\n")):
		return fault.WrongType("this is a JSON file: export the table as .xlsx or .csv")
	}
	return nil
}

// mostBefore

const (
	// mostBefore is how far into the file a workbook may begin: what transports leave there (a byte order mark, an empty line, the size of
	// a chunk, the head of a form) is short, and another file is not.
	mostBefore = 8 << 10
)

var (
	zipStart      = []byte("PK\x03\x04")
	compoundStart = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
)

// startOf returns how many bytes of the file come before its zip or compound file. It is 0 for every file that begins as another known
// type: a picture, web page or script with a zip in it is what it looks like.
func startOf(r io.ReaderAt, size int64) (int64, error) {
	head := make([]byte, min(size, mostBefore+int64(len(compoundStart))))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return 0, fmt.Errorf("read the start of the file: %w", err)
	}
	at := bytes.Index(head, zipStart)
	if i := bytes.Index(head, compoundStart); i >= 0 && (at < 0 || i < at) {
		at = i
	}
	if at <= 0 || bytes.HasPrefix(head, []byte("PK")) || named(head[:at]) != nil {
		return 0, nil
	}
	return int64(at), nil
}
