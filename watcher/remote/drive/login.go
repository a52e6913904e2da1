package drive

import (
	"context"
	"errors"
	"sync"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/lib/oauthutil"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive/settings"
)

// loginPage is the page that the browser shows at the end.
const loginPage = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>inlet</title></head><body>
{{ if .OK }}<p>inlet is logged in. You can close this page.</p>{{ else }}<p>inlet is not logged in: {{ .Name }} {{ .Description }}</p>{{ end }}
</body></html>`

// loginMutex is held during a login: all logins return to one address, and rclone has one hook for opening a page.
var loginMutex sync.Mutex

// Login has a person log in. The address that is passed to show is to be opened in a browser on this machine, or on another one through
// ssh -L 53682:127.0.0.1:53682. The token is stored in the place's Tokens.
func Login(ctx context.Context, s remote.Location, show func(url string)) error {
	if err := settings.Check(s); err != nil {
		return err
	}
	k := settings.KindOf(s.Type)
	if k.Login == nil {
		return message.Errorf("this type of drive needs no login in the browser: %s uses keys and passwords only", s.Type)
	}
	d, err := newDrive(s, defaultTimeouts)
	if err != nil {
		return err
	}
	defer d.close()
	if d.tokens.Has(k.Login...) {
		return message.Errorf("no login in the browser is needed: the options contain another login")
	}
	if !loginMutex.TryLock() {
		return message.Errorf("another login is in progress; end it first")
	}
	defer loginMutex.Unlock()
	was := oauthutil.OpenURL
	oauthutil.OpenURL = func(url string) error {
		show(url)
		return nil
	}
	defer func() { oauthutil.OpenURL = was }()
	d.tokens.Set("config_template", loginPage)
	if err := runLogin(fs.CopyConfig(ctx, d.base), d); err != nil {
		return message.Errorf("log in to %s: %s", s.Source, d.failures.Redacted(err))
	}
	return d.tokens.Flush()
}

// runLogin goes through the questions that rclone asks when a remote is made, with its default answers, until it has the token. For OneDrive it goes
// on: the token does not say which drive is meant.
func runLogin(ctx context.Context, d *Drive) error {
	ctx, ci := fs.AddConfig(ctx)
	ci.AutoConfirm = true
	if d.place.Type != "onedrive" || d.place.Options["drive_id"] != "" {
		ctx = fs.ConfigOAuthOnly(ctx)
	}
	info := settings.Info(d.place.Type)
	out, err := fs.BackendConfig(ctx, d.place.Source, d.tokens.Mapper(d.place.Type), info, d.tokens, fs.ConfigIn{})
	switch {
	case err != nil:
		return err
	case out != nil && out.Error != "":
		return errors.New(out.Error)
	case out != nil && out.Option != nil:
		return message.Errorf("set the option %s", out.Option.Name)
	case !d.tokens.Has("token"):
		return message.Errorf("no token was received")
	}
	return nil
}
