package writer

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Print sets how the current sheet is printed: landscape on A4, the columns on so many pages beside each other, as many below as it takes, each with
// the headings. It is called before the first row.
func (w *Writer) Print(pagesWide int) error {
	const a4 = 9
	name, landscape, asNeeded, size := w.sheet.Sheet, "landscape", 0, a4
	quoted := "'" + strings.ReplaceAll(name, "'", "''") + "'"
	for _, set := range []func() error{
		func() error {
			return w.book.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &size, Orientation: &landscape, FitToWidth: &pagesWide, FitToHeight: &asNeeded})
		},
		func() error {
			return w.book.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&F&C&A&R&P / &N"})
		},
		func() error {
			return w.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: quoted + "!$1:$1", Scope: name})
		},
	} {
		if err := set(); err != nil {
			return fmt.Errorf("page setup of sheet %q: %w", name, err)
		}
	}
	return nil
}
