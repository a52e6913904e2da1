package web

import (
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"

	"inlet.example/inlet/daemon/web/access"
)

// Profiles returns the profiles of the process at /debug/pprof/, for a loopback address of their own. They ask for no login; a page of another site that has
// its name point here gets nothing.
func Profiles() http.Handler {
	mux := http.NewServeMux()
	addProfiles(mux, func(h http.HandlerFunc) http.HandlerFunc { return h })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.Unmap().IsLoopback()) {
			http.Error(w, "this name is not that of a loopback address", http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// addProfiles adds the profiles to a mux, each guarded.
func addProfiles(mux *http.ServeMux, guard func(http.HandlerFunc) http.HandlerFunc) {
	mux.HandleFunc("GET /debug/pprof/", guard(pprof.Index)) // and those by name: heap, goroutine, …
	mux.HandleFunc("GET /debug/pprof/cmdline", guard(pprof.Cmdline))
	mux.HandleFunc("GET /debug/pprof/profile", guard(pprof.Profile))
	mux.HandleFunc("GET /debug/pprof/symbol", guard(pprof.Symbol))
	mux.HandleFunc("GET /debug/pprof/trace", guard(pprof.Trace))
}

// forAdmins refuses everybody else.
func forAdmins(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch who := access.Of(r.Context()); {
		case who.May(access.Admin):
			h(w, r)
		case who.Role == access.Nobody:
			askPassword(w)
		default:
			http.Error(w, "Forbidden", http.StatusForbidden)
		}
	}
}
