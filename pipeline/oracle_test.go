package pipeline_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// oracle is what an import means, written from sections 4, 5 and 6 of the semantics, W12 and W13 alone: one row after the other, each looking through
// every record there is. It shares no code with package match.
type oracle struct {
	*trial
	schema  *crm.Schema
	kept    map[crm.Kind][]*being // in the order of their creation
	created []birth               // what the rows of this file created
	above   *verdict              // of the nearest row above that has an account part
	counts  map[crm.Kind]*ledger.Count
	blank   int
	log     strings.Builder
	inbox   string // of the file
	serial  int    // of the last record that was created
}

// being is a record. Its name is its kind's first letter and its number in the order of creation.
type being struct {
	kind   crm.Kind
	name   string
	of     *being // the account of a contact
	serial int    // is the same in every copy
	feed   string // W13: what its row said, in which feed
	values map[string]crm.Value
}

// birth remembers the row that a record was created by: A8 and C9 compare with that, whatever became of the record.
type birth struct {
	row *part
	rec *being
}

// verdict is what is done for one part of a row.
type verdict struct {
	action ledger.Action
	rule   string      // the row of the table
	code   ledger.Code // why the row is rejected
	rec    *being      // nil where one is to be created, and where there is none
	keys   []string    // of the rule that hit (F1)
	feed   string      // W13: of a record that is to be created
	like   []*being    // W12: that are to be warned of
	whose  *being      // W12: the contact that the account of the row was found by
}

// imported takes the file through, and says what came of it.
func (o *oracle) imported() string {
	o.created, o.above, o.blank = nil, nil, 0
	o.counts = map[crm.Kind]*ledger.Count{crm.Account: {}, crm.Contact: {}}
	o.log.Reset()
	if code := o.refused(); code != "" {
		return "refused " + code + "\n" + o.records()
	}
	leftOut := 0
	for i, texts := range o.rows {
		if o.headingsAgain(texts) { // W8
			leftOut++
			continue
		}
		o.row(i+2, texts)
	}
	if leftOut > 0 && leftOut+o.blank == len(o.rows) { // W10
		return "held left_out\n" + o.records()
	}
	var b strings.Builder
	b.WriteString("done\n")
	for _, kind := range crm.Kinds {
		count(&b, kind, o.counts[kind])
	}
	return b.String() + fmt.Sprintf("blank rows %d, left out %d\n", o.blank, leftOut) + o.log.String() + o.records()
}

// headingsAgain reports whether a row is the headings once more: in every column, of which there are two at least.
func (c *trial) headingsAgain(texts []string) bool {
	for i, col := range c.columns {
		if !strings.EqualFold(strings.ReplaceAll(texts[i], " ", ""), col.path()) {
			return false
		}
	}
	return len(c.columns) > 1
}

// refused returns why nothing of the file is imported.
func (o *oracle) refused() string {
	hasAccount, hasID := false, false
	for _, c := range o.columns {
		hasAccount = hasAccount || c.kind == crm.Account
		hasID = hasID || c.path() == "account.id"
	}
	if o.mode == ledger.UpdateOnly && hasAccount && !hasID && len(o.rules[crm.Account]) == 0 { // A3
		return "no_match_key"
	}
	for _, texts := range o.rows {
		if o.headingsAgain(texts) {
			continue
		}
		for i, c := range o.columns {
			if c.name == "id" && o.mode == ledger.CreateOnly && crm.Trim(texts[i]) != "" { // A2, C2
				return "id_column"
			}
			text, whole := o.unspoiled(c, crm.Trim(texts[i]))
			if _, valid := c.value(text); (!valid || !whole) && c.onInvalid == ledger.RejectFile { // F6
				return "invalid"
			}
		}
	}
	return ""
}

// row applies a row whole or not at all.
func (o *oracle) row(number int, texts []string) {
	account, contact, valid := o.read(texts)
	if !account.present && !contact.present {
		o.blank++
		return
	}
	a, c := o.decide(account, contact, valid)
	if valid && len(texts) > len(o.columns) && crm.Trim(texts[len(o.columns)]) != "" { // W1
		a = verdict{action: ledger.Reject, code: ledger.ExtraCells}
		c = a
	}
	for _, v := range []verdict{a, c} {
		if v.action == ledger.Reject || v.action == ledger.Park {
			a, c = v, v
			a.rec = nil
			fmt.Fprintf(&o.log, "row %d because %s\n", number, v.code)
			break
		}
	}
	if account.present {
		o.apply(number, account, &a, nil)
		o.above = &a
	}
	if contact.present {
		o.apply(number, contact, &c, a.rec)
	}
}

// decide finds what each part of the row does.
func (o *oracle) decide(account, contact *part, valid bool) (a, c verdict) {
	if !valid { // F6
		v := verdict{action: ledger.Reject, code: ledger.Invalid}
		return v, v
	}
	switch {
	case !account.present:
		a = o.absent(contact)
	default:
		a = o.account(account)
	}
	switch {
	case a.action == ledger.Create && !account.has("name"): // required on create
		a = verdict{action: ledger.Reject, code: ledger.Required}
		return a, a
	case a.action == ledger.Reject, a.action == ledger.Park, a.action == ledger.Skip && a.rec == nil:
		return a, a // what is skipped without a record takes its contact with it
	case !contact.present: // C0
		return a, verdict{}
	}
	c = o.contact(contact, &a)
	if c.rule == "C3" || c.rule == "C5" {
		c.like = o.sameElsewhere(contact, a.rec)
	}
	if c.action == ledger.Create && !contact.has("name") && !contact.has("email") {
		c = verdict{action: ledger.Reject, code: ledger.Required}
	}
	return a, c
}

// absent finds the account of a row that has none of its own (A0).
func (o *oracle) absent(contact *part) verdict {
	required := verdict{action: ledger.Reject, rule: "A0", code: ledger.ParentRequired}
	if rec := named(o.kept[crm.Contact], contact.id); rec != nil {
		return verdict{rec: rec.of}
	}
	if v, found := o.ofContact(contact); found {
		return v
	}
	switch {
	case !o.fillDown || o.above == nil:
		return required
	case o.above.action == ledger.Reject || o.above.action == ledger.Park:
		return required
	case o.above.rec == nil:
		return verdict{action: ledger.Skip, rule: "A0"}
	}
	return verdict{rec: o.above.rec}
}

// account is the table of section 4.
func (o *oracle) account(p *part) verdict {
	switch {
	case p.id != "":
		if rec := named(o.kept[crm.Account], p.id); rec != nil { // A1
			return verdict{action: ledger.Update, rule: "A1", rec: rec}
		}
		return verdict{action: ledger.Reject, rule: "A2", code: ledger.UnknownID} // A2
	case len(o.rules[crm.Account]) > 0:
		return o.matched(p, "A", o.kept[crm.Account], nil)
	case o.mode == ledger.UpdateOnly: // A3
		return verdict{action: ledger.Reject, rule: "A3", code: ledger.IDRequired}
	}
	return verdict{action: ledger.Create, rule: "A3"} // A3
}

// contact is the table of section 5.
func (o *oracle) contact(p *part, a *verdict) verdict {
	if a.whose != nil { // W12
		if o.mode == ledger.CreateOnly {
			return verdict{action: ledger.Skip, rule: "W12", rec: a.whose}
		}
		return verdict{action: ledger.Update, rule: "W12", rec: a.whose, keys: a.keys}
	}
	if p.id != "" {
		rec := named(o.kept[crm.Contact], p.id)
		switch {
		case rec == nil: // C2
			return verdict{action: ledger.Reject, rule: "C2", code: ledger.UnknownID}
		case rec.of == a.rec: // C1
			return verdict{action: ledger.Update, rule: "C1", rec: rec}
		case o.elsewhere == ledger.ElsewhereMove: // C1b
			return verdict{action: ledger.Update, rule: "C1b", rec: rec}
		}
		return verdict{action: ledger.Reject, rule: "C1b", code: ledger.IDElsewhere} // C1b
	}
	switch {
	case a.action == ledger.Create: // C3
		if v, found := o.abroad(p, nil); found {
			return v
		}
		v := verdict{action: ledger.Create, rule: "C3"}
		if o.blankThroughout(p) && o.blankKey != ledger.BlankReject { // it will be C4 in the next file
			v.feed = "later"
		}
		return v
	case len(o.rules[crm.Contact]) > 0:
		v := o.matched(p, "C", within(o.kept[crm.Contact], a.rec), a.rec)
		if v.rule == "C5" {
			if elsewhere, found := o.abroad(p, a.rec); found {
				return elsewhere
			}
		}
		return v
	case o.mode == ledger.UpdateOnly: // C8
		return verdict{action: ledger.Skip, rule: "C8"}
	}
	return verdict{action: ledger.Create, rule: "C8"} // C8
}

// matched is the rows 4 to 9 of both tables, which say the same of accounts and of contacts.
func (o *oracle) matched(p *part, letter string, among []*being, account *being) verdict {
	row, rec, rule := o.relaxed(p, among)
	return o.settled(p, letter, among, account, row, rec, rule)
}

// relaxed is search, and again as blank_key has it for blanks where each rule has one.
func (o *oracle) relaxed(p *part, among []*being) (row string, rec *being, rule []string) {
	row, rec, rule = o.search(p, among, "")
	relaxed := o.blankKey == ledger.BlankIgnore || o.blankKey == ledger.BlankLiteral
	if relaxed && row == "4" && o.mode == ledger.Upsert { // A4, C4
		row, rec, rule = o.search(p, among, o.blankKey)
	}
	return row, rec, rule
}

// settled is what the row of the table comes to.
func (o *oracle) settled(p *part, letter string, among []*being, account *being, row string, rec *being, rule []string) verdict {
	v := verdict{action: ledger.Create, rule: letter + row}
	switch {
	case row == "6" && o.mode == ledger.CreateOnly: // A6, C6
		return verdict{action: ledger.Skip, rule: letter + row, rec: rec}
	case row == "6": // A6, C6
		return verdict{action: ledger.Update, rule: letter + row, rec: rec, keys: rule}
	case row == "7" && o.mode == ledger.CreateOnly: // A7, C7
		v.action = ledger.Skip
	case row == "7" && (o.mode == ledger.UpdateOnly || o.ambiguous == ledger.AmbiguousReject): // A7, C7
		v.action, v.code = ledger.Reject, ledger.Ambiguous
	case row == "7" && o.ambiguous == ledger.AmbiguousPark: // A7, C7
		v.action, v.code = ledger.Park, ledger.Ambiguous
	case row != "7" && o.mode == ledger.UpdateOnly: // A4, A5, C4, C5
		v.action = ledger.Skip
	case row == "4" && o.mode == ledger.Upsert && o.blankKey == ledger.BlankReject: // A4, C4
		v.action, v.code = ledger.Reject, ledger.BlankKey
		for _, f := range slices.Concat(o.rules[p.kind]...) { // W7
			if !vacant(p.value(f)) && o.noKey(p.kind, f, p.value(f)) {
				v.code = ledger.ImplausibleKey
			}
		}
	}
	if v.action == ledger.Create && row != "5" && o.reuse != "off" {
		v = o.reused(p, among, v)
	}
	if v.action == ledger.Create && row != "5" && o.reuse == "feed" && o.mode == ledger.Upsert {
		return o.feeds(p, account, v)
	}
	return v
}

// reused is A8 and C9: what a row like this one created is not created again.
func (o *oracle) reused(p *part, among []*being, v verdict) verdict {
	named, rule := []string{"name"}, "A8"
	if p.kind == crm.Contact {
		named, rule = append(named, "email"), "C9"
	}
	for _, b := range o.created {
		same := b.row.kind == p.kind && slices.Contains(among, b.rec)
		for _, f := range slices.Concat(o.rules[p.kind]...) {
			same = same && o.sameKey(p.kind, f, b.row.value(f), p.value(f))
		}
		for _, f := range named { // as they are: two placeholders are two names
			same = same && o.form(p.kind, f, b.row.value(f)) == o.form(p.kind, f, p.value(f))
		}
		if same && o.mode == ledger.CreateOnly {
			return verdict{action: ledger.Skip, rule: rule, rec: b.rec}
		}
		if same {
			return verdict{action: ledger.Update, rule: rule, rec: b.rec, keys: slices.Concat(o.rules[p.kind]...)}
		}
	}
	return v
}

// search tries the rules in order and returns the row of the table that they end in: 4 all were passed over, 5 no hit, 6 one, 7 several.
func (o *oracle) search(p *part, among []*being, blanks ledger.OnBlankKey) (row string, rec *being, rule []string) {
	row = "4"
	for i, rule := range o.rules[p.kind] {
		filled := slices.DeleteFunc(slices.Clone(rule), func(f string) bool { return o.noKey(p.kind, f, p.value(f)) })
		if len(filled) < len(rule) && (blanks == "" || blanks == ledger.BlankIgnore && len(filled) == 0) {
			continue
		}
		fields := rule
		if blanks == ledger.BlankIgnore {
			fields = filled
		}
		hits := o.hits(p, among, fields, slices.Concat(o.rules[p.kind][:i]...))
		switch {
		case len(hits) == 1:
			return "6", hits[0], rule
		case len(hits) > 1 && o.ambiguous != ledger.AmbiguousNext:
			return "7", nil, nil
		case len(hits) > 1:
			row = "7"
		case row == "4":
			row = "5"
		}
	}
	return row, nil, nil
}

// hits returns the records that equal the row in every field and contradict it in none of the earlier ones.
func (o *oracle) hits(p *part, among []*being, fields, earlier []string) []*being {
	var hits []*being
	for _, rec := range among {
		hit := true
		for _, f := range fields {
			hit = hit && o.sameKey(p.kind, f, p.value(f), rec.values[f])
		}
		for _, f := range earlier {
			hit = hit && (o.sameKey(p.kind, f, p.value(f), rec.values[f]) || o.noKey(p.kind, f, p.value(f)) || o.noKey(p.kind, f, rec.values[f]))
		}
		if hit {
			hits = append(hits, rec)
		}
	}
	return hits
}

// form is what two values are compared by (section 7, W6).
func (o *oracle) form(kind crm.Kind, field string, v crm.Value) string {
	typ := o.schema.Field(string(kind) + "." + field).Type
	text := v.Text()
	if o.exact && text == "" || text == "" {
		if o.exact {
			return crm.Trim(v.String())
		}
		return crm.Canonical(typ, v, "SE")
	}
	if !o.exact || typ != crm.Text {
		text = crm.Trim(unseen.ReplaceAllString(text, ""))
	}
	if rest, ok := strings.CutPrefix(text, "'"); ok && typ != crm.URL && (typ != crm.Text || rest != "" && strings.ContainsAny(rest[:1], "=+-@")) {
		text = crm.Trim(rest)
	}
	if o.exact {
		return crm.Trim(text)
	}
	return crm.Canonical(typ, crm.TextValue(text), "SE")
}

// sameKey says that two values of a ticked field are one, both blank included.
func (o *oracle) sameKey(kind crm.Kind, field string, a, b crm.Value) bool {
	if o.noKey(kind, field, a) || o.noKey(kind, field, b) {
		return o.noKey(kind, field, a) && o.noKey(kind, field, b)
	}
	return o.form(kind, field, a) == o.form(kind, field, b)
}

var (
	noValue     = regexp.MustCompile(`^(?i:saknas|okänd|okänt|unknown|none|null|nan|n/a|na|ej angivet|-|–|\.|0{1,5}|x|\?)$`)
	oneRegister = regexp.MustCompile(`^(\d{10}|(16|18|19|20)\d{10}|[A-Z]{2}[0-9A-Z]*\d[0-9A-Z]*)$`)
	noDigit     = regexp.MustCompile(`\D`)
)

var fiveLetters = regexp.MustCompile(`\pL{5}`)

// noKey says that a value of a ticked field counts as blank (W7).
func (o *oracle) noKey(kind crm.Kind, field string, v crm.Value) bool {
	text := crm.Trim(unseen.ReplaceAllString(v.String(), ""))
	typ := o.schema.Field(string(kind) + "." + field).Type
	if rest, ok := strings.CutPrefix(text, "'"); ok && typ != crm.URL && (typ != crm.Text || rest != "" && strings.ContainsAny(rest[:1], "=+-@")) {
		text = crm.Trim(rest)
	}
	word := noValue.MatchString(norm.NFC.String(strings.Join(strings.Fields(text), " ")))
	digits := len(noDigit.ReplaceAllString(text, ""))
	switch typ {
	case crm.Phone:
		return text == "" || word || digits < 5
	case crm.Postcode:
		return text == "" || word || digits == 0 || digits < 3 && fiveLetters.MatchString(text)
	case crm.OrgNumber:
		return text == "" || word || !oneRegister.MatchString(strings.ToUpper(strings.NewReplacer("-", "", "–", "", " ", "", "\u00a0", "").Replace(text)))
	case crm.Text, crm.ID, crm.URL:
		return text == "" || word
	}
	return text == ""
}

// apply does what was decided and counts it; of is the account of a contact.
func (o *oracle) apply(number int, p *part, v *verdict, of *being) {
	n := o.counts[p.kind]
	switch v.action {
	case ledger.Create:
		v.rec = o.create(p, of)
		if v.feed != "" && o.reuse == "feed" && o.mode == ledger.Upsert && len(o.rules[p.kind]) > 0 {
			v.rec.feed = o.feedKey(p, of)
		}
		for _, like := range v.like {
			fmt.Fprintf(&o.log, "row %d like %s\n", number, like.name)
		}
		o.created = append(o.created, birth{p, v.rec})
		n.Created++
	case ledger.Update:
		moved := p.kind == crm.Contact && v.rec.of != of && v.rule != "W13" && (v.rule != "W12" || o.away == ledger.ElsewhereMove)
		if moved {
			v.rec.of = of
		}
		if changed := o.update(v.rec, p, v.keys); changed || moved {
			n.Updated++
			break
		}
		n.Unchanged++
		fmt.Fprintf(&o.log, "row %d %s unchanged %s %s\n", number, p.kind, v.rec.name, v.rule)
		return
	case ledger.Skip:
		n.Skipped++
	case ledger.Reject:
		n.Rejected++
	case ledger.Park:
		n.Parked++
	}
	if v.action == ledger.Create || v.action == ledger.Update {
		fmt.Fprintf(&o.log, "row %d %s %s %s %s\n", number, p.kind, v.action, v.rec.name, v.rule)
		return
	}
	fmt.Fprintf(&o.log, "row %d %s %s\n", number, p.kind, v.action)
}

func named(all []*being, name string) *being {
	for _, rec := range all {
		if "$"+rec.name == name {
			return rec
		}
	}
	return nil
}

func within(all []*being, account *being) []*being {
	return slices.DeleteFunc(slices.Clone(all), func(rec *being) bool { return rec.of != account })
}

// vacant says that there is nothing but white space.
func vacant(v crm.Value) bool { return crm.Trim(v.String()) == "" }

// feeds is W13: the one record that a row like this one created in an earlier file of the feed, or one that will be found so.
func (o *oracle) feeds(p *part, account *being, v verdict) verdict {
	key := o.feedKey(p, account)
	var found []*being
	for _, rec := range o.kept[p.kind] {
		if rec.feed == key {
			found = append(found, rec)
		}
	}
	if len(found) == 1 {
		return verdict{action: ledger.Update, rule: "W13", rec: found[0], keys: slices.Concat(o.rules[p.kind]...)}
	}
	v.feed = key
	return v
}

// feedKey is the feed, and what the row says in it; of a contact also its account.
func (o *oracle) feedKey(p *part, account *being) string {
	ticked := slices.Concat(o.rules[p.kind]...)
	fields := append(slices.Clone(ticked), "name")
	if p.kind == crm.Contact {
		fields = append(fields, "email")
	}
	slices.Sort(ticked)
	slices.Sort(fields)
	key := fmt.Sprintf("%q %s %q %v", o.inbox, p.kind, slices.Compact(ticked), o.exact)
	if account != nil {
		key += fmt.Sprint(" in ", account.serial)
	}
	for _, f := range slices.Compact(fields) {
		form := o.form(p.kind, f, p.value(f))
		if f != "name" && (f != "email" || p.kind == crm.Account) && o.noKey(p.kind, f, p.value(f)) { // W7; a name is as it is
			form = ""
		}
		key += fmt.Sprintf(" %q", form)
	}
	return key
}

// blankThroughout says that no rule can look the contact up, so that it would come to C4 if its account were there.
func (o *oracle) blankThroughout(p *part) bool {
	row, _, _ := o.relaxed(p, nil)
	return len(o.rules[p.kind]) > 0 && row == "4"
}

// abroad is W12 with contact_scope: anywhere: what is done with a contact that is in another account than this.
func (o *oracle) abroad(p *part, account *being) (verdict, bool) {
	row, rec, rule := o.anywhere(p, account)
	switch {
	case row == "5":
		return verdict{}, false
	case row == "7":
		return o.settled(p, "C", nil, account, "7", nil, nil), true
	case o.away == ledger.ElsewhereReject:
		return verdict{action: ledger.Reject, rule: "W12", code: ledger.Elsewhere}, true
	case o.mode == ledger.CreateOnly:
		return verdict{action: ledger.Skip, rule: "W12", rec: rec}, true
	}
	return verdict{action: ledger.Update, rule: "W12", rec: rec, keys: rule}, true
}

// anywhere looks for a contact in all accounts but one, by the rules with an e-mail address or a mobile number: 5 no hit, 6 one, 7 several.
func (o *oracle) anywhere(p *part, but *being) (row string, rec *being, rule []string) {
	row = "5"
	if !o.scoped {
		return row, nil, nil
	}
	others := slices.DeleteFunc(slices.Clone(o.kept[crm.Contact]), func(rec *being) bool { return but != nil && rec.of == but })
	for i, rule := range o.rules[crm.Contact] {
		blank := slices.ContainsFunc(rule, func(f string) bool { return o.noKey(p.kind, f, p.value(f)) }) // W7
		if blank || !slices.Contains(rule, "email") && !slices.Contains(rule, "mobile") {
			continue
		}
		hits := o.hits(p, others, rule, slices.Concat(o.rules[crm.Contact][:i]...))
		switch {
		case len(hits) == 1:
			return "6", hits[0], rule
		case len(hits) > 1 && o.ambiguous != ledger.AmbiguousNext:
			return "7", nil, nil
		case len(hits) > 1:
			row = "7"
		}
	}
	return row, nil, nil
}

// ofContact is A0 with contact_scope: anywhere: the row belongs to the account of its contact, unless the account above has one like it.
func (o *oracle) ofContact(contact *part) (verdict, bool) {
	if !o.scoped || contact.id != "" {
		return verdict{}, false
	}
	var above *being
	if o.fillDown && o.above != nil && o.above.rec != nil && o.above.action != ledger.Reject && o.above.action != ledger.Park {
		above = o.above.rec
		if row, _, _ := o.relaxed(contact, within(o.kept[crm.Contact], above)); row == "6" || row == "7" {
			return verdict{}, false
		}
	}
	row, rec, rule := o.anywhere(contact, above)
	switch {
	case row == "6":
		return verdict{rec: rec.of, whose: rec, keys: rule}, true
	case row == "7" && above == nil && o.ambiguous == ledger.AmbiguousReject:
		return verdict{action: ledger.Reject, code: ledger.Ambiguous}, true
	case row == "7" && above == nil && o.ambiguous == ledger.AmbiguousPark:
		return verdict{action: ledger.Park, code: ledger.Ambiguous}, true
	}
	return verdict{}, false
}

// sameElsewhere is W12: the contacts of other accounts with the same e-mail address or mobile number.
func (o *oracle) sameElsewhere(p *part, account *being) []*being {
	var like []*being
	for _, f := range []string{"email", "mobile"} {
		is := crm.Canonical(o.schema.Field("contact."+f).Type, p.value(f), "SE")
		for _, rec := range o.kept[crm.Contact] {
			same := is != "" && crm.Canonical(o.schema.Field("contact."+f).Type, rec.values[f], "SE") == is
			if o.warns && same && (account == nil || rec.of != account) && !slices.Contains(like, rec) {
				like = append(like, rec)
			}
		}
	}
	return like
}

// copied is every record as it is now.
func (o *oracle) copied() map[crm.Kind][]*being {
	all, copies := map[crm.Kind][]*being{}, map[*being]*being{}
	for _, kind := range crm.Kinds {
		for _, rec := range o.kept[kind] {
			twin := *rec
			twin.values, twin.of = maps.Clone(rec.values), copies[rec.of]
			copies[rec] = &twin
			all[kind] = append(all[kind], &twin)
		}
	}
	return all
}
