package rejects

import (
	"context"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/writer"
)

// columnWidths is the columns of a sheet but those that say what was wrong, with the most characters that a cell of its first rows shows.
type columnWidths []int

// widthsOf returns those of each sheet.
func widthsOf(ctx context.Context, source *read.Source) ([]columnWidths, error) {
	const looked = 1000 // rows that show how wide the columns should be
	var frames []columnWidths
	widen := func(part int, b *bind.Binding, row sheet.Row) {
		for len(frames) <= part {
			frames = append(frames, nil)
		}
		for _, cell := range row.Cells {
			at, ok := b.Place(cell.Column)
			if !ok {
				continue
			}
			if f := frames[part]; at >= len(f) {
				frames[part] = append(f, make(columnWidths, at+1-len(f))...)
			}
			if row.Number <= looked {
				frames[part][at] = max(frames[part][at], utf8.RuneCountInString(cell.Shown()))
			}
		}
	}
	err := source.Rows(ctx, read.Visitor{
		Head: func(part int, b *bind.Binding, row sheet.Row) error {
			widen(part, b, row)
			return nil
		},
		Row: func(part int, b *bind.Binding, row sheet.Row, _ *ledger.Draft) error {
			widen(part, b, row)
			return nil
		},
	})
	return frames, err
}

// columns returns how wide the columns are. Those that say what was wrong come first, and stay in sight; a long reason is not to make its row
// much higher than the others, and stands whole in the line above the sheet and in the note of the cell.
func (f columnWidths) columns() []writer.Column {
	const least, most = 6, 60
	all := []writer.Column{{Width: 7}, {Width: 50, Wrap: true, Lines: 2}, {Width: 10, Frozen: true}}
	for _, shown := range f {
		all = append(all, writer.Column{Width: float64(min(max(shown, least), most) + 2)})
	}
	return all
}
