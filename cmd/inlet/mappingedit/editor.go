package mappingedit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// options are how an editor is run.
type options struct {
	in       io.Reader
	out      io.Writer
	language string
	colours  bool

	// check reads the workbook with a mapping, and returns what is to be said about it: how many rows would be rejected, and whether the match keys are good.
	check func(ctx context.Context, yaml []byte) []string
}

// edit lets a person edit a draft, and reports whether it is to be saved.
func edit(ctx context.Context, all *Drafts, o options) (saved bool, err error) {
	ctx, stop := context.WithCancel(ctx) // a check that still runs when the editor ends
	defer stop()
	e := editor{drafts: all, draft: all.All[all.First], sheet: all.First, options: o, ctx: ctx, width: 80, height: 24}
	last, err := tea.NewProgram(e, tea.WithContext(ctx), tea.WithInput(o.in), tea.WithOutput(o.out), tea.WithAltScreen(), tea.WithoutSignalHandler()).Run()
	if err != nil {
		if cause := ctx.Err(); cause != nil {
			return false, cause
		}
		return false, fmt.Errorf("run the editor: %w", err)
	}
	ended, ok := last.(editor)
	if !ok {
		return false, errors.New("run the editor: it ended with another model")
	}
	return ended.saved, nil
}

// editor is the state of the screen. It is a value, as bubbletea wants it; the drafts are shared.
type editor struct {
	drafts  *Drafts
	draft   *Draft // of the sheet that is shown
	options options
	ctx     context.Context // of edit: bubbletea hands none to checks

	width, height int
	sheet, rule   int // that are shown, from 0
	at            int // the chosen column
	picking       bool
	typed         string // of the field that is looked for
	choice        int    // among the fields that fit

	checks  int      // how many were begun: only the result of the last one counts
	said    []string // by the last one that has ended
	pending bool
	note    string
	leaving bool // asked whether to leave without saving
	saved   bool
}

// checked is the result of a check.
type checked struct {
	n    int
	said []string
}

// Init begins the first check.
func (e editor) Init() tea.Cmd { return e.check(1) }

func (e editor) check(n int) tea.Cmd {
	yaml := e.drafts.YAML()
	return func() tea.Msg { return checked{n, e.options.check(e.ctx, yaml)} }
}

// changed begins a check of what was changed.
func (e editor) changed() (tea.Model, tea.Cmd) {
	e.checks = max(e.checks, 1) + 1
	e.pending = true
	return e, e.check(e.checks)
}

// Update takes what happened.
func (e editor) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		e.width, e.height = msg.Width, msg.Height
	case checked:
		if msg.n == max(e.checks, 1) {
			e.said, e.pending = msg.said, false
		}
	case tea.KeyMsg:
		if e.picking {
			return e.pick(msg)
		}
		return e.key(msg)
	}
	return e, nil
}

// key takes a key in the table.
func (e editor) key(msg tea.KeyMsg) (tea.Model, tea.Cmd) {
	leaving := e.leaving
	e.note, e.leaving = "", false
	switch msg.String() {
	case "up", "ctrl+p":
		e.at = max(0, e.at-1)
	case "down", "ctrl+n":
		e.at = min(len(e.draft.Columns)-1, e.at+1)
	case "pgup":
		e.at = max(0, e.at-e.rows())
	case "pgdown":
		e.at = min(len(e.draft.Columns)-1, e.at+e.rows())
	case "home":
		e.at = 0
	case "end":
		e.at = len(e.draft.Columns) - 1
	case "tab":
		e.turn(1)
	case "shift+tab":
		e.turn(-1)
	case "+":
		e.addRule()
	case " ":
		return e.toggle()
	case "delete", "backspace":
		e.draft.Assign(e.at, nil)
		return e.changed()
	case "enter", "right":
		e.picking, e.typed, e.choice = true, "", 0
	case "ctrl+r":
		return e.assign(e.draft.Columns[e.at].Suggested)
	case "ctrl+s", "f2":
		e.saved = true
		return e, tea.Quit
	case "ctrl+c", "esc", "ctrl+q":
		if !e.drafts.Changed() || leaving {
			return e, tea.Quit
		}
		e.leaving, e.note = true, message.Word(e.options.language, "Not saved. Once more: leave without saving. Ctrl-S: save")
	default:
		if letters := string(msg.Runes); msg.Type == tea.KeyRunes && !msg.Alt && strings.ContainsFunc(letters, unicode.IsLetter) {
			e.picking, e.typed, e.choice = true, letters, 0
		}
	}
	return e, nil
}

// turn shows the next match rule, or the next sheet; -1 those before.
func (e *editor) turn(by int) {
	rule, n := e.rule+by, len(e.drafts.All)
	if rule >= 0 && rule < e.draft.Rules {
		e.rule = rule
		return
	}
	if n == 1 && e.draft.Rules == 1 {
		e.note = message.Word(e.options.language, "There is one sheet and one match rule. +: add a rule that is tried after it")
		return
	}
	was := e.sheet
	e.sheet = (e.sheet + by + n) % n
	e.draft, e.rule = e.drafts.All[e.sheet], 0
	if by < 0 {
		e.rule = e.draft.Rules - 1
	}
	if e.sheet != was {
		e.at = 0
	}
}

// addRule shows a match rule after the last one. It is written once a column is ticked in it.
func (e *editor) addRule() {
	last := e.draft.Rules - 1
	if slices.ContainsFunc(e.draft.Columns, func(c Column) bool { return c.Ticked(last) }) {
		e.draft.Rules++
	}
	e.rule = e.draft.Rules - 1
}

func (e editor) toggle() (tea.Model, tea.Cmd) {
	if e.draft.Toggle(e.at, e.rule) {
		return e.changed()
	}
	e.note = message.Word(e.options.language, "This column is not imported, so nothing can be matched on it")
	return e, nil
}

// assign makes the chosen column a field.
func (e editor) assign(f *crm.Field) (tea.Model, tea.Cmd) {
	if loser := e.draft.Assign(e.at, f); loser != nil {
		e.note = fmt.Sprintf(message.Word(e.options.language, "Column %s is not imported any more: a field has one column"), loser.Letter)
	}
	return e.changed()
}

// pick takes a key in the list of fields.
func (e editor) pick(msg tea.KeyMsg) (tea.Model, tea.Cmd) {
	found := e.found()
	switch msg.String() {
	case "esc", "ctrl+c", "left":
		e.picking = false
	case "up", "ctrl+p":
		e.choice = max(0, e.choice-1)
	case "down", "ctrl+n", "tab":
		e.choice = min(max(0, len(found)-1), e.choice+1)
	case "enter":
		if len(found) > 0 {
			e.picking = false
			return e.assign(found[e.choice])
		}
	case "backspace":
		r := []rune(e.typed)
		e.typed, e.choice = string(r[:max(0, len(r)-1)]), 0
	default:
		if msg.Type == tea.KeyRunes || msg.Type == tea.KeySpace {
			e.typed, e.choice = e.typed+string(msg.Runes), 0
		}
	}
	return e, nil
}

// found returns the fields that fit what was typed, by their label or their path; nil among them is ignore. Those that begin with it come first.
func (e editor) found() []*crm.Field {
	typed := strings.ToLower(e.typed)
	var first, rest []*crm.Field
	for _, f := range append([]*crm.Field{nil}, e.draft.Fields()...) {
		label, path := strings.ToLower(e.label(f)), e.path(f)
		_, name, _ := strings.Cut(path, ".")
		switch {
		case strings.HasPrefix(label, typed), strings.HasPrefix(path, typed), strings.HasPrefix(name, typed):
			first = append(first, f)
		case strings.Contains(label, typed), strings.Contains(path, typed):
			rest = append(rest, f)
		}
	}
	return append(first, rest...)
}

func (e editor) label(f *crm.Field) string {
	if f == nil {
		return message.Word(e.options.language, "not imported")
	}
	return f.Label(e.options.language)
}

func (e editor) path(f *crm.Field) string {
	if f == nil {
		return "ignore"
	}
	return f.Path()
}
