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

// Writer makes a new workbook, row by row. The workbook is at its path once Close has succeeded, and not before.
type Writer struct {
	path   string
	temp   *os.File
	sheet  *excelize.StreamWriter
	sheets int
	row    int
	cells  []any // of the current row; the next row uses the memory again
	lines  int   // that its longest wrapped text needs
	valueStyles

	columns    []column // of the current sheet
	notes      []note   // of the current sheet
	marked     int      // notes on marked cells, of all sheets
	lists      lists
	properties []excelize.CustomProperty
}

// Create begins a workbook. Nothing is overwritten: a path that exists is an error here, and again in Close.
func Create(path string) (*Writer, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".inlet-*.tmp") // its own name may be as long as one can be
	if err != nil {
		return nil, err
	}
	w := &Writer{path: path, temp: temp}
	w.styles = styles{book: excelize.NewFile(), ids: make(map[appearance]int)}
	return w, nil
}

// Sheet begins a sheet and finishes the one before. A name that Excel does not accept, or that another sheet has, is changed.
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
		err = w.book.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: new(true)}) // see Print; excelize writes it when the stream begins
	}
	if err == nil {
		w.sheet, err = w.book.NewStreamWriter(name)
	}
	if err != nil {
		return fmt.Errorf("start sheet %q: %w", name, err)
	}
	w.sheets++
	w.row, w.columns, w.heading = 0, nil, false
	return nil
}

// hasSheet reports whether a sheet has the name, or will have it.
func (w *Writer) hasSheet(name string) bool {
	i, _ := w.book.GetSheetIndex(name)
	return i >= 0 || w.lists.sheet != "" && strings.EqualFold(name, w.lists.sheet)
}

// Row writes the next row: string, bool, int, int64, float64, time.Time or nil. A text stays a text, whatever it begins with.
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

// Toned writes the next row in colours of its own. Nothing else of its cells differs from the rows around it.
func (w *Writer) Toned(tone Tone, values ...any) error {
	columns := w.columns
	w.columns = slices.Clone(columns)
	defer func() { w.columns = columns }()
	for i := range w.columns {
		w.columns[i].takes.Cells, w.columns[i].own = tone, true
	}
	return w.Row(values...)
}

// begin makes room for the next row.
func (w *Writer) begin(width int) error {
	if w.sheet == nil {
		return errors.New("write row: no sheet has been started")
	}
	if w.row == cell.MaxRow || width > cell.MaxColumn {
		return fmt.Errorf("write row %d with %d cells: a sheet has %d rows and %d columns", w.row+1, width, cell.MaxRow, cell.MaxColumn)
	}
	w.row++
	w.cells = slices.Grow(w.cells[:0], width)[:width]
	clear(w.cells)
	w.lines = 1
	return nil
}

// put sets a cell of the current row.
func (w *Writer) put(at int, v any) error {
	var c column
	if at < len(w.columns) {
		c = w.columns[at]
	}
	written, err := w.cell(c, v)
	if err != nil {
		return fmt.Errorf("write cell %s: %w", cell.Ref(at, w.row), err)
	}
	w.cells[at] = written
	if text, ok := v.(string); ok {
		w.countLines(c, text)
	}
	return nil
}

// countLines notes how many lines a text needs in its column.
func (w *Writer) countLines(c column, text string) {
	if !c.wrap {
		return
	}
	lines := linesIn(text, c.takes.Width)
	if c.takes.Lines > 0 {
		lines = min(lines, c.takes.Lines)
	}
	w.lines = max(w.lines, lines)
}

// linesIn returns how many lines a text needs in a column, where words are not broken. Not every program works that out when it opens a workbook.
func linesIn(text string, width float64) int {
	perLine := int(1.2 * max(width, 8)) // the width counts digits, which are wider than most letters
	n := 0
	for line := range strings.Lines(text) {
		n++
		used := 0
		for word := range strings.FieldsSeq(line) {
			letters := utf8.RuneCountInString(word)
			if used > 0 && used+1+letters > perLine {
				n, used = n+1, 0
			}
			if used > 0 {
				used++
			}
			used += letters
			n, used = n+(used-1)/perLine, (used-1)%perLine+1 // a word longer than a line
		}
	}
	return max(n, 1)
}

// end writes the current row.
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

// flush finishes the current sheet.
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
		err = w.temp.Close() // Windows renames no file that is open
	}
	if err == nil {
		err = cmp.Or(files.RenameFree(w.temp.Name(), w.path), files.SyncFolder(filepath.Dir(w.path)))
	}
	if err != nil {
		err = fmt.Errorf("write %s: %w", w.path, err)
	}
	return errors.Join(err, w.Discard())
}

// Discard abandons the workbook and removes what was written. After Close it does nothing.
func (w *Writer) Discard() error {
	if w.temp == nil {
		return nil
	}
	name := w.temp.Name()
	err := w.temp.Close()
	if errors.Is(err, fs.ErrClosed) {
		err = nil // by Close
	}
	err = errors.Join(err, w.book.Close())
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

// Copy writes a row of another workbook: first the given values, and after them the cells, shown as they were, in columns of their own
// that count from 0. width is more than the column of any cell, so that none is lost. The columns in marks are filled, and the first 500
// marked cells of the workbook have the text as a note.
func (w *Writer) Copy(first []any, cells []cell.Cell, width int, marks map[int]string) error {
	from := len(first)
	if err := w.begin(from + width); err != nil {
		return err
	}
	for i, v := range first {
		if err := w.put(i, v); err != nil {
			return err
		}
	}
	for _, c := range cells {
		at := from + c.Column
		if c.Column < 0 || c.Column >= width {
			return fmt.Errorf("copy cell %s: its row has no columns from %s on", cell.Ref(at, w.row), cell.ColumnName(from+width))
		}
		_, marked := marks[c.Column]
		l := appearance{marked: marked, top: w.wraps()}
		if at < len(w.columns) {
			l.wrap = w.columns[at].wrap
			w.countLines(w.columns[at], c.Shown())
			if w.heading {
				l.tone = w.columns[at].takes.Heading
			}
		}
		v, err := w.copied(c, l)
		if err != nil {
			return fmt.Errorf("copy cell %s: %w", cell.Ref(at, w.row), err)
		}
		w.cells[at] = v
	}
	if err := w.mark(from, width, marks); err != nil {
		return err
	}
	return w.end()
}

// mark fills the marked cells that are empty, and adds the notes.
func (w *Writer) mark(from, width int, marks map[int]string) error {
	if len(marks) == 0 {
		return nil
	}
	for i := range width {
		text, ok := marks[i]
		if !ok {
			continue
		}
		column := from + i
		if w.cells[column] == nil {
			v, err := w.apply(appearance{marked: true, top: w.wraps()}, nil)
			if err != nil {
				return err
			}
			w.cells[column] = v
		}
		if text != "" && w.marked < mostNotes {
			w.marked++
			w.notes = append(w.notes, note{ref: cell.Ref(column, w.row), text: text})
		}
	}
	return nil
}

// writeLists writes the hidden sheet, which is the last one: one list in each column.
func (w *Writer) writeLists() error {
	if len(w.lists.columns) == 0 {
		return nil
	}
	name := w.lists.sheet
	w.lists.sheet = "" // it may have its name now
	if err := w.Sheet(name); err != nil {
		return err
	}
	rows := 0
	for _, l := range w.lists.columns {
		rows = max(rows, len(l))
	}
	for n := range rows {
		row := make([]any, len(w.lists.columns))
		for i, l := range w.lists.columns {
			if n < len(l) {
				row[i] = l[n]
			}
		}
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	return w.book.SetSheetVisible(name, false)
}

// uniqueName returns a name for a sheet that Excel accepts and that no other sheet has. It is as close to name as possible: names come
// from files and other programs, and no name may prevent a workbook from being written.
func (w *Writer) uniqueName(name string) string {
	name = allowedName(name)
	free := name
	for n := 2; w.hasSheet(free); n++ {
		mark := fmt.Sprintf("~%d", n)
		free = cutUnits(name, nameUnits-len(mark)) + mark
	}
	return free
}
