package assembly

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/mongo/survey"
	"inlet.example/inlet/pipeline/store/move"
	"inlet.example/inlet/pipeline/store/retention"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// Parts are a store with its engine and the pipeline into it, as a configuration describes them.
type Parts struct {
	Schema   *crm.Schema
	Store    *store.Store
	Pipeline *pipeline.Pipeline
	Language string // of the texts that the commands print
	cfg      config.Config
	log      *slog.Logger
	at       ledger.At

	// Survey describes the database for a person; nil where only inlet writes there.
	Survey func(context.Context) ([]survey.Finding, error)
}

// Refresh reloads the fields, choices and users that commands have added to the store.
func (p *Parts) Refresh(ctx context.Context) error {
	own, err := p.Store.Settings.Additions(ctx)
	if err != nil {
		return err
	}
	if p.Schema, err = Schema(p.cfg, own); err != nil {
		return err
	}
	p.Pipeline.Schema = p.Schema
	return nil
}

// Open opens the store and assembles the pipeline. The caller closes the parts. At is nil except in tests.
func Open(ctx context.Context, cfg config.Config, log *slog.Logger, at ledger.At) (*Parts, error) {
	return OpenWrapped(ctx, cfg, log, at, func(e engine.Engine) engine.Engine { return e })
}

// OpenWrapped is Open with an engine that wrap may wrap, for example to time its operations.
func OpenWrapped(ctx context.Context, cfg config.Config, log *slog.Logger, at ledger.At, wrap func(engine.Engine) engine.Engine) (*Parts, error) {
	if _, err := Schema(cfg, settings.Additions{}); err != nil {
		return nil, err // before anything is opened
	}
	engine, err := openEngine(ctx, cfg.Store)
	if err != nil {
		return nil, err
	}
	s, err := store.New(ctx, wrap(engine))
	if err != nil {
		return nil, errors.Join(err, engine.Close(ctx))
	}
	s.Scratch, s.At, s.Tokens.Key = sqlite.Scratch, at, tokenKey(cfg.Store)
	p := &Parts{Store: s, Language: cfg.Language, cfg: cfg, log: log, at: at}
	p.Pipeline = p.newPipeline()
	s.Records.Label = p.label
	if m, ok := engine.(*mongo.Engine); ok {
		p.Survey = m.Survey
	}
	if err := errors.Join(p.Refresh(ctx), warnUnreadable(ctx, s, log)); err != nil {
		return nil, errors.Join(err, p.Close(ctx))
	}
	return p, nil
}

func (p *Parts) newPipeline() *pipeline.Pipeline {
	return &pipeline.Pipeline{
		Store: pipelineStore(p.Store), Batch: p.cfg.Import.Batch, Log: p.log, Fallback: Fallback(p.cfg), Rehearse: rehearse(p.Store), Password: p.cfg.Password,
		Limits: SheetLimits(p.cfg), WrittenBytes: p.cfg.Import.Limits.WrittenBytes, At: p.at,
	}
}

// Beside returns parts of the same open store with a pipeline of their own, whose fields are those of now. What runs beside the imports uses them: the
// fields of the others change before each import.
func (p *Parts) Beside(ctx context.Context) (*Parts, error) {
	beside := &Parts{Store: p.Store, Language: p.Language, Survey: p.Survey, cfg: p.cfg, log: p.log, at: p.at}
	beside.Pipeline = beside.newPipeline()
	return beside, beside.Refresh(ctx)
}

// pipelineStore returns the parts of a store that imports use.
func pipelineStore(s *store.Store) pipeline.Store {
	return pipeline.Store{Records: s.Records, Writer: s, Index: s.Index, Imports: s.Imports, Held: s.Imports, Attempts: s.Attempts, Journal: s.Journal,
		Outbox: s.Outbox, Mappings: s.Mappings, ReadAhead: s.ReadAhead, NewIDs: s.Capabilities().NewIDs, Unreadable: s.Index.Unreadable}
}

// Retention returns what removes from the store what is old.
func (p *Parts) Retention() *retention.Retention {
	s := p.Store
	return retention.New(retention.Store{Imports: s.Imports, Journal: s.Journal, Outbox: s.Outbox, Claims: s.Claims, Audit: s.Audit, Hold: s.Hold},
		retention.Policy{Journal: p.cfg.Retention.Journal, Imports: p.cfg.Retention.Imports, Claims: p.cfg.Retention.Claims, Audit: p.cfg.Retention.Audit})
}

// label returns the label of a field in the language of an inbox. The store calls it while an import writes; Schema changes only between imports.
func (p *Parts) label(inbox string, kind crm.Kind, field string) string {
	if f := p.Schema.Field(string(kind) + "." + field); f != nil {
		return f.Label(p.languageOf(inbox))
	}
	return field
}

// languageOf returns the language of an inbox; of "" and of an inbox that was removed from the configuration, that of the commands.
func (p *Parts) languageOf(inbox string) string {
	for i := range p.cfg.Inboxes {
		if p.cfg.Inboxes[i].Name == inbox {
			return p.cfg.Inboxes[i].Language
		}
	}
	return p.Language
}

// CheckSchema returns an error if the configuration and these additions do not make a valid schema.
func (p *Parts) CheckSchema(own settings.Additions) error {
	_, err := Schema(p.cfg, own)
	return err
}

func rehearse(s *store.Store) func(context.Context, []crm.Rule) (pipeline.Rehearsal, error) {
	return func(ctx context.Context, rules []crm.Rule) (pipeline.Rehearsal, error) { return s.Rehearse(ctx, rules) }
}

// Fallback returns the settings of a workbook without a mapping.
func Fallback(cfg config.Config) mapping.Fallback {
	fallback := mapping.Fallback{Profile: cfg.Import.Profile, Passwords: slices.Sorted(maps.Keys(cfg.Passwords))}
	for i, kind := range crm.Kinds {
		fallback.Match[i] = *cfg.Import.Match.Of(string(kind))
	}
	return fallback
}

// SheetLimits returns the limits on size and complexity of a workbook.
func SheetLimits(cfg config.Config) sheet.Limits {
	c := cfg.Import.Limits
	return sheet.Limits{Entries: c.Parts, Inflated: c.PartBytes, Ratio: c.Ratio, Columns: c.Columns, CellBytes: c.CellBytes, Strings: c.Texts,
		StringBytes: c.TextBytes, LineBytes: c.LineBytes, Encrypted: c.EncryptedBytes}
}

// Close closes the store.
func (p *Parts) Close(ctx context.Context) error { return p.Store.Close(ctx) }

// MoveOptions are how a store is moved.
type MoveOptions struct {
	LeaveOut bool                  // values of other programs that the target cannot hold are left out
	Keep     bool                  // the source stays in use
	Progress func(done, total int) // is called with how many records are copied
}

const moveWait = 20 * time.Second // for an import that is running

// Move copies everything that one store holds into the database of another, and compares the two. It waits a while for an import that is running. Nothing is
// imported into the source afterwards, unless it is to be kept.
func Move(ctx context.Context, from, to config.Store, opts MoveOptions) (c move.Comparison, err error) {
	from, err = absolute(from)
	if err == nil {
		to, err = absolute(to)
	}
	if err != nil {
		return nil, err
	}
	target, err := openEngine(ctx, to)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, target.Close(context.WithoutCancel(ctx))) }()
	err = withLease(ctx, from, to.String(), func(source engine.Engine, s *store.Store, hold holder) error {
		in := move.Input{From: source, To: target, Name: from.String(), Hold: hold, LeaveOut: opts.LeaveOut, Progress: opts.Progress}
		if !opts.Keep {
			in.Retire = func(ctx context.Context) error { return s.Lease.Retire(ctx, to.String()) }
		}
		c, err = move.Run(ctx, in)
		return err
	})
	return c, err
}

// Reopen lets a store be imported into that was moved to another database, and returns which one; "" if it was not moved.
func Reopen(ctx context.Context, moved config.Store) (to string, err error) {
	if moved, err = absolute(moved); err != nil {
		return "", err
	}
	err = withLease(ctx, moved, "", func(source engine.Engine, s *store.Store, hold holder) error {
		was, ok := errors.AsType[*lease.MovedError](lease.Moved(ctx, source))
		if !ok {
			return nil
		}
		to, s.Lease.Heir = was.To, was.To
		return hold(ctx, func(ctx context.Context) error { return s.Lease.Retire(ctx, "") })
	})
	return to, err
}

// holder runs do under a lease.
type holder = func(ctx context.Context, do func(context.Context) error) error

// withLease opens a store to be moved or used again. Its lease is waited for only so long.
func withLease(ctx context.Context, of config.Store, heir string, do func(engine.Engine, *store.Store, holder) error) (err error) {
	source, err := openEngine(ctx, of)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close(context.WithoutCancel(ctx))) }()
	s, err := store.New(ctx, source)
	if err != nil {
		return err
	}
	s.Lease.Heir = heir
	return do(source, s, func(ctx context.Context, do func(context.Context) error) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		patience := time.AfterFunc(moveWait, cancel)
		return s.Lease.Do(ctx, func(context.Context) error { patience.Stop(); return nil }, do)
	})
}

// absolute names the file of an embedded store by its whole path: it may be named from another folder the next time.
func absolute(s config.Store) (config.Store, error) {
	path, ok := s.Embedded()
	if !ok {
		return s, nil
	}
	path, err := filepath.Abs(path)
	if err == nil {
		s.URI = config.EmbeddedURI(path)
	}
	return s, err
}

// openEngine opens the engine of a store.
func openEngine(ctx context.Context, s config.Store) (engine.Engine, error) {
	if path, ok := s.Embedded(); ok {
		return sqlite.Open(ctx, path)
	}
	if s.OnServer() {
		return mongo.Open(ctx, s.URI, mongo.Collections(collectionsOf(s.Collections)))
	}
	return nil, message.Errorf("store %q is not valid: write sqlite:PATH or mongodb://HOST/DATABASE", s.URI)
}

// Schema returns the built-in fields together with those of the configuration (and its users, campaigns and categories) and the additions that
// commands have stored.
func Schema(cfg config.Config, own settings.Additions) (*crm.Schema, error) {
	fields := make([]crm.Field, len(cfg.Fields))
	for i, f := range cfg.Fields {
		kind, name, _ := strings.Cut(f.Field, ".")
		fields[i] = crm.Field{Kind: crm.Kind(kind), Name: name, Type: crm.Type(f.Type), SV: f.Labels.SV, EN: f.Labels.EN, Synonyms: f.Aliases, Choices: optionsOf(f.Choices)}
	}
	users := make([]crm.Person, len(cfg.Users))
	for i, u := range cfg.Users {
		users[i] = crm.Person(u)
	}
	choices := map[string][]crm.Option{}
	for _, kind := range crm.Kinds {
		choices[kind.Path("campaigns")] = crm.Options(cfg.Campaigns...)
		choices[kind.Path("categories")] = crm.Options(*cfg.Categories.Of(string(kind))...)
	}
	schema, err := own.Schema(fields, users, choices)
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
