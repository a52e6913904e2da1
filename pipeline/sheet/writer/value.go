package writer

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// The formats that the writer uses.
const (
	formatText     = "@" // so that a text that begins with = stays one when a person edits the cell
	formatDate     = "yyyy-mm-dd"
	formatDateTime = "yyyy-mm-dd hh:mm:ss"
	formatClock    = "hh:mm:ss"
)

// cellUnits is what one cell of Excel holds, in UTF-16 units. A longer text is cut, and says so at its end.
const cellUnits = 32767

// appearance is how a cell is shown.
type appearance struct {
	code    string // number format; "" General
	builtin int    // the number of a built-in format; code means nothing then
	marked  bool
	wrap    bool
	top     bool // as wrapped cells beside it are
	heading bool
}

// The fills, light enough for black text.
const (
	fillMarked  = "FFC7CE"
	fillHeading = "DDEBF7"
)

// style gives excelize's number of a look, made when it is first asked for.
func (w *Writer) style(l appearance) (int, error) {
	if l == (appearance{}) {
		return 0, nil
	}
	id, ok := w.ids[l]
	if ok {
		return id, nil
	}
	s := &excelize.Style{NumFmt: l.builtin}
	if l.builtin == 0 && l.code != "" {
		s.CustomNumFmt = &l.code
	}
	if l.wrap || l.top || l.heading {
		s.Alignment = &excelize.Alignment{WrapText: l.wrap || l.heading, Vertical: "top"}
	}
	switch {
	case l.heading:
		s.Font = &excelize.Font{Bold: true}
		s.Fill = fill(fillHeading)
	case l.marked:
		s.Fill = fill(fillMarked)
	}
	id, err := w.book.NewStyle(s)
	if err != nil {
		return 0, fmt.Errorf("make a style for format %q: %w", l.code, err)
	}
	w.ids[l] = id
	return id, nil
}

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// styled gives the value as excelize takes it with a look.
func (w *Writer) styled(l appearance, v any) (any, error) {
	id, err := w.style(l)
	if id == 0 || err != nil {
		return v, err
	}
	return excelize.Cell{StyleID: id, Value: v}, nil
}

// cell gives the value as excelize takes it.
func (w *Writer) cell(column int, v any) (any, error) {
	var c col
	if column < len(w.columns) {
		c = w.columns[column]
	}
	switch v := v.(type) {
	case nil, bool:
		return w.plain(v)
	case string:
		return w.text(c, v)
	case int:
		return w.integer(c, int64(v))
	case int64:
		return w.integer(c, v)
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return w.text(c, fmt.Sprint(v))
		}
		return w.plain(v)
	case time.Time:
		return w.time(c, v)
	}
	return nil, fmt.Errorf("a %T is no value of a cell", v)
}

// plain gives a value the look of its column, which excelize does, or that of the headings.
func (w *Writer) plain(v any) (any, error) {
	if w.heading {
		return w.styled(appearance{heading: true}, v)
	}
	return v, nil
}

// integer writes as text what Excel would round.
func (w *Writer) integer(c col, v int64) (any, error) {
	const exact = 999_999_999_999_999
	if v > exact || v < -exact {
		return w.text(c, fmt.Sprint(v))
	}
	return w.plain(v)
}

func (w *Writer) text(c col, s string) (any, error) {
	switch {
	case s == "":
		return w.plain(nil)
	case looksLikeFormula(s):
		return w.styled(appearance{code: formatText, wrap: c.wrap, heading: w.heading}, cut(s))
	}
	return w.plain(cut(s))
}

// looksLikeFormula says whether a text looks like a formula to someone who edits it.
func looksLikeFormula(s string) bool { return s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 }

// cut shortens a text that no cell holds, and says so.
func cut(s string) string {
	if len(s) <= cellUnits {
		return s
	}
	units := utf16.Encode([]rune(s))
	if len(units) <= cellUnits {
		return s
	}
	mark := fmt.Sprintf("… [cut, %d characters in all]", len([]rune(s)))
	return strings.TrimSuffix(string(utf16.Decode(units[:cellUnits-len(mark)])), "\uFFFD") + mark
}

// time writes a date as its number, and as text where Excel has no such date. A column of dates keeps its own format.
func (w *Writer) time(c col, t time.Time) (any, error) {
	hour, minute, second := t.Clock()
	code, layout := formatDate, time.DateOnly
	if hour+minute+second > 0 {
		code, layout = formatDateTime, time.DateTime
	}
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	serial, ok := cell.SerialDay(day, false)
	if !ok {
		return w.text(c, t.Format(layout))
	}
	value := float64(serial) + float64(hour*3600+minute*60+second)/86400
	if c.dated {
		return w.plain(value)
	}
	return w.styled(appearance{code: code, wrap: c.wrap, heading: w.heading}, value)
}
