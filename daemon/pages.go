package daemon

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/intake"
	"inlet.example/inlet/daemon/panel"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/api"
	"inlet.example/inlet/daemon/web/cards"
	"inlet.example/inlet/daemon/web/fieldmap"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/incoming"
	"inlet.example/inlet/daemon/web/pages"
	"inlet.example/inlet/daemon/web/preview"
	"inlet.example/inlet/daemon/web/settings"
	"inlet.example/inlet/daemon/web/upload"
)

func webSettings(cfg config.HTTP, log *slog.Logger) web.Settings {
	return web.Settings{ConfigFile: cfg.WebConfigFile, Public: cfg.Public(), Log: log, TLS: cfg.TLS, Guard: func() (encrypted, login bool, err error) {
		guard, err := cfg.Guard()
		return guard.TLS, guard.Login, err
	}}
}

// handler returns all that is served. The rules of who may do what are those of the configuration at the start.
func handler(ctx context.Context, d *Daemon, address net.Addr) http.Handler {
	cfg := d.cfg.HTTP
	guard, err := cfg.Guard()
	if err != nil {
		d.log.LogAttrs(ctx, slog.LevelError, "Web configuration cannot be used", slog.Any("error", err)) // the server returns the error
	}
	guarded := access.New(access.Settings{Address: cfg.Address, PublicURL: cfg.PublicURL, Hosts: cfg.Hosts, Origins: cfg.Origins, NoLogin: cfg.Login == config.NoLogin,
		Roles: cfg.Roles, Secure: guard.TLS, Users: func() (map[string]string, error) {
			now, err := cfg.Guard()
			return now.Users, err
		}, Tokens: d.token})
	if link := guarded.Link(); link != "" {
		d.log.LogAttrs(ctx, slog.LevelInfo, "Open the pages once with this link, or set http.login or http.web_config_file", slog.String("link", "http://"+address.String()+link))
	}
	var drawn *pages.Choice
	around := frame.New(frame.Settings{Access: guarded, Log: d.log, Stores: d.storeNames, Templates: []fs.FS{pages.Templates, cards.Templates, upload.Templates, fieldmap.Templates, preview.Templates, settings.Templates},
		Side: func(r *http.Request) frame.Side { return drawn.Side(r) }})
	panels := panelsOf(d)
	drawn = pages.New(around, func(store string) pages.Store {
		p := panels(store)
		return pages.Store{Reader: p, Lists: p, Status: p, Control: p, Ticker: p}
	})
	shown := cards.New(around, func(store string) cards.Store {
		b := panel.Browser{Panel: panels(store)}
		return cards.Store{Reader: b, Fields: b}
	})
	gate := incoming.New(d.uploadIdle)
	programs := api.New(api.Settings{Version: d.Version, Stores: d.storeNames, Stopping: ctx.Done(), Arrivals: intake.NewPrograms(d.intake), Gate: gate, Open: func(store string) api.Store {
		p := panels(store)
		return api.Store{Store: pages.Store{Reader: p, Lists: p, Status: p, Control: p, Ticker: p}, Records: panel.Browser{Panel: p}}
	}})
	return web.Handler(web.Parts{Metrics: d.metrics.Handler(), Unready: d.unready, Inboxes: d.inboxes, Access: guarded, Profiles: cfg.Pprof == config.PprofAdmin, Pages: append([]web.Pages{around, drawn, shown, programs, settingsPages(d, around)}, uploadPages(d, around, gate)...), Guarded: func() bool {
		now, err := cfg.Guard()
		return err != nil || now.Login || len(cfg.Roles) > 0
	}})
}

// panelsOf returns the panels of the stores: one for each, so that what it reads is shared by all who look.
func panelsOf(d *Daemon) func(store string) *panel.Panel {
	var mu sync.Mutex
	all := map[string]*panel.Panel{}
	return func(store string) *panel.Panel {
		mu.Lock()
		defer mu.Unlock()
		if all[store] == nil {
			all[store] = &panel.Panel{Log: d.log, Of: func() panel.Session { return d.sessionOf(store) }}
		}
		return all[store]
	}
}

// uploadPages returns the pages of uploads within a frame.
func uploadPages(d *Daemon, around *frame.Frame, gate *incoming.Gate) []web.Pages {
	uploaded := upload.New(upload.Settings{Frame: around, Keeper: d.intake, Most: d.cfg.HTTP.UploadBytes, Gate: gate})
	return []web.Pages{uploaded, fieldmap.New(around, uploaded, d.intake), preview.New(around, uploaded, d.intake)}
}
