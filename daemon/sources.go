package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	sourcestore "inlet.example/inlet/pipeline/store/sources"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/schedule"
)

const (
	requestLook = 2 * time.Second // how soon a command to ask a source is noticed
	stateEvery  = time.Minute     // that a source's state is written where nothing but the time has changed
)

// sources pass on what commands and the watcher have to tell each other, through the store: which sources a person wants asked, and how
// they stand.
type sources struct {
	mu      sync.Mutex
	states  map[string]sourcestore.State // as they are
	written map[string]sourcestore.State // as the store has them
	asked   map[string]int64             // requests that are being carried out
	news    chan struct{}
}

func newSources() *sources {
	return &sources{states: map[string]sourcestore.State{}, written: map[string]sourcestore.State{}, asked: map[string]int64{}, news: make(chan struct{}, 1)}
}

// answered takes what asking a source came to.
func (s *sources) answered(source string, a watcher.PollResult) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := sourcestore.State{Asked: time.Now().UTC(), Outcome: a.Outcome, Files: a.Files, Waiting: a.Waiting, Next: a.Again.UTC()}
	if a.Again.IsZero() {
		state.Next = time.Time{}
	}
	if a.Err != nil {
		state.Why = a.Err.Error()
	}
	if a.ByHand {
		state.Ran = s.asked[source]
	}
	s.states[source] = state
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// dirty are the states that the store should have and has not.
func (s *sources) dirty() map[string]sourcestore.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]sourcestore.State{}
	for name, state := range s.states {
		was, there := s.written[name]
		same := was
		same.Asked, same.Next = state.Asked, state.Next
		if !there || same != state || state.Asked.Sub(was.Asked) >= stateEvery {
			all[name] = state
		}
	}
	return all
}

func (s *sources) wrote(source string, state sourcestore.State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written[source] = state
}

func (s *sources) ask(source string, no int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[source] = no
}

// tellSources has sources asked that a person wants asked, and writes down how all of them stand.
func (d *Daemon) tellSources(ctx context.Context, s *store.Store, w *watcher.Watcher) error {
	if len(d.cfg.Sources) == 0 {
		return nil
	}
	look := time.NewTicker(cmp.Or(d.Again, requestLook))
	defer look.Stop()
	told := ""
	for {
		err := errors.Join(d.carryOut(ctx, s, w), d.writeStates(ctx, s, w))
		if ctx.Err() != nil {
			return nil
		}
		if text := fmt.Sprint(err); err != nil && text != told {
			told = text
			d.log.LogAttrs(ctx, slog.LevelWarn, "Sources cannot be told of, trying again", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		case <-d.sources.news:
		}
	}
}

func (d *Daemon) carryOut(ctx context.Context, s *store.Store, w *watcher.Watcher) error {
	names, err := s.Status.Requests(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !slices.ContainsFunc(d.cfg.Sources, func(s config.Source) bool { return s.Name == name }) {
			continue // of another daemon into this store
		}
		no, mine, err := s.Status.TakeRequest(ctx, name)
		if err != nil {
			return err
		}
		if mine {
			d.sources.ask(name, no)
			if err := w.RunNow(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Daemon) writeStates(ctx context.Context, s *store.Store, w *watcher.Watcher) error {
	dirty := d.sources.dirty()
	for _, name := range slices.Sorted(maps.Keys(dirty)) {
		state := dirty[name]
		told := state
		if told.Next.IsZero() {
			told.Next = w.Next(name).UTC()
		}
		if err := s.Status.Set(ctx, name, told); err != nil {
			return err
		}
		d.sources.wrote(name, state)
	}
	return nil
}

// imports tells a source how its files were imported.
type imports struct{ store *store.Store }

func (i imports) Newest(ctx context.Context) (int64, error) {
	newest, err := i.store.Imports.List(ctx, 0, 1)
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	return newest[0].No, nil
}

func (i imports) Since(ctx context.Context, inbox string, number int64) ([]remote.Import, error) {
	const page = 200
	var all []remote.Import
	for before := int64(0); ; {
		imports, err := i.store.Imports.List(ctx, before, page)
		if err != nil {
			return nil, err
		}
		for _, imp := range imports {
			if imp.No <= number {
				slices.Reverse(all)
				return all, nil
			}
			if imp.Inbox == inbox && imp.Undoes == "" {
				all = append(all, importOf(&imp))
			}
			before = imp.No
		}
		if len(imports) < page {
			slices.Reverse(all)
			return all, nil
		}
	}
}

func (i imports) Import(ctx context.Context, id string) (remote.Import, bool, error) {
	imp, ok, err := i.store.Imports.Import(ctx, id)
	return importOf(&imp), ok, err
}

// importOf is what a source wants to know. A workbook that is held waits for a person, and one whose file has not moved yet is not done with.
func importOf(imp *ledger.Import) remote.Import {
	return remote.Import{ID: imp.ID, Name: imp.Workbook, Sum: imp.Sum, Ended: imp.State.Ended() && imp.State != ledger.Held && !imp.Unplaced(),
		Well: imp.State == ledger.Done || imp.State == ledger.Duplicate}
}

// tokens keeps the logins of one source.
type tokens struct {
	store  *store.Store
	source string
}

func (t tokens) Token(ctx context.Context, key string) (string, bool, error) {
	return t.store.Tokens.Token(ctx, t.source, key)
}

func (t tokens) KeepToken(ctx context.Context, key, value string) error {
	return t.store.Tokens.KeepToken(ctx, t.source, key, value)
}

// Place says where a source's drive is, and how to get in: its options, with those that stand in files as they are now.
func (p *Parts) Place(s config.Source) (remote.Location, error) {
	options, err := s.AllOptions()
	if err != nil {
		return remote.Location{}, err
	}
	place := remote.Location{Source: s.Name, Type: s.Drive, Root: s.Root, Options: options, Recursive: s.Recursive, Bandwidth: s.Bandwidth,
		MaxBytes: s.MaxBytes, Tokens: tokens{p.Store, s.Name}}
	if remote.Then(s.WhenImported) == remote.Move {
		place.Skip = s.MoveTo
	}
	return place, nil
}

// Drives opens the drive of a place. Where it needs a person to log in, Login does that: show is given the address to open.
type Drives interface {
	Open(ctx context.Context, place remote.Location) (remote.Folder, error)
	Login(ctx context.Context, place remote.Location, show func(address string)) error
}

// NoDrives is what there is where none are built in.
type NoDrives struct{}

var errNoDrives = errors.New("drives are not built into this inlet; write url: or path: instead")

// Open says that there are none.
func (NoDrives) Open(context.Context, remote.Location) (remote.Folder, error) {
	return nil, errNoDrives
}

// Login says that there are none.
func (NoDrives) Login(context.Context, remote.Location, func(string)) error { return errNoDrives }

// Peek asks a source and changes nothing: it says what is there and would be brought.
func (p *Parts) Peek(ctx context.Context, s config.Source, drives Drives) (remote.Preview, error) {
	source, err := p.source(s)
	if err != nil {
		return remote.Preview{}, err
	}
	open := func(ctx context.Context, _ remote.Location) (remote.Folder, error) { return p.open(ctx, s, drives) }
	return source.Peek(ctx, watcher.Config{Memory: p.Store.History, History: p.Store.History, Imports: imports{p.Store}, Drive: open})
}

func (p *Parts) open(ctx context.Context, s config.Source, drives Drives) (remote.Folder, error) {
	place, err := p.Place(s)
	if err != nil {
		return nil, &remote.Denied{Err: err} // the file is a person's to mend
	}
	return drives.Open(ctx, place)
}

// source returns the watcher's part of a source's configuration.
func (p *Parts) source(s config.Source) (watcher.Source, error) {
	headers, err := s.AllHeaders()
	if err != nil {
		return watcher.Source{}, fmt.Errorf("source %s: %w", s.Name, err)
	}
	source := watcher.Source{Name: s.Name, Inbox: s.Inbox, URL: s.URL, Path: s.Path, As: s.As, Every: s.Every, Cron: s.Cron, TimeZone: s.TimeZone, Missed: schedule.Missed(s.Missed),
		Mapping: s.Mapping, Noted: s.Encoding+s.Delimiter != "", Header: headers, MaxBytes: s.MaxBytes, Include: s.Include, Then: remote.Then(s.WhenImported), MoveTo: s.MoveTo}
	if s.Drive != "" {
		source.Drive = &remote.Location{Source: s.Name, Type: s.Drive, Root: s.Root} // its secrets are read when it is opened
	}
	return source, nil
}
