package mappingedit

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/strictyaml"
)

// document is the text of a mapping whose columns are a line each.
type document struct{ lines []string }

// errOneLine says that the columns of a mapping cannot be edited line by line.
var errOneLine = errors.New("columns: or match: is written on one line: write a line for each column, or edit the file with an editor")

func newDocument(text []byte) (document, error) {
	d := document{strings.Split(strings.TrimRight(string(text), "\n"), "\n")}
	if at, _ := d.block("columns"); at >= 0 {
		if _, rest, _ := strings.Cut(d.lines[at], ":"); strings.TrimSpace(beforeComment(rest)) != "" {
			return d, errOneLine
		}
	}
	return d, nil
}

func beforeComment(s string) string {
	s, _, _ = strings.Cut(s, " #")
	return s
}

func (d document) bytes() []byte { return []byte(strings.Join(d.lines, "\n") + "\n") }

// block returns the lines of a key of the top level: that of the key, and the one after its last; -1 if there is none.
func (d document) block(key string) (first, end int) {
	first = slices.IndexFunc(d.lines, func(line string) bool { return strings.HasPrefix(line, key+":") })
	if first < 0 {
		return -1, -1
	}
	for end = first + 1; end < len(d.lines) && (strings.HasPrefix(d.lines[end], " ") || d.lines[end] == ""); end++ {
	}
	for end > first+1 && d.lines[end-1] == "" {
		end--
	}
	return first, end
}

// entry returns the lines of a column; the first is -1 if the mapping does not name it. A comment that repeats the column's key, as an alternative, belongs to it.
func (d document) entry(c *Column) (first, end int) {
	at, last := d.block("columns")
	for i := at + 1; at >= 0 && i < last; i++ {
		line := d.lines[i]
		if strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "#") || !c.hasKey(keyOf(line)) {
			continue
		}
		indent := indentOf(line)
		for end = i + 1; end < last; end++ {
			trimmed := strings.TrimSpace(d.lines[end])
			alternative, isComment := strings.CutPrefix(trimmed, "#")
			deeper := indentOf(d.lines[end]) > indent && trimmed != ""
			ours := isComment && c.hasKey(keyOf(alternative))
			if !deeper && !ours {
				break
			}
		}
		return i, end
	}
	return -1, -1
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// keyOf returns the key of a line of YAML, without its quotes.
func keyOf(line string) string {
	line = strings.TrimSpace(line)
	if quoted, err := strconv.QuotedPrefix(line); err == nil && line[0] == '"' {
		key, err := strconv.Unquote(quoted)
		if err == nil {
			return key
		}
	}
	if rest, ok := strings.CutPrefix(line, "'"); ok {
		for i := 0; i < len(rest); i++ {
			if rest[i] == '\'' && (i+1 == len(rest) || rest[i+1] != '\'') {
				return strings.ReplaceAll(rest[:i], "''", "'")
			}
			if rest[i] == '\'' {
				i++
			}
		}
	}
	if i := strings.Index(line, ": "); i >= 0 {
		return line[:i]
	}
	return strings.TrimSuffix(line, ":")
}

// setColumn makes a column a field; "ignore" for none. after is the column before it in the sheet, behind which a new line goes; nil for the first.
func (d *document) setColumn(c, after *Column, field string) {
	line := "  " + c.key() + ": " + field
	if first, end := d.entry(c); first >= 0 {
		d.lines = slices.Replace(d.lines, first, end, line)
		return
	}
	at, _ := d.block("columns")
	if at < 0 {
		at = len(d.lines)
		if match, _ := d.block("match"); match >= 0 {
			at = match
		}
		d.lines = slices.Insert(d.lines, at, "columns:")
	}
	if after != nil {
		if _, end := d.entry(after); end >= 0 {
			at = end - 1
		}
	}
	d.lines = slices.Insert(d.lines, at+1, line)
}

// setMatch makes the fields what each kind is matched on.
func (d *document) setMatch(fields map[crm.Kind][]string) {
	lines := []string{"match:"}
	for _, kind := range crm.Kinds {
		if names, ok := fields[kind]; ok {
			lines = append(lines, "  "+string(kind)+": ["+strings.Join(names, ", ")+"]")
		}
	}
	if len(lines) == 1 {
		lines = nil
	}
	if first, end := d.block("match"); first >= 0 {
		d.lines = slices.Replace(d.lines, first, end, lines...)
		return
	}
	d.lines = append(d.lines, lines...)
}

// oneLine is a heading as a mapping has it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// key is the column as the mapping names it.
func (c *Column) key() string {
	if c.byLetter {
		return strconv.Quote("=" + c.Letter)
	}
	return strictyaml.Quote(oneLine(c.Heading))
}

// hasKey reports whether a key of a mapping means the column.
func (c *Column) hasKey(key string) bool {
	if letter, ok := strings.CutPrefix(key, "="); ok {
		return strings.EqualFold(letter, c.Letter)
	}
	return !c.byLetter && crm.Heading(key) == crm.Heading(c.Heading)
}
