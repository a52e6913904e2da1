//go:build linux

package daemon_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/sheet/writer"
)

// What people do: they put workbooks into the inboxes and take them out again. All that they do is done in a way that says afterwards who
// has which file, but for one that is written over in its place.

// aName is a path for a workbook, below the world's folder.
func (w *world) aName() string {
	names := []string{"a.csv", "b.csv", "c.xlsx", "d.xlsx", "sub/e.csv"}
	return filepath.Join(modelInboxes[w.random.IntN(len(modelInboxes))], names[w.random.IntN(len(names))])
}

// drop puts a workbook into an inbox: one more of these bytes.
func (w *world) drop() error {
	name := w.aName()
	content, what, err := w.aBook(name)
	if err != nil {
		return err
	}
	w.workbook[sumOf(content)] = true
	switch way := w.random.IntN(10); {
	case way < 6:
		w.note("drop %s: %s", name, what)
		return w.dropWhole(name, content)
	case way < 8:
		w.note("write %s slowly: %s", name, what)
		return w.dropSlowly(name, content)
	}
	w.note("write %s in its place: %s", name, what)
	return w.dropInPlace(name, content)
}

// dropWhole gives the file its name when it is whole. What had the name goes to the trash.
func (w *world) dropWhole(name string, content []byte) error {
	w.trashed++
	temp, path := filepath.Join(w.trash(), fmt.Sprint(w.trashed)), filepath.Join(w.dir, name)
	if err := os.WriteFile(temp, content, 0o644); err != nil {
		return err
	}
	if err := w.date(temp); err != nil {
		return err
	}
	for {
		err := moveNew(temp, path)
		if errors.Is(err, fs.ErrExist) {
			err = swap(temp, path)
			if errors.Is(err, fs.ErrNotExist) {
				continue // it was claimed just now
			}
			w.note("  there was one: it goes to the trash")
		}
		w.put(name, content)
		return err
	}
}

// date gives some files a time that is not now.
func (w *world) date(path string) error {
	years := map[int]int{0: 1970, 1: 2099}
	year, odd := years[w.random.IntN(12)]
	if !odd {
		return nil
	}
	w.note("  of %d", year)
	at := time.Date(year, 1, 2, 3, 4, 5, 0, time.UTC)
	return os.Chtimes(path, at, at)
}

// put notes that a file of these bytes is somewhere.
func (w *world) put(name string, content []byte) {
	sum := sumOf(content)
	w.must[sum]++
	w.there[name] = sum
}

// dropSlowly writes a new file by halves, with a pause that may be longer than the settling.
func (w *world) dropSlowly(name string, content []byte) error {
	f, err := os.OpenFile(filepath.Join(w.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return w.dropWhole(name, content)
	}
	if err != nil {
		return err
	}
	half := len(content) / 2
	_, err = f.Write(content[:half])
	w.sleep(70)
	_, err2 := f.Write(content[half:])
	w.put(name, content)
	return errors.Join(err, err2, f.Close())
}

// dropInPlace writes over what has the name. If that was not claimed yet, its bytes are gone.
func (w *world) dropInPlace(name string, content []byte) error {
	path := filepath.Join(w.dir, name)
	if _, err := os.Lstat(path); err == nil {
		before := w.there[name]
		w.must[before]--
		w.may[before]++
		w.note("  over one that is there")
	}
	w.put(name, content)
	return os.WriteFile(path, content, 0o644)
}

// remove takes a file out of an inbox, if it is still there.
func (w *world) remove() error {
	name := w.aName()
	if w.random.IntN(4) == 0 {
		name = sidecarOf(name)
	}
	w.trashed++
	err := moveNew(filepath.Join(w.dir, name), filepath.Join(w.trash(), fmt.Sprint(w.trashed)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	w.note("take %s away", name)
	return err
}

func sidecarOf(name string) string {
	return strings.TrimSuffix(name, filepath.Ext(name)) + ".mapping.yaml"
}

// rename gives a file another name, in the other inbox it may be.
func (w *world) rename() error {
	from, to := w.aName(), w.aName()
	if filepath.Ext(from) != filepath.Ext(to) && w.random.IntN(4) > 0 {
		return nil
	}
	err := moveNew(filepath.Join(w.dir, from), filepath.Join(w.dir, to))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) {
		return nil
	}
	w.note("rename %s to %s", from, to)
	w.there[to] = w.there[from]
	return err
}

// redate changes the time of a file that waits.
func (w *world) redate() error {
	name := w.aName()
	err := w.date(filepath.Join(w.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// dropSidecar puts a mapping beside a workbook, be that there already, or not yet, or gone.
func (w *world) dropSidecar() error {
	texts := []string{
		"match: {account: [name], contact: [email]}\n",
		"match: {account: [name, zip], contact: [email]}\nmode: update\n",
		"match: {account: [name], contact: [email]}\ncaps: {max_created: 2, max_updated: 3}\n",
		"match: {account: [name, zip], contact: [name]}\nduplicates: import\nambiguous: reject\n",
		"match: {account: [name], contact: [email]}\non_invalid: drop_cell\non_blank: clear\nreuse_in_file: false\n",
		"no_such_key: 1\n",
	}
	name := sidecarOf(w.aName())
	content := texts[w.random.IntN(len(texts))]
	w.note("mapping %s: %q", name, content)
	w.met.add("sidecar", 1)
	return w.dropWhole(name, []byte(content))
}

// aBook is a workbook for a name: one that was dropped before, or a new one.
func (w *world) aBook(name string) (content []byte, what string, err error) {
	if n := len(w.books); n > 0 && w.random.IntN(4) == 0 {
		n = w.random.IntN(n)
		return w.books[n], fmt.Sprintf("book %d again", n), nil
	}
	rows := w.rows()
	switch ext := filepath.Ext(name); {
	case w.random.IntN(15) == 0:
		content, what = fmt.Appendf(nil, "no headings at all %d\n", w.random.IntN(1000)), "none"
	case ext == ".xlsx":
		content, err = w.asXLSX(rows)
	default:
		var text strings.Builder
		for _, row := range rows {
			text.WriteString(strings.Join(row, ",") + "\n")
		}
		content = []byte(text.String())
	}
	if what == "" {
		what = fmt.Sprintf("book %d of %d rows", len(w.books), len(rows)-1)
	}
	w.books = append(w.books, content)
	return content, what, err
}

func (w *world) asXLSX(rows [][]string) ([]byte, error) {
	path := filepath.Join(w.dir, "made.xlsx")
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	b, err := writer.Create(path)
	if err != nil {
		return nil, err
	}
	defer b.Discard()
	if err := b.Sheet("Blad1"); err != nil {
		return nil, err
	}
	for _, row := range rows {
		cells := make([]any, len(row))
		for i, text := range row {
			cells[i] = text
		}
		if err := b.Row(cells...); err != nil {
			return nil, err
		}
	}
	if err := b.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// rows are headings, and one to thirty lines about few companies and people: workbooks meet each other's records and their own, with
// other values; some lines are refused, and some blank.
func (w *world) rows() [][]string {
	heads := [][]string{{"Company", "Zip", "City", "Contact", "Email"}, {"Company", "Zip", "Contact", "Email", "Phone"}}
	head := heads[w.random.IntN(len(heads))]
	rows := [][]string{head}
	for range 1 + w.random.IntN(30) {
		row := make([]string, len(head))
		if w.random.IntN(20) > 0 {
			for i, column := range head {
				row[i] = w.cell(column)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func (w *world) cell(column string) string {
	n := w.random.IntN
	if n(25) == 0 {
		return ""
	}
	switch column {
	case "Company":
		return fmt.Sprintf("Bolag %d", n(8))
	case "Zip":
		return fmt.Sprintf("1112%d", n(2))
	case "City":
		return fmt.Sprintf("Ort %d", n(5))
	case "Contact":
		return fmt.Sprintf("Åsa %d", n(6))
	case "Phone":
		return fmt.Sprintf("070-123 45 %02d", n(30))
	}
	if n(12) == 0 {
		return "no address"
	}
	return fmt.Sprintf("anna%d@exempel.se", n(12))
}
