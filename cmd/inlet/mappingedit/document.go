package mappingedit

import (
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/strictyaml"
)

// document is the text of a mapping, or of one of its sheets, in which each column is a line.
type document struct{ lines []string }

func newDocument(text []byte) document {
	return document{strings.Split(strings.TrimRight(string(text), "\n"), "\n")}
}

func (d document) bytes() []byte { return []byte(strings.Join(d.lines, "\n") + "\n") }

// block returns the lines of a key of the top level: that of the key, and the one after its last; -1 if there is none.
func (d document) block(key string) (first, end int) {
	first = slices.IndexFunc(d.lines, func(line string) bool { return strings.HasPrefix(line, key+":") })
	if first < 0 {
		return -1, -1
	}
	belongs := func(line string) bool {
		return line == "" || line == "-" || strings.ContainsAny(line[:1], " #") || strings.HasPrefix(line, "- ")
	}
	for end = first + 1; end < len(d.lines) && belongs(d.lines[end]); end++ {
	}
	for end > first+1 && (d.lines[end-1] == "" || d.lines[end-1][0] == '#') {
		end--
	}
	return first, end
}

// entry returns the lines of a column; the first is -1 if the mapping does not name it.
func (d document) entry(c *Column) (first, end int) { return d.entryOf("columns", c.hasKey) }

// entryOf returns the lines of a key below one of the top level. A comment that repeats the key, as an alternative, belongs to it.
func (d document) entryOf(block string, isKey func(string) bool) (first, end int) {
	at, last := d.block(block)
	for i := at + 1; at >= 0 && i < last; i++ {
		line := d.lines[i]
		if strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "#") || !isKey(keyOf(line)) {
			continue
		}
		indent := indentOf(line)
		for end = i + 1; end < last; end++ {
			trimmed := strings.TrimSpace(d.lines[end])
			alternative, isComment := strings.CutPrefix(trimmed, "#")
			deeper := trimmed != "" && (indentOf(d.lines[end]) > indent || indentOf(d.lines[end]) == indent && strings.HasPrefix(trimmed, "- "))
			ours := isComment && isKey(keyOf(alternative))
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

// indentIn is the space before the keys below one of the top level.
func (d document) indentIn(block string) string {
	at, end := d.block(block)
	for i := at + 1; at >= 0 && i < end; i++ {
		if isContent(d.lines[i]) {
			return strings.Repeat(" ", indentOf(d.lines[i]))
		}
	}
	return "  "
}

// setColumn makes a column a field; "ignore" for none. after is the column before it in the sheet, behind which a new line goes; nil for the first.
func (d *document) setColumn(c, after *Column, field string) {
	line := d.indentIn("columns") + c.key() + ": " + field
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

// setMatch makes some rules what a kind is matched on. The comment above them is about what was matched on if inlet has written it: then it is removed.
func (d *document) setMatch(kind crm.Kind, rules [][]string, comments bool) {
	isKind := func(key string) bool { return key == string(kind) }
	var all []string
	for _, fields := range rules {
		all = append(all, "["+strings.Join(fields, ", ")+"]")
	}
	value := "[" + strings.Join(all, ", ") + "]"
	if len(all) == 1 {
		value = all[0]
	}
	line := d.indentIn("match") + string(kind) + ": " + value
	if first, end := d.entryOf("match", isKind); first >= 0 {
		if at, _ := d.block("match"); !comments && first-1 > at && strings.HasPrefix(strings.TrimSpace(d.lines[first-1]), "#") {
			first--
		}
		d.lines = slices.Replace(d.lines, first, end, line)
		return
	}
	at, end := d.block("match")
	if at < 0 {
		d.lines = append(d.lines, "match:")
		end = len(d.lines)
	}
	d.lines = slices.Insert(d.lines, end, line)
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
