package mappingedit

import "strings"

// span is where a sheet of a list of sheets stands in the text.
type span struct {
	first, end    int
	indent, width int // of the dash, and of the keys behind it
}

// sheets returns where each sheet stands; none if the mapping is for one sheet.
func (d document) sheets() []span {
	first, end := d.block("sheets")
	var all []span
	for i := first + 1; first >= 0 && i < end; i++ {
		line := strings.TrimLeft(d.lines[i], " ")
		indent := indentOf(d.lines[i])
		if line != "-" && !strings.HasPrefix(line, "- ") || len(all) > 0 && indent != all[0].indent {
			continue
		}
		behind := strings.TrimPrefix(line, "-")
		width := indent + 1 + indentOf(behind)
		if strings.TrimSpace(behind) == "" && i+1 < end {
			width = indentOf(d.lines[i+1])
		}
		if n := len(all); n > 0 {
			all[n-1].end = i
		}
		all = append(all, span{i, end, indent, width})
	}
	return all
}

// sheet returns a sheet of the list as a mapping of its own.
func (d document) sheet(i int) document {
	is := d.sheets()[i]
	var part document
	for n, line := range d.lines[is.first:is.end] {
		if n == 0 {
			line = strings.Replace(line, "-", " ", 1)
		}
		part.lines = append(part.lines, line[min(is.width, indentOf(line)):])
	}
	return part
}

// setSheet puts a sheet that sheet returned back.
func (d *document) setSheet(i int, part document) {
	is := d.sheets()[i]
	var lines []string
	for n, line := range part.lines {
		switch {
		case n == 0:
			line = strings.TrimRight(strings.Repeat(" ", is.indent)+"-"+strings.Repeat(" ", max(1, is.width-is.indent-1))+line, " ")
		case line != "":
			line = strings.Repeat(" ", is.width) + line
		}
		lines = append(lines, line)
	}
	d.lines = append(append(d.lines[:is.first:is.first], lines...), d.lines[is.end:]...)
}
