package daemon_test

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/settings"
)

// part is one of a multipart body.
type part struct{ name, file, text string }

// send sends parts as a program does, with a key.
func (p program) send(path, key string, out any, parts ...part) int {
	p.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, one := range parts {
		to, err := w.CreateFormFile(one.name, one.file)
		if err == nil {
			_, err = to.Write([]byte(one.text))
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+path, &body)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	return p.do(req, out)
}

// sent is the answer to an upload.
type sent struct {
	ID, Workbook, SHA256, State string
	Checks                      *struct {
		Columns []struct{ Letter, Field string }
		Unknown []string
		Problem string
	}
	Import *struct {
		ID, State   string
		DuplicateOf string `json:"duplicate_of"`
	}
	Detail string
}

// token creates a token in the store of a daemon.
func (r *running) token(name string, inboxes, verbs []string) program {
	r.t.Helper()
	secret, err := r.store().APITokens.Create(r.t.Context(), settings.APIToken{Name: name, Inboxes: inboxes, Verbs: verbs, Expires: time.Now().Add(48 * time.Hour)})
	if err != nil {
		r.t.Fatal(err)
	}
	return program{t: r.t, url: r.url, token: secret}
}

// store returns the open store of a daemon with one.
func (r *running) store() *store.Store {
	r.t.Helper()
	s, ok := r.daemon.Store("default")
	if !ok {
		r.t.Fatal("the store is not open")
	}
	return s
}

// ended waits until the import of an upload has ended.
func (p program) ended(id string) (up sent) {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); up.Import == nil || up.Import.State == "running"; time.Sleep(20 * time.Millisecond) {
		if code := p.ask("GET", "/api/v1/uploads/"+id, nil, &up); code != http.StatusOK || time.Now().After(deadline) {
			p.t.Fatalf("the upload: %d, %+v", code, up)
		}
	}
	return up
}

const book = "Kund;Postnr;Kod;E-post\nTallmo;903 26;x;a@exempel.se\nGranby;784 33;y;inte-epost\n"

const side = "version: 1\ncolumns:\n  Kund: account.name\n  Postnr: account.zip\n  E-post: contact.email\nmatch: {account: [account.name, account.zip]}\n"

// TestUploadByTheAPI: a workbook with its mapping is answered with how that fits the headings, and imported; the same again is a duplicate, but sent with the same
// key it is the same upload; a mapping that cannot be used, a body with other parts or with half a file, and a name of another folder leave nothing.
func TestUploadByTheAPI(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	r := run(t, cfg)
	r.wait("ready", r.ready)
	p := r.token("erp", []string{"kunder"}, []string{access.Upload})
	const to = "/api/v1/inboxes/kunder/uploads"
	var first, same, again sent
	if code := p.send(to, "k1", &first, part{"mapping", "m", side}, part{"workbook", "../kunder.csv", book}); code != http.StatusAccepted || first.Workbook != "kunder.csv" || first.Checks == nil ||
		len(first.Checks.Columns) != 3 || !slices.Equal(first.Checks.Unknown, []string{"Kod"}) || first.Checks.Problem != "" {
		t.Fatalf("sent: %d %+v %+v", code, first, first.Checks)
	}
	end := p.ended(first.ID)
	if end.Import.State != "done" {
		t.Fatalf("ended: %+v", end.Import)
	}
	if code := p.send(to, "k1", &same, part{"mapping", "m", side}, part{"workbook", "../kunder.csv", book}); code != http.StatusAccepted || same.ID != first.ID || same.Import == nil || same.Import.ID != end.Import.ID {
		t.Errorf("the same key: %d %+v", code, same)
	}
	if code := p.send(to, "k2", &again, part{"mapping", "m", side}, part{"workbook", "kunder.csv", book}); code != http.StatusAccepted || again.ID == first.ID {
		t.Errorf("another key: %d %+v", code, again)
	}
	if end := p.ended(again.ID); end.Import.State != "duplicate" || end.Import.DuplicateOf == "" {
		t.Errorf("the same again: %+v", end.Import)
	}
	before := len(all(t, cfg))
	for name, c := range map[string]struct {
		code  int
		parts []part
	}{
		"a mapping with a mistake": {422, []part{{"mapping", "m", "version: 1\nmatsch: {}\n"}, {"workbook", "a.csv", book}}},
		"a mapping that is huge":   {422, []part{{"mapping", "m", "version: 1\n#" + strings.Repeat("x", 300<<10)}, {"workbook", "a.csv", book}}},
		"a mapping afterwards":     {400, []part{{"workbook", "a.csv", book}, {"mapping", "m", side}}},
		"two workbooks":            {400, []part{{"workbook", "a.csv", book}, {"workbook", "b.csv", book}}},
		"no workbook":              {400, []part{{"mapping", "m", side}}},
		"nothing":                  {400, nil},
		"another part":             {400, []part{{"x", "m", side}, {"workbook", "a.csv", book}}},
		"a name that is none":      {400, []part{{"workbook", "..", book}}},
		"a picture":                {422, []part{{"workbook", "a.xlsx", "\x89PNG\r\n\x1a\n0000"}}},
		"an empty file":            {422, []part{{"workbook", "a.csv", ""}}},
		"headings only":            {422, []part{{"workbook", "a.csv", "Kund;Postnr\n"}}},
	} {
		var got sent
		if code := p.send(to, name, &got, c.parts...); code != c.code || got.Detail == "" {
			t.Errorf("%s: %d %+v, want %d", name, code, got, c.code)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(cfg.Inboxes[0].Path, ".inlet", "uploads", "*", "in", "a.*")); len(left) > 0 || len(all(t, cfg)) != before {
		t.Errorf("something is left of them: %v", left)
	}
	half, err := http.NewRequest(http.MethodPost, r.url+to, strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"workbook\"; filename=\"a.csv\"\r\n\r\n"+book))
	if err != nil {
		t.Fatal(err)
	}
	half.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if code := p.do(half, nil); code != http.StatusRequestTimeout {
		t.Errorf("half a body: %d", code)
	}
}

// TestPlanByTheAPI: a workbook that is to wait is planned, imported as it was planned, and removed if nobody imports it.
func TestPlanByTheAPI(t *testing.T) {
	t.Parallel()
	r := run(t, configured(t, ""))
	r.wait("ready", r.ready)
	p := r.token("erp", []string{"*"}, []string{access.Upload})
	var up, other sent
	if code := p.send("/api/v1/inboxes/kunder/uploads?wait=true", "", &up, part{"mapping", "m", side}, part{"workbook", "kunder.csv", book}); code != 202 || up.State != "waiting" {
		t.Fatalf("sent: %d %+v", code, up)
	}
	var plan struct {
		Ready  bool
		Digest string
		Rows   int
		Counts map[string]int
	}
	r.wait("the plan", func() bool { p.ask("GET", "/api/v1/uploads/"+up.ID+"/plan", nil, &plan); return plan.Ready })
	if plan.Rows != 2 || plan.Counts["created"] != 1 || plan.Counts["rejected"] != 1 {
		t.Errorf("the plan: %+v", plan)
	}
	if code := p.ask("POST", "/api/v1/uploads/"+up.ID+"/import", map[string]string{"digest": "x"}, nil); code != http.StatusConflict {
		t.Errorf("another digest: %d", code)
	}
	if code := p.ask("POST", "/api/v1/uploads/"+up.ID+"/import", map[string]string{"digest": plan.Digest}, nil); code != http.StatusAccepted {
		t.Errorf("imported: %d", code)
	}
	if end := p.ended(up.ID); end.Import.State != "done" {
		t.Errorf("ended: %+v", end.Import)
	}
	p.send("/api/v1/inboxes/kunder/uploads?wait=true", "", &other, part{"workbook", "b.csv", book})
	if code := p.ask("DELETE", "/api/v1/uploads/"+other.ID, nil, nil); code != http.StatusNoContent {
		t.Errorf("removed: %d", code)
	}
	if code := p.ask("GET", "/api/v1/uploads/"+other.ID, nil, nil); code != http.StatusNotFound {
		t.Errorf("after it was removed: %d", code)
	}
}

// TestTokens: a token does what its verbs say, in its inboxes; for it there is nothing else, on no page, and nothing at all once it is revoked or has expired.
func TestTokens(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	second := cfg.Inboxes[0]
	second.Name, second.Path = "andra", filepath.Join(filepath.Dir(second.Path), "andra")
	second.Done, second.Failed, second.Held = filepath.Join(second.Path, "done"), filepath.Join(second.Path, "failed"), filepath.Join(second.Path, "held")
	cfg.Inboxes = append(cfg.Inboxes, second)
	r := run(t, cfg)
	r.wait("ready", r.ready)
	everything := r.token("allt", []string{"*"}, access.Verbs)
	var mine, theirs sent
	everything.send("/api/v1/inboxes/kunder/uploads", "", &mine, part{"mapping", "m", side}, part{"workbook", "kunder.csv", book})
	everything.send("/api/v1/inboxes/andra/uploads", "", &theirs, part{"mapping", "m", side}, part{"workbook", "andra.csv", book})
	my, their := everything.ended(mine.ID).Import.ID, everything.ended(theirs.ID).Import.ID
	account := records(t, r)

	full := r.token("kunder", []string{"kunder"}, access.Verbs)
	for path, want := range map[string]int{
		"GET /api/v1/imports": 200, "GET /api/v1/imports/" + my: 200, "GET /api/v1/imports/" + their: 404, "GET /api/v1/imports/" + their + "/rows": 404, "GET /api/v1/imports/" + their + "/problems": 404,
		"GET /api/v1/imports/" + their + "/undo": 404, "GET /api/v1/imports/" + my + "/undo": 200, "POST /api/v1/imports/" + their + "/cancel": 404, "POST /api/v1/imports/" + their + "/tick-off": 404,
		"GET /api/v1/inboxes": 200, "GET /api/v1/records?q=tallmo": 403, "GET /api/v1/records/account/" + account: 403, "POST /api/v1/inboxes/andra/pause": 409, "GET /api/v1/uploads/" + mine.ID: 404,
		"GET /": 401, "GET /settings": 401, "GET /settings/tokens": 401, "POST /settings/tokens": 401, "GET /inboxes": 401, "GET /imports/" + my: 401, "POST /imports/" + my + "/undo": 401, "POST /fields": 401,
	} {
		method, path, _ := strings.Cut(path, " ")
		client := full
		if got := client.noRedirect(method, path); got != want {
			t.Errorf("%s %s: %d, want %d", method, path, got, want)
		}
	}
	var list struct{ Imports []struct{ Inbox string } }
	if full.ask("GET", "/api/v1/imports", nil, &list); len(list.Imports) != 1 || list.Imports[0].Inbox != "kunder" {
		t.Errorf("its imports: %+v", list)
	}
	var inboxes []struct{ Name string }
	if full.ask("GET", "/api/v1/inboxes", nil, &inboxes); len(inboxes) != 1 || inboxes[0].Name != "kunder" {
		t.Errorf("its inboxes: %+v", inboxes)
	}
	if code := full.send("/api/v1/inboxes/andra/uploads", "", nil, part{"workbook", "a.csv", book}); code != 404 {
		t.Errorf("sent to another inbox: %d", code)
	}
	for verb, path := range map[string]string{access.Read: "GET /api/v1/imports", access.Undo: "GET /api/v1/imports/" + my + "/undo", access.Run: "POST /api/v1/inboxes/kunder/resume",
		access.Decide: "POST /api/v1/imports/" + my + "/tick-off", access.Upload: "GET /api/v1/uploads/x"} {
		method, path, _ := strings.Cut(path, " ")
		for _, has := range access.Verbs {
			got := r.token(verb+" "+has, []string{"kunder"}, []string{has}).noRedirect(method, path)
			if (got == http.StatusForbidden) == (verb == has) {
				t.Errorf("%s %s with the verb %s: %d", method, path, has, got)
			}
		}
	}
	if was, err := r.store().APITokens.Revoke(t.Context(), "kunder"); !was || err != nil {
		t.Fatal(was, err)
	}
	if got := full.noRedirect("GET", "/api/v1/imports"); got != 401 {
		t.Errorf("after it was revoked: %d", got)
	}
	entries, err := r.store().Audit.List(t.Context(), "", 100)
	if err != nil || !slices.ContainsFunc(entries, func(e audit.Kept) bool {
		return e.What == audit.TickOff && e.Who == "token decide decide" && e.Import == my && e.Inbox == "kunder"
	}) {
		t.Errorf("the audit: %+v, %v", entries, err)
	}
	text, err := json.Marshal(entries)
	if err != nil || bytes.Contains(text, []byte("inlet_")) {
		t.Errorf("a secret stands in the audit: %s", text)
	}
	if bytes.Contains([]byte(r.log.String()), []byte("inlet_")) {
		t.Error("a secret stands in the log")
	}
}

// noRedirect returns the status of an answer itself.
func (p program) noRedirect(method, path string) int {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, p.url+path, http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Hx-Request", "true") // a page that asks for a login then says so
	resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// records returns the ID of an account.
func records(t *testing.T, r *running) string {
	t.Helper()
	var found struct{ Records []struct{ ID string } }
	p := program{t: t, url: r.url}
	if p.ask("GET", "/api/v1/records?q=tallmo", nil, &found); len(found.Records) == 0 {
		t.Fatal("there is no account")
	}
	return found.Records[0].ID
}

// TestAPIDescription: what the description says about the operations is what they need, and each can be asked for with a login and with a token.
func TestAPIDescription(t *testing.T) {
	t.Parallel()
	r := run(t, configured(t, ""))
	var described struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string
			Description string
			Security    []map[string][]string
			Responses   map[string]any
		}
		Components struct {
			SecuritySchemes map[string]struct{ Scheme string }
		}
	}
	if code := (program{t: t, url: r.url}).ask("GET", "/api/openapi.json", nil, &described); code != 200 {
		t.Fatal(code)
	}
	if described.Components.SecuritySchemes["token"].Scheme != "bearer" || described.Components.SecuritySchemes["password"].Scheme != "basic" {
		t.Errorf("logins: %+v", described.Components.SecuritySchemes)
	}
	seen := map[string]bool{}
	for path, operations := range described.Paths {
		for method, op := range operations {
			verb := strings.TrimSuffix(op.Description[strings.LastIndex(op.Description, " ")+1:], ".")
			if op.Summary == "" || op.OperationID == "" || seen[op.OperationID] || len(op.Security) != 2 || !slices.Contains(access.Verbs, verb) || op.Responses["403"] == nil {
				t.Errorf("%s %s: %+v", method, path, op)
			}
			seen[op.OperationID] = true
		}
	}
	for _, need := range []string{"/api/v1/imports", "/api/v1/imports/{id}", "/api/v1/imports/{id}/rows", "/api/v1/imports/{id}/undo", "/api/v1/imports/{id}/approve", "/api/v1/imports/{id}/discard",
		"/api/v1/imports/{id}/cancel", "/api/v1/imports/{id}/tick-off", "/api/v1/inboxes", "/api/v1/inboxes/{name}/uploads", "/api/v1/uploads/{id}", "/api/v1/uploads/{id}/plan",
		"/api/v1/uploads/{id}/import", "/api/v1/sources", "/api/v1/records", "/api/v1/records/{kind}/{id}"} {
		if described.Paths[need] == nil {
			t.Errorf("the description lacks %s", need)
		}
	}
}

// TestTooMuchByTheAPI: a file that is too large and uploads that together are too many are refused, and leave nothing.
func TestTooMuchByTheAPI(t *testing.T) {
	t.Parallel()
	cfg := openPages(t, "http: {address: \"127.0.0.1:0\", login: none, upload_bytes: 3000, upload_total: 4000}\n")
	r := ready(t, cfg)
	p := r.token("erp", []string{"kunder"}, []string{access.Upload})
	rows := func(n int) string { return "Företag;Postnr\n" + strings.Repeat("Tallmo Bygg AB;903 26\n", n) }
	const to = "/api/v1/inboxes/kunder/uploads?wait=true"
	var first sent
	for _, c := range []struct{ rows, code int }{{500, 413}, {100, 202}, {100, 507}} {
		var got sent
		if code := p.send(to, "", &got, part{"workbook", "a.csv", rows(c.rows)}); code != c.code {
			t.Errorf("%d rows: %d %s, want %d", c.rows, code, got.Detail, c.code)
		}
		if got.ID != "" {
			first = got
		}
	}
	if left, _ := filepath.Glob(filepath.Join(cfg.Inboxes[0].Path, ".inlet", "uploads", "*")); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
	p.ask(http.MethodDelete, "/api/v1/uploads/"+first.ID, nil, nil)
	if code := p.send(to, "", nil, part{"workbook", "a.csv", rows(100)}); code != 202 {
		t.Errorf("after one was removed: %d", code)
	}
}
