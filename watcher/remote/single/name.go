package single

import (
	"mime"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote/deliver"
)

// date is the placeholder of a day in a template: {2006-01-02}, or {2006-01-02 -1d} for the day before.
var date = regexp.MustCompile(`\{([^{}]*?)(?: ([+-][0-9]{1,4})d)?\}`)

// dated fills in the dates of a template.
func dated(template string, now time.Time) string {
	return date.ReplaceAllStringFunc(template, func(found string) string {
		part := date.FindStringSubmatch(found)
		days, _ := strconv.Atoi(part[2]) // none is 0
		return now.AddDate(0, 0, days).Format(part[1])
	})
}

// fileName is the name of a file in the inbox: as the configuration says, else as the source calls it. If that has no ending of a workbook the
// content decides.
func fileName(as, called string, root *os.Root, temp string, now time.Time) (string, error) {
	if as != "" {
		return deliver.SafeName(dated(as, now)), nil
	}
	name := deliver.SafeName(called)
	if filename.IsWorkbook(name) {
		return name, nil
	}
	if startsAsZIP(root, temp) {
		return name + ".xlsx", nil
	}
	return "", message.Errorf("the type of %q is not clear from its name; set a file name for the source, e.g. as: contacts.csv", name)
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
