package survey

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Write prints a finding for inlet check, in a language. Changed is the configured path of the time that the application keeps, "" for none.
func Write(w io.Writer, lang string, f *Finding, changed string) {
	p := &printer{w, lang, message.Word(lang, f.Kind.Plural()), f}
	fmt.Fprintf(p, message.Word(p.lang, "ok    %s: collection %s, documents: %d\n"), p.kinds, message.Plain(f.Collection), f.Documents)
	p.newIDs()
	if f.Unreadable > 0 {
		fmt.Fprintf(p, message.Word(p.lang, "note  %s with an _id that inlet cannot read: %d, e.g. %s. No import finds them, and one that could create them again is refused\n"),
			p.kinds, f.Unreadable, message.Plain(f.Strange))
	}
	for _, field := range f.Unplaced {
		inner := ".name"
		if field == "address" {
			inner = ".street"
		}
		fmt.Fprintf(p, message.Word(p.lang, "note  %s has no place in the documents, because an object has its name: write where it is, e.g. store.collections.%s.fields: {%s: %s}\n"),
			p.Kind.Path(field), p.Kind, field, field+inner)
	}
	p.indexes(changed)
	p.validator()
	p.example()
	p.likely()
}

type printer struct {
	io.Writer
	lang  string
	kinds string
	*Finding
}

func (p *printer) newIDs() {
	switch p.NewIDs {
	case ledger.NumberIDs:
		fmt.Fprintf(p, message.Word(p.lang, "note  %s have numbers as _id, which only the application can give: an import that would create some is refused, one with mode: update is not\n"), p.kinds)
	case ledger.TextIDs:
		fmt.Fprint(p, message.Word(p.lang, "      _id of new ones: text of 24 digits and letters\n"))
	case ledger.UUIDs:
		fmt.Fprint(p, message.Word(p.lang, "      _id of new ones: UUID\n"))
	default:
		fmt.Fprint(p, message.Word(p.lang, "      _id of new ones: ObjectId\n"))
	}
}

func (p *printer) indexes(changed string) {
	var rest []string
	found := changed == ""
	for _, ix := range p.Indexes {
		found = found || ix.Paths[0] == changed
		if !ix.Unique {
			rest = append(rest, ix.Name)
			continue
		}
		fmt.Fprintf(p, message.Word(p.lang, "      unique index %s on %s: a row whose value another record has is rejected\n"), message.Plain(ix.Name), p.on(&ix))
		if slices.Contains(ix.Fields, "") {
			fmt.Fprintf(p, message.Word(p.lang, "note  inlet does not write every field of the index %s: new records have no value there, which the index may allow only once. Make it sparse or partial\n"), message.Plain(ix.Name))
		}
	}
	if len(rest) > 0 {
		fmt.Fprintf(p, message.Word(p.lang, "      other indexes: %s (inlet looks up by its own, of _inlet.keys)\n"), message.Plain(strings.Join(rest, ", ")))
	}
	if len(p.Searched) > 0 {
		fmt.Fprintf(p, message.Word(p.lang, "      indexed fields: %s. If a rule matches on one, rows that would create a record are also looked for by it, so that one is found that was inserted during the import\n"),
			strings.Join(p.Searched, ", "))
	}
	if !found {
		fmt.Fprintf(p, message.Word(p.lang, "note  no index begins with %s, which store.collections has as changed: create one, or each import reads all documents\n"), message.Plain(changed))
	}
}

// on names the paths of an index, with the fields there.
func (p *printer) on(ix *Index) string {
	var all []string
	for i, path := range ix.Paths {
		if field := ix.Fields[i]; field != "" && field != path {
			path += " (" + p.Kind.Path(field) + ")"
		}
		all = append(all, message.Plain(path))
	}
	return strings.Join(all, ", ")
}

func (p *printer) validator() {
	v := p.Validator
	if v == nil {
		return
	}
	if v.Other {
		fmt.Fprint(p, message.Word(p.lang, "note  a validator has rules that inlet cannot judge: test an import with one row\n"))
	}
	if len(v.Needed) > 0 {
		fmt.Fprintf(p, message.Word(p.lang, "note  the validator requires %s, which inlet does not write: new records will be rejected with their rows\n"), message.Plain(strings.Join(v.Needed, ", ")))
	}
	if len(v.Refused) == 0 {
		fmt.Fprint(p, message.Word(p.lang, "      the validator allows what inlet adds to documents\n"))
		return
	}
	var names, add, off []string
	for _, r := range v.Refused {
		names = append(names, r.Path)
		add = append(add, property(r))
		if !r.Time {
			continue
		}
		key := "modified"
		if r.Created {
			key = "created"
		}
		off = append(off, fmt.Sprintf(`store.collections.%s.%s: "-"`, p.Kind, key))
	}
	fmt.Fprintf(p, message.Word(p.lang, "WRONG the validator of %s does not allow what inlet adds to documents: %s. Add to the properties of its $jsonSchema: %s\n"),
		message.Plain(p.Collection), message.Plain(strings.Join(names, ", ")), message.Plain(strings.Join(add, ", ")))
	if len(off) > 0 {
		fmt.Fprintf(p, message.Word(p.lang, "      or have inlet not write the times: %s\n"), strings.Join(off, ", "))
	}
}

// property returns what allows something in a schema, with the objects around it.
func property(r Refusal) string {
	steps := strings.Split(r.Path, ".")
	text := fmt.Sprintf("%s: {bsonType: %q}", steps[len(steps)-1], r.Type)
	for _, step := range slices.Backward(steps[:len(steps)-1]) {
		text = fmt.Sprintf("%s: {properties: {%s}}", step, text)
	}
	return text
}

// example prints the newest document, field by field, cut where it is long.
func (p *printer) example() {
	if p.Example == nil {
		return
	}
	fmt.Fprintf(p, message.Word(p.lang, "      the newest one as inlet reads it: _id %s\n"), message.Plain(short(p.Example.ID)))
	if p.Example.ParentID != "" {
		fmt.Fprintf(p, message.Word(p.lang, "        account: %s\n"), message.Plain(short(p.Example.ParentID)))
	}
	for i, pair := range p.Example.Values {
		const most = 30
		if i == most {
			fmt.Fprintf(p, message.Word(p.lang, "  … and %d more\n"), len(p.Example.Values)-most)
			break
		}
		fmt.Fprintf(p, "        %s: %s\n", message.Plain(pair.Field), message.Plain(short(pair.Value.String())))
	}
	if p.Example.More {
		fmt.Fprint(p, message.Word(p.lang, "        (it has more, which inlet does not read and leaves as it is)\n"))
	}
}

func short(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

func (p *printer) likely() {
	l := p.Likely
	if l == nil {
		return
	}
	fmt.Fprintf(p, message.Word(p.lang, "note  the collection %s has no documents, and %s (documents: %d) looks like %s. If it is the one, write this, and correct what is guessed:\n"),
		message.Plain(p.Collection), message.Plain(l.Name), l.Documents, p.kinds)
	var keys []string
	keys = append(keys, "name: "+yaml(l.Name))
	if l.Parent != "" {
		keys = append(keys, string(p.Kind.Parent())+": "+yaml(l.Parent))
	}
	if len(l.Fields) > 0 {
		var fields []string
		for _, field := range slices.Sorted(maps.Keys(l.Fields)) {
			fields = append(fields, field+": "+yaml(l.Fields[field]))
		}
		keys = append(keys, "fields: {"+strings.Join(fields, ", ")+"}")
	}
	fmt.Fprintf(p, "        store:\n          collections:\n            %s: {%s}\n", p.Kind, strings.Join(keys, ", "))
}

// yaml quotes a text where it is not plainly a name.
func yaml(s string) string {
	const signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."
	if strings.Trim(s, signs) == "" {
		return s
	}
	return fmt.Sprintf("%q", s)
}
