package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"golang.org/x/crypto/bcrypt"
	"inlet.example/inlet/daemon/web/access"
)

// TestProfiles: on the pages only administrators read profiles, and only if that is configured; on an address of their own whoever reaches it by a name of this host.
func TestProfiles(t *testing.T) {
	t.Parallel()
	hash, err := bcrypt.GenerateFromPassword([]byte("secret"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	guarded := access.New(access.Settings{Address: "127.0.0.1:9464", Roles: map[string]string{"anna": "admin", "bo": "operator"},
		Users: func() (map[string]string, error) {
			return map[string]string{"anna": string(hash), "bo": string(hash)}, nil
		}})
	ask := func(h http.Handler, user, host string) int {
		r := httptest.NewRequest(http.MethodGet, "/debug/pprof/heap?debug=1", http.NoBody)
		r.Host = host
		if user != "" {
			r.SetBasicAuth(user, "secret")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	on, off := Handler(Parts{Access: guarded, Profiles: true}), Handler(Parts{Access: guarded})
	for _, c := range []struct {
		what string
		h    http.Handler
		user string
		host string
		want int
	}{
		{"an administrator", on, "anna", "127.0.0.1", http.StatusOK},
		{"an operator", on, "bo", "127.0.0.1", http.StatusForbidden},
		{"nobody", on, "", "127.0.0.1", http.StatusUnauthorized},
		{"an administrator, not configured", off, "anna", "127.0.0.1", http.StatusNotFound},
		{"an address of their own", Profiles(), "", "127.0.0.1:6060", http.StatusOK},
		{"an address of their own, by name", Profiles(), "", "localhost:6060", http.StatusOK},
		{"a page of another site", Profiles(), "", "evil.example:6060", http.StatusMisdirectedRequest},
	} {
		if got := ask(c.h, c.user, c.host); got != c.want {
			t.Errorf("%s: %d, not %d", c.what, got, c.want)
		}
	}
}
