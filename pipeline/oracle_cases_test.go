package pipeline_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// TestOracle imports files made at random, several times each and into several inboxes, takes some of it back in between, and wants of every row what the oracle makes of it. INLET_TEST_SEED runs one seed.
func TestOracle(t *testing.T) {
	first, n := int64(0), int64(30)
	switch {
	case os.Getenv("INLET_TEST_DEEP") != "":
		n = 1000
	case thorough():
		n = 100
	}
	if seed, err := strconv.ParseInt(os.Getenv("INLET_TEST_SEED"), 10, 64); err == nil {
		first, n = seed, 1
	}
	for seed := first; seed < first+n; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := newTrial(seed)
			if c.differs(t) != "" {
				c.shrink(t)
				diff := c.differs(t)
				t.Fatalf("INLET_TEST_SEED=%d, in batches of %d\n%s%s-- rows.csv --\n%s%s", seed, c.batch, c.records(), c.sidecar(), c.file(), diff)
			}
		})
	}
}

// differs returns the first line in which the import is not what the oracle says; nothing where they agree.
func (c *trial) differs(t *testing.T) string { return unlike(c.meant(t), c.done(t)) }

func unlike(meant, done string) string {
	if meant == done {
		return ""
	}
	m, d := strings.Split(meant, "\n"), strings.Split(done, "\n")
	at := 0
	for at < min(len(m), len(d))-1 && m[at] == d[at] {
		at++
	}
	return fmt.Sprintf("…\n%s\noracle: %s\nimport: %s", strings.Join(m[max(0, at-6):at], "\n"), m[at], d[at])
}

// shrink leaves out rows, and then columns, as long as something differs.
func (c *trial) shrink(t *testing.T) {
	for size := len(c.rows); size > 0; size /= 2 {
		for at := 0; at+size <= len(c.rows) && size < len(c.rows); {
			all := c.rows
			c.rows = slices.Delete(slices.Clone(all), at, at+size)
			if c.differs(t) == "" {
				c.rows = all
				at += size
			}
		}
	}
	for i := len(c.columns) - 1; i >= 0; i-- {
		columns, rows, name := c.columns, c.rows, c.columns[i].name
		if slices.Contains(slices.Concat(c.rules[columns[i].kind]...), name) || strings.HasSuffix(name, "t_name") {
			continue
		}
		c.columns, c.rows = slices.Delete(slices.Clone(columns), i, i+1), nil
		for _, row := range rows {
			c.rows = append(c.rows, slices.Delete(slices.Clone(row), i, i+1))
		}
		if c.differs(t) == "" {
			c.columns, c.rows = columns, rows
		}
	}
}

// meant is what the oracle expects of the steps.
func (c *trial) meant(t *testing.T) string {
	schema, err := crm.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	o := &oracle{trial: c, schema: schema, kept: map[crm.Kind][]*being{}}
	for _, g := range c.given {
		o.serial++
		rec := &being{kind: g.kind, name: g.name, serial: o.serial, values: maps.Clone(g.values)}
		if g.of != nil {
			rec.of = named(o.kept[crm.Account], "$"+g.of.name)
		}
		o.kept[g.kind] = append(o.kept[g.kind], rec)
	}
	var b strings.Builder
	before := o.copied()
	for _, step := range c.steps {
		if step == undoStep {
			o.kept, before = before, o.kept // taken back once more it is brought back
			b.WriteString(step + "\n" + o.records())
			continue
		}
		before = o.copied()
		o.inbox = step
		b.WriteString(step + "\n" + o.imported())
	}
	return b.String()
}

// undoStep is the step that takes back what the step before did; any other is the inbox that the file is dropped into.
const undoStep = "undo"

// done is what the import makes of it.
func (c *trial) done(t *testing.T) string {
	p := newPlay(t, way{cmp.Or(c.engine, "sqlite"), c.batch, false}, "")
	p.remember(c.records())
	if c.prepare != nil {
		c.prepare(p)
	}
	p.sidecar = p.file("mapping.yaml", []byte(c.sidecar()))
	job := p.job(txtar.File{Name: "rows.csv", Data: []byte(c.file())})
	var b strings.Builder
	var last ledger.Import
	for _, step := range c.steps {
		b.WriteString(step + "\n")
		if step != undoStep {
			job.Inbox, job.Again = step, true
			var text string
			text, last = outcome(p, job)
			b.WriteString(text)
			continue
		}
		if last.State == ledger.Done {
			rep, err := p.pipeline.Undo(p.Context(), pipeline.Job{}, last.ID)
			if err != nil {
				p.Fatal(err)
			}
			last = rep.Import
		}
		b.WriteString(p.records(p.names()))
	}
	return b.String()
}

// outcome imports a file, and writes what came of it in the way of oracle.imported.
func outcome(p *play, job pipeline.Job) (string, ledger.Import) {
	rep, err := p.pipeline.Run(p.Context(), job)
	if err != nil {
		p.Fatal(err)
	}
	imp, names := &rep.Import, p.names()
	if imp.State != ledger.Done {
		return strings.TrimSpace(string(imp.State)+" "+imp.Code) + "\n" + p.records(names), *imp
	}
	var b strings.Builder
	b.WriteString("done\n")
	for _, kind := range crm.Kinds {
		count(&b, kind, imp.Tally.Of(kind))
	}
	fmt.Fprintf(&b, "blank rows %d, left out %d\n", imp.Tally.Blank, imp.Reading.AllLeftOut())
	for _, change := range p.changes(imp) {
		for _, problem := range change.Problems {
			if !problem.Warning {
				fmt.Fprintf(&b, "row %d because %s\n", problem.Row, problem.Code)
				break
			}
		}
		for _, problem := range change.Problems {
			if problem.Code == ledger.Elsewhere && problem.Warning {
				for _, id := range problem.Candidates {
					fmt.Fprintf(&b, "row %d like %s\n", problem.Row, names[id])
				}
			}
		}
		fmt.Fprintf(&b, "row %d %s %s", change.Row, change.Kind, change.Action)
		if change.Writes() || change.Action == ledger.Unchanged {
			fmt.Fprintf(&b, " %s %s", names[change.ID], change.Rule)
		}
		b.WriteByte('\n')
	}
	return b.String() + p.records(names), *imp
}

// trial is one case: the records before, the mapping, the rows.
type trial struct {
	engine  string      // "": SQLite
	prepare func(*play) // before anything is imported; may be nil
	*rand.Rand
	mode        ledger.Mode
	ambiguous   ledger.OnAmbiguous
	blankKey    ledger.OnBlankKey
	elsewhere   ledger.OnElsewhere
	reuse       string
	exact, safe bool
	scoped      bool // contact_scope: anywhere
	away        ledger.OnElsewhere
	warns       bool
	steps       []string
	fillDown    bool
	rules       map[crm.Kind][][]string
	columns     []*column
	given       []*being
	rows        [][]string
	said        []string // in the mapping
	batch       int
}

// column is one mapped column.
type column struct {
	kind      crm.Kind
	name      string
	onUpdate  ledger.OnUpdate
	onBlank   ledger.OnBlank
	onInvalid ledger.OnInvalid
	byDefault string
	said      []string // of it in the mapping
}

func (c *column) path() string { return string(c.kind) + "." + c.name }

func newTrial(seed int64) *trial {
	c := &trial{Rand: rand.New(rand.NewSource(seed)), rules: map[crm.Kind][][]string{}}
	c.batch = []int{1, 2, 7, 1000}[c.Intn(4)]
	c.store()
	c.policy()
	c.mapped()
	for range 5 + c.Intn(56) {
		if c.Intn(30) == 0 && c.mode != ledger.CreateOnly { // half of them would be an ID to it
			c.rows = append(c.rows, c.headings())
		}
		c.rows = append(c.rows, c.row())
	}
	c.steps = []string{c.inbox(), c.inbox()}
	for range c.Intn(3) {
		c.steps = append(c.steps, c.one(undoStep, c.inbox()))
	}
	return c
}

// inbox is nearly always the same one.
func (c *trial) inbox() string { return c.one("north", "north", "north", "north", "south") }

// store makes the records before.
func (c *trial) store() {
	for i := range c.Intn(9) {
		c.given = append(c.given, &being{kind: crm.Account, name: fmt.Sprint("a", i+1)})
	}
	accounts := len(c.given)
	for i := range min(accounts, 1) * c.Intn(2+3*accounts) {
		c.given = append(c.given, &being{kind: crm.Contact, name: fmt.Sprint("c", i+1), of: c.given[c.Intn(min(accounts, 4))]})
	}
	for _, rec := range c.given {
		rec.values = map[string]crm.Value{}
		for _, path := range slices.Sorted(maps.Keys(pools)) {
			col := column{kind: rec.kind, name: strings.TrimPrefix(path, string(rec.kind)+".")}
			if v, ok := col.value(c.text(path)); ok && col.path() == path {
				rec.set(col.name, v)
			}
		}
	}
}

// text is something that a field may contain, or nothing.
func (c *trial) text(path string) string {
	if c.Intn(4) == 0 {
		return ""
	}
	if words := vague[path]; words != nil && c.Intn(15) == 0 {
		return c.one(words...)
	}
	return c.one(pools[path]...)
}

func (c *trial) one(words ...string) string { return words[c.Intn(len(words))] }

// choose says one of the words, or nothing: then what is now holds.
func (c *trial) choose(said *[]string, key, now string, words ...string) string {
	if c.Intn(2) == 0 {
		return now
	}
	word := c.one(words...)
	*said = append(*said, fmt.Sprintf("%s: %s", key, word))
	return word
}

// policy is section 3.
func (c *trial) policy() {
	ambiguous, blank, reuse, compare := "create", "create", "feed", "canonical"
	switch c.choose(&c.said, "profile", "standard", "standard", "guide", "safe") {
	case "guide":
		reuse, compare = "off", "exact"
	case "safe":
		ambiguous, blank, c.safe = "park", "reject", true
	}
	c.said = append(c.said, "caps: {max_rejected: 100%, max_cleared: 100%}") // those of safe would hold nearly every file
	c.mode = ledger.Mode(c.choose(&c.said, "mode", "upsert", "update", "update", "create", "create"))
	c.ambiguous = ledger.OnAmbiguous(c.choose(&c.said, "ambiguous", ambiguous, "create", "reject", "park", "next_rule"))
	c.blankKey = ledger.OnBlankKey(c.choose(&c.said, "blank_key", blank, "create", "reject", "reject", "ignore", "ignore", "literal"))
	c.reuse = c.choose(&c.said, "reuse", reuse, "feed", "feed", "file", "off")
	c.warns = c.choose(&c.said, "warn_elsewhere", "true", "true", "false") == "true"
	c.exact = c.choose(&c.said, "compare", compare, "canonical", "exact") == "exact"
	c.elsewhere = ledger.OnElsewhere(c.choose(&c.said, "elsewhere_id", "reject", "reject", "move"))
	c.fillDown = c.choose(&c.said, "fill_down", "false", "true", "true", "false") == "true"
}

// mapped chooses the columns, and the rules among them.
func (c *trial) mapped() {
	onUpdate := c.choose(&c.said, "on_update", "overwrite", "overwrite", "fill_if_empty", "never")
	onBlank := c.choose(&c.said, "on_blank", "keep", "clear", "clear", "default")
	parts, alone := c.Intn(2) == 0, c.Intn(20) == 0
	for _, path := range slices.Sorted(maps.Keys(pools)) {
		kind, name, _ := strings.Cut(path, ".")
		switch part := strings.HasSuffix(name, "t_name"); {
		case kind == "account" && alone, part && !parts, path == "contact.name" && parts && c.Intn(5) > 0, name != "name" && c.Intn(3) == 0:
			continue
		}
		c.column(&column{kind: crm.Kind(kind), name: name}, onUpdate, onBlank)
	}
	for _, kind := range crm.Kinds {
		c.match(kind)
		if c.Intn(2) == 0 && (!alone || kind != crm.Account) {
			c.columns = append(c.columns, &column{kind: kind, name: "id"})
		}
	}
	c.scope()
	c.Shuffle(len(c.columns), func(i, j int) { c.columns[i], c.columns[j] = c.columns[j], c.columns[i] })
}

// scope chooses where contacts are looked for: anywhere needs a rule that names one person, and another profile than safe (W12).
func (c *trial) scope() {
	named := func(rule []string) bool { return slices.Contains(rule, "email") || slices.Contains(rule, "mobile") }
	if !c.safe && slices.ContainsFunc(c.rules[crm.Contact], named) {
		c.scoped = c.choose(&c.said, "contact_scope", "account", "account", "anywhere", "anywhere") == "anywhere"
	}
	words := []string{"reject", "update", "move"}
	if c.safe {
		words = words[:2]
	}
	c.away = ledger.OnElsewhere(c.choose(&c.said, "elsewhere", "reject", words...))
}

// column adds a column, which may have rules of its own.
func (c *trial) column(col *column, onUpdate, onBlank string) {
	c.columns = append(c.columns, col)
	words, invalid := []string{"overwrite", "fill_if_empty", "never"}, []string{"reject_row", "drop_cell"}
	if col.name == "categories" {
		words = []string{"append"}
	}
	if c.Intn(10) == 0 {
		invalid = []string{"reject_file"}
	}
	if c.Intn(3) == 0 {
		onUpdate = c.choose(&col.said, "on_update", onUpdate, words...)
		onBlank = c.choose(&col.said, "on_blank", onBlank, "keep", "clear", "default")
	}
	if c.Intn(5) == 0 {
		col.byDefault = crm.Trim(c.one(pools[col.path()]...))
		col.said = append(col.said, fmt.Sprintf("default: %q", col.byDefault))
	}
	col.onUpdate, col.onBlank = ledger.OnUpdate(onUpdate), ledger.OnBlank(onBlank)
	col.onInvalid = ledger.OnInvalid(c.choose(&col.said, "on_invalid", "reject_row", invalid...))
}

// match ticks fields of a kind: none, one rule, or a cascade.
func (c *trial) match(kind crm.Kind) {
	var fields []string
	for _, col := range c.columns {
		switch {
		case col.kind != kind, (col.name == "categories" || col.name == "revenue") && c.Intn(10) > 0:
		case strings.HasSuffix(col.name, "t_name") && c.Intn(3) > 0: // the name that they make is ticked more often
			fields = append(fields, "name")
		default:
			fields = append(fields, col.name)
		}
	}
	slices.Sort(fields)
	fields = slices.Compact(fields)
	if len(fields) == 0 || c.Intn(7) == 0 {
		return
	}
	for range 1 + c.Intn(3) {
		rule := []string{"name"} // alone it hits more than fields taken at random
		if c.Intn(4) > 0 || !slices.Contains(fields, "name") {
			rule = nil
			for _, i := range c.Perm(len(fields))[:min(len(fields), 1+c.Intn(2)+c.Intn(2)*c.Intn(2))] {
				rule = append(rule, fields[i])
			}
		}
		c.rules[kind] = append(c.rules[kind], rule)
	}
}

// row makes the texts of one row. One in three is mostly a row above, so that there is something for A8 and C9.
func (c *trial) row() []string {
	var like []string
	if len(c.rows) > 0 && c.Intn(3) == 0 {
		if like = c.rows[c.Intn(len(c.rows))]; c.headingsAgain(like) {
			like = nil
		}
	}
	without := map[crm.Kind]bool{crm.Account: c.Intn(4) == 0 && (c.fillDown || c.Intn(3) == 0), crm.Contact: c.Intn(5) == 0}
	sparse := c.Intn(5) == 0
	var texts []string
	for i, col := range c.columns {
		text := c.one("", "", " ", "\u00a0")
		switch {
		case like != nil && c.Intn(6) > 0:
			text = like[i]
		case without[col.kind], sparse && c.Intn(4) > 0 && col.path() != "account.name":
		case col.name == "id":
			if rare := c.Intn(300) == 0; rare || c.Intn(4) == 0 && c.mode != ledger.CreateOnly {
				text = c.someID(col.kind)
			}
		case c.Intn(15) == 0:
			text = "<clear>"
		case c.Intn(25) == 0 && col.name == "revenue":
			text = "tolv"
		case c.Intn(15) == 0 && odd[col.path()] != nil:
			text = c.one(odd[col.path()]...)
		case c.Intn(10) == 0 && vague[col.path()] != nil:
			text = c.one(vague[col.path()]...)
		case col.path() == "account.name" && c.Intn(4) > 0: // without it much is rejected and little tried
			text = c.one(pools[col.path()]...)
		default:
			text = c.text(col.path())
		}
		texts = append(texts, text)
	}
	if c.Intn(25) == 0 { // W1
		texts = append(texts, c.one("x", " ", ""))
	}
	return texts
}

// headings are those of the file once more (W8).
func (c *trial) headings() []string {
	var texts []string
	for _, col := range c.columns {
		texts = append(texts, c.one(col.path(), strings.ToUpper(col.path()), " "+col.path()))
	}
	return texts
}

// someID is mostly that of a record of the kind.
func (c *trial) someID(kind crm.Kind) string {
	if len(c.given) == 0 || c.Intn(10) == 0 {
		return c.one("nobody", "ffffffffffffffffffff0000", "<clear>")
	}
	rec := c.given[c.Intn(len(c.given))]
	if rec.kind != kind && c.Intn(10) > 0 {
		return ""
	}
	return "$" + rec.name
}
