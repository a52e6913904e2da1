package panel

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/status"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/daemon/web/drawing"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/pages"
	"inlet.example/inlet/daemon/worker/current"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/mapping/template"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/pipeline/store/sources"
	"inlet.example/inlet/watcher"
)

// Session is the part of a session that the pages show. Parts returns nil while no file can be imported.
type Session interface {
	Parts() *assembly.Parts
	Configuration() config.Config
	Statuses() []status.Inbox
	Inboxes() []web.Inbox
	Running() (current.Progress, bool)
	Unready(ctx context.Context) error
	ShowPauses(ctx context.Context) error
	Do(ctx context.Context, act func(context.Context) error) error
}

// Panel is the pages' view of a store. Of returns its session, nil while there is none; it is asked with each request, for a session lives no longer
// than a configuration.
type Panel struct {
	Of  func() Session
	Log *slog.Logger

	running lately
}

// lately is an import that was running when it was last read. Many pages and programs follow one import, and cost no more than one of them.
type lately struct {
	mu   sync.Mutex
	read time.Time
	imp  ledger.Import
}

// moment is how long what was read of a running import is shown.
const moment = 500 * time.Millisecond

// Import returns an import by its ID: as it was a moment ago, if it was running then.
func (l *lately) Import(ctx context.Context, id string, read func(context.Context, string) (ledger.Import, bool, error)) (ledger.Import, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.imp.ID == id && time.Since(l.read) < moment {
		return l.imp, true, nil
	}
	imp, ok, err := read(ctx, id)
	if ok && err == nil && imp.State == ledger.Running {
		l.imp, l.read = imp, time.Now()
	}
	return imp, ok, err
}

// parts returns the open store.
func (p *Panel) parts() (*assembly.Parts, error) {
	if s := p.Of(); s != nil {
		if parts := s.Parts(); parts != nil {
			return parts, nil
		}
	}
	return nil, frame.ErrNoStore
}

// fresh returns the open store with a pipeline of its own.
func (p *Panel) fresh(ctx context.Context) (*assembly.Parts, error) {
	parts, err := p.parts()
	if err != nil {
		return nil, err
	}
	return parts.Beside(ctx)
}

// Page returns a page of the imports that a filter selects.
func (p *Panel) Page(ctx context.Context, f listing.Filter, b listing.Bounds) (listing.Page, error) {
	parts, err := p.parts()
	if err != nil {
		return listing.Page{}, err
	}
	return parts.Store.Catalog.List(ctx, f, b)
}

// Days returns the totals of up to limit days from a date on.
func (p *Panel) Days(ctx context.Context, from string, limit int) ([]listing.Day, error) {
	parts, err := p.parts()
	if err != nil {
		return nil, err
	}
	return parts.Store.Catalog.Days(ctx, from, limit)
}

// Import returns one import by its ID, and whether there is one.
func (p *Panel) Import(ctx context.Context, id string) (ledger.Import, bool, error) {
	parts, err := p.parts()
	if err != nil {
		return ledger.Import{}, false, err
	}
	if now, is := p.Running(); !is || now.ID != id {
		return parts.Store.Imports.Import(ctx, id)
	}
	return p.running.Import(ctx, id, parts.Store.Imports.Import)
}

// Held returns the imports of this daemon's inboxes that wait for a person, the newest first.
func (p *Panel) Held(ctx context.Context) ([]ledger.Import, error) {
	parts, err := p.parts()
	if err != nil {
		return nil, err
	}
	var all []ledger.Import
	for _, inbox := range p.Of().Configuration().Inboxes {
		files, err := parts.Store.Imports.Held(ctx, inbox.Name)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			imp, ok, err := parts.Store.Imports.Import(ctx, file.Import)
			if err != nil {
				return nil, err
			}
			if ok && imp.State == ledger.Held {
				all = append(all, imp)
			}
		}
	}
	slices.SortFunc(all, func(a, b ledger.Import) int { return cmp.Compare(b.No, a.No) })
	return all, nil
}

// Changes returns the changes of an import, batch by batch, without those that are passed over.
func (p *Panel) Changes(ctx context.Context, id string, skip func(problems, fields int) bool) iter.Seq2[[]ledger.Change, error] {
	parts, err := p.parts()
	if err != nil {
		return func(yield func([]ledger.Change, error) bool) { yield(nil, err) }
	}
	return parts.Store.Journal.Pages(ctx, id, skip)
}

// Notifications returns the mails and calls that an import has caused.
func (p *Panel) Notifications(ctx context.Context, imp *ledger.Import) ([]ledger.Notification, error) {
	parts, err := p.parts()
	if err != nil {
		return nil, err
	}
	return parts.Store.Outbox.Of(ctx, imp)
}

// Mapping returns the text of a mapping by its hash.
func (p *Panel) Mapping(ctx context.Context, sum string) (ledger.Sidecar, bool, error) {
	parts, err := p.parts()
	if err != nil {
		return ledger.Sidecar{}, false, err
	}
	return parts.Store.Mappings.Mapping(ctx, sum)
}

// Records returns records by their IDs; those that do not exist are left out.
func (p *Panel) Records(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	parts, err := p.parts()
	if err != nil {
		return nil, err
	}
	return parts.Store.Records.ByID(ctx, kind, ids)
}

// Schema returns the fields of the store; the built-in ones while it is not open.
func (p *Panel) Schema() *crm.Schema {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if parts, err := p.fresh(ctx); err == nil {
		return parts.Schema
	}
	schema, _ := crm.NewSchema() // only fields of a site can be wrong
	return schema
}

// Ready returns nil while files can be imported.
func (p *Panel) Ready(ctx context.Context) error {
	parts, err := p.parts()
	if err != nil {
		return err
	}
	return parts.Store.Ping(ctx)
}

// Running returns the import that is being written.
func (p *Panel) Running() (pages.Running, bool) {
	s := p.Of()
	if s == nil {
		return pages.Running{}, false
	}
	now, ok := s.Running()
	return pages.Running{ID: now.ID, Inbox: now.Inbox, File: now.Workbook, Began: now.Began, Rows: now.Rows, Total: now.Total}, ok
}

// Inboxes returns the inboxes as their last scans found them.
func (p *Panel) Inboxes() []pages.Inbox {
	s := p.Of()
	if s == nil {
		return nil
	}
	var all []pages.Inbox
	configured := s.Configuration().Inboxes
	for _, is := range s.Statuses() {
		in := pages.Inbox{Name: is.Name, Pause: settings.OfInbox(is.Name), Paused: is.Paused, Waiting: is.Waiting, Open: is.Open, Never: is.NotWorkbooks,
			Unreadable: is.Unreadable, Err: is.Err}
		if i := slices.IndexFunc(configured, func(c config.Inbox) bool { return c.Name == is.Name }); i >= 0 {
			in.Path, in.Uploads = configured[i].Path, configured[i].Uploads
		}
		if len(is.Claimed) > 0 {
			in.Oldest, in.Since, in.WaitsFor = is.Claimed[0].Name, is.Claimed[0].Seen, string(is.Why)
		}
		all = append(all, in)
	}
	return all
}

// Sources returns the sources as they were last polled.
func (p *Panel) Sources(ctx context.Context) ([]pages.Source, error) {
	s := p.Of()
	parts, err := p.parts()
	if err != nil || len(s.Configuration().Sources) == 0 {
		return nil, err
	}
	states, err := parts.Store.Status.All(ctx)
	if err != nil {
		return nil, err
	}
	paused, err := parts.Store.Pauses.All(ctx)
	if err != nil {
		return nil, err
	}
	var all []pages.Source
	for _, c := range s.Configuration().Sources {
		is := states[c.Name]
		_, holds := paused.Holds(settings.OfSource(c.Name))
		all = append(all, pages.Source{Name: c.Name, Where: whereIs(&c), Inbox: c.Inbox, Pause: settings.OfSource(c.Name), Paused: holds,
			Asked: is.Asked, Next: is.Next, Files: is.Files, Outcome: is.Outcome, Why: is.Why, LoggedOut: is.Outcome == watcher.PolledAuth, Polls: pollsOf(is.Polls)})
	}
	return all, nil
}

// pollsOf returns the last polls of a source, the newest first.
func pollsOf(kept []sources.Poll) []drawing.Poll {
	all := make([]drawing.Poll, 0, len(kept))
	for _, poll := range slices.Backward(kept) {
		all = append(all, drawing.Poll{At: poll.At, Files: poll.Files, Failed: poll.Outcome == watcher.PolledFailed || poll.Outcome == watcher.PolledAuth})
	}
	return all
}

// whereIs returns the address of a source without anything secret.
func whereIs(c *config.Source) string {
	switch {
	case c.URL != "":
		return c.WithoutSecrets().URL
	case c.Path != "":
		return c.Path
	}
	return c.Drive + ":" + c.Root
}

// Plan returns the plan that was made of a held import, "" where there is none.
func (p *Panel) Plan(imp *ledger.Import) string {
	const most = 1 << 20 // as it is written
	text, err := p.read(imp, cmp.Or(imp.Plan, imp.Archived+".plan.txt"), most)
	if err != nil {
		return ""
	}
	return string(text)
}

// File returns a file of an import; nil where it is not there.
func (p *Panel) File(imp *ledger.Import, which pages.File) *pages.Stored {
	path := map[pages.File]string{pages.Original: imp.Archived, pages.Rejected: imp.Rejected, pages.Mapping: imp.Sidecar}[which]
	if path == "" {
		return nil
	}
	root, name, ok := p.below(imp, path)
	if !ok {
		return nil
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return &pages.Stored{Name: filepath.Base(path), Open: func() (pages.ReadSeekCloser, error) { return openBelow(root, name) }}
}

// below returns the folder of an import's inbox that a path is in, and the path in it.
func (p *Panel) below(imp *ledger.Import, path string) (root, name string, ok bool) {
	s := p.Of()
	if s == nil {
		return "", "", false
	}
	for _, inbox := range s.Configuration().Inboxes {
		if inbox.Name != imp.Inbox {
			continue
		}
		folders := assembly.Folders(inbox)
		for _, folder := range []string{folders.Done, folders.Failed, folders.Held, inbox.Path} {
			rel, err := filepath.Rel(folder, path)
			if err == nil && filepath.IsLocal(rel) && !strings.HasPrefix(rel, ".inlet") {
				return folder, rel, true
			}
		}
	}
	return "", "", false
}

// openBelow opens a regular file inside a folder.
func openBelow(folder, name string) (*os.File, error) {
	root, err := files.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if info, err := root.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, files.ErrNotRegular)
	}
	return root.Open(name)
}

func (p *Panel) read(imp *ledger.Import, path string, most int64) ([]byte, error) {
	root, name, ok := p.below(imp, path)
	if !ok {
		return nil, os.ErrNotExist
	}
	f, err := openBelow(root, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text := make([]byte, most)
	n, err := f.Read(text)
	return text[:n], err
}

// Template returns the workbook to fill in.
func (p *Panel) Template(lang string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "inlet-template-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.xlsx")
	if err := template.Write(path, p.Schema(), lang); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
