package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPagesAreAccessible: axe finds nothing wrong with any page that shows what came in, with long, hostile and right-to-left names, and with none at all.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	w, cfg := open(t, "sv", "")
	w.says("Tre steg")
	w.accessible("empty")
	drop := func(name, text string) {
		if err := os.WriteFile(filepath.Join(cfg.Inboxes[0].Path, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := strings.Repeat("nyhetsbrev_prenumeranter_alla_kampanjer_", 4) + "slutversion.csv"
	drop(long, "Företag;Postnr;Telefon;E-post\n<b>Tallmo</b> Bygg AB;903 26;090-1;a@exempel.se\nشركة النور;784 33;08-1;b@exempel.se\nGranby;784 33;08-2;inte-epost\n")
	w.until("the first import", func() bool { w.goTo("/imports"); return strings.Contains(w.text(), "nyhetsbrev") })
	drop("held.mapping.yaml", "match: {account: [account.name]}\ncaps: {max_rejected: 0}\n")
	drop("held.csv", "Företag;E-post\nTallmo;a@exempel.se\nGranby;inte-epost\n")
	w.until("the held file", func() bool { w.goTo("/waiting"); return strings.Contains(w.text(), "held.csv") })
	w.accessible("waiting")
	for name, path := range map[string]string{"overview": "/", "imports": "/imports", "nothing": "/imports?file=nothing", "search": "/records?q=t", "fields": "/fields",
		"users": "/fields?of=users", "error": "/imports/nothing", "login": "/login"} {
		w.goTo(path)
		w.accessible(name)
	}
	w.goTo("/imports?state=errors")
	w.click("tbody a")
	w.says("Rätta värdet")
	w.accessible("import")
	w.click(`a[href$="/undo"]`)
	w.says("Ångra importen?")
	w.accessible("undo")
	w.goTo("/records?q=tallmo")
	w.click("tbody a")
	w.says("Importer som rört kortet")
	w.accessible("record")
}
