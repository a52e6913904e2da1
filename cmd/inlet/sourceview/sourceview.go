// Package sourceview prints sources and what was found on them.
package sourceview

import (
	"fmt"
	"io"
	"strings"
	"time"

	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/sources"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/remote"
)

// Status is a source with its state.
type Status struct {
	Name     string    `json:"name"`
	Kind     string    `json:"kind"` // url, path, or the type of a drive
	Inbox    string    `json:"inbox"`
	Schedule string    `json:"schedule"`
	Asked    time.Time `json:"asked,omitzero"`
	Outcome  string    `json:"outcome,omitempty"` // of that
	Files    int       `json:"files"`             // that it brought then
	Waiting  int       `json:"waiting"`           // that are to be seen once more before they are taken
	Next     time.Time `json:"next,omitzero"`
	State    string    `json:"state"` // ok, failing, auth, never asked
	Why      string    `json:"why,omitempty"`
}

// neverPolled is the state of a source that was not polled yet, as scripts read it.
const neverPolled = "never asked"

// StatusOf returns a source with its state in the store.
func StatusOf(s config.Source, state sources.State) Status {
	schedule := s.Cron
	if schedule == "" {
		schedule = "every " + strings.TrimSuffix(strings.TrimSuffix(s.Every.String(), "0s"), "0m")
	}
	is := map[string]string{"": neverPolled, watcher.PolledFailed: "failing", watcher.PolledAuth: "auth"}[state.Outcome]
	if is == "" {
		is = "ok"
	}
	return Status{Name: s.Name, Kind: sourceKind(s), Inbox: s.Inbox, Schedule: schedule, Asked: state.Asked, Outcome: state.Outcome, Files: state.Files,
		Waiting: state.Waiting, Next: state.Next, State: is, Why: state.Why}
}

func sourceKind(s config.Source) string {
	switch {
	case s.URL != "":
		return "url"
	case s.Path != "":
		return "path"
	}
	return s.Drive
}

// PrintList prints sources as a table, and below it why some are failing.
func PrintList(w io.Writer, all []Status, lang string) {
	if len(all) == 0 {
		fmt.Fprintln(w, message.Word(lang, "The configuration has no sources."))
		return
	}
	t := terminal.NewTable(message.Word(lang, "Source"), message.Word(lang, "Kind"), message.Word(lang, "Inbox"), message.Word(lang, "Schedule"), message.Word(lang, "Polled"), message.Word(lang, "Outcome"), message.Word(lang, "Next"), message.Word(lang, "State"))
	for _, s := range all {
		t.Add(s.Name, s.Kind, s.Inbox, s.Schedule, local(s.Asked), s.Outcome, local(s.Next), strings.Replace(s.State, neverPolled, "never polled", 1))
	}
	t.Print(w)
	for _, s := range all {
		if s.Why != "" {
			fmt.Fprintf(w, "\n%s: %s\n", s.Name, message.Plain(s.Why))
		}
	}
}

// PrintFound prints what a source has.
func PrintFound(w io.Writer, s config.Source, found remote.Preview, lang string) {
	fmt.Fprintf(w, message.Word(lang, "%s can be reached; workbooks: %d, fetched before: %d, new: %d\n"), s, found.Listed, found.Known, len(found.New))
	if len(found.New) == 0 {
		return
	}
	t := terminal.NewTable(message.Word(lang, "New"), message.Word(lang, "Bytes"), message.Word(lang, "Modified"), message.Word(lang, "Mapping"), "")
	for _, f := range found.New {
		size := ""
		if f.Size >= 0 {
			size = fmt.Sprint(f.Size)
		}
		t.Add(f.Path, size, local(f.Modified), f.Sidecar, f.Why)
	}
	t.Print(w)
}

// PrintResult prints what came of a poll; its error is that of the source.
func PrintResult(w io.Writer, name string, state sources.State, lang string) error {
	if state.Files > 0 {
		fmt.Fprintf(w, message.Word(lang, "%s: new files put into the inbox: %d\n"), name, state.Files)
	}
	if state.Waiting > 0 {
		fmt.Fprintf(w, message.Word(lang, "files that will be fetched if they do not change: %d; the next poll is at %s\n"), state.Waiting, local(state.Next))
	}
	if state.Why != "" {
		return fmt.Errorf("%s: %s", name, state.Why)
	}
	if state.Files+state.Waiting == 0 {
		fmt.Fprintf(w, message.Word(lang, "%s has no new files\n"), name)
	}
	return nil
}

func local(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateTime)
}
