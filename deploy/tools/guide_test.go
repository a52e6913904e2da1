package tools

import (
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

var update = flag.Bool("update", false, "write the guides for printing")

// page is a guide for printing on one sheet of A4: nothing in it is loaded from elsewhere, so that it can be sent.
const page = `<!doctype html>
<html lang="%s">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>%s</title>
<style>
@page { size: A4; margin: 13mm 15mm }
body { font: 10.5pt/1.42 system-ui, "Segoe UI", sans-serif; color: #1b1f23; max-width: 180mm; margin: 6mm auto; padding: 0 5mm }
@media print { body { margin: 0; padding: 0 } }
h1 { font-size: 20pt; margin: 0 0 1mm } h2 { font-size: 12.5pt; margin: 4mm 0 1.5mm } p, ul { margin: 1.5mm 0 }
ul { padding-left: 5mm } li { margin: .6mm 0 } img { width: 100%%; display: block; border-radius: 2mm }
p:has(img) { margin: 3mm 0 } table { border-collapse: collapse; width: 100%% }
th { text-align: left; font-weight: 600; border-bottom: 1.5pt solid #8a8f94 } td { border-bottom: .5pt solid #c3c6c8; vertical-align: top }
th, td { padding: 1.1mm 3mm 1.1mm 0 } td:first-child { width: 37%% } code { font: 9.5pt ui-monospace, monospace; background: #f1f1ee; padding: 0 .8mm; border-radius: .8mm }
</style>
%s</html>
`

var source = regexp.MustCompile(`src="([^"]+)"`)

// TestGuidesForPrinting: deploy/guide.LANG.html is deploy/guide.LANG.md with its pictures; -update writes it.
func TestGuidesForPrinting(t *testing.T) {
	mime.AddExtensionType(".webp", "image/webp")
	for _, lang := range []string{"en", "sv"} {
		text, err := os.ReadFile("../guide." + lang + ".md")
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		if err := goldmark.New(goldmark.WithExtensions(extension.Table)).Convert(text, &body); err != nil {
			t.Fatal(err)
		}
		pictures := 0
		html := source.ReplaceAllStringFunc(body.String(), func(src string) string {
			pictures++
			path := source.FindStringSubmatch(src)[1]
			content, err := os.ReadFile(filepath.Join("..", path))
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf(`src="data:%s;base64,%s"`, mime.TypeByExtension(filepath.Ext(path)), base64.StdEncoding.EncodeToString(content))
		})
		title, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
		want := fmt.Sprintf(page, lang, title, html)
		out := "../guide." + lang + ".html"
		if *update {
			if err := os.WriteFile(out, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		is, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if pictures < 2 || string(is) != want {
			t.Errorf("%s is not that of guide.%s.md with its %d pictures: go test -C deploy/tools -run TestGuides -update", out, lang, pictures)
		}
	}
}
