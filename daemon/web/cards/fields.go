package cards

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/report"
)

// field is a field in the list.
type field struct {
	Path, Label, Type, Choices string
	Own, Removable             bool
}

type tab struct {
	URL, Text string
	Current   bool
	N         int
}

type typeChoice struct{ Type, Text string }

type fieldsPage struct {
	frame.Base
	Kind   crm.Kind
	Tabs   []tab
	Fields []field
	Users  []crm.Person
	Types  []typeChoice
}

func (c *Cards) fields(w http.ResponseWriter, r *http.Request) error {
	store, lang := c.of(r), words.LanguageOf(r)
	schema := store.Reader.Schema()
	added, err := store.Fields.AddedFields(r.Context())
	if err != nil {
		return err
	}
	data := fieldsPage{Base: c.frame.Base(r, words.Say(lang, "Fields"), "/fields"), Kind: crm.Top}
	which := r.URL.Query().Get("of")
	for _, kind := range crm.Kinds {
		if string(kind) == which {
			data.Kind = kind
		}
	}
	for _, kind := range crm.Kinds {
		n := 0
		for _, f := range schema.Fields() {
			if f.Kind == kind {
				n++
			}
		}
		data.Tabs = append(data.Tabs, tab{"/fields?of=" + string(kind), report.Heading(kind, lang), kind == data.Kind && which != "users", n})
	}
	data.Tabs = append(data.Tabs, tab{"/fields?of=users", words.Say(lang, "Users"), which == "users", len(schema.Users())})
	if which == "users" {
		data.Users = schema.Users()
	} else {
		data.Fields = fieldsOf(lang, schema, data.Kind, added)
	}
	for _, t := range crm.Types() {
		data.Types = append(data.Types, typeChoice{string(t), typeName(lang, t)})
	}
	c.frame.Draw(w, r, http.StatusOK, "fields", data)
	return nil
}

func fieldsOf(lang string, schema *crm.Schema, kind crm.Kind, added []string) []field {
	var all []field
	for _, f := range schema.Fields() {
		if f.Kind != kind {
			continue
		}
		one := field{Path: f.Path(), Label: f.Label(lang), Type: typeName(lang, f.Type), Own: strings.HasPrefix(f.Name, "custom."), Removable: slices.Contains(added, f.Path())}
		var choices []string
		for _, o := range f.Choices {
			choices = append(choices, o.Value)
		}
		one.Choices = strings.Join(choices, ", ")
		all = append(all, one)
	}
	return all
}

// typeName returns the name of a type as the template's help sheet has it.
func typeName(lang string, t crm.Type) string {
	d := t.Describe()
	if lang == "sv" && d.SV != "" {
		return d.SV
	}
	if d.EN != "" {
		return d.EN
	}
	return string(t)
}

// addField adds a field: its name in the store is made of its label.
func (c *Cards) addField(w http.ResponseWriter, r *http.Request) error {
	kind, label := crm.Kind(r.PostForm.Get("kind")), crm.Trim(r.PostForm.Get("label"))
	f := crm.Field{Kind: kind, Name: "custom." + identifier(label), Type: crm.Type(r.PostForm.Get("type")), SV: label, EN: label}
	for choice := range strings.SplitSeq(r.PostForm.Get("choices"), ",") {
		if choice = crm.Trim(choice); choice != "" {
			f.Choices = crm.AddOptions(f.Choices, crm.Options(choice)...)
		}
	}
	if err := c.of(r).Fields.AddField(r.Context(), access.Of(r.Context()).Name, f); err != nil {
		return frame.ForPerson(err)
	}
	http.Redirect(w, r, "/fields?of="+url.QueryEscape(string(kind)), http.StatusSeeOther)
	return nil
}

func (c *Cards) removeField(w http.ResponseWriter, r *http.Request) error {
	path := r.PostForm.Get("field")
	if err := c.of(r).Fields.RemoveField(r.Context(), access.Of(r.Context()).Name, path); err != nil {
		return frame.ForPerson(err)
	}
	kind, _, _ := strings.Cut(path, ".")
	http.Redirect(w, r, "/fields?of="+url.QueryEscape(kind), http.StatusSeeOther)
	return nil
}

// identifier makes the name of a field of its label: small letters, digits and underscores.
func identifier(label string) string {
	plain := strings.NewReplacer("å", "a", "ä", "a", "ö", "o", "é", "e", "ü", "u", "æ", "ae", "ø", "o").Replace(strings.ToLower(label))
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, plain)
	return strings.Trim(name, "_")
}
