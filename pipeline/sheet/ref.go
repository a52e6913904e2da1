package sheet

import "strconv"

// The size of a grid in Excel since 2007.
const (
	maxRow    = 1 << 20
	maxColumn = 1 << 14
)

// ColumnName gives the letters of a column counted from 0: "A", "B" … "XFD". A negative column has none.
func ColumnName(i int) string {
	var b [8]byte
	n := len(b)
	for i++; i > 0 && n > 0; i = (i - 1) / 26 {
		n--
		b[n] = byte('A' + (i-1)%26)
	}
	return string(b[n:])
}

// ColumnIndex gives the column of the letters, from 0, in either case; false if they name none.
func ColumnIndex(name string) (int, bool) {
	col, rest := letters([]byte(name))
	if rest != len(name) || col < 0 {
		return 0, false
	}
	return col, true
}

// Ref gives the cell's name as Excel writes it: column from 0, row from 1.
func Ref(column, row int) string { return ColumnName(column) + strconv.Itoa(row) }

// letters reads column letters: the column from 0, and how many bytes they were. -1 where there is no such column.
func letters(b []byte) (column, n int) {
	col := 0
	for n < len(b) {
		c := b[n] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		col = col*26 + int(c-'A') + 1
		if col > maxColumn {
			return -1, n
		}
		n++
	}
	return col - 1, n
}

// parseRef reads "C17" into (2, 17).
func parseRef(b []byte) (column, row int, ok bool) {
	col, n := letters(b)
	if col < 0 || n == len(b) {
		return 0, 0, false
	}
	row, ok = number(b[n:])
	return col, row, ok && row >= 1 && row <= maxRow
}

// number reads a short decimal; more than nine digits are none of ours.
func number(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
