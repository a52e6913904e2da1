package writer

import (
	"fmt"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// appearance is how a cell looks.
type appearance struct {
	code    string // number format; "" General
	builtin int    // the ID of a built-in format, which is used instead of code
	marked  bool
	wrap    bool
	top     bool // aligned to the top, as the wrapped cells beside it are
	heading bool
	tone    Tone
}

// Tone is the colours of a cell, each as RRGGBB; "" is that of Excel.
type Tone struct {
	Fill, Text string
	Italic     bool
}

// The tones of cells that have none of their own. That of marked cells is Excel's own for what is bad.
var (
	marked  = Tone{Fill: "FFC7CE", Text: "9C0006"}
	heading = Tone{Fill: "DDEBF7"}
)

// The font of new workbooks. A style that sets anything of the font must name it, or programs other than Excel choose one.
const (
	fontFamily = "Calibri"
	fontSize   = 11
)

// styles are the styles of a workbook, each made when it is first needed.
type styles struct {
	book *excelize.File
	ids  map[appearance]int
}

// id returns the number of a style in excelize, which is made when it is first needed.
func (s *styles) id(l appearance) (int, error) {
	if l == (appearance{}) {
		return 0, nil
	}
	id, ok := s.ids[l]
	if ok {
		return id, nil
	}
	x := &excelize.Style{NumFmt: l.builtin}
	if l.builtin == 0 && l.code != "" {
		x.CustomNumFmt = &l.code
	}
	if l.wrap || l.top || l.heading {
		x.Alignment = &excelize.Alignment{WrapText: l.wrap || l.heading, Vertical: "top"}
	}
	tone := l.tone
	switch {
	case l.marked:
		tone = marked
	case l.heading && tone == Tone{}:
		tone = heading
	}
	if tone.Fill != "" {
		x.Fill = fill(tone.Fill)
	}
	if l.heading || tone.Text != "" || tone.Italic {
		x.Font = &excelize.Font{Bold: l.heading, Italic: tone.Italic, Color: tone.Text, Family: fontFamily, Size: fontSize}
	}
	id, err := s.book.NewStyle(x)
	if err != nil {
		return 0, fmt.Errorf("make a style for format %q: %w", l.code, err)
	}
	s.ids[l] = id
	return id, nil
}

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// apply returns a value for excelize with a style.
func (s *styles) apply(l appearance, v any) (any, error) {
	id, err := s.id(l)
	if id == 0 || err != nil {
		return v, err
	}
	return excelize.Cell{StyleID: id, Value: v}, nil
}

// hasRoom reports whether the workbook has a style of the appearance, or may get another one.
func (s *styles) hasRoom(l appearance) bool {
	if _, ok := s.ids[l]; ok {
		return true
	}
	return len(s.ids) < mostLooks && (len(l.code) <= formatUnits || len(utf16.Encode([]rune(l.code))) <= formatUnits)
}
