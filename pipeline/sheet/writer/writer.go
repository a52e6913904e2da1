package writer

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// Writer makes a plain new workbook, row by row. What it makes is at its path when Close has succeeded, and not before.
type Writer struct {
	path   string
	temp   *os.File
	book   *excelize.File
	sheet  *excelize.StreamWriter
	sheets int
	row    int
	cells  []any // of the row in hand; used again for each
	lines  int   // that its longest wrapped text needs
	ids    map[appearance]int

	columns    []col  // of the sheet in hand
	heading    bool   // the next row is the headings
	notes      []note // of the sheet in hand
	marked     int    // notes on marked cells, of all sheets
	lists      [][]string
	listSheet  string // "" until a list is needed
	properties []excelize.CustomProperty
}

// Create begins a workbook. Nothing is overwritten: a path that exists is an error here, and again at Close.
func Create(path string) (*Writer, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".inlet-*.tmp") // its own name may be as long as one can be
	if err != nil {
		return nil, err
	}
	w := &Writer{path: path, temp: temp, book: excelize.NewFile(), ids: make(map[appearance]int)}
	return w, nil
}

// Sheet begins a sheet; the one before is finished. What Excel does not take in a name, or has in the workbook already, is replaced.
func (w *Writer) Sheet(name string) error {
	if err := w.flush(); err != nil {
		return err
	}
	var err error
	if w.sheets == 0 {
		name = allowedName(name)
		err = w.book.SetSheetName(w.book.GetSheetName(0), name)
	} else {
		name = w.uniqueName(name)
		_, err = w.book.NewSheet(name)
	}
	if err == nil {
		w.sheet, err = w.book.NewStreamWriter(name)
	}
	if err != nil {
		return fmt.Errorf("begin sheet %q: %w", name, err)
	}
	w.sheets++
	w.row, w.columns, w.heading = 0, nil, false
	return nil
}

// hasSheet says whether a sheet has the name, or will have it.
func (w *Writer) hasSheet(name string) bool {
	i, _ := w.book.GetSheetIndex(name)
	return i >= 0 || w.listSheet != "" && strings.EqualFold(name, w.listSheet)
}

// Row writes the next row: string, bool, int, int64, float64, time.Time or nil. A text is a text whatever it begins with.
func (w *Writer) Row(values ...any) error {
	if err := w.begin(len(values)); err != nil {
		return err
	}
	for i, v := range values {
		if err := w.put(i, v); err != nil {
			return err
		}
	}
	return w.end()
}

// begin makes room for the next row.
func (w *Writer) begin(width int) error {
	if w.sheet == nil {
		return errors.New("write row: no sheet has begun")
	}
	if w.row == cell.MaxRow || width > cell.MaxColumn {
		return fmt.Errorf("write row %d of %d cells: a sheet has %d rows and %d columns", w.row+1, width, cell.MaxRow, cell.MaxColumn)
	}
	w.row++
	w.cells = slices.Grow(w.cells[:0], width)[:width]
	clear(w.cells)
	w.lines = 1
	return nil
}

// put sets a cell of the row in hand to a value.
func (w *Writer) put(column int, v any) error {
	written, err := w.cell(column, v)
	if err != nil {
		return fmt.Errorf("write cell %s: %w", cell.Ref(column, w.row), err)
	}
	w.cells[column] = written
	if text, ok := v.(string); ok && column < len(w.columns) && w.columns[column].wrap {
		takes := &w.columns[column].takes
		lines := linesIn(text, takes.Width)
		if takes.Lines > 0 {
			lines = min(lines, takes.Lines)
		}
		w.lines = max(w.lines, lines)
	}
	return nil
}

// linesIn says how many a text needs in a column. Not every program finds that out by itself when it opens a workbook.
func linesIn(text string, width float64) int {
	perLine := 1.1 * max(width, 8) // the width counts digits, which are wider than most letters
	n := 0
	for line := range strings.Lines(text) {
		n += 1 + int(float64(utf8.RuneCountInString(line))/perLine)
	}
	return max(n, 1)
}

// end writes the row in hand.
func (w *Writer) end() error {
	const line, most = 15, 405 // points; Excel takes 409
	var height []excelize.RowOpts
	if w.lines > 1 {
		height = append(height, excelize.RowOpts{Height: float64(min(line*w.lines, most))})
	}
	if err := w.sheet.SetRow(cell.Ref(0, w.row), w.cells, height...); err != nil {
		return fmt.Errorf("write row %d: %w", w.row, err)
	}
	w.heading = false
	return nil
}

func (w *Writer) flush() error {
	if w.sheet == nil {
		return nil
	}
	err := w.furnish() // before Flush, which forgets the sheet's frame
	if err == nil {
		err = w.sheet.Flush()
	}
	if err != nil {
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
		err = w.writeLists()
	}
	for i := 0; err == nil && i < len(w.properties); i++ {
		err = w.book.SetCustomProps(w.properties[i])
	}
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
		err = cmp.Or(files.RenameFree(w.temp.Name(), w.path), files.SyncFolder(filepath.Dir(w.path)))
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

// Property sets a custom property of the workbook (File, Info, Properties). Programs that save the workbook keep it.
func (w *Writer) Property(name, value string) {
	w.properties = append(w.properties, excelize.CustomProperty{Name: name, Value: value})
}
