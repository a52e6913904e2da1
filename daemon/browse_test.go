package daemon_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
)

// visitor is a person with a browser, who reads one language.
type visitor struct {
	*running
	lang   string
	client *http.Client
}

func (r *running) visitor(lang string) *visitor {
	return &visitor{r, lang, &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (v *visitor) ask(method, path string, form url.Values) (int, http.Header, string) {
	v.t.Helper()
	req, err := http.NewRequest(method, v.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Accept-Language", v.lang)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	resp, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

// sees expects a page with all of these texts, and returns it.
func (v *visitor) sees(path string, texts ...string) string {
	v.t.Helper()
	code, header, page := v.ask(http.MethodGet, path, nil)
	if code != http.StatusOK || header.Get("Content-Type") != "text/html; charset=utf-8" || header.Get("Content-Language") != v.lang {
		v.t.Fatalf("%s: %d, %v:\n%s", path, code, header, page)
	}
	for _, text := range texts {
		if !strings.Contains(page, text) {
			v.t.Errorf("%s does not say %q:\n%s", path, text, page)
		}
	}
	return page
}

var digest = regexp.MustCompile(`name="digest" value="([0-9a-f]+)"`)

func digestOf(t *testing.T, page string) string {
	t.Helper()
	found := digest.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no digest:\n%s", page)
	}
	return found[1]
}

// TestPagesOfAnImport: what has come in is seen on every page in both languages, with hostile names and cells as text, and is undone on one, as it was
// seen.
func TestPagesOfAnImport(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	r := run(t, cfg)
	r.wait("ready", r.ready)
	sv, en := r.visitor("sv"), r.visitor("en")
	sv.sees("/", "Tre steg, ungefär fem minuter", "Ladda ner importmall")

	const hostile = `<script>alert(1)</script> AB`
	r.drop("kunder.csv", "Företag;Postnr;Telefon;E-post\n"+hostile+";903 26;090-1;a@exempel.se\nTallmo;784 33;08-1;inte-epost\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	first := all(t, cfg)[0]
	r.drop("kunder2.csv", "Företag;Postnr;Telefon;E-post\n"+hostile+";903 26;090-2;a@exempel.se\n")
	r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=done")
	second := all(t, cfg)[0]
	at := "/imports/" + second.ID

	r.wait("the overview to show it", func() bool {
		_, _, page := sv.ask(http.MethodGet, "/", nil)
		return strings.Contains(page, "Behöver dig")
	})
	sv.sees("/", "Behöver dig", "kom inte med", "Rader per dag", "Bevakas")
	en.sees("/", "Needs you", "did not come in", "Rows per day", "Watching")
	sv.sees("/imports", "Färdigkörda importer", "kunder2.csv", "Klar med fel")
	if page := en.sees("/imports?state=errors", "kunder.csv"); strings.Contains(page, "kunder2.csv") {
		t.Error("the tab of imports with errors shows one without")
	}
	en.sees("/imports?file=nothing", "No import is like this")
	sv.sees("/imports/"+first.ID, "Rätta värdet", "inte-epost", "kunder!D3", "Avvisade rader")
	page := en.sees(at, "090-1", "090-2", "&lt;script&gt;alert(1)&lt;/script&gt; AB", "kunder2!C2")
	record := regexp.MustCompile(`/records/account/[0-9a-f]+`).FindString(page)
	sv.sees(record, "&lt;script&gt;", "kunder2.csv", "kunder2!C2", "1 tidigare", "090-1", "Kontakter", "a@exempel.se", "Importer som rört kortet")
	sv.sees("/records?q=tallm", "0 poster")
	sv.sees("/records?q=alert", record)
	sv.sees("/fields", "Org.nr", "account.org_number", "Lägg till fält")
	for _, path := range []string{"/", "/imports", "/imports/" + first.ID, at, record, at + "/undo"} {
		if page := sv.sees(path); strings.Contains(page, "<script>alert") {
			t.Errorf("%s runs what a cell says", path)
		}
	}

	plan := sv.sees(at+"/undo", "Ångra importen?", "090-2", "090-1")
	if code, _, page := sv.ask(http.MethodPost, at+"/undo", url.Values{"digest": {"0123"}}); code != http.StatusOK || !strings.Contains(page, "Något har ändrats sedan du tittade") {
		t.Errorf("another plan than was seen: %d %s", code, page)
	}
	if all(t, cfg)[0].ID != second.ID {
		t.Fatal("it was undone though its plan was not the one that was seen")
	}
	code, header, page := sv.ask(http.MethodPost, at+"/undo", url.Values{"digest": {digestOf(t, plan)}})
	if code != http.StatusSeeOther {
		t.Fatalf("undo: %d %s", code, page)
	}
	sv.sees(header.Get("Location"), "Ångrar kunder2.csv", "Det som importen hade skrivit är ångrat")
	sv.sees(at, "Ångrad", "Ångrad av")
	sv.sees(record, "090-1", "ångrat")
	if code, _, page := sv.ask(http.MethodGet, at+"/undo", nil); code != http.StatusConflict || !strings.Contains(page, "Det gick inte") {
		t.Errorf("undone twice: %d %s", code, page)
	}
	if code, _, _ := sv.ask(http.MethodGet, "/imports/nothing", nil); code != http.StatusNotFound {
		t.Errorf("an import that does not exist: %d", code)
	}
}

// TestDownloads: the files of an import are saved under their names, never shown, and only those of its inbox.
func TestDownloads(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	r := run(t, cfg)
	r.wait("ready", r.ready)
	r.drop("å \"k.csv", "Företag;Postnr;E-post\nTallmo;903 26;inte-epost\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	v := r.visitor("sv")
	imp := all(t, cfg)[0]
	for file, name := range map[string]string{"original": `filename="_ _k.csv"; filename*=UTF-8''%C3%A5%20%22k.csv`, "rejected": ".xlsx"} {
		code, header, body := v.ask(http.MethodGet, "/imports/"+imp.ID+"/files/"+file, nil)
		if code != 200 || header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment; ") ||
			!strings.Contains(header.Get("Content-Disposition"), name) || body == "" {
			t.Errorf("%s: %d %v", file, code, header)
		}
	}
	if code, header, body := v.ask(http.MethodGet, "/template.xlsx", nil); code != 200 || !strings.HasPrefix(body, "PK") || !strings.Contains(header.Get("Content-Disposition"), "importmall.xlsx") {
		t.Errorf("the template: %d %v", code, header)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(imp.Archived), os.Symlink(secret, imp.Archived)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/imports/" + imp.ID + "/files/original", "/imports/" + imp.ID + "/files/mapping", "/imports/" + imp.ID + "/files/..%2f..%2finlet.yaml", "/assets/../inlet.yaml"} {
		if code, _, body := v.ask(http.MethodGet, path, nil); code != http.StatusNotFound && code != http.StatusTemporaryRedirect && code != http.StatusMovedPermanently || strings.Contains(body, "secret") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
}

// TestHeldOnThePages: a held file is approved or discarded by who has seen its plan.
func TestHeldOnThePages(t *testing.T) {
	t.Parallel()
	for _, do := range []string{"approve", "discard"} {
		t.Run(do, func(t *testing.T) {
			t.Parallel()
			cfg := configured(t, "")
			cfg.Inboxes[0].Ask = "Sara"
			r := run(t, cfg)
			r.wait("ready", r.ready)
			r.drop("kunder.mapping.yaml", "match: {account: [account.name]}\ncaps: {max_rejected: 0}\n")
			r.drop("kunder.csv", "Företag;E-post\nTallmo;a@exempel.se\nGranby;inte-epost\n")
			r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=held")
			v := r.visitor("sv")
			page := v.sees("/waiting", "kunder.csv", "fråga Sara", "Tallmo", "Godkänn", "Förkasta filen")
			v.sees("/", "kunder.csv väntar på dig", "Granska")
			at := "/imports/" + all(t, cfg)[0].ID + "/decide"
			if code, _, page := v.ask(http.MethodPost, at, url.Values{"do": {do}, "digest": {"0"}}); code != http.StatusConflict || !strings.Contains(page, "har ändrats sedan du tittade") {
				t.Errorf("another plan: %d %s", code, page)
			}
			if code, _, page := v.ask(http.MethodPost, at, url.Values{"do": {do}, "digest": {digestOf(t, page)}}); code != http.StatusSeeOther {
				t.Fatalf("%d %s", code, page)
			}
			imp := all(t, cfg)[0]
			if want := map[string]ledger.State{"approve": ledger.Done, "discard": ledger.Refused}[do]; imp.State != want {
				t.Errorf("it is %s", imp.State)
			}
			v.sees("/waiting", "Inget väntar")
		})
	}
}

// TestPauseOnThePages: an inbox is paused and goes on, and nothing else can be.
func TestPauseOnThePages(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	r := run(t, cfg)
	r.wait("ready", r.ready)
	v := r.visitor("en")
	post := func(path, what string) int {
		code, _, _ := v.ask(http.MethodPost, path, url.Values{"what": {what}})
		return code
	}
	if code := post("/pause", "inbox/kunder"); code != http.StatusSeeOther {
		t.Fatalf("pause: %d", code)
	}
	r.drop("kunder.csv", "Företag;Postnr\nTallmo;903 26\n")
	r.wait("the page to say that it is paused", func() bool {
		_, _, page := v.ask(http.MethodGet, "/", nil)
		return strings.Contains(page, "Paused") && strings.Contains(page, "kunder.csv")
	})
	if code := post("/resume", "inbox/kunder"); code != http.StatusSeeOther {
		t.Fatalf("resume: %d", code)
	}
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	for _, what := range []string{"", "inbox/other", "source/kunder", "../x"} {
		if code := post("/pause", what); code != http.StatusConflict {
			t.Errorf("pause of %q: %d", what, code)
		}
	}
	if code := post("/poll", "kunder"); code != http.StatusConflict {
		t.Errorf("poll of an inbox: %d", code)
	}
}
