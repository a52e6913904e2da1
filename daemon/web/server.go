package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Settings are how the pages are served.
type Settings struct {
	ConfigFile string                                    // the web configuration, with TLS and logins; "" for none
	Public     bool                                      // other hosts can reach the address
	Guard      func() (encrypted, login bool, err error) // what the web configuration asks for as it is now
	TLS        func() (*tls.Config, error)               // likewise its certificates; nil without TLS
	Log        *slog.Logger
}

// Server serves the pages, with the TLS of the web configuration.
type Server struct {
	settings Settings
	url      string
	listener net.Listener
	server   *http.Server
}

// New makes a server of the pages. It serves nothing yet.
func New(ctx context.Context, listener net.Listener, pages http.Handler, s Settings) *Server {
	encrypted, _, err := s.Guard()
	if err != nil {
		s.Log.LogAttrs(ctx, slog.LevelError, "Web configuration cannot be used", slog.Any("error", err)) // Serve returns the error
	}
	w := &Server{settings: s, listener: listener, url: "http://" + listener.Addr().String()}
	if encrypted {
		w.url = "https://" + listener.Addr().String()
	} else if s.Public {
		s.Log.LogAttrs(ctx, slog.LevelWarn, "Passwords are sent unencrypted; set tls_server_config in the web configuration",
			slog.String("file", s.ConfigFile))
	}
	w.server = &http.Server{Handler: w.requireLogin(pages), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug)} // clients decide what is written there
	s.Log.LogAttrs(ctx, slog.LevelInfo, "Pages are served", slog.String("address", w.url))
	return w
}

// URL returns the address of the pages.
func (s *Server) URL() string { return s.url }

// Serve serves the pages until Stop has ended.
func (s *Server) Serve() error {
	err := s.serve()
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve pages: %w", err)
	}
	return nil
}

// serve serves with the certificates of the web configuration, which are read again with each connection: they are renewed while inlet runs.
func (s *Server) serve() error {
	first, err := s.settings.TLS()
	if err != nil {
		return err
	}
	if first == nil {
		return s.server.Serve(s.listener)
	}
	s.server.TLSConfig = first.Clone()
	s.server.TLSConfig.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		now, err := s.settings.TLS()
		if err == nil && now == nil {
			err = errors.New("the web configuration no longer has TLS")
		}
		if now != nil {
			now.NextProtos = []string{"h2", "http/1.1"}
		}
		return now, err
	}
	return s.server.ServeTLS(s.listener, "", "")
}

// drainTimeout is for requests in flight at a stop; the batch of rows that is being written has the rest of the ten seconds.
const drainTimeout = 3 * time.Second

// Stop waits for the end of ctx, and then for the requests in flight.
func (s *Server) Stop(ctx context.Context) error {
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := s.server.Shutdown(stop); err != nil {
		return s.server.Close() // an upload or a slow reader does not hold up the stop
	}
	return nil
}

// requireLogin refuses all requests to a public address while the web configuration, which is read with each request, asks for no login.
func (s *Server) requireLogin(h http.Handler) http.Handler {
	if !s.settings.Public {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, login, err := s.settings.Guard(); err != nil || !login {
			http.Error(w, "the web configuration no longer requires a login", http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(w, r)
	})
}
