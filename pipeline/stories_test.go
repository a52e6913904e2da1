package pipeline_test

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"hash/crc32"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/sqlite"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of the stories")

// TestStories runs every story of testdata. A story is a text of sections, read from top to bottom:
//
//	fields         own fields of the schema: kind, name, type, heading, and choices parted by |, each a value or value=sv,en,aliases…
//	users          the site's users: id, name and e-mail, parted by ;
//	choices        what may be chosen, by field: "account.categories A|B=sv,en,alias"
//	records        what is in the store before: "a1 {values}" and "c1 a1 {values}"
//	mapping.yaml   holds for the files behind it; without one known headings and the keys name and e-mail must do; _default.mapping.yaml
//	               likewise, as the default of a folder
//	inbox          where the files behind it are dropped; without it they are named on the command line
//	headings       hold, warn or off: how the inbox of the files behind it treats changed headings; and they have no mapping
//	*.tsv          a text file to import that means something else as .xlsx
//	*.csv, *.xlsx  a file to import ($a1, $c2 in it are the IDs of those records; > before a line of "-- sheet --" is taken off). In an
//	               .xlsx such lines begin sheets ("-- People (hidden) --") or say what is hidden, merged or a table in one:
//	               "-- hide: 3 5-7 --", "-- merge: A2:A4 --", "-- table: A3:C9 totals --", see package sheettest
//	wanted         what that import comes to: its state, counts, problems, and then every record
//	again          the same of the last file imported once more; without it nothing may be written then
//	approve        the last file imported because a person approves it, and what that comes to
//	drop           the last file dropped once more, as a person may who does not know that it was there: "wanted" says what of it
//	edit           what another program does to the records meanwhile: "a1 {values}", "a1 - field", "c1 > a2", "c1 gone", "new c9 a1 {values}"
//	undo           the last import that is not undone is undone, or the one whose number is given; "wanted" says what of it
//
// Records are called a1, a2 and c1, c2 in the order of their creation. Each story must end the same on both engines,
// in batches of any size, and with its .csv files as .xlsx. Where the story has no foreign edits the import is undone in the end, which must give the
// start, and the undo undone.
func TestStories(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are %d stories: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s := readStory(t, path)
			if *update {
				s.rewrite(t, path)
			}
			for _, w := range ways(path) {
				t.Run(w.String(), func(t *testing.T) { s.check(t, w) })
			}
		})
	}
}

// way is how a story is run.
type way struct {
	engine string
	batch  int
	xlsx   bool
}

func (w way) String() string {
	return fmt.Sprintf("%s,batch=%d,xlsx=%v", w.engine, w.batch, w.xlsx)
}

// ways returns how a story is run: by default in one of two ways on SQLite, in small batches as CSV or in one batch as .xlsx, and one story in sixteen on
// MongoDB too, where a database of its own takes seconds; which is decided by its name. With INLET_TEST_DEEP it is run in all ways.
func ways(path string) []way {
	small, whole := way{"sqlite", 2, false}, way{"sqlite", 1000, true}
	if os.Getenv("INLET_TEST_DEEP") != "" {
		return []way{small, whole, {"sqlite", 1, false}, {"sqlite", 7, false}, {"sqlite", 1000, false},
			{"mongo", 1, true}, {"mongo", 2, true}, {"mongo", 7, false}, {"mongo", 1000, false}}
	}
	switch crc32.ChecksumIEEE([]byte(filepath.Base(path))) % 16 {
	case 0:
		return []way{small, whole, {"sqlite", 1, false}, {"mongo", 2, true}}
	case 1, 2, 3, 4, 5, 6, 7:
		return []way{whole}
	default:
		return []way{small}
	}
}

// story is the sections of one file.
type story struct{ *txtar.Archive }

func readStory(t *testing.T, path string) story {
	sections, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(sections.Comment)) == "" {
		t.Errorf("%s does not say what it is about", path)
	}
	return story{sections}
}

// rewrite puts what the code gives in place of the wanted parts.
func (s story) rewrite(t *testing.T, path string) {
	for i, text := range s.results(t, way{"sqlite", 1000, false}) {
		s.Files[i].Data = []byte(text)
	}
	if err := os.WriteFile(path, txtar.Format(s.Archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// check compares the results of a story with what it wants.
func (s story) check(t *testing.T, w way) {
	for i, got := range s.results(t, w) {
		if diff := cmp.Diff(string(s.Files[i].Data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.Files[i].Name, diff)
		}
	}
}

// results runs the sections and returns what belongs in the place of each wanted one.
func (s story) results(t *testing.T, w way) map[int]string {
	p := newPlay(t, w, s.part("fields"))
	p.employ(s.part("users"), s.part("choices"))
	p.remember(s.part("records"))
	start := p.inStore()
	got := map[int]string{}
	var job pipeline.Job
	var last ledger.Import
	lone := true
	for i, part := range s.Files {
		switch ext := filepath.Ext(part.Name); {
		case part.Name == "fields" || part.Name == "users" || part.Name == "choices" || part.Name == "records":
		case part.Name == "inbox":
			p.inbox = strings.TrimSpace(string(part.Data))
		case strings.HasSuffix(part.Name, "mapping.yaml"), strings.HasSuffix(part.Name, ".mapping.yml"):
			p.sidecar = p.file(part.Name, part.Data)
		case part.Name == "headings":
			p.headings, p.sidecar = check.HeadingsPolicy(strings.TrimSpace(string(part.Data))), ""
		case ext == ".csv" || ext == ".tsv" || ext == ".xlsx":
			job = p.job(part)
			last = p.imports(job)
		case part.Name == "wanted":
			got[i] = p.says(&last)
		case part.Name == "drop":
			last, lone = p.imports(job), false
		case part.Name == "edit":
			p.edits(string(part.Data))
			lone = false
		case part.Name == "undo":
			last, lone = p.undoes(p.numbered(strings.TrimSpace(string(part.Data)))), false
		case part.Name == "approve":
			job.Approve = true
			last = p.imports(job)
			got[i] = p.says(&last)
		case part.Name == "again":
			job.Again = true
			last = p.imports(job)
			got[i] = p.says(&last)
		default:
			t.Fatalf("a story has no section %s", part.Name)
		}
	}
	if s.part("again") == "" && lone {
		p.unchangedBy(job)
	}
	if lone {
		p.backAndForth(start)
	}
	return got
}

func (s story) part(name string) string {
	for _, part := range s.Files {
		if part.Name == name {
			return string(part.Data)
		}
	}
	return ""
}

// play is a story that runs on a store of its own.
type play struct {
	*testing.T
	way
	dir      string
	uri      string // of the database on MongoDB
	inbox    string
	schema   *crm.Schema
	engine   engine.Engine
	store    *store.Store
	pipeline *pipeline.Pipeline
	sidecar  string
	headings check.HeadingsPolicy
	edited   int64 // how often another program edited a record
}

var fallback = mapping.Fallback{Profile: "standard", Match: [len(crm.Kinds)][]string{{"name"}, {"email"}}}

func newPlay(t *testing.T, w way, fields string, opts ...mongo.Option) *play {
	p := &play{T: t, way: w, dir: t.TempDir()}
	var own []crm.Field
	for line := range strings.Lines(fields) {
		words := append(strings.Fields(line), "")
		f := crm.Field{Kind: crm.Kind(words[0]), Name: words[1], Type: crm.Type(words[2]), SV: words[3]}
		if words[4] != "" {
			f.Choices = optionsOf(words[4])
		}
		own = append(own, f)
	}
	var err error
	if p.schema, err = crm.NewSchema(own...); err != nil {
		t.Fatal(err)
	}
	if w.engine == "mongo" {
		p.uri = newDatabase(t)
		p.engine, err = mongo.Open(t.Context(), p.uri, opts...)
	} else {
		p.engine, err = sqlite.Open(t.Context(), filepath.Join(p.dir, "inlet.db"))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.engine.Close(context.Background()) })
	if p.store, err = store.New(t.Context(), p.engine); err != nil {
		t.Fatal(err)
	}
	p.store.Scratch = sqlite.Scratch
	p.pipeline = &pipeline.Pipeline{Store: partsOf(p.store), Schema: p.schema, Fallback: fallback, Batch: w.batch, Log: slog.New(slog.DiscardHandler),
		Rehearse: func(ctx context.Context, rules []crm.Rule) (pipeline.Rehearsal, error) {
			return p.store.Rehearse(ctx, rules)
		}}
	return p
}

// optionsOf reads choices as the sections have them.
func optionsOf(list string) []crm.Option {
	var all []crm.Option
	for choice := range strings.SplitSeq(list, "|") {
		value, rest, more := strings.Cut(choice, "=")
		o := crm.Option{Value: value}
		if words := strings.Split(rest, ","); more {
			words = append(words, "")
			o.SV, o.EN, o.Aliases = words[0], words[1], slices.DeleteFunc(words[2:], func(s string) bool { return s == "" })
		}
		all = append(all, o)
	}
	return all
}

// employ gives the schema its users and choices.
func (p *play) employ(users, choices string) {
	var people []crm.Person
	for line := range strings.Lines(users) {
		words := append(strings.Split(strings.TrimSpace(line), ";"), "", "")
		people = append(people, crm.Person{ID: words[0], Name: words[1], Email: words[2]})
	}
	of := map[string][]crm.Option{}
	for line := range strings.Lines(choices) {
		path, list, _ := strings.Cut(strings.TrimSpace(line), " ")
		of[path] = optionsOf(list)
	}
	var err error
	if p.schema, err = p.schema.With(people, of); err != nil {
		p.Fatal(err)
	}
	p.pipeline.Schema = p.schema
}

// newDatabase returns the address of an empty database on the server that INLET_TEST_MONGODB names, gone when the test ends.
func newDatabase(t *testing.T) string {
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("INLET_TEST_MONGODB is the address of one server: %v", err)
	}
	u.Path = "/inlet_test_" + rand.Text()[:12]
	t.Cleanup(func() {
		ctx := context.Background()
		client, err := driver.Connect(options.Client().ApplyURI(server))
		if err == nil {
			err = client.Database(u.Path[1:]).RunCommand(ctx, bson.D{{Key: "dropDatabase", Value: 1}}).Err()
			client.Disconnect(ctx)
		}
		if err != nil {
			t.Error(err)
		}
	})
	return u.String()
}

func (p *play) file(name string, data []byte) string {
	p.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		p.Fatal(err)
	}
	return path
}

// remember puts records into the store that no import made.
func (p *play) remember(lines string) {
	p.Helper()
	seq := int64(0)
	for line := range strings.Lines(lines) {
		head, values, _ := strings.Cut(line, "{")
		names := append(strings.Fields(head), "")
		seq++
		w := engine.Write{New: true, ID: idOf(names[0]), ParentID: idOf(names[1]), Seq: seq}
		if err := w.Set.UnmarshalJSON([]byte("{" + values)); err != nil {
			p.Fatalf("%s: %v", line, err)
		}
		kind := crm.Account
		if names[1] != "" {
			kind = crm.Contact
		}
		results, err := p.engine.Write(p.Context(), kind, []engine.Write{w})
		if err != nil || results[0] != engine.Written {
			p.Fatalf("%s: result %v: %v", line, results, err)
		}
	}
}

// idOf returns the ID of a record that a story begins with: a1 is aaaa…0001.
func idOf(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("%s%04s", strings.Repeat(name[:1], 20), name[1:])
}

// job writes the file of a section.
func (p *play) job(part txtar.File) pipeline.Job {
	p.Helper()
	ids := p.names()
	text := regexp.MustCompile(`\$[ac]\d+`).ReplaceAllStringFunc(strings.ReplaceAll(string(part.Data), "\n>--", "\n--"), func(name string) string {
		for id, is := range ids {
			if is == name[1:] {
				return id
			}
		}
		p.Fatalf("the record %s does not exist", name)
		return ""
	})
	text = strings.TrimPrefix(text, ">")
	name := part.Name
	if stem, ok := strings.CutSuffix(name, ".csv"); ok && p.xlsx {
		name = stem + ".xlsx"
	}
	path := filepath.Join(p.dir, name)
	sheettest.Book(p, path, text)
	return pipeline.Job{Name: name, Inbox: p.inbox, Workbook: path, Sidecar: p.sidecar, Headings: p.headings}
}

// imports runs one import, and checks that no row was lost or counted twice.
func (p *play) imports(job pipeline.Job) ledger.Import {
	p.Helper()
	planned := p.plans(job)
	rep, err := p.pipeline.Run(p.Context(), job)
	if err != nil {
		p.Fatalf("import %s: %v", job.Name, err)
	}
	imp := rep.Import
	if diff := cmp.Diff(planned, outline(&imp, p.changes(&imp))); diff != "" {
		p.Errorf("%s comes to another end than its plan (-plan +import):\n%s", job.Name, diff)
	}
	if imp.State != ledger.Done {
		if sum := imp.Tally.Counts.All().Sum(); sum != 0 {
			p.Errorf("%s is %s, and yet %d rows are counted", job.Name, imp.State, sum)
		}
		return imp
	}
	p.conserves(job, &imp)
	return imp
}

// conserves wants every stored row to be accounted for: per kind, the rows with that part present are counted once, and the rows below the
// headings are imported, blank or left out.
func (p *play) conserves(job pipeline.Job, imp *ledger.Import) {
	p.Helper()
	leftOut := map[string]bool{}
	for _, row := range imp.Reading.LeftOutRows {
		leftOut[row.String()] = true
	}
	rows, accounts, contacts, stored, out := 0, 0, 0, 0, 0
	p.everyRow(job, &stored, func(d *ledger.Draft) {
		if leftOut[d.String()] {
			out++
			return
		}
		rows += one(d.Part(crm.Account).Present || d.Part(crm.Contact).Present)
		accounts += one(d.Part(crm.Account).Present)
		contacts += one(d.Part(crm.Contact).Present)
	})
	t := &imp.Tally
	if t.Rows != rows || t.Counts[0].Sum() != accounts || t.Counts[1].Sum() != contacts || imp.Reading.AllLeftOut() != out {
		p.Errorf("%s has %d rows, %d accounts, %d contacts, and %d are left out; counted are %d, %d, %d, %d", job.Name, rows, accounts, contacts, out,
			t.Rows, t.Counts[0].Sum(), t.Counts[1].Sum(), imp.Reading.AllLeftOut())
	}
	if n := t.Rows + t.Blank + out; n != stored {
		p.Errorf("%s has %d rows below its headings; %d imported, %d blank and %d left out are %d", job.Name, stored, t.Rows, t.Blank, out, n)
	}
}

// plans plans an import, and wants the store to be as it was.
func (p *play) plans(job pipeline.Job) string {
	p.Helper()
	before := p.records(p.names())
	var changes []ledger.Change
	rep, err := p.pipeline.Plan(p.Context(), job, func(some []ledger.Change) error {
		changes = append(changes, some...)
		return nil
	})
	if err != nil {
		p.Fatalf("plan %s: %v", job.Name, err)
	}
	if diff := cmp.Diff(before, p.records(p.names())); diff != "" {
		p.Errorf("the plan of %s changed records (-before +after):\n%s", job.Name, diff)
	}
	if rep.Import.State == ledger.Planned {
		rep.Import.State = ledger.Done
		if rep.Import.Code != "" { // what a plan finds to be too much holds the import
			return string(ledger.Held) + " " + rep.Import.Code
		}
	}
	return outline(&rep.Import, changes)
}

// outline is what plan and import must agree on: state, counts, and what each row does to which record.
func outline(imp *ledger.Import, changes []ledger.Change) string {
	var b strings.Builder
	fmt.Fprintln(&b, strings.TrimSpace(string(imp.State)+" "+imp.Code))
	if imp.State != ledger.Done {
		return strings.TrimSpace(b.String())
	}
	for _, kind := range crm.Kinds {
		count(&b, kind, imp.Tally.Of(kind))
	}
	for _, c := range changes {
		fmt.Fprintln(&b, c.Row, c.Kind, c.Action, c.Rule, c.ID, c.ParentID, c.Moved, c.Before, c.After, len(c.Problems))
	}
	return b.String()
}

// changes returns what the journal has of an import.
func (p *play) changes(imp *ledger.Import) []ledger.Change {
	p.Helper()
	var all []ledger.Change
	for changes, err := range p.store.Journal.Changes(p.Context(), imp.ID) {
		if err != nil {
			p.Fatal(err)
		}
		all = append(all, changes...)
	}
	return all
}

// everyRow calls each with the drafts of all rows below the headings, read on another way than an import's, and adds up how many rows are stored
// there.
func (p *play) everyRow(job pipeline.Job, stored *int, each func(*ledger.Draft)) {
	p.Helper()
	m, err := mapping.Default(p.schema, fallback)
	if job.Sidecar != "" {
		m, err = mapping.Load(job.Sidecar, p.schema, fallback)
	}
	if err != nil {
		p.Fatal(err)
	}
	book, err := sheet.Open(job.Workbook, sheet.Options{})
	if err != nil {
		p.Fatal(err)
	}
	defer book.Close()
	layouts, err := layout.Find(p.Context(), m, book)
	if err != nil {
		p.Fatal(err)
	}
	for i := range layouts {
		*stored += p.sheetRows(&layouts[i], each)
	}
}

// sheetRows goes down one sheet and returns how many rows are stored below its headings.
func (p *play) sheetRows(l *layout.Layout, each func(*ledger.Draft)) int {
	p.Helper()
	var bound *bind.Binding
	head, lines := 0, 0 // lines that are not rows of their own
	above := map[int]sheet.Cell{}
	for some, err := range l.Sheet.Rows(p.Context(), 100) {
		for _, row := range some {
			switch {
			case err != nil:
				p.Fatal(err)
			case row.Number < l.HeaderRow:
			case bound == nil:
				if bound, err = bind.New(l, row); err != nil {
					p.Fatal(err)
				}
				head = row.Last()
			default:
				row = p.unmerged(l, row, above)
				var d ledger.Draft
				if err := bound.Draft(&d, make([]ledger.Cell, len(bound.Columns)), row, int64(row.Number)); err != nil {
					p.Fatal(err)
				}
				lines += row.Last() - row.Number
				each(&d)
			}
		}
	}
	return max(l.Sheet.Last()-head, 0) - lines
}

// unmerged fills merged cells with their value, where the mapping says so. above is what has been seen of each range.
func (p *play) unmerged(l *layout.Layout, row sheet.Row, above map[int]sheet.Cell) sheet.Row {
	p.Helper()
	if !l.Mapping.Unmerge {
		return row
	}
	merges, err := l.Sheet.Merges(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	cells := slices.Clone(row.Cells)
	for i, m := range merges {
		if row.Number == m.First.Row {
			above[i] = row.Cell(m.First.Column)
			above[i] = sheet.Cell{Column: m.First.Column, Type: above[i].Type, Raw: strings.Clone(above[i].Raw)}
		}
		if m.First.Row < row.Number && row.Number <= m.Last.Row && above[i].Type != sheet.Blank && row.Cell(m.First.Column).Type == sheet.Blank {
			cells = append(cells, above[i])
		}
	}
	slices.SortFunc(cells, func(a, b sheet.Cell) int { return a.Column - b.Column })
	row.Cells = cells
	return row
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// unchangedBy imports a file once more and wants nothing to be written.
func (p *play) unchangedBy(job pipeline.Job) {
	p.Helper()
	job.Again = true
	before := p.records(p.names())
	imp := p.imports(job)
	for i, c := range imp.Tally.Counts {
		kind := crm.Kinds[i]
		if c.Created+c.Updated > 0 {
			p.Errorf("imported once more, %d %ss are created and %d updated", c.Created, kind, c.Updated)
		}
	}
	if diff := cmp.Diff(before, p.records(p.names())); diff != "" {
		p.Errorf("imported once more (-first +second):\n%s", diff)
	}
}

// says writes what an import came to, and the records as they are now.
func (p *play) says(imp *ledger.Import) string {
	p.Helper()
	var b strings.Builder
	b.WriteString(strings.TrimSpace(string(imp.State)+" "+imp.Code) + "\n")
	for _, kind := range crm.Kinds {
		count(&b, kind, imp.Tally.Of(kind))
	}
	if imp.Tally.Blank > 0 {
		fmt.Fprintf(&b, "blank rows=%d\n", imp.Tally.Blank)
	}
	reading(&b, &imp.Reading)
	names := p.names()
	p.problems(&b, imp, names)
	b.WriteString(p.records(names))
	return b.String()
}

// reading writes what else is in a workbook, besides its rows.
func reading(b *strings.Builder, r *ledger.Reading) {
	for _, why := range slices.Sorted(maps.Keys(r.LeftOut)) {
		fmt.Fprintf(b, "left out %s=%d\n", why, r.LeftOut[why])
	}
	for _, n := range []struct {
		what string
		n    int
	}{{"rows above the headings", r.Above}, {"hidden rows", r.HiddenRows}} {
		if n.n > 0 {
			fmt.Fprintf(b, "%s=%d\n", n.what, n.n)
		}
	}
	if len(r.Sheets)+len(r.UnreadSheets) > 1 {
		fmt.Fprintf(b, "sheets %s\n", strings.Join(r.Sheets, ", "))
	}
	for _, s := range r.UnreadSheets {
		fmt.Fprintf(b, "unread sheet %s known=%d\n", s.Sheet, s.KnownHeadings)
	}
	for _, c := range r.UnreadColumns {
		fmt.Fprintf(b, "unread column %s %q filled=%d\n", c.Column, c.Heading, c.Filled)
	}
}

func count(b *strings.Builder, kind crm.Kind, c *ledger.Count) {
	if c.Sum() == 0 {
		return
	}
	b.WriteString(string(kind))
	for _, word := range []string{"created", "removed", "updated", "unchanged", "skipped", "rejected", "parked"} {
		if n := c.By()[word]; n > 0 {
			fmt.Fprintf(b, " %s=%d", word, n)
		}
	}
	b.WriteByte('\n')
}

// problems writes those of the journal, and checks that they are the ones that are counted.
func (p *play) problems(b *strings.Builder, imp *ledger.Import, names map[string]string) {
	p.Helper()
	counted := map[ledger.Code]int{}
	for changes, err := range p.store.Journal.Changes(p.Context(), imp.ID) {
		if err != nil {
			p.Fatal(err)
		}
		for _, c := range changes {
			for _, problem := range c.Problems {
				counted[problem.Code]++
				b.WriteString(describe(problem, names) + "\n")
			}
		}
	}
	for code, n := range imp.Tally.Problems {
		if counted[code] != n {
			p.Errorf("%s is counted %d times and is %d times in the journal", code, n, counted[code])
		}
	}
}

func describe(problem ledger.Problem, names map[string]string) string {
	line := fmt.Sprintf("row %d%s %s", problem.Row, problem.Column, problem.Code)
	if problem.Warning {
		line += " warning"
	}
	if problem.Value != "" {
		value := problem.Value
		if name, ok := names[value]; ok {
			value = "$" + name
		}
		line += " " + legible(value)
	}
	for _, id := range problem.Candidates {
		line += " $" + names[id]
	}
	return line
}

// names calls the records by kind and the order of their creation.
func (p *play) names() map[string]string {
	p.Helper()
	names := map[string]string{}
	for _, kind := range crm.Kinds {
		n := 0
		err := p.store.Records.Each(p.Context(), kind, func(rec crm.Record) error {
			n++
			names[rec.ID] = fmt.Sprintf("%c%d", kind[0], n)
			return nil
		})
		if err != nil {
			p.Fatal(err)
		}
	}
	return names
}

// records writes every record, its fields in the order of the template.
func (p *play) records(names map[string]string) string {
	p.Helper()
	var b strings.Builder
	for _, kind := range crm.Kinds {
		err := p.store.Records.Each(p.Context(), kind, func(rec crm.Record) error {
			b.WriteString(names[rec.ID])
			if rec.ParentID != "" {
				b.WriteString(" of " + names[rec.ParentID])
			}
			left := len(rec.Values)
			for _, f := range p.schema.Fields() {
				if v := rec.Values.Of(f.Name); f.Kind == kind && !v.Absent() {
					left--
					fmt.Fprintf(&b, " %s=%s", f.Name, legible(v.String()))
				}
			}
			if left > 0 {
				p.Errorf("%s has a field that the schema has not: %v", names[rec.ID], rec.Values)
			}
			b.WriteByte('\n')
			return nil
		})
		if err != nil {
			p.Fatal(err)
		}
	}
	return b.String()
}

// legible quotes a text where the eye would be deceived: blanks, and letters made of two signs.
func legible(s string) string {
	quoted := fmt.Sprintf("%q", s)
	switch {
	case !norm.NFC.IsNormalString(s):
		return fmt.Sprintf("%+q", s)
	case len(quoted) == len(s)+2 && !strings.ContainsAny(s, " =") && s != "":
		return s
	}
	return quoted
}

// partsOf returns the parts of a store that imports use.
func partsOf(s *store.Store) pipeline.Store {
	return pipeline.Store{Records: s.Records, Writer: s, Index: s.Index, Imports: s.Imports, Held: s.Imports, Attempts: s.Attempts, Journal: s.Journal,
		Outbox: s.Outbox, Mappings: s.Mappings, NewIDs: s.Capabilities().NewIDs, Unreadable: s.Records.Unreadable}
}
