package message

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Text is a sentence for people. Its English form is also its name in the catalogue of other languages; each %s in it is a place for
// one of Args, which are what stood in the workbook and need no translation.
type Text struct {
	Format string   `json:"text"`
	Args   []string `json:"args,omitempty"`
}

// Say makes a Text. The format knows %s only.
func Say(format string, args ...any) Text {
	t := Text{Format: format}
	for _, arg := range args {
		t.Args = append(t.Args, fmt.Sprint(arg))
	}
	return t
}

// String returns the sentence in English.
func (t Text) String() string { return t.Fill(t.Format) }

// Fill fills the places of a translation of the format.
func (t Text) Fill(format string) string {
	if len(t.Args) == 0 {
		return format
	}
	var b strings.Builder
	for _, arg := range t.Args {
		before, after, ok := strings.Cut(format, "%s")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteString(arg)
		format = after
	}
	b.WriteString(format)
	return b.String()
}

// At puts before the sentence where in a file it holds; without a line that is the file.
func (t Text) At(file string, line, column int) Text {
	if line == 0 {
		return t.Quoting(file)
	}
	return Text{Format: "%s, line %s, column %s: " + t.Format, Args: append([]string{file, strconv.Itoa(line), strconv.Itoa(column)}, t.Args...)}
}

// Ending puts another sentence in place of the last argument of a text, which it lacks.
func (t Text) Ending(with Text) Text {
	return Text{Format: strings.TrimSuffix(t.Format, "%s") + with.Format, Args: append(slices.Clone(t.Args), with.Args...)}
}

// Lines makes one Text of several, a line each.
func Lines(texts []Text) Text {
	var formats, args []string
	for _, t := range texts {
		formats, args = append(formats, t.Format), append(args, t.Args...)
	}
	return Text{Format: strings.Join(formats, "\n"), Args: args}
}

// Quoting puts what was there before the sentence: `"12x": is not a whole number`.
func (t Text) Quoting(value string) Text {
	return Text{Format: "%s: " + t.Format, Args: append([]string{value}, t.Args...)}
}
