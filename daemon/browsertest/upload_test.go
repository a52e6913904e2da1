package browsertest

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/xuri/excelize/v2"
)

// filled returns the template as a person fills it in: rows of values by the headings of its columns.
func filled(t *testing.T, url, lang string, rows ...map[string]string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/template.xlsx", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Language", lang)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	book, err := excelize.OpenReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	name := book.GetSheetName(0)
	heads, err := book.GetRows(name)
	if err != nil || len(heads) == 0 {
		t.Fatalf("the template has no headings: %v", err)
	}
	if err := book.RemoveRow(name, 2); err != nil { // the example, as a person deletes it
		t.Fatal(err)
	}
	for i, row := range rows {
		set := 0
		for j, heading := range heads[0] {
			value, ok := row[heading]
			if !ok {
				continue
			}
			set++
			at, err := excelize.CoordinatesToCellName(j+1, i+2)
			if err == nil {
				err = book.SetCellStr(name, at, value)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if set != len(row) {
			t.Fatalf("the template has the headings %q, and not all of %v", heads[0], row)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestTheGuidesWay: the template is filled in and dropped on the page, columns are chosen, the plan is looked at, and the import stands under completed
// imports. In both languages, with axe on each screen.
func TestTheGuidesWay(t *testing.T) {
	t.Parallel()
	for lang, say := range map[string]struct{ name, zip, mail, rows, can, created, go_, preview, do, done, list string }{
		"sv": {"Företag", "Postnr", "Kontakt: E-post", "2 rader.", "2 av 2 rader kan importeras nu.", "Skapas", "Släpp filen här", "Förhandsgranska", "Importera 2 rader", "Alla 2 rader kom med.", "Färdigkörda importer"},
		"en": {"Company", "Postcode", "Contact email", "2 rows.", "2 of 2 rows can be imported now.", "To create", "Drop the file here", "Preview", "Import 2 rows", "All 2 rows came in.", "Completed imports"},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w, _ := open(t, lang, "")
			book := filled(t, w.url, lang, map[string]string{say.name: "Tallmo Bygg AB", say.zip: "903 26", say.mail: "anna@tallmo.example"}, map[string]string{say.name: "Granby Plåt AB", say.zip: "784 33", say.mail: "eva@granby.example"})
			w.goTo("/import")
			w.says(say.go_)
			w.accessible(lang + "-import")
			w.drop("kunder 2026.xlsx", book)
			w.says("kunder 2026.xlsx (")
			w.click("form[data-upload] button.go")
			w.says(say.rows)
			w.accessible(lang + "-columns")
			if eval[int](w, `document.querySelectorAll(".map-t input:checked:not(:disabled)").length`) == 0 {
				t.Error("nothing is suggested to be matched on")
			}
			if n := eval[int](w, "[...document.querySelectorAll('.map-t select')].filter((s) => s.value === '').length"); n > 0 {
				t.Errorf("%d columns of the template lead to no field", n)
			}
			keys := w.keys()
			w.focusOn("#m-I")
			w.press(" ") // the postcode is ticked already: without it the sentence is another
			w.until("the sentence follows the ticks", func() bool { return w.keys() != keys })
			if !eval[bool](w, `document.activeElement?.id === "m-I"`) {
				t.Error("the focus is lost when the sentence changes")
			}
			w.press(" ")
			w.until("the sentence follows the ticks back", func() bool { return w.keys() == keys })
			w.do(chromedp.SetValue(chromedp.CSS(`select[name="manager"]`), "u1"))
			w.click(`button[value="preview"]`)
			w.says(say.can)
			w.says(say.created)
			w.says("Petra Alm")
			w.accessible(lang + "-preview")
			w.click(".stick button.go")
			w.says(say.done)
			w.click(`a[href="/imports"]`)
			w.says(say.list)
			w.says("kunder 2026.xlsx")
		})
	}
}

// keys is what the page says about how rows are matched.
func (w *tab) keys() string {
	w.t.Helper()
	return eval[string](w, `document.querySelector("#keys").innerText`)
}

func (w *tab) focusOn(selector string) {
	w.t.Helper()
	w.do(chromedp.Focus(chromedp.CSS(selector)))
}

// TestRefusedInTheBrowser: what is wrong with a file is said on the page, which can be used again at once.
func TestRefusedInTheBrowser(t *testing.T) {
	t.Parallel()
	w, _ := open(t, "sv", "")
	w.goTo("/import")
	w.drop("bild.xlsx", []byte("\x89PNG\r\n\x1a\n000000"))
	w.click("form[data-upload] button.go")
	w.says("bild.xlsx:")
	w.accessible("sv-refused")
	w.drop("kunder.csv", []byte("Företag;Postnr\nTallmo;1\n"))
	w.click("form[data-upload] button.go")
	w.says("1 rader.")
}

// ambiguous puts two companies of one name into the store.
func ambiguous(t *testing.T, w *tab, inbox string) {
	t.Helper()
	for i, name := range []string{"a", "b"} {
		for file, text := range map[string]string{name + ".mapping.yaml": "version: 1\nmatch: {account: []}\nreuse: off\n", name + ".csv": "Företag;Postnr\nGranby Plåt AB;784 33\n" + strings.Repeat(" ", i)} {
			temp := filepath.Join(inbox, file+".part")
			if err := os.WriteFile(temp, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(temp, filepath.Join(inbox, file)); err != nil {
				t.Fatal(err)
			}
		}
		w.until("imported", func() bool {
			w.goTo("/imports")
			return strings.Contains(w.text(), name+".csv") && !strings.Contains(w.text(), "Pågår nu")
		})
	}
}

// TestKeyboard: the whole way with the keyboard only, to a choice of an ambiguous row.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	w, cfg := open(t, "sv", "")
	ambiguous(t, w, cfg.Inboxes[0].Path)
	path := filepath.Join(t.TempDir(), "lista.csv")
	if err := os.WriteFile(path, []byte("Företag;Postnr;Telefon\nGranby Plåt AB;784 33;090-1\nNytt AB;111 11;x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.goTo("/import")
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path})) // the dialog of the system is no part of the page
	w.focus(`form[data-upload] button.go`)
	w.press(kb.Enter)
	w.says("2 rader.")
	w.focus(`button[value="preview"]`)
	w.press(kb.Enter)
	w.says("är oklara")
	w.focus(`nav.tabs a[href*="unclear"]`)
	w.press(kb.Enter)
	w.says("2 företag matchar.")
	w.accessible("sv-ambiguous")
	w.focus(`input[type=radio][value="wait"]`)
	w.press(kb.ArrowUp) // a new one
	w.focus(`.ambs button`)
	w.press(kb.Enter)
	w.says("2 av 2 rader kan importeras nu.")
	w.focus(`.stick button.go`)
	w.press(kb.Enter)
	w.says("Alla 2 rader kom med.")
}

// focus goes to an element by Tab alone.
func (w *tab) focus(selector string) {
	w.t.Helper()
	w.waitFor(selector)
	for range 150 {
		if eval[bool](w, `document.activeElement?.matches(`+"`"+selector+"`"+`) ?? false`) {
			return
		}
		w.press(kb.Tab)
	}
	w.t.Fatalf("%s cannot be reached by Tab", selector)
}

func (w *tab) press(key string) {
	w.t.Helper()
	w.do(chromedp.KeyEvent(key))
}

// TestWithoutScripts: everything works in a browser that runs none.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	w, _ := open(t, "sv", "")
	path := filepath.Join(t.TempDir(), "lista.csv")
	if err := os.WriteFile(path, []byte("Företag;Postnr;Kod\nGranby Plåt AB;784 33;x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	w.goTo("/import")
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
	w.click("form[data-upload] button.go")
	w.waitFor(`#columns`)
	w.click(`button[value="look"]`)
	w.waitFor(`#columns`)
	w.click(`button[value="preview"]`)
	w.waitFor(`form.stick[action$="/import"] button.go`) // not the button of the page before
	w.click(`form.stick[action$="/import"] button.go`)
	w.waitFor(`.time`)
}
