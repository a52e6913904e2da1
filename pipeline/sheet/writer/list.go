package writer

import (
	"fmt"
	"strconv"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// lists are the values of drop-downs that are too long for the drop-down itself. They are in columns of a hidden sheet.
type lists struct {
	columns [][]string
	sheet   string // the name of that sheet; "" if there is none yet
}

// add adds values to the hidden sheet and returns the range where they will be.
func (l *lists) add(values []string, taken func(name string) bool) string {
	if l.sheet == "" {
		name := "Lists"
		for n := 2; taken(name); n++ {
			name = "Lists " + strconv.Itoa(n)
		}
		l.sheet = name
	}
	l.columns = append(l.columns, values)
	letters := cell.ColumnName(len(l.columns) - 1)
	return fmt.Sprintf("'%s'!$%s$1:$%s$%d", l.sheet, letters, letters, len(values))
}
