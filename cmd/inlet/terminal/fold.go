package terminal

import (
	"io"
	"regexp"
	"strings"
)

// Fold returns a writer that breaks lines that are wider than the screen between their words; w itself if it is not a terminal. It is to be given
// whole lines.
func Fold(w io.Writer) io.Writer { return FoldAs(w, w) }

// FoldAs is Fold for what is later copied to a screen.
func FoldAs(w, screen io.Writer) io.Writer {
	width := Width(screen)
	if width == 0 {
		return w
	}
	return lineWriter{w, func(line string) string { return strings.Join(FoldLine(line, width, hanging(line, width)), "\n") }}
}

// hanging returns how far the further lines of a folded line are indented: a little more than the first one.
func hanging(line string, width int) int {
	indent := len(line) - len(strings.TrimLeft(line, " "))
	return min(indent+2, width/2)
}

// command is one of inlet's own as a text names it: whoever copies it is not to find it on two lines.
var command = regexp.MustCompile("(^|[ \"`”(])inlet( [a-z]+){1,2}")

// unbroken splits a line into what stays on one line: its words, and commands of at most some width.
func unbroken(line string, widest int) []string {
	const joint = "\x00"
	whole := command.ReplaceAllStringFunc(line, func(found string) string {
		name := strings.TrimLeft(found, " ")
		if visible(name) > widest {
			return found
		}
		return found[:len(found)-len(name)] + strings.ReplaceAll(name, " ", joint)
	})
	all := strings.Split(whole, " ")
	for i := range all {
		all[i] = strings.ReplaceAll(all[i], joint, " ")
	}
	return all
}

// FoldLine breaks a line between words, so that its parts are no wider than width unless one word is. Further lines are indented.
func FoldLine(line string, width, indent int) []string {
	if visible(line) <= width {
		return []string{line}
	}
	var lines []string
	now, used := "", 0
	for i, word := range unbroken(line, width*3/4) {
		space := 1
		if i == 0 {
			space = 0
		}
		n := visible(word)
		switch empty := strings.TrimSpace(now) == ""; {
		case used+space+n <= width || empty:
			if space > 0 && (used > 0 || i > 0 && len(lines) == 0) {
				now, used = now+" ", used+1
			}
			now, used = now+word, used+n
		default:
			lines = append(lines, strings.TrimRight(now, " "))
			now, used = strings.Repeat(" ", indent)+word, indent+n
		}
	}
	return append(lines, strings.TrimRight(now, " "))
}
