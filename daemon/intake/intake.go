package intake

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/panel"
	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/uploads/columns"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/pages"
	"inlet.example/inlet/daemon/web/upload"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/suggest"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox/claim"
)

// Intake is what the pages of uploads work with. It is safe for concurrent use.
type Intake struct {
	keep *uploads.Keep
	of   func() []Store // the stores of this daemon
	log  *slog.Logger

	turn chan struct{} // holds one plan

	mu      sync.Mutex
	plans   map[string]*making // by the ID of the upload
	changed map[string]string  // digests of plans that have become others than the person saw, by the ID of the upload
}

// Store is a store with the session that imports into it.
type Store struct {
	Name    string
	Session panel.Session
}

// New returns the intake of the stores of a daemon. It starts nothing: Run does what is to be done without a request.
func New(of func() []Store, limits uploads.Limits, log *slog.Logger) *Intake {
	in := &Intake{of: of, log: log, turn: make(chan struct{}, 1), plans: map[string]*making{}, changed: map[string]string{}}
	in.keep = &uploads.Keep{Limits: limits, Log: log, Inboxes: func() []uploads.Inbox {
		var all []uploads.Inbox
		for _, s := range of() {
			for _, inbox := range s.Session.Configuration().Inboxes {
				if inbox.Uploads {
					all = append(all, uploads.Inbox{Name: inbox.Name, Path: inbox.Path})
				}
			}
		}
		return all
	}}
	return in
}

// Run removes old uploads and finishes what a crash has left of others, until ctx ends.
func (in *Intake) Run(ctx context.Context) error { return in.keep.Run(ctx) }

// Inboxes returns the inboxes that take uploads.
func (in *Intake) Inboxes() []upload.Inbox {
	var all []upload.Inbox
	for _, s := range in.of() {
		for _, inbox := range s.Session.Configuration().Inboxes {
			if inbox.Uploads {
				all = append(all, upload.Inbox{Name: inbox.Name, Store: s.Name, Modes: inbox.Limits.Modes, MailDomains: inbox.Limits.MailDomains,
					Webhooks: inbox.Limits.Webhooks, Always: inbox.WhenDone.Mail})
			}
		}
	}
	return all
}

// home is the inbox of an upload with the open store that it imports into.
type home struct {
	inbox   config.Inbox
	session panel.Session
	parts   *assembly.Parts
	adds    *crm.Field // the field of the parts that is not stored; nil if all are
}

// at returns the home of an upload.
func (in *Intake) at(ctx context.Context, name string) (home, error) {
	for _, s := range in.of() {
		for _, inbox := range s.Session.Configuration().Inboxes {
			if inbox.Name != name || !inbox.Uploads {
				continue
			}
			open := s.Session.Parts()
			if open == nil {
				return home{}, frame.ErrNoStore
			}
			parts, err := open.Beside(ctx)
			return home{inbox: inbox, session: s.Session, parts: parts}, err
		}
	}
	return home{}, uploads.ErrInbox
}

// homeOf returns the home of an upload, with the field that its import adds. Where there is such a field by now, it adds none.
func (in *Intake) homeOf(ctx context.Context, u uploads.Upload) (home, error) {
	h, err := in.at(ctx, u.Inbox)
	if err == nil && u.Adds != "" {
		err = h.suppose(ctx)
	}
	return h, err
}

// choosing returns the home of an upload for a person who chooses its columns. Who may add fields may also choose one that the import adds.
func (in *Intake) choosing(ctx context.Context, u uploads.Upload) (home, error) {
	h, err := in.at(ctx, u.Inbox)
	if err == nil && access.Of(ctx).May(access.Admin) {
		err = h.suppose(ctx)
	}
	return h, err
}

// suppose makes the field for customer numbers one of the home, if the store has none.
func (h *home) suppose(ctx context.Context) error {
	f := suggest.CustomerNumber()
	with, err := h.parts.Supposing(ctx, f)
	if err != nil {
		return err
	}
	if with != h.parts {
		h.parts, h.adds = with, &f
	}
	return nil
}

// job returns the job of an upload, as the import of it will be.
func (h *home) job(u uploads.Upload, lang string) pipeline.Job {
	job := h.parts.Job(watcher.Arrival{Inbox: u.Inbox, Name: u.Name, Workbook: u.Workbook()})
	if _, err := os.Lstat(u.Mapping()); err == nil {
		job.Sidecar = u.Mapping()
	}
	job.Language = lang
	return job
}

// house returns what holds where the mapping of an upload says nothing.
func (h *home) house(job *pipeline.Job) mapping.Fallback {
	house := h.parts.Pipeline.Fallback
	house.Limits, house.Encoding, house.Delimiter, house.Empty = job.Limits, job.Encoding, job.Delimiter, job.Empty
	return house
}

func (h *home) source(u uploads.Upload, lang string) columns.Source {
	job := h.job(u, lang)
	return columns.Source{Path: u.Workbook(), Schema: h.parts.Schema, Fallback: h.house(&job), Language: lang,
		Options: sheet.Options{Limits: h.parts.Pipeline.Limits, Encoding: job.Encoding, Delimiter: job.Delimiter, Approved: true}}
}

// Receive keeps an uploaded file.
func (in *Intake) Receive(ctx context.Context, u uploads.Upload, content io.Reader) (uploads.Upload, error) {
	h, err := in.at(ctx, u.Inbox)
	if err != nil {
		return u, err
	}
	got := u
	got, err = in.keep.Receive(ctx, got, content, func(path string) error {
		err := ledger.Catch(func() error { return h.look(ctx, path, &u) })
		if err != nil {
			return err
		}
		return h.note(ctx, audit.Upload, u.Owner, u)
	})
	if err != nil || u.Corrects == "" {
		return got, asRefusal(err)
	}
	got.Corrects = u.Corrects
	return in.keep.Map(got, nil)
}

// note keeps in the audit what is done with an upload.
func (h *home) note(ctx context.Context, what audit.Act, by string, u uploads.Upload) error {
	_, err := h.parts.Store.Audit.Add(ctx, audit.Entry{Who: by, What: what, Inbox: u.Inbox, Of: u.Name})
	return err
}

// look refuses a file that is not a workbook with rows before time is spent on it, and notes which import the rows correct.
func (h *home) look(ctx context.Context, path string, u *uploads.Upload) error {
	job := h.parts.Job(watcher.Arrival{Inbox: u.Inbox, Name: u.Name, Workbook: path})
	open := func(ctx context.Context) (*sheet.Workbook, error) {
		return sheet.OpenContext(ctx, path, sheet.Options{Limits: h.parts.Pipeline.Limits, Encoding: job.Encoding, Delimiter: job.Delimiter, Approved: true})
	}
	book, err := open(ctx)
	if err != nil {
		return err
	}
	defer book.Close()
	rows := 0
	for _, s := range book.Sheets {
		if !s.Grid || s.Hidden {
			continue
		}
		first, err := layout.FirstRows(ctx, s, 2)
		if err != nil {
			return err
		}
		rows = max(rows, len(first))
	}
	if rows < 2 {
		return uploads.ErrNoRows
	}
	parent, err := rejects.Parent(ctx, h.parts.Store.Imports, open, u.Name, func(imp *ledger.Import) bool { return imp.Inbox == u.Inbox })
	if _, gone := errors.AsType[*rejects.RemovedError](err); gone {
		return nil // the plan says so
	}
	if err == nil && parent != nil {
		u.Corrects = parent.ID
	}
	return err
}

// asRefusal makes a refusal of what the workbook is at fault for.
func asRefusal(err error) error {
	if broken, ok := errors.AsType[*sheet.Unreadable](err); ok {
		return read.Refusal(broken)
	}
	return err
}

// List returns the uploads of a person, the newest first.
func (in *Intake) List(owner string, everybody bool) []uploads.Upload {
	return in.keep.List(owner, everybody)
}

// Find returns an upload by its ID.
func (in *Intake) Find(id string) (uploads.Upload, error) { return in.keep.Find(id) }

// Discard removes an upload, and ends the plan that is made of it.
func (in *Intake) Discard(ctx context.Context, by string, u uploads.Upload) error {
	h, err := in.at(ctx, u.Inbox)
	if err == nil {
		err = h.note(ctx, audit.Remove, by, u)
	}
	if err != nil {
		return err
	}
	in.stop(u.ID)
	if err = in.keep.Discard(u); err == nil {
		in.log.LogAttrs(ctx, slog.LevelInfo, "Upload removed", slog.String("upload", u.ID), slog.String("inbox", u.Inbox), slog.String("by", by))
	}
	return err
}

// Move moves an upload into its inbox, where it is imported. A field that its import needs is added first.
func (in *Intake) Move(ctx context.Context, by string, u uploads.Upload) (uploads.Upload, error) {
	var save []byte
	name := ""
	h, err := in.at(ctx, u.Inbox)
	if err == nil && u.Adds != "" {
		err = h.parts.Declare(ctx, by, suggest.CustomerNumber())
	}
	if err != nil {
		return u, err
	}
	if u.Save {
		name = filename.DefaultMapping
		if of := filename.FamilyMappings(u.Name); len(of) > 0 && !u.SaveAll {
			name = of[0]
		}
		content, err := mapping.Read(u.Mapping())
		if err != nil {
			return u, err
		}
		_, draft, err := columns.Look(ctx, h.source(u, h.parts.Language), "", 0, content)
		if err != nil {
			return u, asRefusal(err)
		}
		save = draft.YAML(false)
	}
	if u.Since, err = h.newest(ctx); err != nil {
		return u, err
	}
	if err := h.note(ctx, audit.Hand, by, u); err != nil {
		return u, err
	}
	return in.keep.Move(ctx, by, u, name, save)
}

// Repeat makes an upload of the file of an import, with the mapping that it was imported with: its plan says what another import of it would do.
func (in *Intake) Repeat(ctx context.Context, by, store, id string) (uploads.Upload, error) {
	i := slices.IndexFunc(in.of(), func(s Store) bool { return s.Name == store })
	if i < 0 || in.of()[i].Session.Parts() == nil {
		return uploads.Upload{}, frame.ErrNoStore
	}
	session := in.of()[i].Session
	imp, ok, err := session.Parts().Store.Imports.Import(ctx, id)
	if err != nil || !ok {
		return uploads.Upload{}, cmp.Or(err, frame.ErrNotFound)
	}
	h, err := in.at(ctx, imp.Inbox)
	if err != nil {
		return uploads.Upload{}, err
	}
	file := (&panel.Panel{Log: in.log, Of: func() panel.Session { return session }}).File(&imp, pages.Original)
	if file == nil {
		return uploads.Upload{}, uploads.ErrGone
	}
	if _, err := h.parts.Store.Audit.Add(ctx, audit.Entry{Who: by, What: audit.Again, Import: imp.ID, Inbox: imp.Inbox, Of: imp.Workbook}); err != nil {
		return uploads.Upload{}, err
	}
	content, err := file.Open()
	if err != nil {
		return uploads.Upload{}, errors.Join(uploads.ErrGone, err)
	}
	defer content.Close()
	u, err := in.Receive(ctx, uploads.Upload{Inbox: imp.Inbox, Owner: by, Name: imp.Workbook}, content)
	if err != nil || u.State == uploads.Mapped {
		return u, err
	}
	with, kept, err := h.parts.Store.Mappings.Mapping(ctx, imp.With)
	if err != nil {
		return u, err
	}
	if !kept { // the headings decided, or the mapping of the inbox
		return in.keep.Map(u, nil)
	}
	return in.keep.Map(u, []byte(with.Content))
}

// ImportOf returns the ID of the import of an upload that was moved into its inbox; "" until there is one.
func (in *Intake) ImportOf(ctx context.Context, u uploads.Upload) (string, error) {
	h, err := in.at(ctx, u.Inbox)
	if err != nil {
		return "", err
	}
	const page, most = 200, 20
	after := u.Since
	for range most {
		imports, err := h.parts.Store.Imports.Oldest(ctx, after, page)
		if err != nil {
			return "", err
		}
		for i := range imports {
			if imp := &imports[i]; imp.Inbox == u.Inbox && imp.Workbook == u.As && imp.Sum == u.Sum && imp.Arrival != "" {
				return imp.ID, nil
			}
			after = imports[i].No
		}
		if len(imports) < page {
			break
		}
	}
	return "", nil
}

// Columns returns the beginning of the workbook and a draft of its mapping.
func (in *Intake) Columns(ctx context.Context, u uploads.Upload, lang, name string, headerRow int) (*columns.Grid, *columns.Draft, error) {
	h, err := in.choosing(ctx, u)
	if err != nil {
		return nil, nil, err
	}
	content, err := h.mappingOf(u)
	if err != nil {
		return nil, nil, err
	}
	grid, draft, err := columns.Look(ctx, h.source(u, lang), name, headerRow, content)
	if err == nil && content == nil {
		draft.Mode = u.Mode
	}
	return grid, draft, asRefusal(err)
}

// mappingOf returns the mapping of an upload: its own, otherwise the one that the inbox has for files of its name; nil if there is none.
func (h *home) mappingOf(u uploads.Upload) ([]byte, error) {
	if content, err := mapping.Read(u.Mapping()); !errors.Is(err, os.ErrNotExist) {
		return content, err
	}
	root, err := files.OpenRoot(h.inbox.Path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	path := h.inbox.Mapping
	folder := claim.Folder{Inbox: h.inbox.Name, Path: h.inbox.Path, Root: root, Extensions: filename.WorkbookEndings()}
	side, _, err := folder.Sidecars(u.Name)
	if err != nil {
		return nil, err
	}
	if filename.IsDefault(filepath.Base(side)) {
		return readBelow(root, side)
	}
	if path == "" {
		return nil, nil
	}
	content, err := mapping.Read(path)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, files.ErrNotRegular) {
		return nil, nil
	}
	return content, err
}

// readBelow returns a mapping of an inbox. More than a mapping may have is refused where it is read.
func readBelow(root *os.Root, name string) ([]byte, error) {
	const most = 1 << 20
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}

// Measure returns how well the fields of a draft can be matched on.
func (in *Intake) Measure(ctx context.Context, u uploads.Upload, g *columns.Grid, d *columns.Draft) (*columns.Survey, error) {
	h, err := in.choosing(ctx, u)
	if err != nil {
		return nil, err
	}
	s, err := columns.Measure(ctx, h.source(u, h.parts.Language), g, d)
	return s, asRefusal(err)
}

// Fields returns the fields that a person can choose for the columns of an upload, and that of them which its import would add; nil if it adds none.
func (in *Intake) Fields(ctx context.Context, u uploads.Upload) (all *crm.Schema, added *crm.Field, err error) {
	h, err := in.choosing(ctx, u)
	if err != nil {
		return nil, nil, err
	}
	return h.parts.Schema, h.adds, nil
}

// Schema returns the fields of the store of an upload, with the one that its import adds.
func (in *Intake) Schema(ctx context.Context, u uploads.Upload) (*crm.Schema, error) {
	h, err := in.homeOf(ctx, u)
	if err != nil {
		return nil, err
	}
	return h.parts.Schema, nil
}
