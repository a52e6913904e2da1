package browsertest

import (
	"bytes"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestGuidesFitOnePage: the guides for the people who share a folder are printed on one sheet of A4.
func TestGuidesFitOnePage(t *testing.T) {
	t.Parallel()
	w, _ := open(t, "sv", "")
	for _, lang := range []string{"en", "sv"} {
		path, err := filepath.Abs("../../deploy/guide." + lang + ".html")
		if err != nil {
			t.Fatal(err)
		}
		w.do(chromedp.Navigate("file://" + path))
		w.waitFor("h1")
		css := true
		pdf, err := chromedp.Call(w.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &css})
		if err != nil {
			t.Fatal(err)
		}
		if pages := len(regexp.MustCompile(`/Type ?/Page\b[^s]`).FindAll(pdf.Data, -1)); pages != 1 || !bytes.HasPrefix(pdf.Data, []byte("%PDF")) {
			t.Errorf("guide.%s.html takes %d pages", lang, pages)
		}
	}
}
