package drive

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/lib/oauthutil"
	"inlet.example/inlet/watcher/remote"
)

// RedirectURL is where the browser comes back to after a login. It is what an app of your own is registered with.
const RedirectURL = oauthutil.RedirectURL

// thanks is what the browser shows at the end.
const thanks = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>inlet</title></head><body>
{{ if .OK }}<p>inlet is logged in. You can close this page.</p>{{ else }}<p>inlet is not logged in: {{ .Name }} {{ .Description }}</p>{{ end }}
</body></html>`

// logins is held by the one that is under way: they all come back to one address, and rclone has one way to show a page.
var logins sync.Mutex

// Login has a person let us in. The address that show is given is opened in a browser on this machine; from another one it is reached
// through ssh -L 53682:127.0.0.1:53682. The token is kept in the place's Tokens.
func Login(ctx context.Context, s remote.Location, show func(url string)) error {
	if err := Check(s); err != nil {
		return err
	}
	k := kinds[s.Type]
	if k.login == nil {
		return fmt.Errorf("there is nothing to log in to: %s uses keys and passwords only", s.Type)
	}
	d, err := newDrive(s, patient)
	if err != nil {
		return err
	}
	defer d.close()
	if d.keeper.has(k.login...) {
		return errors.New("there is nothing to log in to: the options have another way in")
	}
	if !logins.TryLock() {
		return errors.New("another login is under way; end that first")
	}
	defer logins.Unlock()
	was := oauthutil.OpenURL
	oauthutil.OpenURL = func(url string) error {
		show(url)
		return nil
	}
	defer func() { oauthutil.OpenURL = was }()
	d.keeper.Set("config_template", thanks)
	if err := d.ask(fs.CopyConfig(ctx, d.base)); err != nil {
		return fmt.Errorf("log in to %s: %s", s.Source, d.discreet(err.Error()))
	}
	return d.keeper.flush()
}

// ask goes through what rclone asks for when a remote is made, with its own answers, until it has the token. For OneDrive it goes on: the
// token does not say which drive is meant.
func (d *Drive) ask(ctx context.Context) error {
	ctx, ci := fs.AddConfig(ctx)
	ci.AutoConfirm = true
	if d.place.Type != "onedrive" || d.place.Options["drive_id"] != "" {
		ctx = fs.ConfigOAuthOnly(ctx)
	}
	info := infoOf(d.place.Type)
	out, err := fs.BackendConfig(ctx, d.place.Source, d.keeper.mapper(d.place.Type), info, d.keeper, fs.ConfigIn{})
	switch {
	case err != nil:
		return err
	case out != nil && out.Error != "":
		return errors.New(out.Error)
	case out != nil && out.Option != nil:
		return fmt.Errorf("set the option %s", out.Option.Name)
	case !d.keeper.has("token"):
		return errors.New("no token came")
	}
	return nil
}
