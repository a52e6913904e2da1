package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/deploy/examples"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/inbox/claim"
)

// demo is one demonstration. What a write to the screen returns is ignored: without a reader there is nothing to show.
type demo struct {
	Dir      string // an empty folder
	Store    string // URI of an empty store; "" for a file in Dir
	Language string
	Screen   io.Writer

	cfg   config.Config
	parts *assembly.Parts
	out   io.Writer // the screen, with folded lines
	last  int64     // number of the newest import that was shown
	step  int
}

// run starts the daemon, shows what it does, and stops it.
func (d *demo) run(ctx context.Context) error {
	d.out = terminal.Fold(d.Screen)
	if err := d.configure(); err != nil {
		return err
	}
	var err error
	if d.parts, err = assembly.Open(ctx, d.cfg, slog.New(slog.DiscardHandler), nil); err != nil {
		return err
	}
	defer d.parts.Close(context.WithoutCancel(ctx))
	if err := d.checkEmpty(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return daemon.New(d.cfg, slog.New(slog.DiscardHandler)).Run(ctx) })
	g.Go(func() error {
		defer stop()
		return d.show(ctx)
	})
	return g.Wait()
}

func (d *demo) configure() error {
	for _, name := range []string{"inlet.yaml", "kunder.mapping.yaml", book} {
		if err := d.write(name); err != nil {
			return err
		}
	}
	var err error
	if d.cfg, err = load.Load(d.path("inlet.yaml"), load.Environment(nil), load.Fields(assembly.BuiltInFields())); err != nil {
		return err
	}
	d.cfg.HTTP.Address = "127.0.0.1:0"
	d.cfg.Language, d.cfg.Inboxes[0].Language = d.Language, d.Language
	d.cfg.Inboxes[0].Settle = 500 * time.Millisecond // no file is copied over a slow network here
	if d.Store != "" {
		d.cfg.Store.URI = d.Store
	}
	return nil
}

// checkEmpty returns an error if the store has records or imports.
func (d *demo) checkEmpty(ctx context.Context) error {
	imports, err := d.parts.Store.Imports.List(ctx, 0, 1)
	if err != nil {
		return err
	}
	errFull := message.Errorf("the database is not empty: name an empty one for the demonstration, e.g. mongodb://localhost:27017/inlet_demo")
	if len(imports) > 0 {
		return errFull
	}
	for _, kind := range crm.Kinds {
		if err := d.parts.Store.Records.Each(ctx, kind, func(crm.Record) error { return errFull }); err != nil {
			return err
		}
	}
	return nil
}

// write writes a file of the examples into the folder.
func (d *demo) write(name string) error {
	content, err := examples.Files.ReadFile(name)
	if err != nil {
		return err
	}
	return os.WriteFile(d.path(name), content, 0o600)
}

func (d *demo) path(name string) string { return filepath.Join(d.Dir, name) }

func (d *demo) inbox() string { return d.cfg.Inboxes[0].Path }

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

// title begins a step.
func (d *demo) title(text string) {
	d.step++
	d.say("\n%s\n", terminal.Bold.PaintFor(d.Screen, fmt.Sprintf("%d. %s", d.step, text)))
}

// command shows the command that prints what follows.
func (d *demo) command(text string) { d.say("%s", terminal.Faint.PaintFor(d.Screen, "$ "+text)) }

// archived waits until the next import has ended, its file has moved, and the claim is removed.
func (d *demo) archived(ctx context.Context) (imp ledger.Import, err error) {
	err = d.until(ctx, func() (bool, error) {
		imports, err := d.parts.Store.Imports.List(ctx, 0, 1)
		if err != nil || len(imports) == 0 || imports[0].No == d.last {
			return false, err
		}
		imp = imports[0]
		_, err = os.Stat(claim.Dir(d.inbox(), imp.Arrival))
		return imp.State.Ended() && imp.Archived != "" && errors.Is(err, fs.ErrNotExist), nil
	})
	d.last = imp.No
	return imp, err
}

func (d *demo) until(ctx context.Context, holds func() (bool, error)) error {
	const look = 20 * time.Millisecond
	for {
		ok, err := holds()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
}
