package mappingedit

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/strictyaml"
)

// unfold returns a mapping with a line for each column, match rule and sheet, also where they stand in brackets. The error says that there is no such text
// with the same meaning.
func unfold(text []byte) ([]byte, error) {
	doc := newDocument(text)
	unfoldKeys(&doc)
	lined := doc.bytes()
	before, _ := strictyaml.Parse(text, strictyaml.Options{})
	after, _ := strictyaml.Parse(lined, strictyaml.Options{})
	if !same(before, after) {
		return nil, &ledger.Refusal{Code: "mapping", Text: message.Say("columns:, match: or sheets: is written in brackets that cannot be given a line for each entry; edit the mapping with an editor")}
	}
	return lined, nil
}

// same reports whether two nodes mean the same.
func same(a, b strictyaml.Node) bool {
	x, isScalar := a.Scalar()
	y, isToo := b.Scalar()
	if isScalar != isToo || x != y || a.Missing() != b.Missing() {
		return false
	}
	equal := func(p, q strictyaml.Pair) bool { return same(p.Key, q.Key) && same(p.Value, q.Value) }
	return slices.EqualFunc(a.Pairs(), b.Pairs(), equal) && slices.EqualFunc(a.Items(), b.Items(), same)
}

// unfoldKeys gives what stands in brackets lines of its own: the mapping itself, and the keys of which the editor changes single entries.
func unfoldKeys(d *document) {
	if at := slices.IndexFunc(d.lines, isContent); at >= 0 && strings.HasPrefix(d.lines[at], "{") {
		spread(d, at, "", "", "")
	}
	for _, key := range []string{"columns", "match", "sheets"} {
		at, _ := d.block(key)
		if at < 0 {
			continue
		}
		switch value := strings.TrimSpace(strings.TrimPrefix(d.lines[at], key+":")); {
		case strings.HasPrefix(value, "{"):
			spread(d, at, key+":", "  ", "")
		case strings.HasPrefix(value, "[") && key == "sheets":
			spread(d, at, key+":", "  ", "- ")
		}
	}
	for i := range d.sheets() {
		part := d.sheet(i)
		unfoldKeys(&part)
		d.setSheet(i, part)
	}
}

// isContent reports whether a line is neither blank nor a comment nor the mark of a document.
func isContent(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && !strings.HasPrefix(line, "#") && line != "---"
}

// spread replaces the brackets that begin in a line, behind its key, by lines of their entries.
func spread(d *document, at int, key, indent, mark string) {
	entries, rest, ok := splitFlow(strings.TrimPrefix(strings.Join(d.lines[at:], "\n"), key))
	if !ok {
		return
	}
	comment, below, _ := strings.Cut(rest, "\n")
	lines := []string{strings.TrimRight(key+" "+strings.TrimSpace(comment), " ")}
	if key == "" && len(entries) > 0 {
		lines, entries[0] = nil, strings.TrimRight(entries[0]+"  "+strings.TrimSpace(comment), " ")
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry, "#") {
			lines = append(lines, indent+entry)
		} else {
			lines = append(lines, indent+mark+entry)
		}
	}
	if below != "" {
		lines = append(lines, strings.Split(below, "\n")...)
	}
	d.lines = append(d.lines[:at:at], lines...)
}

// flowReader reads what stands in brackets.
type flowReader struct {
	entries  []string // and comments, each before the entry that it stands above
	entry    strings.Builder
	comment  string // behind the entry
	sameLine bool   // as the entry before
}

// splitFlow splits what stands in brackets at the beginning of a text into its entries. rest is what follows the closing bracket.
func splitFlow(text string) (entries []string, rest string, ok bool) {
	var r flowReader
	depth, last := 0, byte(' ') // last is the sign before, without spaces: a quote begins a value only behind some of them
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case (c == '"' || c == '\'') && strings.IndexByte("{[,:", last) >= 0:
			n := quoted(text[i:])
			r.entry.WriteString(text[i : i+n])
			i, last = i+n-1, c
			continue
		case c == '#' && i > 0 && strings.IndexByte(" \t\n", text[i-1]) >= 0:
			line, _, _ := strings.Cut(text[i:], "\n")
			r.remark(line)
			i += len(line) - 1
			continue
		case c == '\n':
			r.sameLine = false
			for c = ' '; i+1 < len(text) && text[i+1] == ' '; i++ { // the indentation means nothing in brackets
			}
		case c == '{' || c == '[':
			if depth++; depth == 1 {
				last = c
				continue
			}
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				r.end()
				return r.entries, text[i+1:], true
			}
		case c == ',' && depth == 1:
			r.end()
			last = c
			continue
		}
		if c != ' ' {
			last = c
		}
		r.entry.WriteByte(c)
	}
	return nil, "", false
}

// remark keeps a comment: that behind an entry with it, another one above the next.
func (r *flowReader) remark(comment string) {
	switch {
	case strings.TrimSpace(r.entry.String()) != "":
		r.comment = "  " + comment
	case r.sameLine:
		r.entries[len(r.entries)-1] += "  " + comment
	default:
		r.entries = append(r.entries, comment)
	}
}

// end ends an entry.
func (r *flowReader) end() {
	if entry := strings.TrimSpace(r.entry.String()); entry != "" {
		r.entries = append(r.entries, entry+r.comment)
		r.sameLine = true
	}
	r.entry.Reset()
	r.comment = ""
}

// quoted returns how long the quoted text is with which a text begins.
func quoted(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[0] == '"' && text[i] == '\\':
			i++
		case text[i] == text[0] && text[0] == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		case text[i] == text[0]:
			return i + 1
		}
	}
	return len(text)
}
