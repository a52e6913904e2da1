package planfile

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Read returns what a plan is as a whole, and whether there is one.
func Read(dir string) (Summary, bool, error) {
	var s Summary
	text, err := os.ReadFile(filepath.Join(dir, summaryName))
	if errors.Is(err, fs.ErrNotExist) {
		return s, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	return s, err == nil, err
}

// mostScanned bounds how many bytes of rows that do not belong on a page are read for it.
const mostScanned = 48 << 20

// Page is some rows of a list.
type Page struct {
	Rows []Row
	Next int // place of the row that the next page begins with; -1 if there is none
}

// Rows returns up to n rows of a list that a filter accepts, from a place on. A page may be short although there are more: then Next is set.
func Rows(dir string, list List, from, n int, wanted Filter) (Page, error) {
	page := Page{Next: -1}
	rows, err := os.Open(filepath.Join(dir, rowsName(list)))
	if err != nil {
		return page, err
	}
	defer rows.Close()
	at, ok, err := place(dir, list, from)
	if err != nil || !ok {
		return page, err
	}
	if _, err := rows.Seek(at, io.SeekStart); err != nil {
		return page, err
	}
	lines, scanned := bufio.NewReader(rows), 0
	for i := from; ; i++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return page, nil
		}
		if err != nil {
			return page, err
		}
		if len(page.Rows) == n || scanned > mostScanned {
			page.Next = i
			return page, nil
		}
		scanned += len(line)
		if !wanted.maybe(line) {
			continue
		}
		var r Row
		if err := json.Unmarshal(line, &r); err != nil {
			return page, err
		}
		if r.has(wanted) {
			page.Rows = append(page.Rows, r)
		}
	}
}

// place returns where a row begins; false if there are not so many.
func place(dir string, list List, row int) (int64, bool, error) {
	if row < 0 || row > 1<<31 {
		return 0, false, nil
	}
	places, err := os.Open(filepath.Join(dir, placesName(list)))
	if err != nil {
		return 0, false, err
	}
	defer places.Close()
	var at [8]byte
	_, err = places.ReadAt(at[:], int64(row)*int64(len(at)))
	if errors.Is(err, io.EOF) {
		return 0, false, nil
	}
	return int64(binary.LittleEndian.Uint64(at[:])), err == nil, err //nolint:gosec // as it was written
}
