package xlsx

import (
	"context"
	"strconv"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/numfmt"
	"inlet.example/inlet/pipeline/sheet/xlsx/container"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// The most that is taken of a part of styles. Excel's own limits are 65,490 cell formats and 255 characters of a number format, of which it
// takes some 250.
const (
	mostCellFormats   = 200_000
	mostNumberFormats = 10_000
	mostFormatBytes   = 4 << 10
	mostFormatsBytes  = 1 << 20 // of all number formats
	mostFormatID      = 20      // digits and more; a longer one is not a number
)

// stylesPart is what is read of the part of the styles.
type stylesPart struct {
	codes map[string]string // number formats, by their IDs
	bytes int               // of them
	ids   map[string]string // those of cells, each once
	cells []string          // the ID of the number format of each cell format
}

// readStyles returns the style of each cell format, by its index.
func readStyles(ctx context.Context, zip *container.Zip, name string, date1904 bool) ([]*cell.Style, error) {
	p := &stylesPart{codes: map[string]string{}, ids: map[string]string{}}
	err := elements(ctx, zip, name, func(x *xmlscan.Scanner) error {
		switch {
		case x.At("", "numFmts", "numFmt"):
			return p.numberFormat(x)
		case x.At("", "cellXfs", "xf"):
			return p.cellFormat(x)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p.list(date1904), nil
}

// numberFormat notes the number format of the current tag.
func (p *stylesPart) numberFormat(x *xmlscan.Scanner) error {
	id, err := x.Attr("numFmtId")
	if err != nil || len(id) > mostFormatID {
		return err
	}
	code, err := x.Attr("formatCode")
	if err != nil {
		return err
	}
	p.codes[id] = code
	switch p.bytes += len(code); {
	case len(code) > mostFormatBytes:
		return fault.New(fault.CodeLimit, "a number format has more than %s bytes; Excel's own limit is 255 characters", mostFormatBytes)
	case len(p.codes) > mostNumberFormats || p.bytes > mostFormatsBytes:
		return fault.New(fault.CodeLimit, "the workbook has more than %s number formats, or more than %s KB of them; Excel allows about 250", mostNumberFormats, mostFormatsBytes>>10)
	}
	return nil
}

// cellFormat notes the cell format of the current tag.
func (p *stylesPart) cellFormat(x *xmlscan.Scanner) error {
	id, err := x.Attr("numFmtId")
	if err != nil {
		return err
	}
	if len(id) > mostFormatID {
		id = ""
	}
	if _, ok := p.ids[id]; !ok {
		p.ids[id] = id
	}
	if p.cells = append(p.cells, p.ids[id]); len(p.cells) > mostCellFormats {
		return fault.New(fault.CodeLimit, "the workbook has more than %s cell formats; Excel allows 65,490", mostCellFormats)
	}
	return nil
}

// list makes the styles, one for each number format.
func (p *stylesPart) list(date1904 bool) []*cell.Style {
	known := make(map[string]*cell.Style)
	list := make([]*cell.Style, len(p.cells))
	for i, id := range p.cells {
		if known[id] == nil {
			known[id] = cell.NewStyle(codeOf(id, p.codes), date1904)
			if _, own := p.codes[id]; !own {
				known[id].BuiltIn = builtin(id)
			}
		}
		list[i] = known[id]
	}
	return list
}

// codeOf returns the code of a number format. The workbook's own come first, because some writers redefine the built-in ones.
func codeOf(id string, codes map[string]string) string {
	if code, ok := codes[id]; ok {
		return code
	}
	n, err := strconv.Atoi(id)
	if err != nil {
		return ""
	}
	code, _ := numfmt.Builtin(n)
	return code
}

// builtin returns the ID of a built-in format that excelize can write; 0 for others. 5 to 8 are currencies that excelize does not have.
func builtin(id string) int {
	n, err := strconv.Atoi(id)
	if _, ok := numfmt.Builtin(n); err != nil || !ok || n >= 5 && n <= 8 {
		return 0
	}
	return n
}
