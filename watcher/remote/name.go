package remote

import (
	"fmt"
	"mime"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// workbooks are the endings that say what a file is. A source that gives none of them is looked into.
var workbooks = []string{".xlsx", ".xlsm", ".csv", ".tsv", ".xls", ".xlsb", ".ods", ".numbers"}

// date is what stands for a day in a template: {2006-01-02}, and with -1d behind it the day before.
var date = regexp.MustCompile(`\{([^{}]*?)(?: ([+-][0-9]{1,4})d)?\}`)

// dated fills in a template.
func dated(template string, now time.Time) string {
	return date.ReplaceAllStringFunc(template, func(found string) string {
		part := date.FindStringSubmatch(found)
		days, _ := strconv.Atoi(part[2]) // none is 0
		return now.AddDate(0, 0, days).Format(part[1])
	})
}

// fileName is what a file is called in the inbox: as the configuration says, else as the source calls it.
func fileName(as, called string, root *os.Root, temp string, now time.Time) (string, error) {
	if as != "" {
		return onlyName(dated(as, now)), nil
	}
	name := onlyName(called)
	if slices.Contains(workbooks, strings.ToLower(path.Ext(name))) {
		return name, nil
	}
	if startsAsZIP(root, temp) {
		return name + ".xlsx", nil
	}
	return "", fmt.Errorf("cannot tell what %q is by its name; give the source a file name, e.g. as: contacts.csv", name)
}

// onlyName takes from a name what would lead out of the inbox or be ignored there.
func onlyName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(name, ".~$ ")
	const room = 255 - len("~1000") - len(sidecarEnd)
	if ext := path.Ext(name); len(name) > room && len(ext) < room {
		name = strings.ToValidUTF8(name[:room-len(ext)], "") + ext
	}
	if name == "" {
		return "workbook"
	}
	return name
}

func startsAsZIP(root *os.Root, name string) bool {
	f, err := root.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4)
	n, _ := f.Read(head)
	return string(head[:n]) == "PK\x03\x04"
}

// disposition finds the file name in a Content-Disposition header, also in one that breaks the rules.
func disposition(header string) string {
	if _, params, err := mime.ParseMediaType(header); err == nil && params["filename"] != "" {
		return params["filename"]
	}
	_, name, ok := strings.Cut(header, "filename=")
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, ";")
	return strings.Trim(name, `" `)
}

// ending is the file ending that a content type speaks of; "" if none.
func ending(contentType string) string {
	kind, _, _ := mime.ParseMediaType(contentType)
	switch kind {
	case "text/csv":
		return ".csv"
	case "text/tab-separated-values":
		return ".tsv"
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		return ".xlsx"
	case "application/vnd.ms-excel.sheet.macroenabled.12":
		return ".xlsm"
	}
	return ""
}
