package daemon_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// hostile are values that no form and no program should send.
var hostile = []string{
	"", " ", "\x00", "\xff\xfe", "\u202e", "-1", "0", "9999999999999999999999", "1e309", "NaN", "true", "*", "../../etc/passwd", "..\\..\\x", "%2e%2e%2f", "/", "//evil.example", "javascript:alert(1)",
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `{{.}}`, `${INLET_TOKEN}`, `{"$gt":""}`, `' OR 1=1 --`, "a\r\nSet-Cookie: x=1", "audit/", "zzzz", "account.name", "inbox/", "source/x", "'", "&amp;",
	strings.Repeat("å", 3000), strings.Repeat("[", 2000),
}

// TestHostileForms: whatever stands in a field of a form, in the query of a page or in the body of a request to the API is answered without an error of the
// server, and comes back as text if it comes back at all.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	cfg := openPages(t, "")
	r := ready(t, cfg)
	p := guest(t, r.url, "sv")
	r.begun("kunder.csv", "Företag;Postnr;E-post\nTallmo;903 26;inte-epost\nGranby;784 33;a@exempel.se\n")
	imp := "/imports/" + all(t, cfg)[0].ID
	plan := p.settled(p.upload(map[string]string{"as": "usual"}, file{"mina.csv", []byte("Företag;Postnr\nTallmo;903 26\n")}))
	up := strings.TrimSuffix(plan.path, "/plan")
	p.client.CheckRedirect = stay.CheckRedirect // where an answer leads to is opened below
	for path, fields := range map[string]string{
		"/settings/tokens": "name days inbox verb", "/settings/tokens/revoke": "name", "/fields": "kind label type choices", "/fields/remove": "field", "/pause": "what", "/resume": "what", "/poll": "what",
		"/language": "to back", "/store": "store", imp + "/undo": "digest", imp + "/decide": "digest do", imp + "/cancel": "x", "/imports/x/tick-off": "x", "/imports/x/again": "x",
		up: "do f-A m-A mode manager campaign account-category contact-category mail webhook sheet row was-sheet was-row save-all", up + "/choices": "digest from c-0 k-0", up + "/import": "digest",
	} {
		usual := url.Values{"do": {"look"}, "name": {"a"}, "days": {"30"}, "inbox": {"kunder"}, "verb": {"read"}, "kind": {"account"}, "label": {"a"}, "type": {"text"}, "was-row": {"1"}, "row": {"1"}, "digest": plan.form(t)["digest"]}
		for field := range strings.FieldsSeq(fields) {
			for _, value := range someHostile(path + field) {
				form := url.Values{}
				for key, values := range usual {
					form[key] = values
				}
				form[field] = []string{value}
				if path == up+"/import" && field == "digest" && value == plan.form(t).Get("digest") {
					continue
				}
				harmless(t, p.send(path, form), path, field, value)
			}
		}
	}
	for path, fields := range map[string]string{
		"/": "x", "/imports": "state inbox file before after", imp: "problems changes", "/records": "q", "/fields": "of", "/settings/audit": "before", "/login": "back once", "/import": "inbox",
		up + "/plan": "show from field q", "/records/account/x": "x",
	} {
		for field := range strings.FieldsSeq(fields) {
			for _, value := range someHostile(path + field) {
				harmless(t, p.open(path+"?"+url.Values{field: {value}}.Encode()), path, field, value)
			}
		}
	}
	for _, value := range hostile {
		for _, path := range []string{"/imports/", "/records/account/", "/records/", "/import/", "/imports/x/files/", "/assets/", "/api/v1/imports/", "/api/v1/uploads/", "/api/v1/records/account/"} {
			harmless(t, p.open(path+url.PathEscape(value)), path, "path", value)
		}
	}
	if log := r.log.String(); strings.Contains(log, "panic") || strings.Contains(log, "cannot be drawn") || strings.Contains(log, "cannot be shown") {
		t.Errorf("logged: %s", log)
	}
}

// someHostile returns a quarter of the values, others for each field; all of them where the tests are to be thorough.
func someHostile(field string) []string {
	if thorough() {
		return hostile
	}
	var some []string
	for i := len(field) % 4; i < len(hostile); i += 4 {
		some = append(some, hostile[i])
	}
	return some
}

func harmless(t *testing.T, a answer, path, field, value string) {
	t.Helper()
	if a.code >= 500 || strings.Contains(a.body, "<script>alert(") || strings.Contains(a.body, "<img src=x") || strings.Contains(a.body, `href="javascript:`) {
		t.Errorf("%s with %s=%.40q: %d: %.300s", path, field, value, a.code, text(a.body))
	}
}

// TestHostileJSON: a body that is none, or has other values than the description says, is answered 4xx.
func TestHostileJSON(t *testing.T) {
	t.Parallel()
	cfg := openPages(t, "")
	r := ready(t, cfg)
	r.begun("kunder.csv", "Företag;Postnr\nTallmo;903 26\n")
	p := program{t: t, url: r.url}
	at := "/api/v1/imports/" + all(t, cfg)[0].ID
	bodies := [][]byte{nil, []byte("{"), []byte("null"), []byte("[]"), []byte("7"), []byte(`{"digest":null}`), []byte(`{"digest":{}}`), []byte(`{"digest":["a"]}`), []byte(`{"digest":"a","digest":"b","x":1}`),
		bytes.Repeat([]byte("["), 100_000), append([]byte(`{"digest":"`), append(bytes.Repeat([]byte("x"), 2<<20), '"', '}')...)}
	for _, value := range hostile {
		body, err := json.Marshal(map[string]string{"digest": value})
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	for _, path := range []string{at + "/undo", at + "/approve", at + "/discard", "/api/v1/uploads/x/import", "/api/v1/inboxes/kunder/uploads"} {
		for _, body := range bodies {
			kinds := []string{"application/json"}
			if strings.HasSuffix(path, "/uploads") {
				kinds = append(kinds, "", "text/plain", "multipart/form-data", "multipart/form-data; boundary="+strings.Repeat("b", 200))
			}
			for _, kind := range kinds {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+path, bytes.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Content-Type", kind)
				req.Header.Set("Idempotency-Key", strings.Repeat("k", len(body)%120))
				if code := p.do(req, nil); code < 400 || code >= 500 {
					t.Errorf("%s as %.30s with %.60q: %d", path, kind, body, code)
				}
			}
		}
	}
	for query, want := range map[string]int{"before=-1": 422, "limit=0": 422, "limit=9999": 422, "limit=x": 422, "state=nothing": 422, "before=99999999999999999999": 422, "inbox=" + url.QueryEscape(hostile[18]): 200, "sha256=x": 200} {
		if code := p.ask(http.MethodGet, "/api/v1/imports?"+query, nil, nil); code != want {
			t.Errorf("%s: %d, want %d", query, code, want)
		}
	}
	if imports := all(t, cfg); len(imports) != 1 || imports[0].UndoneBy != "" {
		t.Errorf("something was done: %+v", imports)
	}
}
