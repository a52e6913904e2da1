package browsertest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"
)

// workbook returns one with a cover sheet, and a list whose headings stand in the third row.
func workbook(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	err := book.SetSheetName("Sheet1", "Omslag")
	if err == nil {
		err = book.SetCellStr("Omslag", "A1", "Utskick våren 2026")
	}
	if err == nil {
		err = book.SetCellStr("Omslag", "A2", "Internt")
	}
	if err == nil {
		_, err = book.NewSheet("Lista")
	}
	for i, row := range append([][]string{{"Uttag"}, {"Konfidentiellt", "2026"}}, rows...) {
		for j, text := range row {
			at, wrong := excelize.CoordinatesToCellName(j+1, i+1)
			if err == nil {
				err = wrong
			}
			if err == nil {
				err = book.SetCellStr("Lista", at, text)
			}
		}
	}
	var out bytes.Buffer
	if err == nil {
		err = book.Write(&out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSheetHeadingsAndSavedMapping: the sheet and the row of the headings are chosen at the raw grid, the columns follow, and what was chosen is saved for the files
// after it, one of which then comes in by itself.
func TestSheetHeadingsAndSavedMapping(t *testing.T) {
	t.Parallel()
	w, cfg := open(t, "sv", "")
	w.goTo("/import")
	w.waitFor("form[data-upload]")
	w.drop("utskick_1.xlsx", workbook(t, []string{"Vem", "Var", "Kod"}, []string{"Tallmo Bygg AB", "903 26", "x"}, []string{"Granby Plåt AB", "784 33", "y"}))
	w.says("utskick_1.xlsx (")
	w.click("form[data-upload] button.go")
	w.waitFor("#sh")
	if !eval[bool](w, `document.querySelector(".first").open`) {
		w.click(".first summary")
	}
	w.do(chromedp.SetValue(chromedp.CSS("#sh"), "Omslag"))
	w.click(`button[value="sheet"]`)
	w.says("Bladet Omslag")
	w.accessible("sheets")
	if !eval[bool](w, `document.querySelector(".first").open`) {
		w.click(".first summary")
	}
	w.do(chromedp.SetValue(chromedp.CSS("#sh"), "Lista"))
	w.click(`button[value="sheet"]`)
	w.says("Bladet Lista")
	if !eval[bool](w, `document.querySelector(".first").open`) {
		w.click(".first summary")
	}
	w.says("Konfidentiellt")                 // the grid is raw
	for _, row := range []string{"2", "3"} { // 3 is what is suggested
		w.do(chromedp.SetValue(chromedp.CSS("#hr"), row))
		w.click(`button[value="sheet"]`)
		w.says("Bladet Lista, rubriker på rad " + row)
		if !eval[bool](w, `document.querySelector(".first").open`) {
			w.click(".first summary")
		}
	}
	if marked := eval[string](w, `document.querySelector(".raw tr.hd th").innerText`); marked != "3" {
		t.Errorf("the grid marks row %s", marked)
	}
	for letter, field := range map[string]string{"A": "account.name", "B": "account.zip", "C": ""} {
		w.do(chromedp.SetValue(chromedp.CSS("#f-"+letter), field))
	}
	for letter, ticked := range map[string]bool{"A": true, "B": true} {
		if eval[bool](w, fmt.Sprintf("document.querySelector('#m-%s').checked", letter)) != ticked {
			w.click("#m-" + letter)
		}
	}
	w.click(`input[name="save"]`)
	w.click(`button[value="preview"]`)
	w.says("2 av 2 rader kan importeras nu.")
	w.click(`form.stick[action$="/import"] button.go`)
	w.says("Alla 2 rader kom med.")
	if _, err := os.Stat(filepath.Join(cfg.Inboxes[0].Path, "_default.utskick.mapping.yaml")); err != nil {
		t.Errorf("the mapping was not saved: %v", err)
	}
	w.goTo("/import")
	w.waitFor("form[data-upload]")
	w.do(chromedp.SetValue(chromedp.CSS("#as"), "usual"))
	w.drop("utskick_2.xlsx", workbook(t, []string{"Vem", "Var", "Kod"}, []string{"Tallmo Bygg AB", "903 26", "x"}, []string{"Sjövik AB", "111 11", "z"}))
	w.says("utskick_2.xlsx (")
	w.click("form[data-upload] button.go")
	w.says("2 av 2 rader kan importeras nu.")
	w.says("Sjövik AB")
}
