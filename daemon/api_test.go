package daemon_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
	"inlet.example/inlet/daemon/config/load"
)

// program asks the API of a daemon, with a login.
type program struct {
	t          *testing.T
	url        string
	name, pass string
	token      string
}

// ask sends a request with a body as JSON, reads the answer into out, and returns its status.
func (p program) ask(method, path string, in, out any) int {
	p.t.Helper()
	var body io.Reader = http.NoBody
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			p.t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, p.url+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return p.do(req, out)
}

// do sends a request as this program, and reads the answer into out.
func (p program) do(req *http.Request, out any) int {
	p.t.Helper()
	if p.name != "" {
		req.SetBasicAuth(p.name, p.pass)
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if out != nil {
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
			p.t.Fatalf("%s %s: %s: %v", req.Method, req.URL, resp.Status, err)
		}
	}
	return resp.StatusCode
}

// TestAPI: a program lists imports, reads their problems and rows, follows one, and undoes it as it was planned.
func TestAPI(t *testing.T) {
	t.Parallel()
	r := run(t, configured(t, ""))
	r.wait("ready", r.ready)
	p := program{t: t, url: r.url}
	r.drop("kunder.csv", "Företag;Postnr;E-post\nTallmo;903 26;a@exempel.se\nGranby;784 33;inte-epost\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")

	type imp struct {
		ID, State, Workbook string
		Counts              map[string]map[string]int
		Problems            int
	}
	var list struct{ Imports []imp }
	if code := p.ask("GET", "/api/v1/imports?inbox=kunder&state=done", nil, &list); code != 200 || len(list.Imports) != 1 || list.Imports[0].Counts["account"]["created"] != 1 || list.Imports[0].Problems != 1 {
		t.Fatalf("imports: %d %+v", code, list)
	}
	at := "/api/v1/imports/" + list.Imports[0].ID
	var problems struct {
		Problems []struct {
			Row                       int
			Column, Code, Value, Text string
		}
	}
	if code := p.ask("GET", at+"/problems", nil, &problems); code != 200 || len(problems.Problems) != 1 || problems.Problems[0].Row != 3 || problems.Problems[0].Value != "inte-epost" {
		t.Errorf("problems: %d %+v", code, problems)
	}
	var rows struct {
		Rows []struct{ Kind, Action string }
		From int
	}
	if code := p.ask("GET", at+"/rows?limit=1", nil, &rows); code != 200 || len(rows.Rows) != 1 || rows.From != 1 {
		t.Errorf("rows: %d %+v", code, rows)
	}
	resp, err := http.Get(r.url + at + "/events")
	if err != nil {
		t.Fatal(err)
	}
	events, err := io.ReadAll(resp.Body)
	if err != nil || resp.Header.Get("Content-Type") != "text/event-stream" || !strings.Contains(string(events), "event: ended") {
		t.Errorf("events: %v %s", err, events)
	}
	resp.Body.Close()

	var plan struct {
		Digest  string
		Changes []any
	}
	if code := p.ask("GET", at+"/undo", nil, &plan); code != 200 || plan.Digest == "" || len(plan.Changes) == 0 {
		t.Fatalf("plan of the undo: %d %+v", code, plan)
	}
	if code := p.ask("POST", at+"/undo", map[string]string{"digest": "0"}, nil); code != http.StatusConflict {
		t.Errorf("undo of another plan: %d", code)
	}
	var undone struct{ Undo string }
	if code := p.ask("POST", at+"/undo", plan, &undone); code == 200 {
		t.Error("more than the digest was accepted") // an answer is not a request
	}
	if code := p.ask("POST", at+"/undo", map[string]string{"digest": plan.Digest}, &undone); code != 200 || undone.Undo == "" {
		t.Fatalf("undo: %d %+v", code, undone)
	}
	var now struct {
		UndoneBy string `json:"undone_by"`
	}
	if p.ask("GET", at, nil, &now); now.UndoneBy != undone.Undo {
		t.Errorf("it was undone by %q, not %q", now.UndoneBy, undone.Undo)
	}
	for _, path := range []string{"/api/v1/imports/nothing", "/api/v1/records/account/nothing", "/api/v1/imports?store=other"} {
		if code := p.ask("GET", path, nil, nil); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// TestRoutesAndRoles: every operation that the API describes, and every page, needs a login and the role that it says.
func TestRoutesAndRoles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := "basic_auth_users:\n"
	for _, name := range []string{"metrics", "viewer", "operator", "admin"} {
		hash, err := bcrypt.GenerateFromPassword([]byte(name), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintf("  %s: %q\n", name, hash)
	}
	put(t, dir, "web.yaml", text)
	put(t, dir, "inlet.yaml", "inboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms}]\n"+
		"http: {web_config_file: web.yaml, address: \"127.0.0.1:0\", roles: {metrics: metrics, viewer: viewer, operator: operator, admin: admin}}\n")
	cfg, err := load.Load(filepath.Join(dir, "inlet.yaml"), load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, cfg)
	r.wait("ready", r.ready)
	need := map[string]string{ // of what is not in the description
		"GET /": "viewer", "GET /imports": "viewer", "GET /waiting": "viewer", "GET /records": "viewer", "GET /fields": "viewer", "GET /template.xlsx": "viewer", "GET /live": "viewer",
		"GET /metrics": "metrics", "GET /inboxes": "viewer", "POST /pause": "operator", "POST /resume": "operator", "POST /poll": "operator", "POST /fields": "admin",
		"POST /fields/remove": "admin", "GET /imports/x/undo": "operator", "POST /imports/x/undo": "operator", "POST /imports/x/decide": "operator", "POST /imports/x/cancel": "operator", "POST /imports/x/tick-off": "operator", "POST /imports/x/again": "operator",
		"GET /settings": "viewer", "GET /settings/logins": "admin", "GET /settings/tokens": "admin", "POST /settings/tokens": "admin", "POST /settings/tokens/revoke": "admin",
		"GET /settings/audit": "admin", "GET /settings/test": "admin", "POST /settings/test": "admin", "GET /import": "operator", "POST /import": "operator",
	}
	var described struct {
		Paths map[string]map[string]struct{ Description string }
	}
	if code := (program{t: t, url: r.url, name: "admin", pass: "admin"}).ask("GET", "/api/openapi.json", nil, &described); code != 200 || len(described.Paths) < 10 {
		t.Fatalf("the description: %d, %d paths", code, len(described.Paths))
	}
	for path, operations := range described.Paths {
		for method, operation := range operations {
			role, _, _ := strings.Cut(strings.TrimPrefix(operation.Description, "Needs the role "), ",")
			need[strings.ToUpper(method)+" "+strings.NewReplacer("{id}", "x", "{name}", "x", "{kind}", "account").Replace(path)] = role
		}
	}
	roles := []string{"", "metrics", "viewer", "operator", "admin"}
	for route, role := range need {
		method, path, _ := strings.Cut(route, " ")
		enough := false
		for _, name := range roles {
			enough = enough || name == role
			code := (program{t: t, url: r.url, name: name, pass: name}).ask(method, path, nil, nil)
			refused := code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusSeeOther && name == ""
			if code == http.StatusOK && name == "" { // the page to log in, to which a browser was sent
				refused = method == "GET" && !strings.HasPrefix(path, "/api") && path != "/metrics" && path != "/inboxes"
			}
			if refused == enough {
				t.Errorf("%s as %q: %d, though it needs %s", route, name, code, role)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "inlet.db")); err != nil {
		t.Fatal(err)
	}
}
