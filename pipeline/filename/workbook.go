package filename

import (
	"bytes"
	"encoding/binary"
	"io"
	"mime"
	"path"
	"slices"
	"strings"
)

// workbooks are the types of files that are taken for workbooks by their names. What a file really is, package sheet finds out from its content.
// Those that cannot be read are claimed to be refused with the name of their type, since a person who is used to them would otherwise wait for nothing.
var workbooks = []struct {
	ending string
	media  string // content type of a download; "" if servers have none that means this type only
	read   bool
	zip    bool // it is a ZIP, which shows whether the file is whole
}{
	{ending: ".xlsx", media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", read: true, zip: true},
	{ending: ".xlsm", media: "application/vnd.ms-excel.sheet.macroenabled.12", read: true, zip: true},
	{ending: ".csv", media: "text/csv", read: true},
	{ending: ".tsv", media: "text/tab-separated-values", read: true},
	{ending: ".xls"},
	{ending: ".xlsb"},
	{ending: ".ods"},
	{ending: ".numbers"},
}

// WorkbookEndings returns the endings of all workbooks, in lower case.
func WorkbookEndings() []string {
	var all []string
	for _, w := range workbooks {
		all = append(all, w.ending)
	}
	return all
}

// ReadableEndings returns the endings of the workbooks that can be read.
func ReadableEndings() []string {
	var all []string
	for _, w := range workbooks {
		if w.read {
			all = append(all, w.ending)
		}
	}
	return all
}

// IsWorkbook reports whether a name is that of a workbook by its ending.
func IsWorkbook(name string) bool { return typeOf(name) >= 0 }

// typeOf returns the index of a file's type, -1 for a file that is not a workbook by its name.
func typeOf(name string) int {
	ending := strings.ToLower(path.Ext(name))
	for i := range workbooks {
		if workbooks[i].ending == ending {
			return i
		}
	}
	return -1
}

// EndingOf returns the ending of a workbook with a content type; "" if that is not one of a workbook.
func EndingOf(contentType string) string {
	media, _, _ := mime.ParseMediaType(contentType)
	for _, w := range workbooks {
		if w.media != "" && w.media == media {
			return w.ending
		}
	}
	return ""
}

// CutOff reports whether a file looks like the beginning of something: it is empty, or a ZIP without an end.
func CutOff(r io.ReaderAt, name string, size int64) bool {
	if size == 0 {
		return true
	}
	i := typeOf(name)
	return i >= 0 && workbooks[i].zip && beginsAsZIP(r) && !endsAsZIP(r, size)
}

// beginsAsZIP is also true of a file that begins with zeros: room kept for what is still being loaded.
func beginsAsZIP(r io.ReaderAt) bool {
	head := make([]byte, 2)
	n, _ := r.ReadAt(head, 0)
	return bytes.HasPrefix([]byte("PK"), head[:n]) || head[0] == 0
}

// endsAsZIP looks for the end-of-central-directory record, which a comment of up to 65,535 bytes may follow.
func endsAsZIP(r io.ReaderAt, size int64) bool {
	const record = 22
	tail := make([]byte, min(size, record+1<<16-1))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return false
	}
	for at := len(tail) - record; at >= 0; at-- {
		if !bytes.HasPrefix(tail[at:], []byte("PK\x05\x06")) {
			continue
		}
		if comment := binary.LittleEndian.Uint16(tail[at+20:]); at+record+int(comment) == len(tail) {
			return true
		}
	}
	return false
}

// inlet init puts two things for people into an inbox: a text that explains the folder, and a folder with a template. Both have a name in each language,
// Swedish first, and neither is a file that the inbox is to import or to report.
var (
	readMes         = []string{"LÄS MIG.txt", "READ ME.txt"}
	templateFolders = []string{"Mall (importeras inte)", "Template (not imported)"}
)

// ReadMe returns the name of the text that explains an inbox, in a language.
func ReadMe(lang string) string { return inLanguage(readMes, lang) }

// TemplateFolder returns the name of the folder with the template, in a language.
func TemplateFolder(lang string) string { return inLanguage(templateFolders, lang) }

func inLanguage(names []string, lang string) string {
	if lang == "sv" {
		return names[0]
	}
	return names[1]
}

// IsReadMe reports whether a file explains its inbox.
func IsReadMe(name string) bool { return hasFold(readMes, name) }

// IsTemplateFolder reports whether a folder has the template of its inbox.
func IsTemplateFolder(name string) bool { return hasFold(templateFolders, name) }

func hasFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return SameName(n, name) || strings.EqualFold(n, name) })
}
