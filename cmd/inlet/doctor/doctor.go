// Package doctor examines what inlet runs on and with: the program, the daemon, the stores, the inboxes, the sources, mail and webhooks, the clock and the
// disks. The report is what a maintainer asks for first.
//
// # Rules
//
//   - Nothing is changed, not even what every other command makes when it opens a store.
//   - Nothing stops the examination: what cannot be examined is a finding.
//   - No secret of the configuration is in the report, whatever a server or a library says in its errors.
package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/build"
	"inlet.example/inlet/pipeline/message"
)

// State says how good a finding is.
type State string

// The states.
const (
	OK    State = "ok"
	Note  State = "note"  // a person should know of it
	Wrong State = "wrong" // a person should do something about it
)

// The parts of the report, as JSON names them.
const (
	partProgram = "program"
	partDaemon  = "daemon"
	partStore   = "store"
	partInbox   = "inbox"
	partSource  = "source"
	partMail    = "mail"
	partWebhook = "webhook"
	partClock   = "clock"
	partDisk    = "disk"
)

// Finding is one line of the report.
type Finding struct {
	Part  string         `json:"part"`
	Name  string         `json:"name,omitempty"` // of the store, the inbox, the source, …
	State State          `json:"state"`
	Text  string         `json:"text"`            // for people, in the language of the report
	Facts map[string]any `json:"facts,omitempty"` // for programs
}

// Report is all that was found.
type Report struct {
	Time     time.Time `json:"time"`
	Inlet    string    `json:"inlet"` // its version
	Wrong    int       `json:"wrong"` // findings
	Notes    int       `json:"notes"`
	Findings []Finding `json:"findings"`
	language string
}

// Site is what is examined.
type Site struct {
	Config  config.Config
	File    string // of the configuration; "" where none was read
	Mistake error  // why the configuration cannot be used
}

// Examine examines everything.
func Examine(ctx context.Context, s Site) Report {
	e := &examination{site: s, lang: s.Config.Language, secrets: secretsOf(s.Config)}
	program(e)
	if s.Mistake == nil {
		daemon(ctx, e)
		for _, name := range s.Config.StoreNames() {
			examineStore(ctx, e, name)
		}
		inboxes(e)
		channels(ctx, e)
	}
	clock(e)
	disks(e)
	rep := Report{Time: time.Now(), Inlet: build.Version(), Findings: e.findings, language: e.lang}
	for _, f := range e.findings {
		switch f.State {
		case Wrong:
			rep.Wrong++
		case Note:
			rep.Notes++
		}
	}
	return rep
}

// examination is one that is under way.
type examination struct {
	site     Site
	lang     string
	secrets  []string
	findings []Finding
}

// add adds a finding. No text in it has a secret.
func (e *examination) add(part, name string, state State, facts map[string]any, text string) {
	text = e.redact(message.PlainLines(text))
	for key, value := range facts {
		if s, ok := value.(string); ok {
			facts[key] = e.redact(s)
		}
	}
	e.findings = append(e.findings, Finding{Part: part, Name: name, State: state, Text: text, Facts: facts})
}

func (e *examination) redact(text string) string {
	for _, secret := range e.secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// Write writes the report as a page of text.
func (r *Report) Write(w io.Writer) error {
	out := terminal.Fold(terminal.Marks(w))
	var b strings.Builder
	fmt.Fprintf(&b, "inlet doctor, %s\n", r.Time.Format("2006-01-02 15:04:05 MST"))
	part := ""
	for _, f := range r.Findings {
		if f.Part != part {
			part = f.Part
			fmt.Fprintf(&b, "\n%s\n", r.title(part))
		}
		fmt.Fprintf(&b, "%s%s\n", r.mark(f.State), strings.ReplaceAll(f.Text, "\n", "\n      "))
	}
	fmt.Fprintf(&b, message.Word(r.language, "\nfindings that need a person: %d, to note: %d\n"), r.Wrong, r.Notes)
	_, err := io.WriteString(out, b.String())
	return err
}

func (r *Report) mark(s State) string {
	switch s {
	case Wrong:
		return message.Word(r.language, "WRONG ")
	case Note:
		return message.Word(r.language, "note  ")
	}
	return "ok    "
}

func (r *Report) title(part string) string {
	switch part {
	case partProgram:
		return message.Word(r.language, "Program")
	case partDaemon:
		return message.Word(r.language, "Daemon")
	case partStore:
		return message.Word(r.language, "Stores")
	case partInbox:
		return message.Word(r.language, "Inboxes")
	case partSource:
		return message.Word(r.language, "Sources")
	case partMail, partWebhook:
		return message.Word(r.language, "Notifications")
	case partClock:
		return message.Word(r.language, "Clock")
	}
	return message.Word(r.language, "Disks")
}

// secretsOf returns all that a configuration has and a report must not show, the longest first: one may contain another.
func secretsOf(c config.Config) []string {
	var all []string
	for _, name := range c.StoreNames() {
		all = append(all, c.For(name).Store.Secrets()...)
	}
	for _, s := range c.Sources {
		all = append(all, s.Secrets()...)
	}
	for _, h := range c.Webhooks {
		all = append(all, h.Secrets()...)
	}
	if password, err := config.Secret(c.Mail.PasswordFile); err == nil {
		all = append(all, password)
	}
	const shortest = 4 // what is shorter is part of ordinary words
	all = slices.DeleteFunc(all, func(s string) bool { return len(s) < shortest })
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}
