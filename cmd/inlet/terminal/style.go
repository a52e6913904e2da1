package terminal

import (
	"io"
	"strings"

	"inlet.example/inlet/pipeline/message"
)

// Style is a colour or weight of text, as the code of ANSI terminals.
type Style string

// The styles. Green is what is added or right, yellow what is changed or to be looked at, red what is rejected or wrong.
const (
	Bold   Style = "1"
	Faint  Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"

	Reverse Style = "7" // what is chosen
)

// Paint returns a text in a style; "" is plain text.
func (s Style) Paint(text string) string {
	if s == "" || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// PaintFor returns a text in a style if w shows colours.
func (s Style) PaintFor(w io.Writer, text string) string {
	if !Colours(w) {
		return text
	}
	return s.Paint(text)
}

// signs are the styles of the signs that stand for what happens to a record.
var signs = map[byte]Style{'+': Green, '~': Yellow, '!': Red, 'x': Red, '=': Faint, '-': Faint, '.': Faint}

// PaintSigns paints the words of a text that begin with one of the signs + ~ = - x ! and .
func PaintSigns(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if len(word) > 1 {
			words[i] = signs[word[0]].Paint(word)
		}
	}
	return strings.Join(words, " ")
}

// marks are the styles of the words that begin the lines of a check, in both languages.
var marks = map[string]Style{"ok": Green, "note": Yellow, "obs": Yellow, "WRONG": Red, "FEL": Red}

// Marks returns a writer that paints the first word of the lines of a check, if w shows colours. It is to be given whole lines.
func Marks(w io.Writer) io.Writer {
	if !Colours(w) {
		return w
	}
	return lineWriter{w, func(line string) string {
		mark, _, _ := strings.Cut(line, " ")
		return marks[mark].Paint(mark) + line[len(mark):]
	}}
}

// lineWriter changes each line.
type lineWriter struct {
	w      io.Writer
	change func(line string) string
}

// Write writes whole lines.
func (l lineWriter) Write(text []byte) (int, error) {
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		lines[i] = l.change(line)
	}
	if _, err := io.WriteString(l.w, strings.Join(lines, "\n")); err != nil {
		return 0, err
	}
	return len(text), nil
}

// visible returns the width of a text without the codes of its colours.
func visible(text string) int {
	width := 0
	for text != "" {
		before, after, found := strings.Cut(text, "\x1b[")
		width += message.Width(before)
		if !found {
			break
		}
		_, text, _ = strings.Cut(after, "m")
	}
	return width
}
