package fieldmap

import (
	"net/url"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/uploads/columns"
	"inlet.example/inlet/pipeline/crm"
)

// form is what the page of columns sends. Whatever it says is checked when the draft is read as a mapping.
type form struct{ url.Values }

// columns takes which column is which field, and what is matched on. A field that does not exist is none.
func (f form) columns(schema *crm.Schema, d *columns.Draft) {
	only := strings.TrimPrefix(f.Get("do"), "key:") // the column of a button that replaces what is ticked
	ticked := map[crm.Kind][]string{}
	for i := range d.Columns {
		c := &d.Columns[i]
		c.Field = f.Get("f-" + c.Letter)
		if schema.Field(c.Field) == nil || crm.System(c.Field) {
			c.Field = ""
		}
		kind, name, ok := strings.Cut(c.Field, ".")
		if ok && name != "id" && f.Get("m-"+c.Letter) != "" {
			ticked[crm.Kind(kind)] = append(ticked[crm.Kind(kind)], name)
		}
	}
	for i := range d.Columns {
		if c := &d.Columns[i]; c.Letter == only {
			kind, name, _ := strings.Cut(c.Field, ".")
			ticked[crm.Kind(kind)] = []string{name}
		}
	}
	for _, kind := range crm.Kinds {
		d.Tick(kind, ticked[kind])
	}
}

// rest takes what holds for all rows.
func (f form) rest(d *columns.Draft) {
	if mode := f.Get("mode"); slices.Contains([]string{"upsert", "update", "create"}, mode) {
		d.Mode = mode
	}
	d.Manager = f.Get("manager")
	d.Campaigns, d.Categories = list(f.Get("campaign"), ";"), map[crm.Kind][]string{}
	for _, kind := range crm.Kinds {
		d.Categories[kind] = list(f.Get(categoryName(kind)), ";")
	}
	d.Mail, d.Webhooks = list(f.Get("mail"), ",; "), f.Values["webhook"]
}

// categoryName is the name in the form of the categories that new records of a kind are added to.
func categoryName(kind crm.Kind) string { return string(kind) + "-category" }

// list splits what was written into one field.
func list(text, separators string) []string {
	var all []string
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		if word = strings.TrimSpace(word); word != "" {
			all = append(all, word)
		}
	}
	return all
}
