package daemon_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
)

// explained is a configuration of a file and an environment, with where each value came from.
func explained(t *testing.T, text string, environment ...string) (config.Config, func(*daemon.Daemon)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inlet.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var origins config.Origins
	cfg, err := load.Load(path, load.Environment(environment), load.Origins(func(o config.Origins) { origins = o }))
	if err != nil {
		t.Fatal(err)
	}
	return cfg, func(d *daemon.Daemon) { d.Origins = func() config.Origins { return origins } }
}

const secrets = "inboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms, when_done: {webhook: [crm]}}]\n" +
	"http: {address: \"127.0.0.1:0\", login: none}\n" +
	"sources: [{name: erp, inbox: kunder, url: \"https://u:hemligt1@erp.exempel.se/list?key=hemligt2\", as: erp.csv, every: 24h, headers: {Authorization: hemligt3}}]\n"

// TestSettingsPage: the configuration is shown with the line, the variable or the default that each value has, and without any secret.
func TestSettingsPage(t *testing.T) {
	t.Parallel()
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(hook.Close)
	cfg, with := explained(t, secrets+"webhooks: [{name: crm, url: \""+hook.URL+"/hemligt4\"}]\n", "INLET_IMPORT_BATCH=777", "INLET_LOG_LEVEL=warn")
	r := ready(t, cfg, with)
	p := guest(t, r.url, "sv")
	page := p.open("/settings")
	wants(t, page, 200, "inboxes[0].name kunder inlet.yaml:1", "import.batch 777 INLET_IMPORT_BATCH", "import.profile standard standard", "sources[0].as erp.csv inlet.yaml:3", "http.login none inlet.yaml:2", "***")
	for _, secret := range []string{"hemligt1", "hemligt2", "hemligt3", "hemligt4"} {
		if strings.Contains(page.body, secret) {
			t.Errorf("%s is shown", secret)
		}
	}
	wants(t, p.open("/settings/logins"), 200, "Inga inloggningar är konfigurerade.", "http.login är none")
	if page := p.open("/settings/audit"); strings.Contains(text(page.body), "lägga till") {
		t.Error("something was done already")
	}
}

// TestTestOnThePage: a test calls the webhooks, and says what failed; it stands in the audit.
func TestTestOnThePage(t *testing.T) {
	t.Parallel()
	called := make(chan string, 9)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { called <- r.URL.Path }))
	t.Cleanup(hook.Close)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	cfg, with := explained(t, secrets+"webhooks: [{name: crm, url: \""+hook.URL+"/crm\"}, {name: trasig, url: \"http://"+closed.Addr().String()+"/x\"}]\n")
	r := ready(t, cfg, with)
	p := guest(t, r.url, "sv")
	wants(t, p.open("/settings/test"), 200, "Skicka ett test")
	wants(t, p.send("/settings/test", nil), 200, "webhook crm: ett test skickades", "webhook trasig:")
	if path := <-called; path != "/crm" {
		t.Errorf("called: %s", path)
	}
	wants(t, p.open("/settings/audit"), 200, "en användare på den här datorn", "prova e-post och webhooks", "blev inte gjort: 1 of 2 failed")
}

// TestTokensOnThePage: a token is created with its secret on the answer alone, is used, listed and revoked; what is wrong with a form is said.
func TestTokensOnThePage(t *testing.T) {
	t.Parallel()
	r := ready(t, openPages(t, ""))
	p := guest(t, r.url, "sv")
	wants(t, p.open("/settings/tokens"), 200, "Inga nycklar ännu.", "kunder")
	form := url.Values{"name": {"erp <b>"}, "days": {"30"}, "inbox": {"kunder"}, "verb": {"read"}}
	wants(t, p.send("/settings/tokens", form), 422, "Namnet har 1 till 60")
	for _, wrong := range []url.Values{{"name": {"a"}, "days": {"30"}}, {"name": {"a"}, "days": {"30"}, "inbox": {"other"}, "verb": {"read"}}, {"name": {"a"}, "days": {"30"}, "inbox": {"kunder"}, "verb": {"all"}}} {
		wants(t, p.send("/settings/tokens", wrong), 422, "Välj minst en inkorg")
	}
	for _, days := range []string{"", "0", "-1", "9999999999999999999", "731", "x"} {
		wants(t, p.send("/settings/tokens", url.Values{"name": {"a"}, "days": {days}, "inbox": {"kunder"}, "verb": {"read"}}), 422, "En nyckel går ut tidigast")
	}
	form.Set("name", "erp")
	made := p.send("/settings/tokens", form)
	wants(t, made, 200, "Kopiera den nu")
	secret := regexp.MustCompile(`inlet_[a-z2-7]+`).FindString(made.body)
	client := program{t: t, url: r.url, token: secret}
	if got := client.noRedirect("GET", "/api/v1/imports"); got != 200 {
		t.Errorf("the token: %d", got)
	}
	again := p.open("/settings/tokens")
	wants(t, again, 200, "erp", "kunder", "read", "i dag")
	if secret == "" || strings.Contains(again.body, secret) {
		t.Error("the secret is shown again")
	}
	wants(t, p.send("/settings/tokens", form), 422, "Det finns redan en nyckel")
	if got := p.send("/settings/tokens/revoke", url.Values{"name": {"nothing"}}); got.code != 404 {
		t.Errorf("revoked what is not there: %d", got.code)
	}
	wants(t, p.send("/settings/tokens/revoke", url.Values{"name": {"erp"}}), 200, "Inga nycklar ännu.")
	if got := client.noRedirect("GET", "/api/v1/imports"); got != 401 {
		t.Errorf("after it was revoked: %d", got)
	}
	wants(t, p.open("/settings/audit"), 200, "skapa en nyckel", "återkalla en nyckel", "erp", "blev inte gjort")
}
