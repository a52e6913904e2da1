package cards

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/provenance"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/search"
)

// Templates are the pages' own.
//
//go:embed templates
var Templates embed.FS

// Reader reads records. While the store is not open its error is frame.ErrNoStore.
type Reader interface {
	Search(ctx context.Context, text string, limit int) (search.Found, error) // up to limit records
	Records(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)
	ChildrenOf(ctx context.Context, kind crm.Kind, parent string, limit int) ([]crm.Record, error)
	History(ctx context.Context, rec crm.Record) (provenance.History, error)
	Schema() *crm.Schema
}

// Fields changes the fields of the store. An error is for the person.
type Fields interface {
	AddField(ctx context.Context, by string, f crm.Field) error
	RemoveField(ctx context.Context, by, path string) error
	AddedFields(ctx context.Context) ([]string, error) // the paths of those that can be removed here
}

// Store is what the pages of one store are drawn from.
type Store struct {
	Reader Reader
	Fields Fields
}

// Cards draws the pages about records. It is safe for concurrent use.
type Cards struct {
	frame *frame.Frame
	open  func(store string) Store

	mu     sync.Mutex
	stores map[string]Store
}

// New returns the pages of the stores of a frame. open returns what those of one store are drawn from.
func New(f *frame.Frame, open func(store string) Store) *Cards {
	return &Cards{frame: f, open: open, stores: map[string]Store{}}
}

func (c *Cards) of(r *http.Request) Store {
	name := c.frame.Store(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.stores[name]; !ok {
		c.stores[name] = c.open(name)
	}
	return c.stores[name]
}

// Handle adds the pages to a mux.
func (c *Cards) Handle(mux *http.ServeMux) {
	mux.Handle("GET /records", c.frame.Serve(access.Viewer, c.search))
	mux.Handle("GET /records/{kind}/{id}", c.frame.Serve(access.Viewer, c.card))
	mux.Handle("GET /fields", c.frame.Serve(access.Viewer, c.fields))
	mux.Handle("POST /fields", c.frame.Serve(access.Admin, c.addField))
	mux.Handle("POST /fields/remove", c.frame.Serve(access.Admin, c.removeField))
}

// hit is a record in a list.
type hit struct {
	Kind                        crm.Kind
	ID, Name, Of, Number, Place string
}

type searchPage struct {
	frame.Base
	Lead string
	Hits []hit
}

// mostHits is how many records a search shows.
const mostHits = 50

func (c *Cards) search(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	data := searchPage{Base: c.frame.Base(r, words.Say(lang, "Customer cards"), "/records")}
	data.Query = strings.TrimSpace(r.URL.Query().Get("q"))
	data.Lead = words.Say(lang, "Write the beginning of any word of a name, or the whole ID, organisation number, e-mail or phone.")
	if data.Query != "" {
		found, err := c.of(r).Reader.Search(r.Context(), data.Query, mostHits)
		if err != nil {
			return err
		}
		for i := range found.Records {
			data.Hits = append(data.Hits, hitOf(lang, &found.Records[i]))
		}
		data.Lead = fmt.Sprintf(words.Say(lang, "%s records are found by %s."), words.Number(lang, len(found.Records)), message.Quote(lang, data.Query))
		if note := limitsOf(lang, &found); note != "" {
			data.Notice = &frame.Notice{Tone: "grey", Text: note}
		}
	}
	c.frame.Draw(w, r, http.StatusOK, "records", data)
	return nil
}

// limitsOf says why there may be more than was found; "" where there is not.
func limitsOf(lang string, found *search.Found) string {
	switch {
	case found.NoIndex:
		return words.Say(lang, "These records belong to another program and are not indexed: they are found by the whole ID, and by what is matched on. An administrator can allow the index with search: true of the collection.")
	case found.Indexing && !found.Whole:
		return words.Say(lang, "The records are being indexed, and not all of them were looked through. Try again later, or write the whole ID or e-mail.")
	case !found.Whole:
		return words.Say(lang, "There are more records like these. Write more of the name, or the whole ID or e-mail.")
	}
	return ""
}

func hitOf(lang string, rec *crm.Record) hit {
	text := func(field string) string { return message.Plain(rec.Values.Of(field).String()) }
	h := hit{Kind: rec.Kind, ID: rec.ID, Name: nameOf(rec), Of: report.Kind(rec.Kind, lang), Number: text("org_number"), Place: strings.TrimSpace(text("zip") + " " + text("city"))}
	if h.Number == "" {
		h.Number = text("email")
	}
	return h
}

// nameOf returns the name of a record as a person reads it, its ID where it has none.
func nameOf(rec *crm.Record) string { return cmp.Or(report.Name(rec), rec.ID) }

// capital begins a word with a capital letter.
func capital(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

// value is a field on a card.
type value struct {
	Label, Text string
	From        *source
	Note        string // where From says too little
	Earlier     []earlier
}

// source is where a value came from.
type source struct{ ID, File, Cell, When string }

type earlier struct {
	Text  string
	Until source
}

// person is a record that belongs to the one of the card.
type child struct {
	hit
	Values []value
}

// touch is an import that has changed the record.
type touch struct{ ID, File, What, When string }

type cardPage struct {
	frame.Base
	Kind     crm.Kind
	ID, Name string
	Of       string
	Parent   *hit
	Values   []value
	Children []child
	ChildOf  string
	More     bool
	Touched  []touch
}

// mostChildren is how many contacts a card shows.
const mostChildren = 50

func (c *Cards) card(w http.ResponseWriter, r *http.Request) error {
	reader, lang := c.of(r).Reader, words.LanguageOf(r)
	rec, err := one(r.Context(), reader, crm.Kind(r.PathValue("kind")), r.PathValue("id"))
	if err != nil {
		return err
	}
	data := cardPage{Base: c.frame.Base(r, nameOf(&rec), "/records"), Kind: rec.Kind, ID: rec.ID, Name: nameOf(&rec), Of: capital(report.Kind(rec.Kind, lang))}
	d := describer{lang: lang, schema: reader.Schema(), frame: c.frame}
	history, err := reader.History(r.Context(), rec)
	if err != nil {
		return err
	}
	data.Values = d.values(&rec, &history)
	for i := range history.Steps {
		data.Touched = append(data.Touched, d.touch(&history.Steps[i]))
	}
	if parent := rec.Kind.Parent(); parent != "" && rec.ParentID != "" {
		if of, err := one(r.Context(), reader, parent, rec.ParentID); err == nil {
			data.Parent = new(hitOf(lang, &of))
		}
	}
	if err := c.children(r, reader, &d, &rec, &data); err != nil {
		return err
	}
	c.frame.Draw(w, r, http.StatusOK, "record", data)
	return nil
}

// children fills in the records that belong to the one of the card.
func (c *Cards) children(r *http.Request, reader Reader, d *describer, rec *crm.Record, data *cardPage) error {
	for _, kind := range crm.Kinds {
		if kind.Parent() != rec.Kind {
			continue
		}
		data.ChildOf = report.Heading(kind, d.lang)
		found, err := reader.ChildrenOf(r.Context(), kind, rec.ID, mostChildren+1)
		if err != nil {
			return err
		}
		if data.More = len(found) > mostChildren; data.More {
			found = found[:mostChildren]
		}
		for i := range found {
			data.Children = append(data.Children, child{hit: hitOf(d.lang, &found[i]), Values: d.values(&found[i], nil)})
		}
	}
	return nil
}

// one returns a record by its kind and ID.
func one(ctx context.Context, reader Reader, kind crm.Kind, id string) (crm.Record, error) {
	for _, known := range crm.Kinds {
		if known != kind {
			continue
		}
		found, err := reader.Records(ctx, kind, []string{id})
		if err != nil {
			return crm.Record{}, err
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return crm.Record{}, frame.ErrNotFound
}

// describer writes values as a card shows them.
type describer struct {
	lang   string
	schema *crm.Schema
	frame  *frame.Frame
}

// values returns the fields of a record in the order of the schema. Without a history they have no source.
func (d *describer) values(rec *crm.Record, h *provenance.History) []value {
	known := map[string]*provenance.Value{}
	if h != nil {
		for i := range h.Values {
			known[h.Values[i].Field] = &h.Values[i]
		}
	}
	var all []value
	for _, f := range d.schema.Fields() {
		text := rec.Values.Of(f.Name).String()
		if f.Kind != rec.Kind || f.Name == "id" || text == "" {
			continue
		}
		v := value{Label: f.Label(d.lang), Text: message.Plain(text)}
		if h != nil {
			d.trace(&v, known[f.Name], rec)
		}
		all = append(all, v)
	}
	return all
}

// trace fills in where a value came from.
func (d *describer) trace(v *value, p *provenance.Value, rec *crm.Record) {
	switch {
	case p == nil || !p.From.Known():
		v.Note = words.Say(d.lang, "older than the journal")
		if rec.ChangeID == 0 {
			v.Note = words.Say(d.lang, "written by another program")
		}
		return
	case p.Outside:
		v.Note = fmt.Sprintf(words.Say(d.lang, "changed outside inlet after %s"), message.Plain(p.From.Import.Workbook))
	default:
		v.From = new(d.source(p.From))
	}
	for _, e := range p.Earlier {
		if text := e.Value.String(); text != "" {
			v.Earlier = append(v.Earlier, earlier{message.Plain(text), d.source(e.Until)})
		}
	}
}

func (d *describer) source(s provenance.Source) source {
	return source{ID: s.Import.ID, File: message.Plain(s.Import.Workbook), Cell: report.Where(s.Ref, d.lang), When: words.When(d.lang, d.frame.Now(), s.Import.Began)}
}

// touch says what an import did to the record.
func (d *describer) touch(s *provenance.Step) touch {
	what := words.Say(d.lang, "created")
	switch {
	case s.Import.Undoes != "":
		what = words.Say(d.lang, "undone")
	case s.Change.Action != ledger.Create:
		what = words.Say(d.lang, "1 value changed")
		if n := max(len(s.Change.After), len(s.Change.Before)); n != 1 {
			what = fmt.Sprintf(words.Say(d.lang, "%s values changed"), words.Number(d.lang, n))
		}
	}
	return touch{s.Import.ID, message.Plain(s.Import.Workbook), what, words.When(d.lang, d.frame.Now(), s.Import.Began)}
}
