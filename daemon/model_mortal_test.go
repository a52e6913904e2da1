package daemon_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// mortalEnv names the configuration of a daemon that this test binary, started again, is.
const mortalEnv = "INLET_TEST_MORTAL"

// mortal is inlet as a process of its own, which dies and whose store fails as the lines on its input say.
func mortal(path string) int {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	reload := func() (config.Config, error) { return load.Load(path, load.Environment(nil)) }
	cfg, err := reload()
	if err != nil {
		log.Error("Load", slog.Any("error", err))
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	f := &fate{}
	go f.listen()
	d := daemon.New(cfg, log)
	d.Load, d.Interval, d.At = reload, 50*time.Millisecond, f.reach
	d.WrapEngine(func(e engine.Engine) engine.Engine { return fated{e, f} })
	go reloads(d)
	if err := d.Run(ctx); err != nil {
		log.Error("Run", slog.Any("error", err))
		return 1
	}
	return 0
}

func reloads(d *daemon.Daemon) {
	hups := make(chan os.Signal, 1)
	signal.Notify(hups, syscall.SIGHUP)
	for range hups {
		d.Reload()
	}
}

// fate is what is to befall a mortal.
type fate struct {
	mu    sync.Mutex
	point ledger.CrashPoint // where it dies, the times-th time it comes by
	times int
	from  int // so many calls to the store from now, calls fail; 0: none does
	count int // so many of them
	after bool
}

// listen takes orders: "die TIMES POINT", "fail FROM COUNT AFTER", "calm".
func (f *fate) listen() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		f.mu.Lock()
		var err error
		switch word {
		case "die":
			times, point, _ := strings.Cut(rest, " ")
			f.point = ledger.CrashPoint(point)
			_, err = fmt.Sscan(times, &f.times)
		case "fail":
			_, err = fmt.Sscan(rest, &f.from, &f.count, &f.after)
		default:
			f.point, f.from = "", 0
		}
		f.mu.Unlock()
		if err != nil {
			panic(err)
		}
	}
}

func (f *fate) reach(p ledger.CrashPoint) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p != f.point {
		return
	}
	if f.times--; f.times <= 0 {
		killed()
		select {} // nothing more is to happen until it is dead
	}
}

// step reports whether a call is made, and the error that is returned instead of its answer.
func (f *fate) step() (makes bool, hears error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.from == 0 {
		return true, nil
	}
	if f.from > 1 {
		f.from--
		return true, nil
	}
	if f.count--; f.count <= 0 {
		f.from = 0
	}
	return f.after, errFated
}

var errFated = errors.New("a fault that the test made")

// fated is an engine that fails as its fate will have it.
type fated struct {
	engine.Engine
	*fate
}

func call[T any](f *fate, do func() (T, error)) (T, error) {
	var none T
	makes, hears := f.step()
	if !makes {
		return none, hears
	}
	v, err := do()
	if hears != nil {
		return none, hears
	}
	return v, err
}

// none is a call's answer where it has none but its error.
type none struct{}

func (e fated) Batch(ctx context.Context, do func(ctx context.Context, e engine.Engine) error) error {
	_, err := call(e.fate, func() (none, error) {
		return none{}, e.Engine.Batch(ctx, func(ctx context.Context, in engine.Engine) error { return do(ctx, fated{in, e.fate}) })
	})
	return err
}

func (e fated) Find(ctx context.Context, kind crm.Kind, hashes []int64) ([]crm.Record, error) {
	return call(e.fate, func() ([]crm.Record, error) { return e.Engine.Find(ctx, kind, hashes) })
}

func (e fated) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	return call(e.fate, func() ([]crm.Record, error) { return e.Engine.ByID(ctx, kind, ids) })
}

func (e fated) Scan(ctx context.Context, kind crm.Kind, after engine.Position, limit int) ([]crm.Record, error) {
	return call(e.fate, func() ([]crm.Record, error) { return e.Engine.Scan(ctx, kind, after, limit) })
}

func (e fated) Refresh(ctx context.Context, kind crm.Kind, r engine.Refresh) (int, error) {
	return call(e.fate, func() (int, error) { return e.Engine.Refresh(ctx, kind, r) })
}

func (e fated) Stale(ctx context.Context, kind crm.Kind, r engine.Refresh, do func([]crm.Record) error) error {
	_, err := call(e.fate, func() (none, error) { return none{}, e.Engine.Stale(ctx, kind, r, do) })
	return err
}

func (e fated) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) ([]engine.Result, error) {
	return call(e.fate, func() ([]engine.Result, error) { return e.Engine.Write(ctx, kind, writes) })
}

func (e fated) Insert(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	return call(e.fate, func() (bool, error) { return e.Engine.Insert(ctx, table, doc) })
}

func (e fated) Delete(ctx context.Context, table engine.Table, ids []string) error {
	_, err := call(e.fate, func() (none, error) { return none{}, e.Engine.Delete(ctx, table, ids) })
	return err
}

func (e fated) Swap(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	return call(e.fate, func() (bool, error) { return e.Engine.Swap(ctx, table, doc) })
}

func (e fated) Load(ctx context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	var there bool
	doc, err := call(e.fate, func() (doc engine.Doc, err error) {
		doc, there, err = e.Engine.Load(ctx, table, id)
		return doc, err
	})
	return doc, there && err == nil, err
}

func (e fated) LoadAll(ctx context.Context, table engine.Table, ids []string) ([]engine.Doc, error) {
	return call(e.fate, func() ([]engine.Doc, error) { return e.Engine.LoadAll(ctx, table, ids) })
}

func (e fated) WriteAll(ctx context.Context, table engine.Table, docs []engine.Doc) (int, error) {
	return call(e.fate, func() (int, error) { return e.Engine.WriteAll(ctx, table, docs) })
}

func (e fated) Range(ctx context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	return call(e.fate, func() ([]engine.Doc, error) { return e.Engine.Range(ctx, table, r) })
}
