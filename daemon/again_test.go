package daemon_test

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/audit"
)

// begun puts a file into the inbox and waits until its import is done.
func (r *running) begun(name, text string) {
	r.t.Helper()
	before, _ := r.value("inlet_imports_total", "inbox=kunder", "outcome=done")
	r.drop(name, text)
	r.until(func(v float64) bool { return v > before }, "inlet_imports_total", "inbox=kunder", "outcome=done")
}

// TestPlanIsMadeAgainBeforeTheImport: where other imports have begun since the preview, the file is looked through again; what would do something else is
// shown to the person in place of being imported, and what would do the same is imported at once.
func TestPlanIsMadeAgainBeforeTheImport(t *testing.T) {
	t.Parallel()
	cfg := openPages(t, "")
	r := ready(t, cfg)
	p := guest(t, r.url, "sv")
	r.begun("a.csv", "Företag;Postnr;Telefon\nTallmo;903 26;090-1\n")
	plan := p.settled(p.upload(map[string]string{"as": "usual"}, file{"mina.csv", []byte("Företag;Postnr;Telefon\nTallmo;903 26;090-3\n")}))
	wants(t, plan, 200, "1 av 1 rader kan importeras nu.", "090-1", "090-3")
	r.begun("b.csv", "Företag;Postnr;Telefon\nTallmo;903 26;090-2\n")
	at := strings.TrimSuffix(plan.path, "/plan")
	now := p.settled(p.send(at+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	wants(t, now, 200, "Planen har ändrats sedan du tittade. Så här skulle det bli nu.", "090-2", "090-3")
	if imports := all(t, cfg); len(imports) != 2 {
		t.Errorf("%d imports; what nobody has seen was imported", len(imports))
	}
	wants(t, p.open(plan.path), 200, "Planen har ändrats sedan du tittade.")

	r.begun("c.csv", "Företag;Postnr;Telefon\nGranby;784 33;08-1\n") // it has nothing to do with the file
	done := p.imported(p.send(at+"/import", url.Values{"digest": now.form(t)["digest"]}))
	wants(t, done, 200, "Raden kom med.", "090-2", "090-3")
}

// TestRunAgain: the file of an import is looked through once more with its mapping; what it did already it would not do again, and after an undo it does.
func TestRunAgain(t *testing.T) {
	t.Parallel()
	cfg := openPages(t, "")
	r := ready(t, cfg)
	p := guest(t, r.url, "sv")
	put(t, cfg.Inboxes[0].Path, "kunder.mapping.yaml", "version: 1\ncolumns: {Bolaget: account.name, Zip: account.zip}\nmatch: {account: [account.name]}\n")
	r.begun("kunder.csv", "Bolaget;Zip;Kod\nTallmo;903 26;x\n")
	first := all(t, cfg)[0]
	at := "/imports/" + first.ID
	wants(t, p.open(at), 200, "Kör igen…")
	wants(t, p.settled(p.send(at+"/again", nil)), 200, "redan importerad, som "+first.ID)
	undo := p.send(at+"/undo", p.open(at+"/undo").form(t))
	wants(t, undo, 200, "ångrat")
	plan := p.settled(p.send(at+"/again", nil))
	wants(t, plan, 200, "1 av 1 rader kan importeras nu.", "Tallmo", "903 26")
	done := p.imported(p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	wants(t, done, 200, "Raden kom med.", "Kod")
	if found, err := r.store().Audit.List(t.Context(), "", 100); err != nil || !has(found, audit.Entry{What: audit.Again, Import: first.ID, Inbox: "kunder", Of: "kunder.csv"}) || !has(found, audit.Entry{What: audit.Undo, Import: first.ID, Inbox: "kunder"}) {
		t.Errorf("the audit: %+v, %v", found, err)
	}
	if err := os.RemoveAll(cfg.Inboxes[0].Done); err != nil {
		t.Fatal(err)
	}
	if page := p.open(at); strings.Contains(page.body, "Kör igen") {
		t.Error("a file that is gone can be run again")
	}
	wants(t, p.send(at+"/again", nil), 409, "Importens fil ligger inte längre där")
}

func has(found []audit.Kept, want audit.Entry) bool {
	for i := range found {
		got := found[i].Entry
		got.At = want.At
		if got == want {
			return true
		}
	}
	return false
}

// TestTickOff: rejected rows that somebody has ticked off need no more work, and the page says who that was. An import without any has nothing to tick off.
func TestTickOff(t *testing.T) {
	t.Parallel()
	cfg := openPages(t, "")
	r := ready(t, cfg)
	p := guest(t, r.url, "sv")
	r.begun("kunder.csv", "Företag;Postnr;E-post\nTallmo;903 26;inte-epost\n")
	at := "/imports/" + all(t, cfg)[0].ID
	soon(t, r, "the overview to ask", func() bool { return strings.Contains(text(p.open("/").body), "kom inte med") })
	wants(t, p.open(at), 200, "Bocka av")
	wants(t, p.send(at+"/tick-off", nil), 200, "Avbockade av en användare på den här datorn", "frågar inte längre")
	wants(t, p.open("/"), 200, "Inget behöver dig just nu")
	if page := text(p.open(at).body); strings.Contains(page, "Bocka av") {
		t.Error("they can be ticked off twice")
	}
	imp := all(t, cfg)[0]
	if imp.TickedOff == (ledger.TickedOff{}) || imp.Tally.NotApplied() == 0 {
		t.Errorf("the import: %+v", imp.TickedOff)
	}
	r.begun("rena.csv", "Företag;Postnr\nGranby;784 33\n")
	wants(t, p.send("/imports/"+all(t, cfg)[0].ID+"/tick-off", nil), 409, "has no rejected rows to tick off")
}
