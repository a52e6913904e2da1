package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
)

// TestSettingsInTheBrowser: the pages of settings can be read and used by everybody, a token is created on them, and what was done stands there with hostile names
// as text.
func TestSettingsInTheBrowser(t *testing.T) {
	t.Parallel()
	chromium(t)
	var origins config.Origins
	cfg := configured(t, "webhooks: [{name: crm, url: \"http://127.0.0.1:1/hemligt\"}]\nretention: {journal: 90d}\n", load.Origins(func(o config.Origins) { origins = o }))
	w := show(t, "sv", start(t, cfg, func(d *daemon.Daemon) { d.Origins = func() config.Origins { return origins } }))
	w.click(`a[href="/settings"]`)
	w.says("inboxes[0].limits.mail_domains exempel.se inlet.yaml:1")
	w.accessible("settings")
	w.click(`a[href="/settings/logins"]`)
	w.says("Inga inloggningar")
	w.accessible("settings-logins")
	w.click(`a[href="/settings/tokens"]`)
	w.says("Inga nycklar ännu.")
	w.do(chromedp.SetValue(chromedp.CSS("#tn"), "ERP-systemet i Umeå"))
	w.click(`input[name="inbox"][value="kunder"]`)
	w.click(`input[name="verb"][value="upload"]`)
	w.click(`form[action="/settings/tokens"] button.go`)
	w.says("Kopiera den nu")
	if secret := eval[string](w, `document.querySelector("#secret").innerText`); !strings.HasPrefix(secret, "inlet_") {
		t.Errorf("the secret is %q", secret)
	}
	w.accessible("settings-tokens")
	w.click(`a[href="/settings/test"]`)
	w.click(`form[action="/settings/test"] button.go`)
	w.says("webhook crm:")
	w.accessible("settings-test")
	const hostile = `<img src=x onerror=document.title=1> شركة ` + "\u202e" + `.csv`
	if err := os.WriteFile(filepath.Join(cfg.Inboxes[0].Path, "kunder.csv"), []byte("Företag;Postnr;E-post\nTallmo;903 26;inte-epost\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.goTo("/import")
	w.waitFor("form[data-upload]")
	w.drop(hostile, []byte("Företag;Postnr\nGranby;1\n"))
	w.click("form[data-upload] button.go")
	w.says("1 rader.")
	w.until("the first import", func() bool { w.goTo("/imports?state=errors"); return strings.Contains(w.text(), "kunder.csv") })
	w.click("tbody a")
	w.says("Bocka av")
	w.accessible("import-rejected")
	w.click(`form[action$="/tick-off"] button`)
	w.says("Avbockade av")
	w.accessible("import-ticked-off")
	w.goTo("/")
	w.says("Inget behöver dig just nu")
	w.goTo("/settings/audit")
	w.says("bocka av")
	w.says("شركة")
	w.accessible("settings-audit")
	if eval[string](w, "document.title") == "1" || eval[int](w, `document.querySelectorAll("main img").length`) > 0 {
		t.Error("the name of a file runs")
	}
	w.goTo("/imports?state=errors")
	w.click("tbody a")
	w.click(`form[action$="/again"] button`)
	w.says("redan importerad")
	w.accessible("run-again")
}
