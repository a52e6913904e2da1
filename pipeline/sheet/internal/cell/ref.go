package cell

import "strconv"

// The size of a grid in Excel since 2007.
const (
	MaxRow    = 1 << 20
	MaxColumn = 1 << 14
)

// ColumnName returns the letters of a column counted from 0: "A", "B" … "XFD". A negative column has none.
func ColumnName(i int) string {
	var b [8]byte
	n := len(b)
	for i++; i > 0 && n > 0; i = (i - 1) / 26 {
		n--
		b[n] = byte('A' + (i-1)%26)
	}
	return string(b[n:])
}

// ColumnIndex returns the column of the letters, counted from 0, in either case; false if there is no such column.
func ColumnIndex(name string) (int, bool) {
	col, rest := letters([]byte(name))
	if rest != len(name) || col < 0 {
		return 0, false
	}
	return col, true
}

// Ref returns the name of a cell as Excel writes it: column from 0, row from 1.
func Ref(column, row int) string { return ColumnName(column) + strconv.Itoa(row) }

// letters reads column letters. It returns the column, counted from 0, or -1 if there is no such column, and the number of letters.
func letters(b []byte) (column, n int) {
	col := 0
	for n < len(b) {
		c := b[n] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		col = col*26 + int(c-'A') + 1
		if col > MaxColumn {
			return -1, n
		}
		n++
	}
	return col - 1, n
}

// ParseRef reads "C17" as column 2, row 17.
func ParseRef(b []byte) (column, row int, ok bool) {
	col, n := letters(b)
	if col < 0 || n == len(b) {
		return 0, 0, false
	}
	row, ok = ParseNumber(b[n:])
	return col, row, ok && row >= 1 && row <= MaxRow
}

// ParseNumber reads a number of at most nine decimal digits, as references and indexes have.
func ParseNumber(b []byte) (int, bool) {
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
