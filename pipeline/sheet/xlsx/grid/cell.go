package grid

import (
	"bytes"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/numfmt"
	"inlet.example/inlet/pipeline/sheet/xlsx/stringtable"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// cellReader makes cells of their tags, and adds them to the batch.
type cellReader struct {
	xml      *xmlscan.Scanner
	limits   cell.Limits
	shared   *stringtable.Table
	styles   []*cell.Style
	date1904 bool

	cell.Batch
	text cell.Arena
	side []byte // a text being put together

	row, column int  // of the last cell
	sorted      bool // the columns of the row have risen so far
}

// cellTag is what the tag of a cell states.
type cellTag struct {
	column   int
	style    int  // -1: none that is a number
	typ      byte // 'n', 's' shared, 't' formula text, 'i' inline, 'b', 'e', 'd'
	formula  bool
	complete bool // the value has been made
	before   int  // cells of the batch before this one
}

// readCell reads one cell, and adds it to the row if it is not empty.
func (r *cellReader) readCell(numbered bool) error {
	c, err := r.beginCell(numbered)
	c.before = len(r.Cells)
	if err != nil || r.xml.Empty {
		return err
	}
	x := r.xml
	for {
		if err := x.Next(); err != nil {
			return err
		}
		if x.Kind == xmlscan.Closing {
			break
		}
		switch string(x.Name) {
		case "v":
			err = r.readValue(&c)
		case "is":
			err = r.readInline(&c)
		case "f":
			c.formula = true
			err = x.Skip()
		default:
			err = x.Skip()
		}
		if err != nil {
			return err
		}
	}
	if c.formula && !c.complete {
		r.add(cell.Cell{Column: c.column, Type: cell.NoValue})
	}
	return nil
}

// beginCell reads the attributes of <c>.
func (r *cellReader) beginCell(numbered bool) (cellTag, error) {
	c := cellTag{column: r.column + 1, typ: 'n'}
	for _, a := range r.xml.Attrs {
		if len(a.Name) != 1 {
			continue
		}
		switch a.Name[0] {
		case 'r':
			if err := r.place(&c, a.Value, numbered); err != nil {
				return c, err
			}
		case 's':
			var ok bool
			if c.style, ok = cell.ParseNumber(a.Value); !ok && len(a.Value) > 0 {
				c.style = -1
			}
		case 't':
			c.typ = cellType(a.Value)
		}
	}
	return c, r.settle(c.column)
}

// settle makes a column that of the last cell of the row.
func (r *cellReader) settle(column int) error {
	if column >= cell.MaxColumn {
		return fault.Corrupt("the sheet has a cell beyond its last column, XFD")
	}
	if column == r.column {
		return fault.Corrupt("the sheet has cell %s twice", cell.Ref(column, r.row))
	}
	r.sorted = r.sorted && column > r.column
	r.column = column
	return nil
}

// place reads the reference of a cell. If the row does not state its number, its first cell does.
func (r *cellReader) place(c *cellTag, ref []byte, numbered bool) error {
	column, row, ok := cell.ParseRef(ref)
	if !ok {
		return fault.Corrupt("the sheet has a cell with the invalid reference %s", fault.Quoted(20, ref))
	}
	if row != r.row {
		if numbered || row < r.row {
			return fault.Corrupt("the sheet has cell %s in row %s", fault.Short(20, ref), r.row)
		}
		r.row = row
	}
	c.column = column
	return nil
}

// cellType returns one letter for the attribute t. An unknown type is a number, as if t were missing.
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

// readValue reads <v> and makes the cell.
func (r *cellReader) readValue(c *cellTag) error {
	if c.complete && c.typ == 'i' {
		return r.xml.Skip() // its text is in <is>
	}
	if c.complete {
		return fault.Corrupt("the cell %s has two values", cell.Ref(c.column, r.row))
	}
	x := r.xml
	if x.Empty {
		return r.finish(c, nil)
	}
	if err := x.Next(); err != nil {
		return err
	}
	if x.Kind != xmlscan.Closing {
		return fault.Corrupt("the cell %s has <%s> inside its value", cell.Ref(c.column, r.row), fault.Short(40, x.Name))
	}
	raw := x.Text
	if !x.Decoded && xmlscan.NeedsDecoding(raw) {
		var err error
		if r.side, err = xmlscan.Decode(r.side[:0], raw); err != nil {
			return err
		}
		raw = r.side
	}
	return r.finish(c, raw)
}

// readInline reads <is> and makes the cell.
func (r *cellReader) readInline(c *cellTag) error {
	if c.typ != 'i' {
		return r.xml.Skip()
	}
	r.Cells = r.Cells[:c.before] // a <v> beside it means nothing
	var err error
	if r.side, err = r.xml.RichText(r.side[:0], r.limits.CellBytes); err != nil {
		return err
	}
	c.complete = true
	r.addText(c, r.side)
	return nil
}

// finish makes the cell of its decoded value.
func (r *cellReader) finish(c *cellTag, v []byte) error {
	if len(v) > r.limits.CellBytes {
		return fault.New(fault.CodeLimit, "the cell %s contains more than %s bytes", cell.Ref(c.column, r.row), r.limits.CellBytes).OverLimit("cell_bytes")
	}
	if c.typ == 't' || c.typ == 'i' {
		c.complete = true
		if i := bytes.Index(v, []byte("_x")); i >= 0 {
			r.side = append(r.side[:0], v...) // v may be the scanner's own
			v = xmlscan.Unescape(r.side, 0)
		}
		r.addText(c, v)
		return nil
	}
	v = bytes.TrimSpace(v)
	if len(v) == 0 {
		return nil // a formula's value that is not there, or a blank
	}
	c.complete = true
	return r.addValue(c, v)
}

// addText adds a cell with a text of its own.
func (r *cellReader) addText(c *cellTag, text []byte) {
	if len(text) > 0 {
		r.Bytes += len(text)
		r.add(cell.Cell{Column: c.column, Type: cell.Text, Raw: r.text.Keep(text), Style: r.styleOf(c)})
	}
}

// addValue adds a cell of any other type.
func (r *cellReader) addValue(c *cellTag, v []byte) (err error) {
	out := cell.Cell{Column: c.column, Type: cell.Error, Style: r.styleOf(c)}
	switch c.typ {
	case 's':
		i, ok := cell.ParseNumber(v)
		if !ok || r.shared == nil || i >= r.shared.Len() {
			cell.Fail(&out, cell.ErrShared)
			break
		}
		out.Type = cell.Text
		if out.Raw, err = r.shared.Text(i, &r.text); err != nil || out.Raw == "" {
			return err
		}
		r.Bytes += len(out.Raw)
	case 'b':
		out.Type, out.Raw = cell.Bool, "0"
		if yes, ok := xmlscan.Bool(string(v)); !ok {
			cell.Fail(&out, cell.ErrNumber)
		} else if yes {
			out.Raw = "1"
		}
	case 'e':
		out.Raw = r.text.Keep(v)
	case 'd':
		out = isoDate(out, string(v), r.date1904)
	default:
		r.number(&out, v)
	}
	r.add(out)
	return nil
}

// number makes a number, or a date if the format says so.
func (r *cellReader) number(out *cell.Cell, v []byte) {
	if out.Style == nil {
		cell.Fail(out, cell.ErrStyle)
		return
	}
	raw := r.text.Keep(v)
	var buffer [64]byte
	short, ok := numfmt.AppendShort(buffer[:0], raw)
	switch {
	case !ok:
		cell.Fail(out, cell.ErrNumber)
		return
	case len(short) > 0:
		raw = r.text.Keep(short)
	}
	out.Type, out.Raw = out.Style.Type, raw
}

// styleOf returns the style of a cell, nil if there is none with that index.
func (r *cellReader) styleOf(c *cellTag) *cell.Style {
	if c.style >= 0 && c.style < len(r.styles) {
		return r.styles[c.style]
	}
	return nil
}

func (r *cellReader) add(c cell.Cell) { r.Cells = append(r.Cells, c) }
