package sheettest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// behind gives the XML that a worksheet has behind its rows.
func (t *tab) behind() string {
	var out strings.Builder
	if t.filter != "" {
		fmt.Fprintf(&out, `<autoFilter ref="%s"/>`, escape(t.filter))
	}
	if len(t.merges) > 0 {
		fmt.Fprintf(&out, `<mergeCells count="%d">`, len(t.merges))
		for _, ref := range t.merges {
			fmt.Fprintf(&out, `<mergeCell ref="%s"/>`, escape(ref))
		}
		out.WriteString(`</mergeCells>`)
	}
	if len(t.tables) > 0 {
		fmt.Fprintf(&out, `<tableParts count="%d">`, len(t.tables))
		for i := range t.tables {
			fmt.Fprintf(&out, `<tablePart r:id="rId%d"/>`, i+1)
		}
		out.WriteString(`</tableParts>`)
	}
	return out.String()
}

// isDirective reports whether a line says something about its sheet. Any other is the name of a sheet, which may have a colon too.
func isDirective(title string) bool {
	what, _, ok := strings.Cut(title, ":")
	return ok && slices.Contains([]string{"hide", "merge", "filter", "table"}, what)
}

// directive notes what a line with a colon says about the sheet.
func (t *tab) directive(line string) error {
	what, rest, _ := strings.Cut(line, ":")
	words := strings.Fields(rest)
	if len(words) == 0 {
		return fmt.Errorf("the line -- %s -- names no row and no range", line)
	}
	switch what {
	case "hide":
		return t.hide(words)
	case "merge":
		t.merges = append(t.merges, words...)
	case "filter":
		t.filter = words[0]
	case "table":
		return t.table(words)
	default:
		return fmt.Errorf("unknown line -- %s --: write hide, merge, table or filter", line)
	}
	return nil
}

// hide reads "3" and "5-7".
func (t *tab) hide(words []string) error {
	if t.hidden == nil {
		t.hidden = map[int]bool{}
	}
	for _, w := range words {
		from, to, ok := strings.Cut(w, "-")
		if !ok {
			to = from
		}
		first, err := strconv.Atoi(from)
		if err != nil {
			return fmt.Errorf("hide rows: %w", err)
		}
		last, err := strconv.Atoi(to)
		if err != nil {
			return fmt.Errorf("hide rows: %w", err)
		}
		for row := first; row <= last; row++ {
			t.hidden[row] = true
		}
	}
	return nil
}

// table reads "A3:C9", and the words behind it.
func (t *tab) table(words []string) error {
	made := table{ref: words[0], headings: true}
	switch more := strings.Join(words[1:], " "); more {
	case "":
	case "totals":
		made.totals = true
	case "no headings":
		made.headings = false
	case "no headings totals":
		made.headings, made.totals = false, true
	default:
		return fmt.Errorf("table %s: %q is neither totals nor no headings", words[0], more)
	}
	t.tables = append(t.tables, made)
	return nil
}

// part gives the XML of the table. Excel wants the columns called as the cells of the headings are.
func (t *tab) part(tbl table, id int) (string, error) {
	first, row, width, err := corner(tbl.ref)
	if err != nil {
		return "", err
	}
	var columns strings.Builder
	for i := range width {
		name := fmt.Sprintf("Column%d", i+1)
		if tbl.headings && row <= len(t.rows) && first+i < len(t.rows[row-1]) && t.rows[row-1][first+i] != "" {
			name = t.rows[row-1][first+i]
		}
		fmt.Fprintf(&columns, `<tableColumn id="%d" name="%s"/>`, i+1, escape(name))
	}
	attrs := ""
	if !tbl.headings {
		attrs += ` headerRowCount="0"`
	}
	if tbl.totals {
		attrs += ` totalsRowCount="1"`
	} else {
		attrs += ` totalsRowShown="0"`
	}
	return fmt.Sprintf(head+`<table xmlns="%s" id="%d" name="Table%d" displayName="Table%d" ref="%s"%s><tableColumns count="%d">%s</tableColumns></table>`,
		main, id, id, id, escape(tbl.ref), attrs, width, columns.String()), nil
}

// corner reads "A3:C9": the first column from 0, the first row from 1, and how many columns there are.
func corner(ref string) (first, row, width int, err error) {
	var a, b string
	var last, end int
	from, to, _ := strings.Cut(ref, ":")
	if a, row, err = split(from); err == nil {
		b, end, err = split(to)
	}
	if first, last = index(a), index(b); err != nil || first < 0 || last < first || end < row {
		return 0, 0, 0, fmt.Errorf("%q is not a range such as A3:C9", ref)
	}
	return first, row, last - first + 1, nil
}

// split parts the letters of a cell's name from its row.
func split(ref string) (string, int, error) {
	digits := strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	row, err := strconv.Atoi(digits)
	return ref[:len(ref)-len(digits)], row, err
}

// index gives the column of letters, from 0; -1 for none.
func index(letters string) int {
	n := 0
	for _, c := range letters {
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}
