package browsertest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"inlet.example/inlet/daemon/notify/notifytest"
)

// wordsOf are what the whole way of the guide says in a language.
type wordsOf struct {
	name, zip, mail, place          string // headings of the template
	rows, can, doImport, cameIn, on string
	completed, removed, undone      string
}

var guide = map[string]wordsOf{
	"sv": {"Företag", "Postnr", "Kontakt: E-post", "Ort", "2 rader.", "2 av 2 rader kan importeras nu.", "Importera 2 rader", "Alla 2 rader kom med.", "Importer som rört kortet", "Färdigkörda importer", "tas bort", "Det som importen hade skrivit är ångrat."},
	"en": {"Company", "Postcode", "Contact email", "City", "2 rows.", "2 of 2 rows can be imported now.", "Import 2 rows", "All 2 rows came in.", "Imports that touched the card", "Completed imports", "are removed", "What the import had written was undone."},
}

// walk is how somebody moves on the pages: with a mouse, with the keyboard only, or without scripts.
type walk struct {
	*tab
	press func(selector string)              // a button or a link
	file  func(name string, content []byte)  // gives a file to the page, and sends it
	page  func(text string)                  // waits for a page that says something
	set   func(selector, value string)       // writes into a field, or chooses of a list
	tick  func(selector string, ticked bool) // a box
}

// TestTheWholeWay: the template is downloaded, filled in and dropped; columns are chosen by hand, one is matched on; the plan is looked at, it is imported, the mail
// arrives, it stands under completed imports, the company's card shows it, and it is undone.
func TestTheWholeWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lang string
		walk func(w *tab) *walk
	}{"mouse": {"sv", mouse}, "mouse in English": {"en", mouse}, "keyboard": {"en", keyboard}, "without scripts": {"sv", scriptless}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box := notifytest.Serve(t)
			w, _ := open(t, c.lang, fmt.Sprintf("mail: {server: %q, from: inlet@exempel.se, tls: none}\n", box.Addr))
			theWholeWay(c.walk(w), guide[c.lang], box, c.lang)
		})
	}
}

func theWholeWay(w *walk, say wordsOf, box *notifytest.Mailbox, lang string) {
	w.t.Helper()
	book := filled(w.t, w.url, lang, map[string]string{say.name: "Tallmo Bygg AB", say.zip: "903 26", say.mail: "anna@tallmo.example", say.place: "Umeå"},
		map[string]string{say.name: "Granby Plåt AB", say.zip: "784 33", say.mail: "eva@granby.example", say.place: "Borlänge"})
	w.goTo("/import")
	w.file("kunder 2026.xlsx", book)
	w.page(say.rows)
	column := w.heading(say.place)
	w.set("#f-"+column, "") // this column is not to come in
	w.tick("#m-"+w.heading(say.zip), false)
	w.set(`input[name="mail"]`, "anna@exempel.se")
	w.press(`button[value="preview"]`)
	w.page(say.can)
	if strings.Contains(w.text(), "Umeå") {
		w.t.Error("the column that was left out is in the plan")
	}
	w.press(`form.stick[action$="/import"] button.go`)
	w.page(say.cameIn)
	at := eval[string](w.tab, "location.pathname")
	w.until("the mail arrives", func() bool { return len(box.Mails()) == 1 })
	mail := box.Mails()[0]
	body, err := io.ReadAll(mail.Body)
	if err != nil || mail.Header.Get("To") != "<anna@exempel.se>" || !strings.Contains(string(body), "kunder 2026.xlsx") {
		w.t.Errorf("the mail to %s: %s, %v", mail.Header.Get("To"), body, err)
	}
	w.goTo("/imports")
	w.page(say.completed)
	w.page("kunder 2026.xlsx")
	w.goTo("/records?q=tallmo")
	w.press("tbody a")
	w.page(say.on)
	for _, value := range []string{"Tallmo Bygg AB", "903 26", "kunder 2026.xlsx", "anna@tallmo.example"} {
		if !strings.Contains(w.text(), value) {
			w.t.Errorf("the card lacks %s: %s", value, w.text())
		}
	}
	w.goTo(at)
	w.press(`a[href$="/undo"]`)
	w.page(say.removed)
	w.press(`form.stick button.bad`)
	w.page(say.undone)
	w.goTo("/records?q=tallmo")
	if rows := eval[int](w.tab, `document.querySelectorAll("tbody a").length`); rows != 0 {
		w.t.Errorf("%d records are still there", rows)
	}
}

// heading returns the letter of the column with a heading.
func (w *walk) heading(text string) string {
	w.t.Helper()
	letter := eval[string](w.tab, fmt.Sprintf(`[...document.querySelectorAll(".map-t tbody tr")].find((r) => r.querySelector("th span[dir]")?.innerText === %q)?.querySelector("th .cell").innerText ?? ""`, text))
	if letter == "" {
		w.t.Fatalf("no column is headed %s on a page that says %s", text, w.text())
	}
	return letter
}

// choose gives a file to the box of the page, in place of the dialog of the system.
func (w *tab) choose(name string, content []byte) {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
}

func mouse(w *tab) *walk {
	return &walk{tab: w, press: w.click, page: w.says,
		file: func(name string, content []byte) {
			w.waitFor("form[data-upload]")
			w.drop(name, content)
			w.says(name + " (")
			w.click("form[data-upload] button.go")
		},
		set: func(selector, value string) { w.do(chromedp.SetValue(chromedp.CSS(selector), value)) },
		tick: func(selector string, ticked bool) {
			if eval[bool](w, fmt.Sprintf("document.querySelector(%q).checked", selector)) != ticked {
				w.click(selector)
			}
		}}
}

// keyboard is somebody who uses no mouse. The dialog in which a file is chosen is no part of the page.
func keyboard(w *tab) *walk {
	return &walk{tab: w, page: w.says,
		press: func(selector string) { w.focus(selector); w.press(kb.Enter) },
		file: func(name string, content []byte) {
			w.choose(name, content)
			w.focus("form[data-upload] button.go")
			w.press(kb.Enter)
		},
		set: func(selector, value string) {
			w.focus(selector)
			if value == "" { // the first of a list
				w.press(kb.Home)
				return
			}
			w.press(value)
		},
		tick: func(selector string, ticked bool) {
			w.focus(selector)
			if eval[bool](w, fmt.Sprintf("document.querySelector(%q).checked", selector)) != ticked {
				w.press(" ")
			}
		}}
}

// scriptless is somebody whose browser runs no scripts.
func scriptless(w *tab) *walk {
	if _, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		w.t.Fatal(err)
	}
	return &walk{tab: w, press: w.click, page: w.says,
		file: func(name string, content []byte) {
			w.choose(name, content)
			w.click("form[data-upload] button.go")
		},
		set: func(selector, value string) { w.do(chromedp.SetValue(chromedp.CSS(selector), value)) },
		tick: func(selector string, ticked bool) {
			if eval[bool](w, fmt.Sprintf("document.querySelector(%q).checked", selector)) != ticked {
				w.click(selector)
			}
		}}
}
