package daemon_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/daemon/web/access"
)

// routes are all that is served, with the role that each needs; "" for none. What the API describes is read from its description.
var routes = map[string]string{
	"GET /": "viewer", "GET /live": "viewer", "GET /imports": "viewer", "GET /imports/{id}": "viewer", "GET /imports/{id}/progress": "viewer", "GET /imports/{id}/files/{file}": "viewer",
	"GET /waiting": "viewer", "GET /template.xlsx": "viewer", "GET /records": "viewer", "GET /records/{kind}/{id}": "viewer", "GET /fields": "viewer", "GET /settings": "viewer", "GET /inboxes": "viewer",
	"GET /metrics": "metrics", "GET /healthz": "", "GET /readyz": "", "GET /login": "", "POST /login": "", "POST /logout": "", "POST /language": "", "POST /store": "", "GET /assets/": "",
	"GET /imports/{id}/undo": "operator", "POST /imports/{id}/undo": "operator", "POST /imports/{id}/decide": "operator", "POST /imports/{id}/cancel": "operator", "POST /imports/{id}/tick-off": "operator",
	"POST /imports/{id}/again": "operator", "POST /pause": "operator", "POST /resume": "operator", "POST /poll": "operator", "GET /import": "operator", "POST /import": "operator",
	"GET /import/{id}": "operator", "POST /import/{id}": "operator", "GET /import/{id}/plan": "operator", "GET /import/{id}/progress": "operator", "GET /import/{id}/rows": "operator",
	"POST /import/{id}/choices": "operator", "POST /import/{id}/again": "operator", "POST /import/{id}/import": "operator", "POST /import/{id}/discard": "operator",
	"POST /fields": "admin", "POST /fields/remove": "admin", "GET /settings/logins": "admin", "GET /settings/tokens": "admin", "POST /settings/tokens": "admin", "POST /settings/tokens/revoke": "admin",
	"GET /settings/audit": "admin", "GET /settings/test": "admin", "POST /settings/test": "admin",
}

// TestEveryRouteIsKnown: no page is served that the test below does not ask.
func TestEveryRouteIsKnown(t *testing.T) {
	sources, err := filepath.Glob("web/*/*.go")
	if err != nil || len(sources) < 20 {
		t.Fatal(len(sources), err)
	}
	path := regexp.MustCompile(`^(?:(GET|POST|PUT|PATCH|DELETE) )?(/[a-z0-9{}$/._-]*)$`)
	found := 0
	for _, source := range append(sources, "web/web.go") {
		if strings.HasSuffix(source, "_test.go") || strings.HasPrefix(source, "web/api/") { // which describes what it serves
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			literal := func(e ast.Expr, method string) {
				lit, ok := e.(*ast.BasicLit)
				if !ok {
					return
				}
				text, err := strconv.Unquote(lit.Value)
				m := path.FindStringSubmatch(text)
				if err != nil || m == nil || m[1] == "" && method == "" {
					return
				}
				found++
				known := false
				for _, method := range []string{m[1], "GET", "POST"} {
					_, is := routes[method+" "+strings.TrimSuffix(m[2], "{$}")]
					known = known || is && (m[1] == "" || method == m[1])
				}
				if !known {
					t.Errorf("%s serves %s, which no test asks", source, text)
				}
			}
			switch n := n.(type) {
			case *ast.CallExpr:
				if fun, ok := n.Fun.(*ast.SelectorExpr); ok && (fun.Sel.Name == "Handle" || fun.Sel.Name == "HandleFunc") && len(n.Args) == 2 {
					literal(n.Args[0], "")
				}
			case *ast.KeyValueExpr: // a table of pages
				if _, is := n.Value.(*ast.SelectorExpr); is {
					literal(n.Key, "GET")
				} else if paren, is := n.Value.(*ast.ParenExpr); is && paren != nil {
					literal(n.Key, "GET")
				}
			}
			return true
		})
	}
	if found < 40 {
		t.Errorf("%d routes were found; the rule would hold of nothing", found)
	}
}

// asker is somebody who asks, by a name and from a site.
type asker struct{ role, host, site string }

// TestRoutesAndRoles: every page and every operation of the API needs the role that it says, whoever asks, by whatever name, from whatever site, and with whatever
// method; every answer has the headers that keep a browser from being used against it; a token opens no page.
func TestRoutesAndRoles(t *testing.T) {
	t.Parallel()
	r := withRoles(t)
	need := map[string]string{}
	for route, role := range routes {
		need[route] = role
	}
	var described struct {
		Paths map[string]map[string]struct{ Description string }
	}
	if code := (program{t: t, url: r.url, name: "admin", pass: "admin"}).ask("GET", "/api/openapi.json", nil, &described); code != 200 || len(described.Paths) < 15 {
		t.Fatalf("the description: %d, %d paths", code, len(described.Paths))
	}
	for path, operations := range described.Paths {
		for method, operation := range operations {
			role, _, _ := strings.Cut(strings.TrimPrefix(operation.Description, "Needs the role "), ",")
			need[strings.ToUpper(method)+" "+path] = role
		}
	}
	secret := r.token("alla", []string{"*"}, access.Verbs).token
	for route, role := range need {
		method, pattern, _ := strings.Cut(route, " ")
		path := strings.NewReplacer("{id}", "x", "{name}", "x", "{kind}", "account", "{file}", "original", "/assets/", "/assets/x").Replace(pattern)
		for _, as := range []string{"", "metrics", "viewer", "operator", "admin", "token"} {
			for _, host := range []string{"", "evil.example"} {
				for _, site := range []string{"", "same-origin", "cross-site", "same-site"} {
					ask(t, r.url, secret, asker{as, host, site}, method, path, role)
				}
			}
		}
		for _, other := range []string{"PUT", "PATCH", "TRACE", "OPTIONS", "PROPFIND"} {
			if _, is := need[other+" "+pattern]; is {
				continue
			}
			if code, _ := answerTo(t, r.url, secret, asker{role: "admin"}, other, path); code < 400 {
				t.Errorf("%s %s: %d", other, path, code)
			}
		}
	}
}

// ask asks once, and compares the answer with what the role and the rules allow.
func ask(t *testing.T, url, secret string, who asker, method, path, role string) {
	t.Helper()
	code, header := answerTo(t, url, secret, who, method, path)
	open := role == "" && path != "/healthz" && path != "/readyz"
	probe := path == "/healthz" || path == "/readyz"
	api, unsafe := strings.HasPrefix(path, "/api/"), method != "GET"
	refused := code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusSeeOther && who.role == ""
	switch {
	case probe:
		if code != http.StatusOK {
			t.Errorf("%s as %+v: %d", path, who, code)
		}
		return
	case who.host != "" && who.role == "":
		if code != http.StatusMisdirectedRequest {
			t.Errorf("%s %s as %+v: %d by a name that is not listed", method, path, who, code)
		}
	case unsafe && (who.site == "cross-site" || who.site == "same-site"):
		if code != http.StatusForbidden {
			t.Errorf("%s %s as %+v: %d from another site", method, path, who, code)
		}
	case open: // whoever it is
	case who.role == "token":
		if refused == api {
			t.Errorf("%s %s with a token: %d", method, path, code)
		}
	default:
		level := map[string]int{"": 0, "metrics": 1, "viewer": 2, "operator": 3, "admin": 4}
		if refused == (level[who.role] >= level[role]) {
			t.Errorf("%s %s as %+v: %d, though it needs %s", method, path, who, code, role)
		}
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
		if header.Get(name) != want {
			t.Errorf("%s %s as %+v: %s is %q", method, path, who, name, header.Get(name))
		}
	}
	if !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'self'; frame-ancestors 'none'") || header.Get("Cache-Control") == "" || header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s %s as %+v: %v", method, path, who, header)
	}
}

var stay = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// answerTo returns the status and the headers of an answer itself.
func answerTo(t *testing.T, url, secret string, who asker, method, path string) (int, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if who.host != "" {
		req.Host = who.host
	}
	if who.site != "" {
		req.Header.Set("Sec-Fetch-Site", who.site)
		if who.site != "same-origin" {
			req.Header.Set("Origin", "https://evil.example")
		}
	}
	switch who.role {
	case "":
	case "token":
		req.Header.Set("Authorization", "Bearer "+secret)
		req.Header.Set("Hx-Request", "true") // a page that asks for a login then says so
	default:
		req.SetBasicAuth(who.role, who.role)
	}
	resp, err := stay.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode, resp.Header
}

// withRoles starts a daemon with a login for each role, whose password is its name.
func withRoles(t *testing.T) *running {
	t.Helper()
	dir := t.TempDir()
	text := "basic_auth_users:\n"
	for _, name := range access.Roles {
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
	if _, err := os.Stat(filepath.Join(dir, "inlet.db")); err != nil {
		t.Fatal(err)
	}
	return r
}
