package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/time/rate"
)

// How long a session lasts.
const (
	sessionIdle = 2 * time.Hour
	sessionMost = 12 * time.Hour
	maxSessions = 1000
)

// sessions are the logins of browsers, by the hash of what their cookie holds.
type sessions struct {
	cookie string
	secure bool

	mu   *sync.Mutex
	open map[[sha256.Size]byte]*session
}

type session struct {
	name, hash  string // of whose password, as it was at the login
	began, used time.Time
}

func newSessions(secure bool) sessions {
	s := sessions{cookie: "inlet-" + newToken()[:8], secure: secure, mu: &sync.Mutex{}, open: map[[sha256.Size]byte]*session{}}
	if secure {
		s.cookie = "__Host-" + s.cookie
	}
	return s
}

// begin begins a session, and ends the one that the request had.
func (s *sessions) begin(w http.ResponseWriter, r *http.Request, name, hash string) {
	token, now := newToken(), time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, err := r.Cookie(s.cookie); err == nil {
		delete(s.open, sha256.Sum256([]byte(c.Value)))
	}
	s.sweep(now)
	s.open[sha256.Sum256([]byte(token))] = &session{name: name, hash: hash, began: now, used: now}
	http.SetCookie(w, s.new(token, int(sessionMost.Seconds())))
}

// sweep removes the sessions that are over, and others while there are too many.
func (s *sessions) sweep(now time.Time) {
	for key, open := range s.open {
		if open.over(now) || len(s.open) >= maxSessions {
			delete(s.open, key)
		}
	}
}

func (s *session) over(now time.Time) bool {
	return now.Sub(s.used) > sessionIdle || now.Sub(s.began) > sessionMost
}

// find returns the name of the person whose session a request belongs to, and the hash of the password it began with.
func (s *sessions) find(r *http.Request) (name, hash string, ok bool) {
	c, err := r.Cookie(s.cookie)
	if err != nil {
		return "", "", false
	}
	key, now := sha256.Sum256([]byte(c.Value)), time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	open := s.open[key]
	if open == nil || open.over(now) {
		delete(s.open, key)
		return "", "", false
	}
	open.used = now
	return open.name, open.hash, true
}

func (s *sessions) end(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, err := r.Cookie(s.cookie); err == nil {
		delete(s.open, sha256.Sum256([]byte(c.Value)))
	}
	http.SetCookie(w, s.new("", -1))
}

// new returns the cookie of a session. It is sent along when a person follows a link in a mail, who then need not log in again.
func (s *sessions) new(token string, age int) *http.Cookie {
	return &http.Cookie{Name: s.cookie, Value: token, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
}

func newToken() string { return rand.Text() }

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// passwords compares passwords with their hashes. bcrypt is slow on purpose: what was right is remembered, for programs that send it with every request.
type passwords struct {
	mu    sync.Mutex
	right map[[sha256.Size]byte]bool
}

// unknownHash is the hash of no password, so that a name that does not exist takes as long as one that does.
var unknownHash = sync.OnceValue(func() []byte {
	hash, _ := bcrypt.GenerateFromPassword([]byte(newToken()), bcrypt.DefaultCost)
	return hash
})

func (p *passwords) match(hash, password string) bool {
	if hash == "" {
		_ = bcrypt.CompareHashAndPassword(unknownHash(), []byte(password))
		return false
	}
	key := sha256.Sum256([]byte(hash + "\x00" + password))
	p.mu.Lock()
	known := p.right[key]
	p.mu.Unlock()
	if known {
		return true
	}
	if bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) != nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.right == nil || len(p.right) > 100 {
		p.right = map[[sha256.Size]byte]bool{}
	}
	p.right[key] = true
	return true
}

// attempts slows down who guesses passwords: each address may fail a few times at once, then once in ten seconds.
type attempts struct {
	mu    *sync.Mutex
	limit map[string]*rate.Limiter
}

const (
	failEvery  = 10 * time.Second
	failBurst  = 5
	maxClients = 10000
)

func newAttempts() attempts { return attempts{mu: &sync.Mutex{}, limit: map[string]*rate.Limiter{}} }

func client(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// wait returns how long a client must wait before its next attempt.
func (a *attempts) wait(r *http.Request) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.limit[client(r)]; l != nil && l.Tokens() < 1 {
		return failEvery
	}
	return 0
}

// count counts an attempt.
func (a *attempts) count(r *http.Request, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	who := client(r)
	if ok {
		return
	}
	if len(a.limit) >= maxClients {
		a.limit = map[string]*rate.Limiter{}
	}
	if a.limit[who] == nil {
		a.limit[who] = rate.NewLimiter(rate.Every(failEvery), failBurst)
	}
	a.limit[who].Allow()
}
