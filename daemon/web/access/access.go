package access

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Settings are how the pages are guarded.
type Settings struct {
	Address   string            // host and port that the pages are served on
	PublicURL string            // by which people open them, where that is another; "" otherwise
	Hosts     []string          // further names that a request may ask for
	Origins   []string          // of other sites that may send forms
	NoLogin   bool              // whoever reaches a loopback address may do everything
	Roles     map[string]string // by the name of a login; nil: every login may do everything
	Secure    bool              // TLS
	Log       *slog.Logger

	// Users returns the bcrypt hashes of passwords by name, as they are now.
	Users func() (map[string]string, error)

	// Tokens returns what the token of a program may do, and whether there is one that has not expired; nil: there are none.
	Tokens func(ctx context.Context, secret string) (Token, bool, error)
}

// Access guards the pages. It is safe for concurrent use.
type Access struct {
	settings  Settings
	hosts     []string
	cross     *http.CrossOriginProtection
	sessions  sessions
	passwords passwords
	attempts  attempts

	mu   sync.Mutex
	once string // the token of the link that logs in without a password, until it is used
}

// New returns the guard of some pages.
func New(s Settings) *Access {
	a := &Access{settings: s, hosts: hostsOf(s), cross: http.NewCrossOriginProtection(), sessions: newSessions(s.Secure), attempts: newAttempts()}
	for _, origin := range s.Origins {
		_ = a.cross.AddTrustedOrigin(origin) // the configuration was checked when it was loaded
	}
	return a
}

// hostsOf returns the names that a request may ask for, without their ports.
func hostsOf(s Settings) []string {
	all := []string{"localhost", "127.0.0.1", "::1"}
	if host, _, err := net.SplitHostPort(s.Address); err == nil && host != "" {
		all = append(all, strings.ToLower(host))
	}
	if u, err := url.Parse(s.PublicURL); err == nil && u.Hostname() != "" {
		all = append(all, strings.ToLower(u.Hostname()))
	}
	for _, host := range s.Hosts {
		all = append(all, strings.ToLower(host))
	}
	return all
}

// policy lets a page load and send only what is its own.
const policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

// Wrap returns a handler that refuses what is forged, tells h who asks, and adds the headers that every answer has.
func (a *Access) Wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if !a.knownHost(r.Host) && !a.program(r) {
			http.Error(w, "this name is not one of http.hosts", http.StatusMisdirectedRequest)
			return
		}
		if err := a.cross.Check(r); err != nil {
			http.Error(w, "a page of another site sent this", http.StatusForbidden)
			return
		}
		p, wait, err := a.person(r)
		if err != nil {
			http.Error(w, "the store that knows the token does not answer", http.StatusServiceUnavailable)
			return
		}
		if wait > 0 {
			header.Set("Retry-After", "10")
			http.Error(w, "too many failed logins, try again later", http.StatusTooManyRequests)
			return
		}
		h.ServeHTTP(w, r.WithContext(withPerson(r.Context(), p)))
	})
}

// program reports whether a request has a token or the right password with it, as those of Prometheus have: it may ask by any name. A page of another name
// knows neither, and a browser sends it none that was given to this one.
func (a *Access) program(r *http.Request) bool {
	_, bearer := bearerOf(r)
	if _, _, ok := r.BasicAuth(); !bearer && (!ok || a.settings.NoLogin) {
		return false
	}
	p, _, err := a.person(r)
	return err == nil && (p.Role > Nobody || p.Token != nil)
}

func (a *Access) knownHost(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	return slices.Contains(a.hosts, strings.ToLower(strings.TrimSuffix(name, ".")))
}

// person returns who asks, and how long a client must wait that has failed too often. Who shows a token may do what that allows and nothing else, however
// else the pages are open to the client.
func (a *Access) person(r *http.Request) (Person, time.Duration, error) {
	if secret, ok := bearerOf(r); ok {
		p, err := a.bearer(r.Context(), secret)
		return p, 0, err
	}
	p, wait := a.known(r)
	return p, wait, nil
}

// known returns who asks without a token.
func (a *Access) known(r *http.Request) (Person, time.Duration) {
	if a.open(r) {
		return Person{Role: Admin}, 0
	}
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		name := r.TLS.VerifiedChains[0][0].Subject.CommonName
		return Person{Name: name, Role: a.role(name)}, 0
	}
	if name, hash, ok := a.sessions.find(r); ok {
		if users, err := a.settings.Users(); err == nil && users[name] == hash { // neither removed nor with another password
			return Person{Name: name, Role: a.role(name), login: true}, 0
		}
	}
	if name, password, ok := r.BasicAuth(); ok {
		if wait := a.attempts.wait(r); wait > 0 {
			return Person{}, wait
		}
		if a.check(r, name, password) {
			return Person{Name: name, Role: a.role(name)}, 0
		}
	}
	return Person{}, 0
}

// open reports whether a request needs no login. One that has come through another server never is: everybody behind that would be an administrator.
func (a *Access) open(r *http.Request) bool {
	if !a.settings.NoLogin {
		return false
	}
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || strings.HasPrefix(name, "X-Forwarded-") {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}

// role returns the role of a login.
func (a *Access) role(name string) Role {
	if name == "" { // who has opened the link in the log
		return Admin
	}
	return RoleOf(a.settings.Roles, name)
}

// RoleOf returns the role of a login. Without roles every login may do everything; where there are some, a login without one reads metrics only.
func RoleOf(roles map[string]string, name string) Role {
	if len(roles) == 0 {
		return Admin
	}
	role, err := ParseRole(roles[name])
	if err != nil {
		return Metrics
	}
	return role
}

// Login begins a session of a person, and reports whether the password is right. wait is how long a client must wait that has failed too often.
func (a *Access) Login(w http.ResponseWriter, r *http.Request, name, password string) (ok bool, wait time.Duration) {
	if wait := a.attempts.wait(r); wait > 0 {
		return false, wait
	}
	if name == "" || !a.check(r, name, password) {
		return false, 0
	}
	users, err := a.settings.Users()
	if err != nil {
		return false, 0
	}
	a.sessions.begin(w, r, name, users[name])
	return true, 0
}

func (a *Access) check(r *http.Request, name, password string) bool {
	users, err := a.settings.Users()
	ok := err == nil && a.passwords.match(users[name], password)
	a.attempts.count(r, ok)
	return ok
}

// Logout ends the session of a request.
func (a *Access) Logout(w http.ResponseWriter, r *http.Request) { a.sessions.end(w, r) }

// Link returns the path of a page that logs in once without a password, for the log of the daemon; "" where it is not needed.
func (a *Access) Link() string {
	if a.settings.NoLogin {
		return ""
	}
	if users, err := a.settings.Users(); err != nil || len(users) > 0 {
		return ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.once = newToken()
	return "/login?once=" + a.once
}

// UseLink begins a session by the token of Link, and reports whether it was the right one. It can be used once.
func (a *Access) UseLink(w http.ResponseWriter, r *http.Request, token string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.once == "" || !equal(a.once, token) {
		return false
	}
	a.once = ""
	a.sessions.begin(w, r, "", "")
	return true
}
