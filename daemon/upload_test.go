package daemon_test

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/crypto/bcrypt"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// person is somebody with a browser that knows no scripts.
type person struct {
	t      *testing.T
	url    string
	client *http.Client
	lang   string
}

// answer is a page as it was answered, after all redirects.
type answer struct {
	code       int
	path, body string
}

func guest(t *testing.T, url, lang string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t, url, &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}, lang}
}

func (p *person) do(req *http.Request) answer {
	p.t.Helper()
	req.Header.Set("Accept-Language", p.lang)
	resp, err := p.client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Request.URL.RequestURI(), string(body)}
}

func (p *person) request(method, path string, body io.Reader) *http.Request {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	return req
}

func (p *person) open(path string) answer { return p.do(p.request(http.MethodGet, path, http.NoBody)) }

func (p *person) send(path string, form url.Values) answer {
	req := p.request(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.do(req)
}

// file is one that is uploaded.
type file struct {
	name string
	text []byte
}

// upload sends files with what was chosen for them.
func (p *person) upload(chosen map[string]string, all ...file) answer {
	p.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range chosen {
		if err := w.WriteField(name, value); err != nil {
			p.t.Fatal(err)
		}
	}
	for _, f := range all {
		part, err := w.CreateFormFile("file", f.name)
		if err == nil {
			_, err = part.Write(f.text)
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	req := p.request(http.MethodPost, "/import", &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return p.do(req)
}

var (
	hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	lists       = regexp.MustCompile(`(?s)<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)</select>`)
	selected    = regexp.MustCompile(`<option(?: value="([^"]*)")? selected>([^<]*)`)
	ticks       = regexp.MustCompile(`type="(?:checkbox|radio)"(?: id="[^"]+")? name="([^"]+)"(?: value="([^"]*)")? checked`)
)

// form returns what a form of the page would send.
func (a answer) form(t *testing.T) url.Values {
	t.Helper()
	_, main, ok := strings.Cut(a.body, "<main")
	if !ok {
		t.Fatalf("%s answers %d: %s", a.path, a.code, a.body)
	}
	f := url.Values{}
	for _, m := range hiddenInput.FindAllStringSubmatch(main, -1) {
		f.Add(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range lists.FindAllStringSubmatch(main, -1) {
		value := ""
		if o := selected.FindStringSubmatch(m[2]); o != nil {
			value = html.UnescapeString(o[1])
			if !strings.Contains(o[0], "value=") {
				value = html.UnescapeString(o[2])
			}
		}
		f.Set(m[1], value)
	}
	for _, m := range ticks.FindAllStringSubmatch(main, -1) {
		value := m[2]
		if value == "" {
			value = "on"
		}
		f.Add(m[1], html.UnescapeString(value))
	}
	return f
}

// settled waits until the plan of an upload is made.
func (p *person) settled(a answer) answer {
	p.t.Helper()
	if a.code != http.StatusOK || !strings.Contains(a.path, "/plan") {
		p.t.Fatalf("%s answers %d, want a plan:\n%s", a.path, a.code, text(a.body))
	}
	for deadline := time.Now().Add(20 * time.Second); strings.Contains(a.body, `id="progress"`); a = p.open(a.path) {
		if time.Now().After(deadline) {
			p.t.Fatal("the plan is never made")
		}
		time.Sleep(10 * time.Millisecond)
	}
	return a
}

// imported waits until the upload at a path is imported, and returns the page of that.
func (p *person) imported(a answer) answer {
	p.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !strings.HasPrefix(a.path, "/imports/") || strings.Contains(a.body, `id="progress"`); a = p.open(a.path) {
		if time.Now().After(deadline) || a.code != http.StatusOK {
			p.t.Fatalf("it is never imported: %s answers %d\n%s", a.path, a.code, text(a.body))
		}
		time.Sleep(10 * time.Millisecond)
	}
	return a
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>`)

// text is what a person reads of a page.
func text(body string) string {
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body = "<main" + main
	}
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(body, " "))), " ")
}

func wants(t *testing.T, a answer, code int, parts ...string) {
	t.Helper()
	said := text(a.body)
	if a.code != code {
		t.Errorf("%s answers %d, want %d: %s", a.path, a.code, code, said)
	}
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("%s does not say %q: %s", a.path, part, said)
		}
	}
}

// open is a configuration with pages that ask for no login.
func openPages(t *testing.T, more string) config.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inlet.yaml")
	text := "inboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms, limits: {mail_domains: [exempel.se]}}]\n" + more
	if !strings.Contains(more, "http:") {
		text += "http: {address: \"127.0.0.1:0\", login: none}\n"
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := load.Load(path, load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// ready starts a daemon and waits until files can be imported.
func ready(t *testing.T, cfg config.Config, with ...func(*daemon.Daemon)) *running {
	t.Helper()
	r := run(t, cfg, with...)
	soon(t, r, "files can be imported", func() bool { code, _ := r.page("/readyz"); return code == http.StatusOK })
	return r
}

const prospects = "Prospekt 2026;;;;\nBolag;Orgnr;Postnummer;Kontakt: E-post;Internkod\nTallmo Bygg AB;556677-8899;903 26;anna@tallmo.example;AX-1\nGranby Plåt AB;969701-1122;784 33;eva@granby.example;AX-2\nTallmo Bygg AB;556677-8899;903 26;inte en adress;AX-1\n"

// TestUploadAllTheWay: a file is uploaded, given fields, looked at and imported, and its mapping holds for the next one.
func TestUploadAllTheWay(t *testing.T) {
	t.Parallel()
	var d *daemon.Daemon
	r := ready(t, openPages(t, "categories: {account: [Prospekt, Kund]}\n"), func(is *daemon.Daemon) { d = is })
	p := guest(t, r.url, "sv")
	columns := p.upload(map[string]string{"mode": "upsert"}, file{"prospekt_1.csv", []byte(prospects)})
	wants(t, columns, 200, "Rubriker på rad 2", "3 rader", "Bolag", "AX-2", "Kontakter matchas på Kontakt: E-post inom sitt företag.", "Adresser på exempel.se är tillåtna")
	f := columns.form(t)
	if f.Get("f-A") != "account.name" || f.Get("f-D") != "contact.email" || f.Get("f-E") != "" || f.Get("m-D") != "on" {
		t.Errorf("suggested: %v", f)
	}
	f.Del("m-A")
	f.Del("m-C")
	f.Set("m-B", "on")
	f.Set("f-E", "account.city")
	f.Set("account-category", "Prospekt")
	f.Set("mail", "anna@exempel.se")
	f.Set("do", "look")
	wants(t, p.send(columns.path, f), 200, "Företag matchas på Org.nr. Ifyllt på alla rader, och varje värde står för ett företag.", "ifylld 100 % · unik 100 %", "vald")
	f.Set("do", "preview")
	f.Set("save", "on")
	f.Set("mail", "anna@annat.se")
	wants(t, p.send(columns.path, f), 422, "annat.se")
	f.Set("mail", "anna@exempel.se")
	plan := p.settled(p.send(columns.path, f))
	wants(t, plan, 200, "2 av 3 rader kan importeras nu. 1 kommer inte med.", "Skapas 2", "Avvisas 1", "Tallmo Bygg AB", "903 26", "A3", "Importera 2 rader")
	wants(t, p.open(plan.path+"?show=rejected"), 200, "Rätta värdet", "D5", "inte en adress")
	if entries, err := os.ReadDir(r.inbox); err != nil || len(entries) != 1 {
		t.Errorf("before the import the inbox has %v, %v", entries, err)
	}
	done := p.imported(p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	wants(t, done, 200, "prospekt_1.csv", "Klar med fel", "Skapade")
	records, ok := d.Store(config.DefaultStore)
	if !ok {
		t.Fatal("the store is not open")
	}
	n := 0
	if err := records.Records.Each(t.Context(), crm.Account, func(rec crm.Record) error {
		n++
		if city := rec.Values.Of("city").String(); city != "AX-1" && city != "AX-2" || rec.Values.Of("categories").String() != "Prospekt" {
			t.Errorf("stored: %v", rec.Values)
		}
		return nil
	}); err != nil || n != 2 {
		t.Errorf("%d accounts, %v", n, err)
	}
	wants(t, p.open("/import"), 200, "prospekt_1.csv", "Lämnad till inkorgen")

	// The next file of the family comes in by itself, whichever way it comes.
	r.drop("Prospekt 2.csv", strings.ReplaceAll(prospects, "inte en adress", "bo@tallmo.example"))
	soon(t, r, "the next file is imported", func() bool { return strings.Contains(text(p.open("/imports").body), "Prospekt 2.csv kunder Klar") })
	again := p.settled(p.upload(map[string]string{"as": "usual"}, file{"prospekt_3.csv", []byte(strings.ReplaceAll(prospects, "inte en adress", "BO@tallmo.example"))}))
	wants(t, again, 200, "3 av 3 rader kan importeras nu.", "Oförändrade 3")
}

// TestBadUploads: what cannot be imported is refused with a sentence, nothing of it is left, and the daemon goes on.
func TestBadUploads(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, "http: {address: \"127.0.0.1:0\", login: none, upload_bytes: 2000000, upload_total: 2500000}\n"))
	p := guest(t, r.url, "sv")
	good := xlsx(t, "Företag,Postnr\nA,1\n")
	for _, c := range []struct {
		name string
		text []byte
		code int
		says string
	}{
		{"tom.xlsx", nil, 422, "Filen är tom"},
		{"stor.csv", bytes.Repeat([]byte("Företag;Postnr\n"), 150_000), 413, "för stor: högst 1 MB"},
		{"avkapad.xlsx", good[:len(good)/2], 422, ""},
		{"bild.xlsx", []byte("\x89PNG\r\n\x1a\n0000000000"), 422, ""},
		{"sida.xlsx", []byte("<!doctype html><html><body>Logga in</body></html>"), 422, ""},
		{"losen.xlsx", encrypted(t), 422, "lösenord"},
		{"bara rubriker.csv", []byte("Företag;Postnr\n"), 422, "inga rader under rubrikerna"},
		{"namn.exe", []byte("x"), 400, "Namnet är inte en arbetsboks"},
		{"~$kunder.xlsx", good, 400, "Namnet är inte en arbetsboks"},
		{"x.mapping.yaml", []byte("version: 1"), 400, "Namnet är inte en arbetsboks"},
		{"många delar.xlsx", manyParts(t, 10_001), 422, ""},
	} {
		a := p.upload(nil, file{c.name, c.text})
		wants(t, a, c.code, c.says)
		if !strings.Contains(a.body, `role="alert"`) || len(text(a.body)) < 50 {
			t.Errorf("%s: no sentence says why", c.name)
		}
	}
	wants(t, p.upload(map[string]string{"inbox": "annan"}, file{"a.csv", []byte("Företag;Postnr\nA;1\n")}), 400, "tar inte emot uppladdningar")
	wants(t, p.upload(nil), 400, "Ingen fil valdes")
	var many []file
	for i := range 21 {
		many = append(many, file{fmt.Sprintf("%d.txt", i), nil})
	}
	wants(t, p.upload(nil, many...), 400, "Välj högst 20")
	if entries, err := os.ReadDir(filepath.Join(r.inbox, ".inlet", "uploads")); err != nil || len(entries) > 0 {
		t.Errorf("left of them: %v, %v", entries, err)
	}
	for sent, kept := range map[string]string{`..\..\etc\x.xlsx`: "x.xlsx", "CON.xlsx": "_CON.xlsx", "a\u202egpj.xlsx": "agpj.xlsx"} {
		a := p.upload(nil, file{sent, good})
		wants(t, a, 200, kept)
	}
	two := p.upload(nil, file{"samma.xlsx", good}, file{"samma.xlsx", xlsx(t, "Företag,Postnr\nB,2\n")}, file{"fel.txt", []byte("x")})
	wants(t, two, 400, "fel.txt", "Namnet är inte en arbetsboks")
	if n := strings.Count(text(two.body), "samma.xlsx Kolumner inte klara"); n != 2 {
		t.Errorf("of two files of one name %d are kept: %s", n, text(two.body))
	}
}

// TestClientThatStalls: whoever sends nothing for a while is cut off, and what came is removed.
func TestClientThatStalls(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, ""), func(d *daemon.Daemon) { d.SetUploadIdle(150 * time.Millisecond) })
	host := strings.TrimPrefix(r.url, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /import HTTP/1.1\r\nHost: %s\r\nAccept-Language: sv\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nFöretag;Postnr\r\n", host)
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(said), " 408 ") || !strings.Contains(html.UnescapeString(string(said)), "Uppladdningen avbröts") {
		t.Errorf("answered %.400q, %v", said, err)
	}
	soon(t, r, "nothing is left", func() bool {
		entries, err := os.ReadDir(filepath.Join(r.inbox, ".inlet", "uploads"))
		return err == nil && len(entries) == 0
	})
}

// TestManyUploadsAtOnce: more than a few requests that send files are asked to come again, and the rest of the pages is served meanwhile.
func TestManyUploadsAtOnce(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, ""))
	host := strings.TrimPrefix(r.url, "http://")
	var waiting []net.Conn
	for range 4 {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST /import HTTP/1.1\r\nHost: %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nCompany;Zip\r\n", host)
		waiting = append(waiting, conn)
	}
	p := guest(t, r.url, "sv")
	good := file{"b.csv", []byte("Företag;Postnr\nA;1\n")}
	soon(t, r, "four are on their way", func() bool {
		entries, err := os.ReadDir(filepath.Join(r.inbox, ".inlet", "uploads"))
		return err == nil && len(entries) == 4
	})
	wants(t, p.upload(nil, good), 503, "Flera filer laddas upp just nu")
	wants(t, p.open("/import"), 200)
	_ = waiting[0].Close()
	soon(t, r, "then there is room", func() bool { return p.upload(nil, good).code == http.StatusOK })
}

// TestChoices: rows that match several companies wait until a person says which one is meant.
func TestChoices(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, ""))
	p := guest(t, r.url, "sv")
	const same = "Företag;Postnr\nGranby Plåt AB;784 33\n"
	for i, mode := range []string{"one", "two"} {
		if err := os.WriteFile(filepath.Join(r.inbox, mode+".mapping.yaml"), []byte("version: 1\nmatch: {account: []}\nreuse: off\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r.drop(mode+".csv", same+strings.Repeat(" ", i))
	}
	soon(t, r, "there are two", func() bool {
		all := text(p.open("/imports").body)
		return strings.Contains(all, "one.csv kunder Klar") && strings.Contains(all, "two.csv kunder Klar")
	})
	list := same + "Granby Plåt AB;784 33\nNytt AB;111 11\n"
	plan := p.settled(p.upload(map[string]string{"as": "usual"}, file{"lista.csv", []byte(strings.Replace(list, "Postnr\n", "Postnr;Kontakt: E-post\n", 1))}))
	wants(t, plan, 200, "1 av 3 rader kan importeras nu. 2 är oklara.", "Oklara 2")
	at := strings.TrimSuffix(plan.path, "/plan")
	unclear := p.open(plan.path + "?show=unclear")
	wants(t, unclear, 200, "rad 2 Granby Plåt AB gäller även rad 3", "2 företag matchar.", "784 33", "Vänta med raden", "Importen gissar aldrig.")
	f := unclear.form(t)
	if f.Get("c-0") != "wait" || len(f["k-0"]) != 2 {
		t.Errorf("at first: %v", f)
	}
	f.Set("c-0", "nobody")
	now := p.settled(p.send(at+"/choices", f))
	wants(t, now, 200, "2 är oklara.")
	f = now.form(t)
	f.Set("c-0", "new")
	now = p.settled(p.send(at+"/choices", f))
	wants(t, now, 200, "3 av 3 rader kan importeras nu.", "Oklara 2")
	if got := now.form(t).Get("c-0"); got != "new" {
		t.Errorf("the choice is shown as %q", got)
	}
	wants(t, p.open(at+"/plan?show=created"), 200, "Skapas 2", "Oförändrade 1", "rad 2 + Granby Plåt AB", "rad 4 + Nytt AB") // rows that say the same are one company
	id := regexp.MustCompile(`name="c-0" value="([0-9a-f]{24})"`).FindStringSubmatch(now.body)
	f = now.form(t)
	f.Set("c-0", id[1])
	now = p.settled(p.send(at+"/choices", f))
	wants(t, p.open(at+"/plan?show=unchanged"), 200, "Oförändrade 2")
	stale := p.send(at+"/import", url.Values{"digest": f["digest"]})
	wants(t, stale, 409, "Planen har ändrats")
	done := p.imported(p.send(at+"/import", url.Values{"digest": now.form(t)["digest"]}))
	wants(t, done, 200, "Alla 3 rader kom med.")
}

// TestCorrectedRows: the rejected rows of an import are corrected and uploaded, and go by the mapping of that import without a question.
func TestCorrectedRows(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, ""))
	p := guest(t, r.url, "sv")
	plan := p.settled(p.upload(map[string]string{"as": "usual"}, file{"kunder.csv", []byte("Företag;Postnr;Kontakt: E-post\nA;1;fel\nB;2;b@exempel.se\n")}))
	done := p.imported(p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	var rows answer
	soon(t, r, "the rejected rows are there", func() bool {
		rows = p.open(done.path + "/files/rejected")
		return rows.code == http.StatusOK
	})
	book, err := excelize.OpenReader(strings.NewReader(rows.body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var corrected bytes.Buffer
	if err := errors.Join(book.SetCellStr(book.GetSheetName(0), "F2", "a@exempel.se"), book.Write(&corrected)); err != nil {
		t.Fatal(err)
	}
	again := p.settled(p.upload(nil, file{"kunder.rejected.xlsx", corrected.Bytes()}))
	id := strings.TrimPrefix(done.path, "/imports/")
	wants(t, again, 200, "Rättade rader till "+id, "1 av 1 rader kan importeras nu.", "a@exempel.se")
	wants(t, p.open(strings.TrimSuffix(again.path, "/plan")), 200, "Rättade rader till")
	last := p.imported(p.send(strings.TrimSuffix(again.path, "/plan")+"/import", url.Values{"digest": again.form(t)["digest"]}))
	wants(t, last, 200, "rättade rader", "Raden kom med.")
}

// TestFaultyRowsBeforeUploadIsImported: the rows that would not come in can be had before the import; corrected afterwards they are known as its rows.
func TestFaultyRowsBeforeUploadIsImported(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, ""))
	p := guest(t, r.url, "sv")
	plan := p.settled(p.upload(map[string]string{"as": "usual"}, file{"kunder.csv", []byte("Företag;Postnr;Kontakt: E-post;Kod\nA;1;fel;x\nB;2;b@exempel.se;y\n;3;c@exempel.se;z\n")}))
	wants(t, plan, 200, "Hämta de 2 raderna i Excel")
	rows := p.open(strings.TrimSuffix(plan.path, "/plan") + "/rows")
	book, err := excelize.OpenReader(strings.NewReader(rows.body))
	if err != nil {
		t.Fatalf("%d: %v", rows.code, err)
	}
	defer book.Close()
	got, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(got) != 3 || got[0][6] != "Kod" || got[1][3] != "A" || got[1][6] != "x" || got[2][6] != "z" || got[1][2] != "C2" {
		t.Errorf("the rows are %q, %v", got, err)
	}
	done := p.imported(p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	var corrected bytes.Buffer
	if err := errors.Join(book.SetCellStr(book.GetSheetName(0), "F2", "a@exempel.se"), book.Write(&corrected)); err != nil {
		t.Fatal(err)
	}
	wants(t, p.settled(p.upload(nil, file{"kunder.rejected.xlsx", corrected.Bytes()})), 200, "Rättade rader till "+strings.TrimPrefix(done.path, "/imports/"), "1 av 2 rader")
	wants(t, p.open("/import/"+strings.Repeat("a", 26)+"/rows"), 404)
}

// TestNothingToImport: no button offers to import nothing, and a file that changes nothing says so.
func TestNothingToImport(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, ""))
	p := guest(t, r.url, "sv")
	usual := func(name, text string) answer {
		return p.settled(p.upload(map[string]string{"as": "usual"}, file{name, []byte(text)}))
	}
	wrong := usual("fel.csv", "Företag;Postnr\n;1\n;2\n")
	wants(t, wrong, 200, "0 av 2 rader kan importeras nu. 2 kommer inte med.", "Hämta de 2 raderna i Excel", "Ta bort uppladdningen")
	const good = "Företag;Postnr\nA;1\nB;2\n"
	plan := usual("rätt.csv", good)
	p.imported(p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	same := usual("samma.csv", good+"\n")
	wants(t, same, 200, "2 av 2 rader kan importeras nu. Ingenting skulle ändras", "Importera 2 rader")
	for _, text := range []string{"Importera 0", "Ingenting skulle ändras"} {
		if strings.Contains(wrong.body, text) {
			t.Errorf("a file of which no row can be imported says %q", text)
		}
	}
}

// TestUploadedSheetIsChosen: a person chooses another sheet and another row of headings, on the raw grid.
func TestUploadedSheetIsChosen(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, ""))
	p := guest(t, r.url, "sv")
	book := excelize.NewFile()
	defer book.Close()
	_, err := book.NewSheet("Andra")
	var out bytes.Buffer
	for at, value := range map[string]string{"Sheet1!A1": "Företag", "Sheet1!B1": "Postnr", "Sheet1!A2": "Ett AB", "Sheet1!B2": "1", "Andra!A1": "Listan", "Andra!A3": "Företag", "Andra!B3": "Kod", "Andra!A4": "Två AB", "Andra!B4": "9"} {
		name, cell, _ := strings.Cut(at, "!")
		err = errors.Join(err, book.SetCellStr(name, cell, value))
	}
	if err := errors.Join(err, book.Write(&out)); err != nil {
		t.Fatal(err)
	}
	columns := p.upload(nil, file{"bok.xlsx", out.Bytes()})
	wants(t, columns, 200, "Bladet Sheet1, rubriker på rad 1", "Ett AB")
	f := columns.form(t)
	f.Set("sheet", "Andra")
	f.Set("row", "1")
	f.Set("do", "preview") // of columns that are no longer those: they are shown first
	other := p.send(columns.path, f)
	wants(t, other, 200, "Bladet Andra, rubriker på rad 1", "Listan")
	f = other.form(t)
	f.Set("row", "3")
	f.Set("do", "sheet")
	other = p.send(columns.path, f)
	wants(t, other, 200, "Bladet Andra, rubriker på rad 3", "Två AB")
	f = other.form(t)
	if f.Get("f-A") != "account.name" {
		t.Errorf("suggested for the other sheet: %v", f)
	}
	f.Set("f-B", "account.zip")
	f.Set("m-A", "on")
	f.Set("do", "preview")
	plan := p.settled(p.send(columns.path, f))
	wants(t, plan, 200, "1 av 1 rader kan importeras nu.", "Två AB", "B4")
	wants(t, p.open(columns.path), 200, "Bladet Andra, rubriker på rad 3") // what was chosen is still there
}

// TestUploadIntoAnotherStore: an upload goes into the store of its inbox, and the pages then show that store.
func TestUploadIntoAnotherStore(t *testing.T) {
	t.Parallel()
	r := ready(t, stores(t, map[string]string{"north": "sqlite:north.db", "south": "sqlite:south.db"}, ""))
	p := guest(t, r.url, "sv")
	wants(t, p.open("/import"), 200, "Inkorg north south")
	plan := p.settled(p.upload(map[string]string{"inbox": "south", "as": "usual"}, file{"kunder.csv", []byte("Företag;Postnr\nA;1\n")}))
	done := p.imported(p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	wants(t, done, 200, "Raden kom med.", "Inkorg south")
	wants(t, p.upload(map[string]string{}, file{"kunder.csv", []byte("Företag;Postnr\nA;1\n")}), 400, "tar inte emot uppladdningar") // nobody said which
}

// TestHeldAsPlanned: what would wait for an approval says so before it is imported, and what was imported before is not imported again.
func TestHeldAsPlanned(t *testing.T) {
	t.Parallel()
	cfg := openPages(t, "")
	cfg.Inboxes[0].Limits.Caps.MaxRejected = "0"
	r := ready(t, cfg)
	p := guest(t, r.url, "sv")
	two := file{"kunder.csv", []byte("Företag;Postnr\nA;1\n;2\n")}
	plan := p.settled(p.upload(map[string]string{"as": "usual"}, two))
	wants(t, plan, 200, "Den skulle vänta på ett godkännande:", "Importera 1 rad")
	held := p.imported(p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	wants(t, held, 200, "Väntar på dig")
	one := file{"en.csv", []byte("Företag;Postnr\nA;1\n")}
	plan = p.settled(p.upload(map[string]string{"as": "usual"}, one))
	p.imported(p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	plan = p.settled(p.upload(map[string]string{"as": "usual"}, one))
	wants(t, plan, 200, "är redan importerad, som")
	wants(t, p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}), 409)
	wants(t, p.send(strings.TrimSuffix(plan.path, "/plan")+"/discard", nil), 200, "Importera register")
}

// TestOlderPlan: a plan that was made before another import can be made again.
func TestOlderPlan(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, ""))
	p := guest(t, r.url, "sv")
	plan := p.settled(p.upload(map[string]string{"as": "usual"}, file{"kunder.csv", []byte("Företag;Postnr\nA;1\n")}))
	if strings.Contains(text(plan.body), "Andra importer har börjat") {
		t.Error("a plan that was just made is called old")
	}
	r.drop("annan.csv", "Företag;Postnr\nA;1\n")
	soon(t, r, "the plan is called old", func() bool { return strings.Contains(text(p.open(plan.path).body), "Andra importer har börjat") })
	soon(t, r, "the other is imported", func() bool { return strings.Contains(text(p.open("/imports").body), "annan.csv kunder Klar") })
	now := p.settled(p.send(strings.TrimSuffix(plan.path, "/plan")+"/again", nil))
	wants(t, now, 200, "Oförändrade 1")
	if strings.Contains(text(now.body), "Andra importer har börjat") {
		t.Error("the new plan is called old")
	}
}

// TestUploadsOfOthers: everybody has their own uploads, an operator may upload, and an administrator sees all.
func TestUploadsOfOthers(t *testing.T) {
	t.Parallel()
	hash, err := bcrypt.GenerateFromPassword([]byte("hemligt"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, "basic_auth_users: {anna: %q, bo: %q, eva: %q, vera: %q}\n", hash, hash, hash, hash), 0o600); err != nil {
		t.Fatal(err)
	}
	r := ready(t, openPages(t, "http: {address: \"127.0.0.1:0\", web_config_file: "+path+", roles: {anna: operator, bo: operator, eva: admin, vera: viewer}}\n"))
	people := map[string]*person{}
	for _, name := range []string{"anna", "bo", "eva", "vera"} {
		people[name] = guest(t, r.url, "en")
		people[name].send("/login", url.Values{"u": {name}, "p": {"hemligt"}})
	}
	mine := people["anna"].upload(nil, file{"a.csv", []byte("Company;Zip\nA;1\n")})
	wants(t, mine, 200, "a.csv")
	for name, code := range map[string]int{"anna": 200, "bo": 404, "eva": 200, "vera": 403} {
		wants(t, people[name].open(mine.path), code)
		if got := strings.Contains(people[name].open("/import").body, "a.csv"); got != (code == 200) {
			t.Errorf("%s sees it in the list: %v", name, got)
		}
	}
	for _, at := range []string{"", "/import", "/discard", "/again", "/choices"} {
		wants(t, people["bo"].send(mine.path+at, url.Values{}), 404)
		wants(t, people["vera"].send(mine.path+at, url.Values{}), 403)
	}
	if a := people["vera"].upload(nil, file{"b.csv", []byte("Company;Zip\nA;1\n")}); a.code != 403 {
		t.Errorf("a viewer uploads: %d", a.code)
	}
	wants(t, guest(t, r.url, "en").open(mine.path), 200, "Log in")
	wants(t, people["anna"].send(mine.path+"/discard", url.Values{}), 200)
	wants(t, people["anna"].open(mine.path), 404)
}

// TestUploadOutlivesARestart: an upload and its plan are still there, and what it says about cells is text whatever they hold.
func TestUploadOutlivesARestart(t *testing.T) {
	t.Parallel()
	cfg := openPages(t, "")
	r := ready(t, cfg)
	const evil = `<script>alert(1)</script>`
	p := guest(t, r.url, "en")
	columns := p.upload(nil, file{`<img src=x onerror=a>.csv`, []byte("Company;Zip;" + evil + ";=cmd|' /c calc'!A1\n" + evil + ";1 \"'><b>;" + evil + ";x\n")})
	f := columns.form(t)
	f.Set("do", "preview")
	f.Set("f-C", "account.city")
	plan := p.settled(p.send(columns.path, f))
	r.stop()
	again := ready(t, cfg)
	p = guest(t, again.url, "en")
	kept := p.open(plan.path)
	if kept.code != 200 || strings.Contains(kept.body, `id="progress"`) || kept.form(t).Get("digest") != plan.form(t).Get("digest") {
		t.Errorf("the plan is another after the restart: %d %s", kept.code, text(kept.body))
	}
	for _, a := range []answer{columns, plan, kept, p.open("/import")} {
		if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<img") || strings.Contains(a.body, "<b>;") {
			t.Errorf("%s has what a cell or a name says as HTML", a.path)
		}
	}
	wants(t, kept, 200, evil)
	done := p.imported(p.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": kept.form(t)["digest"]}))
	wants(t, done, 200, "Done")
	if strings.Contains(again.log.String(), "alert(1)") {
		t.Error("the text of a cell is in the log")
	}
}

// TestInboxWithoutUploads: an inbox takes none where its configuration says so.
func TestInboxWithoutUploads(t *testing.T) {
	t.Parallel()
	cfg := openPages(t, "")
	cfg.Inboxes[0].Uploads = false
	r := ready(t, cfg)
	p := guest(t, r.url, "en")
	wants(t, p.open("/import"), 200, "No inbox takes uploads")
	wants(t, p.upload(map[string]string{"inbox": "kunder"}, file{"a.csv", []byte("Company;Zip\nA;1\n")}), 400, "takes no uploads")
}

// TestFieldOfASuggestion: the field for customer numbers that a suggested mapping wants is added when an administrator approves the file, and not when
// an operator does.
func TestFieldOfASuggestion(t *testing.T) {
	t.Parallel()
	hash, err := bcrypt.GenerateFromPassword([]byte("hemligt"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	for role, added := range map[string]bool{"operator": false, "admin": true} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "web.yaml")
			if err := os.WriteFile(path, fmt.Appendf(nil, "basic_auth_users: {anna: %q}\n", hash), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg := openPages(t, "http: {address: \"127.0.0.1:0\", web_config_file: "+path+", roles: {anna: "+role+"}}\n")
			r := ready(t, cfg)
			p := guest(t, r.url, "en")
			p.send("/login", url.Values{"u": {"anna"}, "p": {"hemligt"}})
			r.drop("kunden.csv", "KundenNr;Firmenname;PLZ;Ort;Telefon;Sortierung\n1001;Musterbau GmbH;80331;München;+49 89 1234560;a b\n1002;Probewerk AG;10115;Berlin;+49 30 1234561;c d\n")
			soon(t, r, "it is held", func() bool {
				imps := all(t, cfg)
				return len(imps) == 1 && imps[0].State == ledger.Held && imps[0].Archived != ""
			})
			waiting := p.open("/waiting")
			said := p.send("/imports/"+all(t, cfg)[0].ID+"/decide", url.Values{"do": {"approve"}, "digest": {digestOf(t, waiting.body)}})
			if imp := all(t, cfg)[0]; imp.State != ledger.Done || imp.Tally.NotApplied() > 0 {
				t.Fatalf("it is %s: %+v\n%s", imp.State, imp.Tally, text(said.body))
			}
			if fields := p.open("/fields"); strings.Contains(fields.body, "customer_number") != added {
				t.Errorf("the field was added: %v\n%s", !added, text(fields.body))
			}
			if n := addedFields(p); added && n != 1 {
				t.Errorf("the audit has %d entries of the field", n)
			}
		})
	}
}
