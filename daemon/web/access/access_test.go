package access

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// site is some guarded pages that answer with the role of who asks.
func site(t *testing.T, s Settings) (*Access, http.Handler) {
	t.Helper()
	s.Address = "127.0.0.1:9464"
	if s.Users == nil {
		s.Users = users(t, "anna", "hemligt")
	}
	a := New(s)
	return a, a.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(Of(r.Context()).Role.String())) }))
}

func users(t *testing.T, name, password string) func() (map[string]string, error) {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return func() (map[string]string, error) { return map[string]string{name: string(hash)}, nil }
}

func ask(h http.Handler, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://localhost:9464/", http.NoBody)
	r.RemoteAddr = "127.0.0.1:50000"
	change(r)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestNoLogin: who is on this host may do everything, but nobody behind another server, from another host, or by a name that is not listed.
func TestNoLogin(t *testing.T) {
	_, h := site(t, Settings{NoLogin: true, Hosts: []string{"inlet.example.se"}})
	for name, c := range map[string]struct {
		change func(*http.Request)
		code   int
		role   string
	}{
		"itself":          {func(*http.Request) {}, 200, "admin"},
		"a listed name":   {func(r *http.Request) { r.Host = "INLET.example.se." }, 200, "admin"},
		"IPv6":            {func(r *http.Request) { r.Host, r.RemoteAddr = "[::1]:9464", "[::1]:50000" }, 200, "admin"},
		"another host":    {func(r *http.Request) { r.RemoteAddr = "10.0.0.1:1" }, 200, ""},
		"Forwarded":       {func(r *http.Request) { r.Header.Set("Forwarded", "for=10.0.0.1") }, 200, ""},
		"X-Forwarded-For": {func(r *http.Request) { r.Header.Set("X-Forwarded-For", "10.0.0.1") }, 200, ""},
		"Via":             {func(r *http.Request) { r.Header.Set("Via", "1.1 proxy") }, 200, ""},
		"another name":    {func(r *http.Request) { r.Host = "evil.example" }, 421, ""},
		"no name":         {func(r *http.Request) { r.Host = "" }, 421, ""},
		"a prefix of one": {func(r *http.Request) { r.Host = "localhost.evil.example" }, 421, ""},
	} {
		if got := ask(h, c.change); got.Code != c.code || c.code == 200 && got.Body.String() != c.role {
			t.Errorf("%s: %d %q, want %d %q", name, got.Code, got.Body, c.code, c.role)
		}
	}
}

// TestProgramByAnyName: a program with a login, such as Prometheus, may ask by a name or an address that is not listed; one without may not, nor does a
// header alone open the pages that ask for no login.
func TestProgramByAnyName(t *testing.T) {
	_, h := site(t, Settings{})
	named := func(r *http.Request) { r.Host, r.RemoteAddr = "10.0.0.7:9464", "10.0.0.9:50000" }
	if got := ask(h, named); got.Code != http.StatusMisdirectedRequest {
		t.Errorf("without a login: %d", got.Code)
	}
	if got := ask(h, func(r *http.Request) { named(r); r.SetBasicAuth("anna", "hemligt") }); got.Code != http.StatusOK || got.Body.String() != "admin" {
		t.Errorf("with a login: %d %q", got.Code, got.Body)
	}
	_, open := site(t, Settings{NoLogin: true})
	for _, pages := range []http.Handler{h, open} {
		if got := ask(pages, func(r *http.Request) { r.Host = "evil.example"; r.SetBasicAuth("x", "x") }); got.Code != http.StatusMisdirectedRequest {
			t.Errorf("a header alone: %d %q", got.Code, got.Body)
		}
	}
}

// TestRoles: a login may do what its role says; without roles everything; one without a role where there are some reads the metrics.
func TestRoles(t *testing.T) {
	login := func(r *http.Request) { r.SetBasicAuth("anna", "hemligt") }
	for want, roles := range map[string]map[string]string{"admin": nil, "operator": {"anna": "operator"}, "metrics": {"bo": "admin"}} {
		_, h := site(t, Settings{Roles: roles})
		if got := ask(h, login).Body.String(); got != want {
			t.Errorf("%v: %q, want %q", roles, got, want)
		}
	}
	for word, may := range map[string][]bool{"metrics": {true, false, false, false}, "viewer": {true, true, false, false}, "operator": {true, true, true, false}, "admin": {true, true, true, true}} {
		role, err := ParseRole(word)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range may {
			if got := (Person{Role: role}).May(Role(i + 1)); got != want {
				t.Errorf("%s may %s: %v", word, Role(i+1), got)
			}
		}
	}
	if _, err := ParseRole("root"); err == nil {
		t.Error("root is a role")
	}
}

// post logs in, and returns the cookies.
func post(a *Access, name, password string) (*http.Cookie, bool) {
	r := httptest.NewRequest(http.MethodPost, "http://localhost:9464/login", strings.NewReader(url.Values{}.Encode()))
	r.RemoteAddr = "127.0.0.1:50000"
	w := httptest.NewRecorder()
	ok, _ := a.Login(w, r, name, password)
	if !ok {
		return nil, false
	}
	return w.Result().Cookies()[0], true
}

// TestSession: a login is a cookie that scripts cannot read; it ends when it is not used, after half a day, at a logout, and when the login is removed.
func TestSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := users(t, "anna", "hemligt")
		gone := false
		a, h := site(t, Settings{Users: func() (map[string]string, error) {
			if gone {
				return nil, nil
			}
			return all()
		}})
		if _, ok := post(a, "anna", "fel"); ok {
			t.Fatal("a wrong password logs in")
		}
		if _, ok := post(a, "bo", "hemligt"); ok {
			t.Fatal("a wrong name logs in")
		}
		cookie, ok := post(a, "anna", "hemligt")
		if !ok || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || len(cookie.Value) < 20 {
			t.Fatalf("logged in: %v, %+v", ok, cookie)
		}
		with := func(r *http.Request) { r.AddCookie(cookie) }
		role := func() string { return ask(h, with).Body.String() }
		for range 11 {
			time.Sleep(time.Hour)
			if role() != "admin" {
				t.Fatal("a session in use has ended")
			}
		}
		time.Sleep(61 * time.Minute)
		if role() != "" {
			t.Error("a session lasts more than half a day")
		}
		cookie, _ = post(a, "anna", "hemligt")
		time.Sleep(sessionIdle + time.Minute)
		if role() != "" {
			t.Error("a session that nobody uses goes on")
		}
		cookie, _ = post(a, "anna", "hemligt")
		r := httptest.NewRequest(http.MethodPost, "http://localhost:9464/logout", http.NoBody)
		with(r)
		a.Logout(httptest.NewRecorder(), r)
		if role() != "" {
			t.Error("a session goes on after the logout")
		}
		cookie, _ = post(a, "anna", "hemligt")
		before := all
		if all = users(t, "anna", "nytt"); role() != "" {
			t.Error("a session goes on after the password was changed")
		}
		all = before
		cookie, _ = post(a, "anna", "hemligt")
		if gone = true; role() != "" {
			t.Error("a session goes on after the login was removed")
		}
	})
}

// TestSecureCookie: over TLS the cookie is sent to this host alone, and only over TLS.
func TestSecureCookie(t *testing.T) {
	a, _ := site(t, Settings{Secure: true})
	if cookie, _ := post(a, "anna", "hemligt"); cookie == nil || !cookie.Secure || !strings.HasPrefix(cookie.Name, "__Host-") || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("cookie: %+v", cookie)
	}
}

// TestGuessing: an address that fails again and again has to wait, also with the right password; another address need not.
func TestGuessing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, h := site(t, Settings{})
		as := func(from, password string) int {
			return ask(h, func(r *http.Request) { r.RemoteAddr = from; r.SetBasicAuth("anna", password) }).Code
		}
		for range failBurst {
			as("10.0.0.1:1", "fel")
		}
		if got := as("10.0.0.1:1", "hemligt"); got != http.StatusTooManyRequests {
			t.Errorf("after %d failures: %d", failBurst, got)
		}
		if got := as("10.0.0.2:1", "hemligt"); got != http.StatusOK {
			t.Errorf("from another address: %d", got)
		}
		time.Sleep(2 * failEvery)
		if got := as("10.0.0.1:1", "hemligt"); got != http.StatusOK {
			t.Errorf("later: %d", got)
		}
	})
}

// TestLink: the link in the log opens the pages once; where there are logins there is none.
func TestLink(t *testing.T) {
	none := func() (map[string]string, error) { return nil, nil }
	a, h := site(t, Settings{Users: none})
	link := a.Link()
	token := strings.TrimPrefix(link, "/login?once=")
	use := func(token string) (*http.Cookie, bool) {
		w := httptest.NewRecorder()
		ok := a.UseLink(w, httptest.NewRequest(http.MethodGet, "http://localhost:9464/", http.NoBody), token)
		if !ok {
			return nil, false
		}
		return w.Result().Cookies()[0], true
	}
	if _, ok := use("x" + token[1:]); ok || len(token) < 20 {
		t.Fatalf("another token opens the pages, or %q is guessed", token)
	}
	cookie, ok := use(token)
	if !ok || ask(h, func(r *http.Request) { r.AddCookie(cookie) }).Body.String() != "admin" {
		t.Fatal("the link does not open the pages")
	}
	if _, ok := use(token); ok {
		t.Error("the link opens the pages twice")
	}
	for name, s := range map[string]Settings{"logins": {}, "no login": {NoLogin: true, Users: none}} {
		if a, _ := site(t, s); a.Link() != "" {
			t.Errorf("with %s there is a link", name)
		}
	}
}

// TestOtherSites: a form of another site is refused, whatever cookies the browser sends along; one of a trusted site is not.
func TestOtherSites(t *testing.T) {
	_, h := site(t, Settings{NoLogin: true, Origins: []string{"https://portal.example.se"}})
	for name, c := range map[string]struct {
		site, origin string
		code         int
	}{
		"our own": {"same-origin", "", 200}, "another": {"cross-site", "https://evil.example", 403}, "a sibling": {"same-site", "https://x.localhost", 403},
		"an old browser": {"", "https://evil.example", 403}, "a trusted one": {"cross-site", "https://portal.example.se", 200}, "a program": {"", "", 200},
	} {
		got := ask(h, func(r *http.Request) {
			r.Method = http.MethodPost
			if c.site != "" {
				r.Header.Set("Sec-Fetch-Site", c.site)
			}
			if c.origin != "" {
				r.Header.Set("Origin", c.origin)
			}
		})
		if got.Code != c.code {
			t.Errorf("%s: %d, want %d", name, got.Code, c.code)
		}
	}
}

// TestHeaders: every answer says that nothing of it may be framed, guessed, kept or loaded from elsewhere; refusals too.
func TestHeaders(t *testing.T) {
	_, h := site(t, Settings{})
	for _, host := range []string{"localhost:9464", "evil.example"} {
		header := ask(h, func(r *http.Request) { r.Host = host }).Header()
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q", host, name, got)
			}
		}
		for _, part := range []string{"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "object-src 'none'"} {
			if !strings.Contains(header.Get("Content-Security-Policy"), part) {
				t.Errorf("%s: the policy lacks %s", host, part)
			}
		}
	}
}

// TestTokens: a program with a token has no role, whatever the client could do without; an unknown one is nobody, and one that cannot be looked up is told to
// try again. The token counts in its header alone.
func TestTokens(t *testing.T) {
	down := errors.New("down")
	find := func(_ context.Context, secret string) (Token, bool, error) {
		if secret == "broken" {
			return Token{}, false, down
		}
		return Token{Name: "erp", Inboxes: []string{"kunder"}, Verbs: []string{Upload}}, secret == "inlet_right", nil
	}
	var seen Person
	a := New(Settings{Address: "127.0.0.1:9464", NoLogin: true, Tokens: find, Users: users(t, "anna", "hemligt")})
	h := a.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = Of(r.Context()) }))
	for name, c := range map[string]struct {
		header, host string
		code         int
		token, admin bool
	}{
		"right":            {"Bearer inlet_right", "localhost:9464", 200, true, false},
		"in small letters": {"bearer  inlet_right", "localhost:9464", 200, true, false},
		"by another name":  {"Bearer inlet_right", "inlet.example", 200, true, false},
		"wrong":            {"Bearer inlet_wrong", "localhost:9464", 200, false, false},
		"empty":            {"Bearer ", "localhost:9464", 200, false, false},
		"wrong, elsewhere": {"Bearer inlet_wrong", "evil.example", 421, false, false},
		"no store":         {"Bearer broken", "localhost:9464", 503, false, false},
		"none":             {"", "localhost:9464", 200, false, true},
	} {
		seen = Person{}
		got := ask(h, func(r *http.Request) {
			r.Host = c.host
			if c.header != "" {
				r.Header.Set("Authorization", c.header)
			}
		})
		if got.Code != c.code || (seen.Token != nil) != c.token || seen.May(Admin) != c.admin || c.token && seen.Role != Nobody {
			t.Errorf("%s: %d, %+v", name, got.Code, seen)
		}
	}
	ask(h, func(r *http.Request) {
		r.RemoteAddr = "10.0.0.1:1"
		r.URL.RawQuery = "token=inlet_right&access_token=inlet_right"
	})
	if seen.Token != nil || seen.Role != Nobody {
		t.Errorf("a token in the address counts: %+v", seen)
	}
	one, all := Token{Inboxes: []string{"kunder"}}, Token{Inboxes: []string{AllInboxes}}
	if !one.For("kunder") || one.For("andra") || one.For("") || !all.For("andra") || !all.For("") || one.Everywhere() || one.May(Read) {
		t.Error("a token is for other inboxes than its own")
	}
}
