package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/web"
)

// serveProfiles serves the profiles of the process on a loopback address of their own until ctx ends, if the configuration has one.
func serveProfiles(ctx context.Context, address string, log *slog.Logger) error {
	if address == "" || address == config.PprofAdmin {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("http.pprof: %w", err)
	}
	log.LogAttrs(ctx, slog.LevelInfo, "Profiles are served", slog.String("address", "http://"+listener.Addr().String()+"/debug/pprof/"))
	server := &http.Server{Handler: web.Profiles(), ReadHeaderTimeout: 10 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve profiles: %w", err)
	}
	return nil
}
