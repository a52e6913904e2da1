package fieldmap

import (
	"fmt"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/uploads/columns"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/crm"
)

// keyNote says how the records of a kind are matched, and what that means for the rows of this file.
type keyNote struct {
	Tone, Icon, Text, Strong, More string
	Better, BetterText             string // the letter of a column that would be better, and what its button says
}

func (d *columnsDrawing) keys() []keyNote {
	var all []keyNote
	for _, kind := range crm.Kinds {
		if d.draft.HasKind(kind) {
			all = append(all, d.key(kind))
		}
	}
	return all
}

func (d *columnsDrawing) key(kind crm.Kind) keyNote {
	key, ok := d.survey.Keys[kind]
	n := keyNote{Tone: "green", Icon: "ok"}
	if i := slices.IndexFunc(d.draft.Columns, func(c columns.Column) bool { return c.Field == d.survey.Better[kind] && c.Field != "" }); i >= 0 {
		n.Better, n.BetterText = d.draft.Columns[i].Letter, d.say("Match on %s instead", d.label(d.draft.Columns[i].Field))
	}
	if !ok {
		n.Tone, n.Icon, n.Text = "amber", "warn", d.sayOf(kind, "{Kinds} are matched on nothing: every row creates {a kind}, also when the file comes again.")
		return n
	}
	var names []string
	for _, path := range key.Fields {
		names = append(names, d.label(path))
	}
	n.Text = d.sayOf(kind, "{Kinds} are matched on %s{within their parent}.", d.joined(names))
	if d.draft.Mode == "update" {
		n.More = words.Say(d.lang, "Rows that match nothing are left out.")
	}
	var worst string
	for path, blank := range key.Blank {
		if worst == "" || blank > key.Blank[worst] {
			worst = path
		}
	}
	switch {
	case worst != "":
		n.Tone, n.Icon = "amber", "warn"
		if d.draft.Mode != "update" {
			n.Strong, n.More = d.sayOf(kind, "%s rows lack %s and become new {kinds}.", words.Number(d.lang, key.Blank[worst]), d.label(worst)), words.Say(d.lang, "An empty value never matches.")
		}
	case key.Unique == key.Values-1:
		n.Tone, n.Icon, n.Strong = "amber", "warn", d.sayOf(kind, "One value stands for several {kinds}.")
	case key.Unique < key.Values:
		n.Tone, n.Icon, n.Strong = "amber", "warn", d.sayOf(kind, "%s values stand for several {kinds}.", words.Number(d.lang, key.Values-key.Unique))
	default:
		n.Strong = d.sayOf(kind, "Filled in all rows, and each value stands for one {kind}.")
	}
	if rules := d.draft.Rules[kind]; len(rules) > 1 {
		n.More = strings.TrimSpace(n.More + " " + d.say("Where that finds nothing: %s.", d.further(kind, rules[1:])))
	}
	return n
}

// further names the rules that are tried after the first.
func (d *columnsDrawing) further(kind crm.Kind, rules [][]string) string {
	var all []string
	for _, rule := range rules {
		var names []string
		for _, name := range rule {
			names = append(names, d.label(kind.Path(name)))
		}
		all = append(all, strings.Join(names, " + "))
	}
	return strings.Join(all, ", ")
}

func (d *columnsDrawing) label(path string) string {
	if f := d.schema.Field(path); f != nil {
		return f.Label(d.lang)
	}
	return path
}

// joined names some fields in a sentence.
func (d *columnsDrawing) joined(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return fmt.Sprintf(words.Say(d.lang, "%s and %s together"), strings.Join(names[:len(names)-1], ", "), names[len(names)-1])
}
