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

// The columns that say what was wrong have a colour of their own, so that they are not mistaken for columns of the file.
var (
	reasonHeading = writer.Tone{Fill: "F8CBAD"}
	reasonCells   = writer.Tone{Fill: "FDF1EA", Text: "404040"}
)

// columns returns how the columns look. Those that say what was wrong come first, and stay in sight. A row is as high as its reasons need, up to a
// limit: what does not fit is in the notes of the cells.
func (f columnWidths) columns(lang string) []writer.Column {
	const least, most, lines = 6, 40, 6
	says := headingNotes[lang]
	all := []writer.Column{
		{Width: 7, Heading: reasonHeading, Cells: reasonCells, Note: says[0]},
		{Width: 64, Heading: reasonHeading, Cells: reasonCells, Note: says[1], Wrap: true, Lines: lines},
		{Width: 10, Heading: reasonHeading, Cells: reasonCells, Note: says[2], Frozen: true},
	}
	for _, shown := range f {
		all = append(all, writer.Column{Width: float64(min(max(shown, least), most) + 2), Wrap: shown > most, Lines: lines / 2})
	}
	return all
}

// headingNotes are the comments on the headings of bind.ProblemHeadings, by language.
var headingNotes = map[string][3]string{
	"en": {
		"The row in the file that was imported. Inlet does not need this column any more: you can keep or delete the columns Row, Problem and Cell.",
		"Why the row was not imported. Correct the red cells, save, and put this file into the same folder again. Only the rows in this file are imported then; rows that you delete here are not imported.",
		"The cell in the file that was imported. In this file it is the red one.",
	},
	"sv": {
		"Raden i filen som importerades. Inlet behöver inte kolumnen längre: kolumnerna Rad, Problem och Cell kan vara kvar eller tas bort.",
		"Varför raden inte importerades. Rätta de röda cellerna, spara, och lägg den här filen i samma mapp igen. Då importeras bara raderna i den här filen; rader som du tar bort här importeras inte.",
		"Cellen i filen som importerades. I den här filen är det den röda cellen.",
	},
}
