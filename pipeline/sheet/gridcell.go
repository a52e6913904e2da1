package sheet

import (
	"bytes"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/numfmt"
)

// stored is a cell as its tag says: the place is worked out, the rest is to be read.
type stored struct {
	column   int
	style    int  // -1: none that is a number
	typ      byte // 'n', 's' shared, 't' formula text, 'i' inline, 'b', 'e', 'd'
	formula  bool
	complete bool // the value has been made
	before   int  // cells of the batch before this one
}

// readCell reads one cell, and appends it to the row if something is in it.
func (g *gridReader) readCell(numbered bool) error {
	c, err := g.beginCell(numbered)
	c.before = len(g.cells)
	if err != nil || g.xml.empty {
		return err
	}
	x := g.xml
	for {
		if err := x.next(); err != nil {
			return err
		}
		if x.kind == closing {
			break
		}
		switch string(x.name) {
		case "v":
			err = g.readValue(&c)
		case "is":
			err = g.readInline(&c)
		case "f":
			c.formula = true
			err = x.skip()
		default:
			err = x.skip()
		}
		if err != nil {
			return err
		}
	}
	if c.formula && !c.complete {
		g.add(cell.Cell{Column: c.column, Type: cell.NoValue})
	}
	return nil
}

// beginCell reads the attributes of <c>.
func (g *gridReader) beginCell(numbered bool) (stored, error) {
	c := stored{column: g.col + 1, typ: 'n'}
	for _, a := range g.xml.attrs {
		if len(a.name) != 1 {
			continue
		}
		switch a.name[0] {
		case 'r':
			if err := g.place(&c, a.value, numbered); err != nil {
				return c, err
			}
		case 's':
			var ok bool
			if c.style, ok = cell.ParseNumber(a.value); !ok && len(a.value) > 0 {
				c.style, g.noStyle = -1, fault.Short(cell.MaxQuoted, a.value)
			}
		case 't':
			c.typ = cellType(a.value)
		}
	}
	return c, g.settle(c.column)
}

// settle takes the place of a cell as the last one of the row.
func (g *gridReader) settle(column int) error {
	if column >= cell.MaxColumn {
		return fault.Corrupt("the sheet has a cell beyond its last column, XFD")
	}
	if column == g.col {
		return fault.Corrupt("the sheet has cell %s twice", cell.Ref(column, g.row))
	}
	g.sorted = g.sorted && column > g.col
	g.col = column
	return nil
}

// place reads the cell's own name. Where the row has no number, its first cell gives it.
func (g *gridReader) place(c *stored, ref []byte, numbered bool) error {
	column, row, ok := cell.ParseRef(ref)
	if !ok {
		return fault.Corrupt("the sheet has a cell with the name %s", fault.Quoted(20, ref))
	}
	if row != g.row {
		if numbered || row < g.row {
			return fault.Corrupt("the sheet has cell %s in row %s", fault.Short(20, ref), g.row)
		}
		g.row = row
	}
	c.column = column
	return nil
}

// cellType gives one letter for t; what is not known is a number, as where t is missing.
func cellType(t []byte) byte {
	switch string(t) {
	case "str":
		return 't'
	case "inlineStr":
		return 'i'
	case "s", "b", "e", "d":
		return t[0]
	}
	return 'n'
}

// readValue reads <v> and makes the cell of it.
func (g *gridReader) readValue(c *stored) error {
	if c.complete && c.typ == 'i' {
		return g.xml.skip() // its text stands in <is>
	}
	if c.complete {
		return fault.Corrupt("the cell %s has two values", cell.Ref(c.column, g.row))
	}
	x := g.xml
	if x.empty {
		return g.finish(c, nil)
	}
	if err := x.next(); err != nil {
		return err
	}
	if x.kind != closing {
		return fault.Corrupt("the cell %s has <%s> inside its value", cell.Ref(c.column, g.row), fault.Short(40, x.name))
	}
	raw := x.text
	if !x.plain && class(raw) != 0 {
		var err error
		if g.side, err = decode(g.side[:0], raw); err != nil {
			return err
		}
		raw = g.side
	}
	return g.finish(c, raw)
}

// readInline reads <is>.
func (g *gridReader) readInline(c *stored) error {
	if c.typ != 'i' {
		return g.xml.skip()
	}
	g.cells = g.cells[:c.before] // a <v> beside it means nothing
	var err error
	if g.side, err = g.xml.richText(g.side[:0], g.limits.CellBytes); err != nil {
		return err
	}
	c.complete = true
	g.addText(c, g.side)
	return nil
}

// finish makes the cell of its decoded value.
func (g *gridReader) finish(c *stored, v []byte) error {
	if len(v) > g.limits.CellBytes {
		return fault.New(fault.CodeLimit, "the cell %s holds more than %s bytes", cell.Ref(c.column, g.row), g.limits.CellBytes).OverLimit("cell_bytes")
	}
	if c.typ == 't' || c.typ == 'i' {
		c.complete = true
		if i := bytes.Index(v, []byte("_x")); i >= 0 {
			g.side = append(g.side[:0], v...) // v may be the scanner's own
			v = unescape(g.side, 0)
		}
		g.addText(c, v)
		return nil
	}
	v = bytes.TrimSpace(v)
	if len(v) == 0 {
		return nil // a formula's value that is not there, or a blank
	}
	c.complete = true
	return g.addValue(c, v)
}

func (g *gridReader) addText(c *stored, text []byte) {
	if len(text) > 0 {
		g.bytes += len(text)
		g.add(cell.Cell{Column: c.column, Type: cell.Text, Raw: g.text.Keep(text), Style: g.styleOf(c)})
	}
}

// addValue makes the cells that are no text of their own.
func (g *gridReader) addValue(c *stored, v []byte) (err error) {
	out := cell.Cell{Column: c.column, Type: cell.Error, Style: g.styleOf(c)}
	switch c.typ {
	case 's':
		i, ok := cell.ParseNumber(v)
		if !ok || g.shared == nil || i >= g.shared.len() {
			cell.Fail(&out, cell.ErrShared, fault.Short(cell.MaxQuoted, v), v)
			break
		}
		out.Type = cell.Text
		if out.Raw, err = g.shared.text(i, &g.text); err != nil || out.Raw == "" {
			return err
		}
		g.bytes += len(out.Raw)
	case 'b':
		out.Type, out.Raw = cell.Bool, "0"
		if truth(string(v)) {
			out.Raw = "1"
		} else if string(v) != "0" && !strings.EqualFold(string(v), "false") {
			cell.Fail(&out, cell.ErrNumber, "", v)
		}
	case 'e':
		out.Raw = g.text.Keep(v)
	case 'd':
		out = g.isoDate(out, string(v))
	default:
		g.number(&out, c, v)
	}
	g.add(out)
	return nil
}

// number makes a number, or the date that its format says it is.
func (g *gridReader) number(out *cell.Cell, c *stored, v []byte) {
	if out.Style == nil {
		index := g.noStyle
		if c.style >= 0 {
			index = strconv.Itoa(c.style)
		}
		cell.Fail(out, cell.ErrStyle, index, v)
		return
	}
	raw := g.text.Keep(v)
	var buffer [64]byte
	short, ok := numfmt.AppendShort(buffer[:0], raw)
	switch {
	case !ok:
		cell.Fail(out, cell.ErrNumber, "", v)
		return
	case len(short) > 0:
		raw = g.text.Keep(short)
	}
	out.Type, out.Raw = out.Style.Type, raw
}

// styleOf gives the cell's style, nil if there is none of that number.
func (g *gridReader) styleOf(c *stored) *cell.Style {
	if c.style >= 0 && c.style < len(g.styles) {
		return g.styles[c.style]
	}
	return nil
}

func (g *gridReader) add(c cell.Cell) { g.cells = append(g.cells, c) }
