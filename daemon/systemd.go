package daemon

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"
	"inlet.example/inlet/daemon/backoff"
)

// notifySystemd sends a state to systemd if that started inlet and wants it (Type=notify).
func notifySystemd(log *slog.Logger, state string) {
	if _, err := systemd.SdNotify(false, state); err != nil {
		log.LogAttrs(context.Background(), slog.LevelWarn, "systemd cannot be notified", slog.Any("error", err))
	}
}

// watchdog keeps systemd from restarting inlet (WatchdogSec=), as long as the pages answer and the current import makes progress: rows are read, or the
// store has answered. An import may take any time. A store or a drive that hangs is not a reason for a restart: what waits for it continues by itself. A
// workbook over which no progress is made ends the process, and after some restarts it is refused.
type watchdog struct {
	log          *slog.Logger
	idle         func() time.Duration // for how long the import that is slowest has made no progress
	url          string               // a page of this process
	stallTimeout time.Duration
}

// stallTimeout is how long an import may make no visible progress. The longest step of a workbook within its limits takes a minute.
const stallTimeout = 10 * time.Minute

func (w *watchdog) run(ctx context.Context) error {
	every, err := systemd.SdWatchdogEnabled(false)
	if err != nil || every == 0 {
		return nil //nolint:nilerr // WATCHDOG_USEC is for another process: no watchdog waits for this one
	}
	every /= 3
	for backoff.Sleep(ctx, every) == nil {
		if err := getOwn(ctx, w.url, every); err != nil {
			w.log.LogAttrs(ctx, slog.LevelError, "Own pages do not answer, no watchdog signal sent to systemd", slog.Any("error", err))
			continue
		}
		if since := w.idle(); since > w.stallTimeout {
			w.log.LogAttrs(ctx, slog.LevelError, "Running import makes no progress, no watchdog signal sent to systemd", slog.Duration("for", since.Round(time.Second)))
			continue
		}
		notifySystemd(w.log, systemd.SdNotifyWatchdog)
	}
	return nil
}

// ownClient calls this very process, so there is no certificate to verify.
var ownClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above

// getOwn requests a page of this process.
func getOwn(ctx context.Context, url string, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := ownClient.Do(req)
	if refused, ok := errors.AsType[*net.OpError](err); ok && refused.Op == "remote error" {
		return nil // it asks for a client certificate, so it answers
	}
	if err != nil {
		return err
	}
	return resp.Body.Close() // 401 is an answer too
}
