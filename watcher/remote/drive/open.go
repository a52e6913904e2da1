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
	"inlet.example/inlet/watcher/remote"
)

// patience is after which time a place is taken for dead.
type patience struct {
	connect time.Duration
	answer  time.Duration // of an answer, and between two pieces of the content
	open    time.Duration // until a place is open, with its retries
	list    time.Duration // all pages of all folders
	change  time.Duration // one file moved or removed: a bucket copies it
	letGo   time.Duration // until a call that was called off is left behind
	tries   int           // of one request
}

var patient = patience{
	connect: 15 * time.Second,
	answer:  time.Minute,
	open:    2 * time.Minute,
	list:    15 * time.Minute,
	change:  10 * time.Minute,
	letGo:   5 * time.Second,
	tries:   3,
}

// Drive is an open place. It may be used by several goroutines.
type Drive struct {
	place    remote.Location
	kind     kind
	patience patience
	keeper   *keeper
	hide     *strings.Replacer // secrets
	limit    *rate.Limiter     // nil if there is none
	guard    guard
	base     context.Context // rclone's settings for this source; over when it is closed
	close    context.CancelFunc
	fs       fs.Fs
}

var _ remote.Folder = (*Drive)(nil)

// names makes the name of each rclone remote its own: rclone keeps things by it.
var names atomic.Int64

// Open checks the settings and gets in, where the place has such a thing as getting in. Close it after use.
func Open(ctx context.Context, s remote.Location) (*Drive, error) {
	return open(ctx, s, patient)
}

func open(ctx context.Context, s remote.Location, p patience) (*Drive, error) {
	if err := Check(s); err != nil {
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

func newDrive(s remote.Location, p patience) (*Drive, error) {
	options, err := optionsOf(s)
	if err != nil {
		return nil, err
	}
	d := &Drive{
		place: s, kind: kinds[s.Type], patience: p,
		keeper: newKeeper(s, options),
		hide:   hiding(s),
		guard:  guard{letGo: p.letGo},
	}
	if s.Bandwidth > 0 {
		d.limit = rate.NewLimiter(rate.Limit(s.Bandwidth), int(max(min(s.Bandwidth, piece), 1)))
	}
	base, ci := fs.AddConfig(context.Background())
	ci.UseServerModTime = true
	ci.ConnectTimeout = fs.Duration(p.connect)
	ci.Timeout = fs.Duration(p.answer)
	ci.LowLevelRetries = p.tries
	if d.kind.once {
		ci.LowLevelRetries = 1
	}
	ci.UserAgent = "inlet"
	useOurs(ci, s.Options)
	d.base, d.close = context.WithCancel(base)
	return d, nil
}

// enter makes the rclone backend. A key that was pinned on the way is the only one from then on, so it enters once more.
func (d *Drive) enter(ctx context.Context) error {
	if err := d.keeper.recall(ctx); err != nil {
		return err
	}
	if d.kind.login != nil && !d.keeper.has(append([]string{"token"}, d.kind.login...)...) {
		return &remote.Denied{Err: fmt.Errorf("open %s: nobody logged in yet", d.place.Source)}
	}
	pinned := d.keeper.has("host_keys")
	if err := d.dial(ctx); err != nil {
		return err
	}
	if !pinned && d.keeper.has("host_keys") {
		if d.keeper.tokens == nil {
			return errors.New("pin_host_key needs a place to keep the key")
		}
		logger().LogAttrs(ctx, slog.LevelInfo, "Pinned the key of the server", slog.String("source", d.place.Source))
		shutDown(d.fs)
		if err := d.dial(ctx); err != nil {
			return err
		}
	}
	return d.keeper.flush()
}

func (d *Drive) dial(ctx context.Context) error {
	f, err := guarded(ctx, &d.guard, d.patience.open, func(ctx context.Context) (fs.Fs, error) {
		name := fmt.Sprintf("inlet-%s-%d", d.place.Source, names.Add(1))
		f, err := infoOf(d.place.Type).NewFs(d.base, name, d.root(), d.keeper.mapper(d.place.Type))
		if err == nil && ctx.Err() != nil {
			shutDown(f) // too late for whoever asked
		}
		return f, err
	})
	if errors.Is(err, fs.ErrorIsFile) {
		return fmt.Errorf("open %s: the root %s is a file; give its folder", d.place.Source, d.place.Root)
	}
	if err != nil {
		return d.trouble(opening, d.place.Root, err)
	}
	d.fs = f
	return d.greet(ctx)
}

// greet asks Google Drive for its quota. rclone asks the same address once in the life of the process what sheets can become; if that one
// request fails there are no sheets in any listing after it.
func (d *Drive) greet(ctx context.Context) error {
	about := d.fs.Features().About
	if d.place.Type != "drive" || about == nil {
		return nil
	}
	_, err := guarded(ctx, &d.guard, d.patience.open, func(ctx context.Context) (*fs.Usage, error) {
		return about(fs.CopyConfig(ctx, d.base))
	})
	return d.trouble(opening, d.place.Root, err)
}

// root has a slash at its end where that keeps the place from being asked whether it is a file.
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

// Close lets the connections go. It keeps a last time what could not be kept before.
func (d *Drive) Close() error {
	if d.fs != nil {
		shutDown(d.fs)
	}
	d.close()
	return d.keeper.flush()
}

func shutDown(f fs.Fs) {
	if bye := f.Features().Shutdown; bye != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = bye(ctx) // it is being given up
	}
}

// begin is what each call does first. The context it gives has rclone's settings for this source.
func (d *Drive) begin(ctx context.Context) (context.Context, error) {
	if err := d.keeper.flush(); err != nil {
		return nil, err
	}
	return fs.CopyConfig(ctx, d.base), nil
}
