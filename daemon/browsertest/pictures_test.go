package browsertest

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"inlet.example/inlet/daemon/config/load"
)

const deploy = "../../deploy"

// TestPicturesOfDocs makes the pictures of the documentation in the folder of the variable INLET_DOC_PICTURES, from a daemon with the examples of deploy.
// The workbook of rejected rows is drawn by LibreOffice, if that is installed:
//
//	INLET_DOC_PICTURES=$PWD/deploy/pictures go test ./daemon/browsertest -run TestPicturesOfDocs
func TestPicturesOfDocs(t *testing.T) {
	dir := os.Getenv("INLET_DOC_PICTURES")
	if dir == "" {
		t.Skip("INLET_DOC_PICTURES is not set")
	}
	for _, lang := range []string{"en", "sv"} {
		t.Run(lang, func(t *testing.T) {
			p := newPhotographer(t, lang, dir)
			p.fill()
			if lang == "en" {
				p.rejectedWorkbook("kunder/done/*/kunder", "rejected", "2020", "128")
				p.pages()
			}
			p.write("web/lista.csv", "Företag;Postnr;E-post\nTallmo Bygg AB;903 26;anna@\n;784 33;eva@granby.example\nÅkeri AB;111 22;asa(at)exempel.se\nBerga AB;111 22;bo@berga.example\n")
			p.rejectedWorkbook("web/done/*/lista", "rejected-guide", "1200", "106")
		})
	}
}

// photographer makes the pictures in one language. Those that are not in English have it in their names.
type photographer struct {
	*tab
	lang, dir, site string
}

func newPhotographer(t *testing.T, lang, dir string) *photographer {
	t.Helper()
	site := "/tmp/crm" // it is in the pictures
	if err := os.Mkdir(site, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(site, "inlet.yaml")
	text := "language: " + lang + `
inboxes:
  - {name: kunder, path: kunder, settle: 100ms, scan: 200ms, ask: "Anna, 08-123 45", done: done}
  - {name: affärssystem, path: nightly, settle: 100ms, scan: 200ms, expect_every: 26h}
  - {name: webb, path: web, settle: 100ms, scan: 200ms}
http: {address: "127.0.0.1:0", login: none}
fields:
  - {field: account.custom.customer_since, type: date, labels: {sv: Kund sedan, en: Customer since}}
  - {field: account.custom.customer_number, type: id, labels: {sv: Kundnummer, en: Customer number}}
  - {field: contact.custom.registered, type: date, labels: {sv: Anmäld, en: Registered}}
users: [{id: u1, name: Petra Alm}]
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := load.Load(path, load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(site) }) // after the daemon has ended
	return &photographer{show(t, lang, start(t, cfg)), lang, dir, site}
}

func (p *photographer) example(name string) string {
	p.t.Helper()
	content, err := os.ReadFile(filepath.Join(deploy, name))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(content)
}

func (p *photographer) write(name, content string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.site, name), []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *photographer) copy(from, to string) {
	p.t.Helper()
	p.write(to, p.example(from))
}

func (p *photographer) imported(name string) {
	p.t.Helper()
	p.until(name+" is listed", func() bool {
		p.goTo("/imports")
		return strings.Contains(p.text(), name)
	})
}

// fill imports the examples: one with rejected rows, one that is held because almost all of its records would change, one from a form.
func (p *photographer) fill() {
	p.t.Helper()
	p.copy("mappings/nightly/_default.kunder.mapping.yaml", "nightly/_default.kunder.mapping.yaml")
	for _, day := range []string{"29", "30"} {
		p.copy("mappings/nightly/kunder_2026-11-"+day+".csv", "nightly/kunder_2026-11-"+day+".csv")
		p.imported("kunder_2026-11-" + day)
	}
	last := p.example("mappings/nightly/kunder_2026-11-30.csv")
	p.write("nightly/kunder_2026-12-01.csv", regexp.MustCompile(`,\d{5},[^,]+,`).ReplaceAllString(last, ",10000,Stockholm,"))
	p.until("a file is held", func() bool { p.goTo("/waiting"); return strings.Contains(p.text(), "kunder_2026-12-01.csv") })
	p.copy("mappings/webform/anmalningar.mapping.yaml", "web/anmalningar.mapping.yaml")
	p.copy("mappings/webform/anmalningar.csv", "web/anmalningar.csv")
	p.imported("anmalningar.csv")
	p.copy("examples/kunder.mapping.yaml", "kunder/kunder.mapping.yaml")
	p.copy("examples/kunder.xlsx", "kunder/kunder.xlsx")
	p.imported("kunder.xlsx")
}

// pages takes the pictures of the pages.
func (p *photographer) pages() {
	p.t.Helper()
	p.goTo("/")
	p.take("overview", 800)
	p.goTo("/imports?state=errors")
	p.click("tbody a")
	p.waitFor("main h1")
	p.take("import", 860)
	p.goTo("/waiting")
	p.click("main details summary")
	p.take("waiting", 860)
	p.goTo("/import")
	p.drop("hubspot contacts.csv", []byte(p.example("mappings/hubspot/contacts.csv")))
	p.click("form[data-upload] button.go")
	p.waitFor(`button[value="preview"]`)
	p.take("columns", 860)
	p.click(`button[value="preview"]`)
	p.says("3 of 3 rows can be imported now.")
	p.take("preview", 860)
}

// rejectedWorkbook has LibreOffice draw the workbook of the rejected rows of an imported one, so many pixels of it.
func (p *photographer) rejectedWorkbook(imported, name, width, height string) {
	p.t.Helper()
	if _, err := exec.LookPath("soffice"); err != nil {
		p.t.Log("NO PICTURE of the rejected workbook: LibreOffice is not installed")
		return
	}
	var books []string
	p.until("the rejected rows are written", func() bool {
		books, _ = filepath.Glob(filepath.Join(p.site, imported+".[ar][ve][vj]*.xlsx"))
		return len(books) == 1
	})
	drawn := filepath.Join(p.t.TempDir(), "book.png")
	if out, err := exec.Command("testdata/office.sh", books[0], drawn, width, height).CombinedOutput(); err != nil {
		p.t.Fatalf("%v\n%s", err, out)
	}
	png, err := os.ReadFile(drawn)
	if err != nil {
		p.t.Fatal(err)
	}
	p.do(chromedp.Navigate("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)))
	p.waitFor("img")
	size := eval[[]float64](p.tab, `[document.images[0].naturalWidth, document.images[0].naturalHeight]`)
	p.do(chromedp.EmulateViewport(int64(size[0]), int64(size[1])))
	p.store(name, size[0], size[1])
	p.goTo("/")
}

// take takes a picture of the upper part of the page, as wide as a usual screen.
func (p *photographer) take(name string, height int64) {
	p.t.Helper()
	p.look("light", 1280)
	p.do(chromedp.EmulateViewport(1280, height))
	p.store(name, 1280, float64(height))
}

func (p *photographer) store(name string, width, height float64) {
	p.t.Helper()
	if p.lang != "en" {
		name += "." + p.lang
	}
	quality := int64(82)
	shot, err := chromedp.Call(p.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: "webp", Quality: &quality,
		Clip: &page.Viewport{Width: width, Height: height, Scale: 1}})
	if err == nil {
		err = os.WriteFile(filepath.Join(p.dir, name+".webp"), shot.Data, 0o644)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}
