package uploads

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
)

// mostName bounds the bytes of a name: its mapping and a number have longer ones, and a disk takes 255.
const mostName = 200

// SafeName returns the name of a file as it is kept, of the name that a browser sends. The error is ErrName if an inbox would not import a file of that
// name.
func SafeName(sent string) (string, error) {
	name := strings.ToValidUTF8(sent, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r): // also what turns the direction of writing
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name))
	ext := path.Ext(name)
	stem := strings.TrimRight(shorten(name[:len(name)-len(ext)], mostName-len(ext)), " .")
	if files.IsDevice(stem) { // the inbox may be shared with Windows
		stem = "_" + stem
	}
	name = stem + ext
	if stem == "" || !slices.Contains(filename.ReadableEndings(), strings.ToLower(ext)) || claim.IgnoredName(name, filename.WorkbookEndings()) != "" || filename.IsMapping(name) {
		return "", ErrName
	}
	return name, nil
}

// shorten cuts a text to at most so many bytes, between two characters.
func shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:max(most, 0)]
}
