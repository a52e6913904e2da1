package sheet

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// Writer makes a plain new workbook, row by row. What it makes is at its path when Close has succeeded, and not before.
type Writer struct {
	path   string
	temp   *os.File
	book   *excelize.File
	sheet  *excelize.StreamWriter
	sheets int
	row    int
	styles map[string]int // by format code
}

// The formats that the writer uses.
const (
	formatText     = "@" // so that a text that begins with = stays one when a person edits the cell
	formatDate     = "yyyy-mm-dd"
	formatDateTime = "yyyy-mm-dd hh:mm:ss"
)

// cellUnits is what one cell of Excel holds, in UTF-16 units. A longer text is cut, and says so at its end.
const cellUnits = 32767

// Create begins a workbook. Nothing is overwritten: a path that exists is an error here, and again at Close.
func Create(path string) (*Writer, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return nil, err
	}
	w := &Writer{path: path, temp: temp, book: excelize.NewFile(), styles: make(map[string]int)}
	for _, code := range []string{formatText, formatDate, formatDateTime} {
		if w.styles[code], err = w.book.NewStyle(&excelize.Style{CustomNumFmt: &code}); err != nil {
			return nil, errors.Join(fmt.Errorf("make style %s: %w", code, err), w.Discard())
		}
	}
	return w, nil
}

// Sheet begins a sheet; the one before is finished.
func (w *Writer) Sheet(name string) error {
	if err := w.flush(); err != nil {
		return err
	}
	var err error
	if w.sheets == 0 {
		err = w.book.SetSheetName(w.book.GetSheetName(0), name)
	} else {
		if i, _ := w.book.GetSheetIndex(name); i >= 0 {
			return fmt.Errorf("begin sheet %q: there is one of that name", name)
		}
		_, err = w.book.NewSheet(name)
	}
	if err == nil {
		w.sheet, err = w.book.NewStreamWriter(name)
	}
	if err != nil {
		return fmt.Errorf("begin sheet %q: %w", name, err)
	}
	w.sheets++
	w.row = 0
	return nil
}

// Row writes the next row: string, bool, int, int64, float64, time.Time or nil. A text is a text whatever it begins with.
func (w *Writer) Row(values ...any) error {
	if w.sheet == nil {
		return errors.New("write row: no sheet has begun")
	}
	if w.row == maxRow || len(values) > maxColumn {
		return fmt.Errorf("write row %d of %d cells: a sheet has %d rows and %d columns", w.row+1, len(values), maxRow, maxColumn)
	}
	w.row++
	cells := make([]any, len(values))
	for i, v := range values {
		var err error
		if cells[i], err = w.cell(v); err != nil {
			return fmt.Errorf("write cell %s: %w", Ref(i, w.row), err)
		}
	}
	if err := w.sheet.SetRow(Ref(0, w.row), cells); err != nil {
		return fmt.Errorf("write row %d: %w", w.row, err)
	}
	return nil
}

// cell gives the value as excelize takes it.
func (w *Writer) cell(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool:
		return v, nil
	case string:
		return w.text(v), nil
	case int:
		return w.integer(int64(v)), nil
	case int64:
		return w.integer(v), nil
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return w.text(fmt.Sprint(v)), nil
		}
		return v, nil
	case time.Time:
		return w.time(v), nil
	}
	return nil, fmt.Errorf("a %T is no value of a cell", v)
}

// integer writes as text what Excel would round.
func (w *Writer) integer(v int64) any {
	const exact = 999_999_999_999_999
	if v > exact || v < -exact {
		return w.text(fmt.Sprint(v))
	}
	return v
}

func (w *Writer) text(s string) any {
	if s == "" {
		return nil
	}
	s = cut(s)
	if strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return excelize.Cell{StyleID: w.styles[formatText], Value: s}
	}
	return s
}

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

// time writes a date as its number, and as text where Excel has no such date.
func (w *Writer) time(t time.Time) any {
	hour, minute, second := t.Clock()
	code, layout := formatDate, time.DateOnly
	if hour+minute+second > 0 {
		code, layout = formatDateTime, time.DateTime
	}
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	serial, ok := serialDay(day, false)
	if !ok {
		return w.text(t.Format(layout))
	}
	value := float64(serial) + float64(hour*3600+minute*60+second)/86400
	return excelize.Cell{StyleID: w.styles[code], Value: value}
}

func (w *Writer) flush() error {
	if w.sheet == nil {
		return nil
	}
	if err := w.sheet.Flush(); err != nil {
		return fmt.Errorf("finish sheet %q: %w", w.sheet.Sheet, err)
	}
	w.sheet = nil
	return nil
}

// Close finishes the workbook and gives it its name. After an error nothing is left.
func (w *Writer) Close() error {
	if w.temp == nil {
		return nil
	}
	err := w.flush()
	if err == nil {
		err = w.book.Write(w.temp)
	}
	if err == nil {
		err = w.temp.Sync()
	}
	if err == nil {
		err = w.temp.Chmod(0o644)
	}
	if err == nil {
		err = place(w.temp.Name(), w.path)
	}
	if err != nil {
		err = fmt.Errorf("write %s: %w", w.path, err)
	}
	return errors.Join(err, w.Discard())
}

// Discard gives the workbook up and removes what was written. After Close it does nothing.
func (w *Writer) Discard() error {
	if w.temp == nil {
		return nil
	}
	name := w.temp.Name()
	err := errors.Join(w.temp.Close(), w.book.Close())
	w.temp = nil
	if gone := os.Remove(name); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// place gives the file its name, unless something has it by now. A link cannot overwrite, a rename can; so rename is for the file
// systems that know no links.
func place(temp, path string) error {
	err := os.Link(temp, path)
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if err != nil {
		if _, exists := os.Lstat(path); exists == nil {
			return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
		}
		if err := os.Rename(temp, path); err != nil {
			return err
		}
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the name last. Windows cannot sync a folder, and needs not.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
