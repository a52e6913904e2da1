package mapping

import (
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/strictyaml"
)

// readCaps reads what an import may do of each thing without a person's word.
func readCaps(r *parser, caps *ledger.Caps, n strictyaml.Node) {
	for _, p := range r.pairs(n, "caps") {
		to := map[string]*ledger.Cap{"max_rejected": &caps.Rejected, "max_created": &caps.Created, "max_updated": &caps.Updated, "max_cleared": &caps.Cleared,
			"max_left_out": &caps.LeftOut}[p.key]
		if to == nil {
			r.unknownKey(p, []string{"max_rejected", "max_created", "max_updated", "max_cleared", "max_left_out"})
			continue
		}
		var err error
		if *to, err = ledger.ParseCap(r.scalar(p.value)); err != nil {
			r.mistake(p.value, "%s: %s: write a count or a percentage, e.g. 100 or 5%", p.key, strconv.Quote(r.scalar(p.value)))
		}
	}
}

// readChoices reads what a person chose for ambiguous rows: SHEET!ROW to the ID of the record that the row is, new, or wait.
func readChoices(r *parser, n strictyaml.Node) map[string]string {
	choices := map[string]string{}
	for _, p := range r.pairs(n, "choices") {
		at := strings.LastIndexByte(p.key, '!')
		row, err := strconv.Atoi(p.key[at+1:])
		if at < 1 || err != nil || row < 1 {
			r.mistake(p.node, "%s: write the sheet and the row, e.g. \"Kunder!17\"", p.key)
			continue
		}
		choice := crm.Trim(r.scalar(p.value))
		if choice == "" {
			r.mistake(p.value, "%s: write the ID of the record, new, or wait", p.key)
		}
		choices[ledger.ChoiceKey(p.key[:at], row)] = choice
	}
	return choices
}

// defaultsReader reads what records are given that stands in no column.
type defaultsReader struct {
	*parser
	schema *crm.Schema
}

// defaults reads the settings that stand in no column (R15). Unknown users and choices are mistakes of the sidecar, found before any row is read.
func (r defaultsReader) defaults(n strictyaml.Node) ledger.Defaults {
	d := ledger.Defaults{ApplyTo: ledger.ApplyNewAndEmpty, Add: map[crm.Kind]crm.Values{}}
	for _, p := range r.pairs(n, "defaults") {
		switch p.key {
		case "account_manager":
			r.manager(&d, p.value)
		case "campaign":
			r.add(d.Add, p.value, "campaigns", crm.Kinds[:]...)
		default:
			if i := slices.IndexFunc(crm.Kinds[:], func(kind crm.Kind) bool { return p.key == CategoryKey(kind) }); i >= 0 {
				r.add(d.Add, p.value, "categories", crm.Kinds[i])
				continue
			}
			known := []string{"account_manager", "campaign"}
			for _, kind := range crm.Kinds {
				known = append(known, CategoryKey(kind))
			}
			r.unknownKey(p, known)
		}
	}
	return d
}

// manager reads the account manager: a user, or {user: …, apply_to: …}.
func (r defaultsReader) manager(d *ledger.Defaults, n strictyaml.Node) {
	user := n
	if n.Kind() == strictyaml.Map {
		user = strictyaml.Node{}
		for _, p := range r.pairs(n, "account_manager") {
			switch p.key {
			case "user":
				user = p.value
			case "apply_to":
				d.ApplyTo = ledger.Apply(r.word(p.value, "new_and_empty", "new", "all"))
			default:
				r.mistake(p.node, "%s: unknown key; the keys of account_manager are user and apply_to", p.key)
			}
		}
		if user.Missing() {
			r.mistake(n, "account_manager: the user is missing; write e.g. {user: anna@exempel.se, apply_to: new}")
			return
		}
	}
	v, known := r.schema.User(r.scalar(user))
	switch {
	case len(r.schema.Users()) == 0:
		r.mistake(user, "%s: no users are configured; list them under users in the configuration, or add them with inlet user add", r.scalar(user))
	case !known:
		r.mistake(user, "%s: is not a known user, or several users have this name; write the ID, e-mail address or login of one user", r.scalar(user))
	}
	d.Manager = v
}

// CategoryKey is the key of the categories that new records of a kind are added to.
func CategoryKey(kind crm.Kind) string { return string(kind) + "_category" }

// add reads one or more items of the lists that records of these kinds are added to. A kind without such a list is left out.
func (r defaultsReader) add(to map[crm.Kind]crm.Values, n strictyaml.Node, list string, kinds ...crm.Kind) {
	for _, kind := range kinds {
		f := r.schema.Field(kind.Path(list))
		if f == nil {
			continue
		}
		var items []string
		for _, word := range r.items(n) {
			v, wrong := convert.Choice(f, crm.Trim(r.scalar(word)))
			if wrong != nil {
				r.wrong(word, wrong.Text.Quoting(r.scalar(word)))
				return
			}
			items = append(items, v.Text())
		}
		vs := to[f.Kind]
		vs.Set(f.Name, crm.ListValue(items...))
		to[f.Kind] = vs
	}
}

// readPassword reads the name of a password, which must be one of those that the configuration has.
func readPassword(r *parser, n strictyaml.Node, known []string) string {
	name := r.scalar(n)
	switch {
	case len(known) == 0:
		r.mistake(n, "%s: no passwords are configured; ask an administrator to add this one under passwords in the configuration", name)
	case !slices.Contains(known, name):
		r.mistake(n, "%s: the configuration has no password of this name; use one of its passwords (%s)", name, strings.Join(known, ", "))
	}
	return name
}

// whenDoneReader reads who is notified of an import.
type whenDoneReader struct {
	*parser
	limits *Limits
}

func (r whenDoneReader) whenDone(n strictyaml.Node) WhenDone {
	var w WhenDone
	for _, p := range r.pairs(n, "when_done") {
		switch p.key {
		case "mail":
			w.Mail = r.addresses(p.value)
		case "webhook":
			w.Webhooks = r.hooks(p.value)
		default:
			r.mistake(p.node, "%s: unknown key; the keys of when_done are mail and webhook", p.key)
		}
	}
	return w
}

// addresses reads whom to mail. A sidecar names only people whose domain the configuration allows.
func (r whenDoneReader) addresses(n strictyaml.Node) []string {
	var all []string
	for _, item := range r.items(n) {
		text := r.scalar(item)
		a, err := mail.ParseAddress(text)
		if err != nil {
			r.mistake(item, "%s: is not a valid e-mail address", text)
			continue
		}
		_, domain, _ := strings.Cut(a.Address, "@")
		if l := r.limits; !l.Trusted && !slices.ContainsFunc(l.MailDomains, func(d string) bool { return strings.EqualFold(d, domain) }) {
			r.mistake(item, "%s: the configuration does not allow mappings to send mail to %s; ask an administrator to add the domain to the inbox's limits", text, domain)
		}
		all = append(all, a.Address)
	}
	return all
}

func (r whenDoneReader) hooks(n strictyaml.Node) []string {
	var all []string
	for _, item := range r.items(n) {
		name := r.scalar(item)
		if l := r.limits; !l.Trusted && !slices.Contains(l.Webhooks, name) {
			r.mistake(item, "%s: the configuration does not allow mappings to call this webhook; ask an administrator to add it to the inbox's limits", name)
		}
		all = append(all, name)
	}
	return all
}

// readEncoding reads the encoding of a CSV file. The word auto has it found out, also where the inbox names one.
func readEncoding(r *parser, n strictyaml.Node) string {
	name := strings.ToLower(r.scalar(n))
	switch {
	case name == Auto:
		return ""
	case sheet.KnownEncoding(name):
		return name
	}
	return r.word(n, Encodings()...)
}

// readDelimiter reads what parts the fields of a CSV file.
func readDelimiter(r *parser, n strictyaml.Node) string {
	name := r.scalar(n)
	if name == Auto {
		return ""
	}
	if !sheet.KnownDelimiter(name) {
		r.mistake(n, "delimiter: %s: write one ASCII character in quotes, or tab, or auto", strconv.Quote(name))
	}
	return name
}

// Auto is the encoding or delimiter of a CSV file that is found out.
const Auto = "auto"

// Encodings are the words for the encoding of a CSV file.
func Encodings() []string { return append([]string{Auto}, sheet.Encodings()...) }
