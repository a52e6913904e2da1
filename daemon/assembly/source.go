package assembly

import (
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox/sign"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/schedule"
)

// importHistory looks up for a source how its files were imported.
type importHistory struct{ store *store.Store }

func (i importHistory) Newest(ctx context.Context) (int64, error) {
	newest, err := i.store.Imports.List(ctx, 0, 1)
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	return newest[0].No, nil
}

func (i importHistory) Since(ctx context.Context, inbox string, number int64) ([]remote.Import, error) {
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
				all = append(all, remoteImport(&imp))
			}
			before = imp.No
		}
		if len(imports) < page {
			slices.Reverse(all)
			return all, nil
		}
	}
}

func (i importHistory) Import(ctx context.Context, id string) (remote.Import, bool, error) {
	imp, ok, err := i.store.Imports.Import(ctx, id)
	return remoteImport(&imp), ok, err
}

// remoteImport reduces an import to what a source needs. A held workbook counts as not ended because a person has yet to decide, and so does one
// whose files are not archived yet.
func remoteImport(imp *ledger.Import) remote.Import {
	return remote.Import{ID: imp.ID, Name: imp.Workbook, Sum: imp.Sum, Ended: imp.State.Ended() && imp.State != ledger.Held && !imp.Unplaced(),
		Well: imp.State == ledger.Done || imp.State == ledger.Duplicate}
}

// tokenStore stores the login tokens of one source.
type tokenStore struct {
	store  *store.Store
	source string
}

func (t tokenStore) Token(ctx context.Context, key string) (string, bool, error) {
	return t.store.Tokens.Token(ctx, t.source, key)
}

func (t tokenStore) KeepToken(ctx context.Context, key, value string) error {
	return t.store.Tokens.KeepToken(ctx, t.source, key, value)
}

// Place returns the location of a source's drive and its options. Options that are kept in files are read anew with each call.
func (p *Parts) Place(s config.Source) (remote.Location, error) {
	options, err := s.AllOptions()
	if err != nil {
		return remote.Location{}, err
	}
	place := remote.Location{Source: s.Name, Type: s.Drive, Root: s.Root, Options: options, Recursive: s.Recursive, Bandwidth: s.Bandwidth,
		MaxBytes: s.MaxBytes, Tokens: tokenStore{p.Store, s.Name}}
	if remote.Then(s.WhenImported) == remote.Move {
		place.Skip = s.MoveTo
	}
	return place, nil
}

// Drives opens drives. Login lets a person log in to one that needs it: show gets the address to open in a browser.
type Drives interface {
	Open(ctx context.Context, place remote.Location) (remote.Folder, error)
	Login(ctx context.Context, place remote.Location, show func(address string)) error
}

// NoDrives is the Drives of a binary without drive support: every call returns an error.
type NoDrives struct{}

var errNoDrives = message.Errorf("this version of inlet was built without drives; use url: or path: instead")

// Open returns an error.
func (NoDrives) Open(context.Context, remote.Location) (remote.Folder, error) {
	return nil, errNoDrives
}

// Login returns an error.
func (NoDrives) Login(context.Context, remote.Location, func(string)) error { return errNoDrives }

// Peek lists what a source has and what of it would be fetched. It changes nothing.
func (p *Parts) Peek(ctx context.Context, s config.Source, drives Drives) (remote.Preview, error) {
	source, err := watcherSource(s)
	if err != nil {
		return remote.Preview{}, err
	}
	open := func(ctx context.Context, _ remote.Location) (remote.Folder, error) {
		return p.openDrive(ctx, s, drives)
	}
	return source.Peek(ctx, watcher.Config{Memory: p.Store.History, History: p.Store.History, Imports: importHistory{p.Store}, Drive: open})
}

func (p *Parts) openDrive(ctx context.Context, s config.Source, drives Drives) (remote.Folder, error) {
	place, err := p.Place(s)
	if err != nil {
		return nil, &remote.Denied{Err: err} // a person has to correct the secret's file
	}
	return drives.Open(ctx, place)
}

// Watcher returns the watcher's configuration: the inboxes, the sources, and where the sources keep their history. Drives is nil where none are
// built in. The caller adds events, log and pauses.
func (p *Parts) Watcher(drives Drives) (watcher.Config, error) {
	if drives == nil {
		drives = NoDrives{}
	}
	cfg := watcher.Config{Memory: p.Store.History, History: p.Store.History, Imports: importHistory{p.Store}}
	cfg.Drive = func(ctx context.Context, place remote.Location) (remote.Folder, error) {
		i := slices.IndexFunc(p.cfg.Sources, func(s config.Source) bool { return s.Name == place.Source })
		return p.openDrive(ctx, p.cfg.Sources[i], drives)
	}
	for _, in := range p.cfg.Inboxes {
		f := Folders(in)
		f.Owner.Refused = func(e *files.OwnershipError) { p.Pipeline.WarnOwnership(context.Background(), in.Name, e) }
		cfg.Inboxes = append(cfg.Inboxes, watcher.Inbox{Name: in.Name, Path: in.Path, Adopt: f.Owner.GiveFolder, Excluded: []string{f.Done, f.Failed, f.Held},
			Settle: in.Settle, Scan: in.Scan, Mapping: in.Mapping, SidecarGrace: in.SidecarGrace,
			Signs: sign.Settings{Words: in.Words(), Language: in.Language, Ask: in.Ask}})
	}
	for _, s := range p.cfg.Sources {
		source, err := watcherSource(s)
		if err != nil {
			return cfg, err
		}
		cfg.Sources = append(cfg.Sources, source)
	}
	return cfg, nil
}

// watcherSource returns the watcher's settings of a source.
func watcherSource(s config.Source) (watcher.Source, error) {
	headers, err := s.AllHeaders()
	if err != nil {
		return watcher.Source{}, fmt.Errorf("source %s: %w", s.Name, err)
	}
	source := watcher.Source{Name: s.Name, Inbox: s.Inbox, URL: s.URL, Path: s.Path, As: s.As, Every: s.Every, Cron: s.Cron, TimeZone: s.TimeZone, Missed: schedule.Missed(s.Missed),
		Mapping: s.Mapping, Noted: s.Encoding+s.Delimiter != "", Header: headers, MaxBytes: s.MaxBytes, Include: s.Include, Then: remote.Then(s.WhenImported), MoveTo: s.MoveTo}
	if s.Drive != "" {
		source.Drive = &remote.Location{Source: s.Name, Type: s.Drive, Root: s.Root} // secrets are read when the drive is opened
	}
	return source, nil
}
