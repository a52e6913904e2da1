package drive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rclone/rclone/fs"
	"golang.org/x/time/rate"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive/internal/failure"
	"inlet.example/inlet/watcher/remote/drive/internal/guard"
	"inlet.example/inlet/watcher/remote/drive/internal/tokens"
	"inlet.example/inlet/watcher/remote/drive/settings"
)

// timeouts are the times after which a place is taken for dead.
type timeouts struct {
	connect time.Duration
	answer  time.Duration // of an answer, and between two chunks of the content
	open    time.Duration // until a place is open, with its retries
	list    time.Duration // all pages of all folders
	change  time.Duration // one file moved or removed: a bucket copies it
	abandon time.Duration // until a call that was cancelled is abandoned
	tries   int           // of one request
}

var defaultTimeouts = timeouts{
	connect: 15 * time.Second,
	answer:  time.Minute,
	open:    2 * time.Minute,
	list:    15 * time.Minute,
	change:  10 * time.Minute,
	abandon: 5 * time.Second,
	tries:   3,
}

// Drive is an open place. It may be used by several goroutines.
type Drive struct {
	place    remote.Location
	kind     settings.Kind
	timeouts timeouts
	tokens   *tokens.Store
	limit    *rate.Limiter // nil if there is none
	guard    guard.Guard
	failures failure.Explainer
	base     context.Context // rclone's settings for this source; over when it is closed
	close    context.CancelFunc
	fs       files
}

var _ remote.Folder = (*Drive)(nil)

// remoteNames makes the name of each rclone remote unique: rclone caches by it.
var remoteNames atomic.Int64

// Open checks the settings and logs in, where the place has a login. Close it after use.
func Open(ctx context.Context, s remote.Location) (*Drive, error) {
	return open(ctx, s, defaultTimeouts)
}

func open(ctx context.Context, s remote.Location, p timeouts) (*Drive, error) {
	if err := settings.Check(s); err != nil {
		return nil, err
	}
	d, err := newDrive(s, p)
	if err != nil {
		return nil, err
	}
	if err := d.enter(ctx); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func newDrive(s remote.Location, p timeouts) (*Drive, error) {
	options, err := settings.Options(s)
	if err != nil {
		return nil, err
	}
	d := &Drive{
		place: s, kind: settings.KindOf(s.Type), timeouts: p,
		tokens: tokens.New(s, options),
		guard:  guard.Guard{AbandonAfter: p.abandon},
	}
	if s.Bandwidth > 0 {
		d.limit = rate.NewLimiter(rate.Limit(s.Bandwidth), int(max(min(s.Bandwidth, chunkSize), 1)))
	}
	base, ci := fs.AddConfig(context.Background())
	ci.UseServerModTime = true
	ci.ConnectTimeout = fs.Duration(p.connect)
	ci.Timeout = fs.Duration(p.answer)
	ci.LowLevelRetries = p.tries
	if d.kind.NoRetries {
		ci.LowLevelRetries = 1
	}
	ci.UserAgent = "inlet"
	settings.ApplyShared(ci, s.Options)
	d.base, d.close = context.WithCancel(base)
	d.failures = failure.Explainer{Place: s, Kind: d.kind, Secrets: settings.Secrets(s), Base: d.base, Timeout: p.connect}
	return d, nil
}

// enter makes the rclone backend. If a key was pinned meanwhile it is made once more, since from then on only that key is accepted.
func (d *Drive) enter(ctx context.Context) error {
	if err := d.tokens.Load(ctx); err != nil {
		return err
	}
	if d.kind.Login != nil && !d.tokens.Has(append([]string{"token"}, d.kind.Login...)...) {
		return &remote.Denied{Err: message.Errorf("open %s: not logged in yet; run %q", d.place.Source, failure.LoginCommand(d.place.Source))}
	}
	pinned := d.tokens.Has("host_keys")
	if err := d.dial(ctx); err != nil {
		return err
	}
	if !pinned && d.tokens.Has("host_keys") {
		if !d.tokens.Lasts() {
			return message.Errorf("pin_host_key needs a store to keep the key in")
		}
		logger().LogAttrs(ctx, slog.LevelInfo, "Key of the server pinned", slog.String("source", d.place.Source))
		shutDown(d.fs.Fs)
		if err := d.dial(ctx); err != nil {
			return err
		}
	}
	return d.tokens.Flush()
}

func (d *Drive) dial(ctx context.Context) error {
	f, err := guard.Run(ctx, &d.guard, d.timeouts.open, func(ctx context.Context) (fs.Fs, error) {
		name := fmt.Sprintf("inlet-%s-%d", d.place.Source, remoteNames.Add(1))
		f, err := settings.Info(d.place.Type).NewFs(d.base, name, d.root(), d.tokens.Mapper(d.place.Type))
		if err == nil && ctx.Err() != nil {
			shutDown(f) // the caller does not wait any more
		}
		return f, err
	})
	if errors.Is(err, fs.ErrorIsFile) {
		return message.Errorf("open %s: the root %s is a file; set it to its folder", d.place.Source, d.place.Root)
	}
	if err != nil {
		return d.failures.Explain(failure.Opening, d.place.Root, err)
	}
	d.fs = files{f}
	return d.greet(ctx)
}

// greet asks Google Drive for its quota. Once in a process rclone requests the export formats of sheets from the same address; if that request
// fails, no later listing contains sheets.
func (d *Drive) greet(ctx context.Context) error {
	about := d.fs.Features().About
	if d.place.Type != "drive" || about == nil {
		return nil
	}
	_, err := guard.Run(ctx, &d.guard, d.timeouts.open, func(ctx context.Context) (*fs.Usage, error) {
		return about(fs.CopyConfig(ctx, d.base))
	})
	return d.failures.Explain(failure.Opening, d.place.Root, err)
}

// root ends in a slash where that spares a request whether it is a file.
func (d *Drive) root() string {
	root := d.place.Root
	switch d.place.Type {
	case "s3", "sftp", "webdav", "smb":
		if root != "" && !strings.HasSuffix(root, "/") {
			return root + "/"
		}
	case "local":
		return path.Clean(root)
	}
	return root
}

// Close closes the connections, and tries once more to save tokens that could not be saved before.
func (d *Drive) Close() error {
	if d.fs.Fs != nil {
		shutDown(d.fs.Fs)
	}
	d.close()
	return d.tokens.Flush()
}

func shutDown(f fs.Fs) {
	if bye := f.Features().Shutdown; bye != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = bye(ctx) // nothing can be done about it
	}
}
