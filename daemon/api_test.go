package daemon_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
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
