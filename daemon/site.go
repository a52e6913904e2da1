package daemon

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/panel"
	"inlet.example/inlet/daemon/trial"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/settings"
)

// site is what the page of settings shows of a daemon.
type site struct{ *Daemon }

// settingsPages returns the page of settings within a frame.
func settingsPages(d *Daemon, around *frame.Frame) *settings.Pages {
	is := site{d}
	shown := settings.Site{Values: is.values, Logins: is.logins, Inboxes: is.inboxNames, Test: is.test, NoLogin: d.cfg.HTTP.Login == config.NoLogin}
	return settings.New(around, shown, func(store string) settings.Office {
		return panel.Office{Panel: &panel.Panel{Log: d.log, Of: func() panel.Session { return d.sessionOf(store) }}}
	})
}

// values returns the configuration in use for the page of settings.
func (d site) values() []settings.Value {
	var origins config.Origins
	if d.Origins != nil {
		origins = d.Origins()
	}
	var all []settings.Value
	for _, s := range config.Explain(d.shown.Load(), origins) {
		v := settings.Value{Key: s.Key, Value: s.Value}
		if s.Set {
			v.File, v.Line, v.Label = s.Origin.File, s.Origin.Line, s.Origin.Label
		}
		all = append(all, v)
	}
	return all
}

// logins returns who may open the pages, as the web configuration says now.
func (d site) logins() ([]settings.Login, error) {
	cfg := d.shown.Load().HTTP
	guard, err := cfg.Guard()
	if err != nil {
		return nil, err
	}
	var all []settings.Login
	for _, name := range slices.Sorted(maps.Keys(guard.Users)) {
		all = append(all, settings.Login{Name: name, Role: access.RoleOf(cfg.Roles, name)})
	}
	return all, nil
}

// inboxNames returns the inboxes of a store.
func (d site) inboxNames(store string) []string {
	var all []string
	for _, in := range d.shown.Load().For(store).Inboxes {
		all = append(all, in.Name)
	}
	return all
}

// test sends a test by the mail server and the webhooks, and returns a line for each.
func (d site) test(ctx context.Context, lang string) (lines []string, wrong bool) {
	cfg := *d.shown.Load()
	cfg.Language, cfg.Sources = lang, nil // sources are polled on the overview
	var text bytes.Buffer
	wrong = trial.Run(ctx, &text, cfg, nil)
	return strings.Split(strings.TrimSpace(text.String()), "\n"), wrong
}
