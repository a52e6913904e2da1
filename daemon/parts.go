package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// Parts are what a configuration comes to: a store with its engine, and the pipeline into it. The commands use them too.
type Parts struct {
	Schema   *crm.Schema
	Store    *store.Store
	Pipeline *pipeline.Pipeline
	Language string // of what the commands say
	cfg      config.Config
}

// Refresh takes in the fields, choices and users that were added with commands meanwhile.
func (p *Parts) Refresh(ctx context.Context) error {
	own, err := p.Store.Own(ctx)
	if err != nil {
		return err
	}
	if p.Schema, err = Schema(p.cfg, own); err != nil {
		return err
	}
	p.Pipeline.Schema = p.Schema
	return nil
}

// Assemble opens the store and puts the pipeline together. The caller closes the parts. At is nil but in tests.
func Assemble(ctx context.Context, cfg config.Config, log *slog.Logger, at ledger.At) (*Parts, error) {
	return assemble(ctx, cfg, log, at, func(e store.Engine) store.Engine { return e })
}

// assemble puts something around the engine.
func assemble(ctx context.Context, cfg config.Config, log *slog.Logger, at ledger.At, around func(store.Engine) store.Engine) (*Parts, error) {
	if _, err := Schema(cfg, store.Own{}); err != nil {
		return nil, err // before anything is opened
	}
	engine, err := open(ctx, cfg.Store)
	if err != nil {
		return nil, err
	}
	s, err := store.New(ctx, around(engine))
	if err != nil {
		return nil, errors.Join(err, engine.Close(ctx))
	}
	s.Scratch, s.At, s.TokenKey = sqlite.Scratch, at, tokenKey(cfg.Store)
	p := &Parts{Store: s, Language: cfg.Import.Language, cfg: cfg, Pipeline: &pipeline.Pipeline{
		Store: s, Batch: cfg.Import.Batch, Log: log, Fallback: Fallback(cfg), Rehearse: rehearse(s), Password: cfg.Password, Limits: Costs(cfg), WrittenBytes: cfg.Import.Limits.WrittenBytes, At: at,
	}}
	s.Label = p.label
	if err := p.Refresh(ctx); err != nil {
		return nil, errors.Join(err, p.Close(ctx))
	}
	return p, nil
}

// label returns what a person calls a field. It is asked by the store while an import writes, and no import is under way when Schema changes.
func (p *Parts) label(kind crm.Kind, field string) string {
	if f := p.Schema.Field(string(kind) + "." + field); f != nil {
		return f.Label(p.Language)
	}
	return field
}

// Try says whether the configuration and what would be added make a schema.
func (p *Parts) Try(own store.Own) error {
	_, err := Schema(p.cfg, own)
	return err
}

func rehearse(s *store.Store) func(context.Context, []crm.Rule) (pipeline.Rehearsal, error) {
	return func(ctx context.Context, rules []crm.Rule) (pipeline.Rehearsal, error) { return s.Rehearse(ctx, rules) }
}

// Fallback returns what holds for a workbook without a mapping.
func Fallback(cfg config.Config) mapping.Fallback {
	return mapping.Fallback{Profile: cfg.Import.Profile, Account: cfg.Import.Match.Account, Contact: cfg.Import.Match.Contact,
		Passwords: slices.Sorted(maps.Keys(cfg.Passwords))}
}

// Costs returns what a workbook may cost.
func Costs(cfg config.Config) sheet.Limits {
	c := cfg.Import.Limits
	return sheet.Limits{Entries: c.Parts, Inflated: c.PartBytes, Ratio: c.Ratio, Columns: c.Columns, CellBytes: c.CellBytes, Strings: c.Texts,
		StringBytes: c.TextBytes, LineBytes: c.LineBytes, Encrypted: c.EncryptedBytes}
}

// Close lets go of the store.
func (p *Parts) Close(ctx context.Context) error { return p.Store.Close(ctx) }

// open returns the engine that a store's URI names.
func open(ctx context.Context, s config.Store) (store.Engine, error) {
	if path, ok := s.Embedded(); ok {
		return sqlite.Open(ctx, path)
	}
	if s.OnServer() {
		return mongo.Open(ctx, s.URI)
	}
	return nil, fmt.Errorf("store %q: write sqlite:PATH or mongodb://HOST/DATABASE", s.URI)
}

// Schema returns the built-in fields, those of the configuration with the users, campaigns and categories that it lists, and what the
// site added with commands.
func Schema(cfg config.Config, own store.Own) (*crm.Schema, error) {
	fields := make([]crm.Field, len(cfg.Fields))
	for i, f := range cfg.Fields {
		kind, name, _ := strings.Cut(f.Field, ".")
		fields[i] = crm.Field{Kind: crm.Kind(kind), Name: name, Type: crm.Type(f.Type), SV: f.Labels.SV, EN: f.Labels.EN, Synonyms: f.Aliases, Choices: optionsOf(f.Choices)}
	}
	users := make([]crm.Person, len(cfg.Users))
	for i, u := range cfg.Users {
		users[i] = crm.Person(u)
	}
	campaigns := crm.Options(cfg.Campaigns...)
	schema, err := own.Schema(fields, users, map[string][]crm.Option{
		"account.campaigns": campaigns, "contact.campaigns": campaigns,
		"account.categories": crm.Options(cfg.Categories.Account...), "contact.categories": crm.Options(cfg.Categories.Contact...),
	})
	if err != nil {
		return nil, fmt.Errorf("fields: %w", err)
	}
	return schema, nil
}

func optionsOf(choices []config.Choice) []crm.Option {
	var all []crm.Option
	for _, c := range choices {
		all = append(all, crm.Option{Value: c.Value, SV: c.Labels.SV, EN: c.Labels.EN, Aliases: c.Aliases})
	}
	return all
}

// HeldJob returns the job of a workbook that was put into an inbox's held folder. Whether it and its mapping still lie there is not looked at. It
// is an error that the way there leads over a link.
func HeldJob(inbox config.Inbox, sources []config.Source, imp ledger.Import) (pipeline.Job, error) {
	job := jobOf(inbox, sources, imp.Source, imp.Arrival, imp.Workbook, imp.Archived)
	job.Shared = files.IsDefault(imp.Beside)
	if imp.Archived == "" { // it was approved before, and did not come to its end
		job.Workbook = filepath.Join(job.Folders.Held, imp.Workbook)
	}
	if imp.Beside != "" {
		job.Sidecar = cmp.Or(imp.Sidecar, files.Stem(job.Workbook)+files.MappingEnd) // without: held by an older version
		job.Near = files.Misnamed(imp.Workbook, imp.Beside)
	}
	return job, cmp.Or(files.NoLinks(inbox.Path, job.Workbook), files.NoLinks(job.Folders.Held, job.Workbook))
}

// TryOwner tries to give what the configuration wants the files of an inbox to have.
func TryOwner(inbox config.Inbox) error { return folders(inbox).TryOwner() }

// limits returns what an inbox allows its sidecars. The configuration has checked the caps.
func limits(l config.Limits) mapping.Limits {
	most := mapping.Limits{Safe: l.Profile == "safe", Modes: l.Modes, Fields: l.Fields, Account: l.Match.Account, Contact: l.Match.Contact, NoClear: !l.Clear, MailDomains: l.MailDomains, Webhooks: l.Webhooks}
	for _, cap := range []struct {
		to   *ledger.Cap
		text string
	}{{&most.Caps.Rejected, l.Caps.MaxRejected}, {&most.Caps.Created, l.Caps.MaxCreated},
		{&most.Caps.Updated, l.Caps.MaxUpdated}, {&most.Caps.Cleared, l.Caps.MaxCleared},
		{&most.Caps.LeftOut, l.Caps.MaxLeftOut}} {
		if cap.text != "" {
			*cap.to, _ = ledger.ParseCap(cap.text)
		}
	}
	return most
}

// folders returns where an inbox's workbooks end; a relative one lies inside the inbox.
func folders(inbox config.Inbox) pipeline.Folders {
	in := func(dir string) string {
		if filepath.IsAbs(dir) {
			return dir
		}
		return filepath.Join(inbox.Path, dir)
	}
	is, _ := inbox.Ownership.Resolve() // Load has found the group
	return pipeline.Folders{Done: in(inbox.Done), Failed: in(inbox.Failed), Held: in(inbox.Held), Inbox: inbox.Path,
		Owner: files.Ownership{Group: is.Group, File: is.File, Folder: is.Dir}}
}
