package daemon

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"
)

// notify tells systemd how it stands, where that started us and asks to be told (Type=notify).
func (d *Daemon) notify(state string) {
	if _, err := systemd.SdNotify(false, state); err != nil {
		d.log.LogAttrs(context.Background(), slog.LevelWarn, "systemd not told", slog.Any("error", err))
	}
}

// feedWatchdog shows systemd that inlet lives (WatchdogSec=), as long as its own pages answer and the import in hand makes progress: rows are read,
// or the store has answered. An import may take as long as it takes, and a store or a drive that hangs is no reason to be killed: what they keep
// waiting carries on when they are back. A workbook over which no progress is made ends the process, and so is set aside in the end.
func (d *Daemon) feedWatchdog(ctx context.Context, url string) error {
	every, err := systemd.SdWatchdogEnabled(false)
	if err != nil || every == 0 {
		return nil //nolint:nilerr // WATCHDOG_USEC is not ours: then nobody waits for us
	}
	every /= 3
	for sleep(ctx, every) == nil {
		if err := alive(ctx, url, every); err != nil {
			d.log.LogAttrs(ctx, slog.LevelError, "Own pages do not answer; systemd is not told that inlet lives", slog.Any("error", err))
			continue
		}
		if since := d.pulse.idle(); since > cmp.Or(d.Stalled, stalled) {
			d.log.LogAttrs(ctx, slog.LevelError, "The import in hand makes no progress; systemd is not told that inlet lives", slog.Duration("for", since.Round(time.Second)))
			continue
		}
		d.notify(systemd.SdNotifyWatchdog)
	}
	return nil
}

// stalled is how long an import may take over a step of which nothing is seen. The longest that a workbook within its budget needs is a minute.
const stalled = 10 * time.Minute

// pulse knows when the import in hand last made progress.
type pulse struct{ last atomic.Int64 } // nanoseconds since 1970; 0 while none is in hand

func (p *pulse) begin() { p.last.Store(time.Now().UnixNano()) }

func (p *pulse) end() { p.last.Store(0) }

// beat notes progress.
func (p *pulse) beat() {
	if was := p.last.Load(); was != 0 {
		p.last.CompareAndSwap(was, time.Now().UnixNano())
	}
}

// idle returns for how long it has made none; 0 while no import is in hand.
func (p *pulse) idle() time.Duration {
	last := p.last.Load()
	if last == 0 {
		return 0
	}
	return time.Since(time.Unix(0, last))
}

// own calls this very process, so nobody's certificate has to be proved.
var own = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above

func alive(ctx context.Context, url string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := own.Do(req)
	if refused, ok := errors.AsType[*net.OpError](err); ok && refused.Op == "remote error" {
		return nil // it wants a certificate, which a server that hangs does not say
	}
	if err != nil {
		return err
	}
	return resp.Body.Close() // 401 is an answer too
}
