package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/sources"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/remote"
)

func sourceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "source",
		Short: "List, test and poll the sources that workbooks are fetched from",
		Args:  usage.Commands,
		RunE:  usage.Missing,
	}
	cmd.AddCommand(sourceListCommand(), sourceTestCommand(), sourceRunCommand(), sourceLoginCommand())
	return cmd
}

// sourceStatus is a source with its state.
type sourceStatus struct {
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

func sourceListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the sources of the configuration and their states",
		Args:  usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return withStoreOrEmpty(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				states, err := parts.Store.Status.All(ctx)
				if err != nil {
					return err
				}
				all := make([]sourceStatus, len(cfg.Sources))
				for i, s := range cfg.Sources {
					all[i] = newSourceStatus(s, states[s.Name])
				}
				if asJSON {
					return printJSONLines(cmd.OutOrStdout(), all)
				}
				printSources(cmd.OutOrStdout(), all, parts.Language)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line")
	return cmd
}

// neverPolled is the state of a source that was not polled yet, as scripts read it.
const neverPolled = "never asked"

func newSourceStatus(s config.Source, state sources.State) sourceStatus {
	schedule := s.Cron
	if schedule == "" {
		schedule = "every " + strings.TrimSuffix(strings.TrimSuffix(s.Every.String(), "0s"), "0m")
	}
	is := map[string]string{"": neverPolled, watcher.PolledFailed: "failing", watcher.PolledAuth: "auth"}[state.Outcome]
	if is == "" {
		is = "ok"
	}
	return sourceStatus{Name: s.Name, Kind: sourceKind(s), Inbox: s.Inbox, Schedule: schedule, Asked: state.Asked, Outcome: state.Outcome, Files: state.Files,
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

func printSources(w io.Writer, all []sourceStatus, lang string) {
	if len(all) == 0 {
		fmt.Fprintln(w, message.Word(lang, "The configuration has no sources."))
		return
	}
	t := terminal.NewTable(message.Word(lang, "Source"), message.Word(lang, "Kind"), message.Word(lang, "Inbox"), message.Word(lang, "Schedule"), message.Word(lang, "Polled"), message.Word(lang, "Outcome"), message.Word(lang, "Next"), message.Word(lang, "State"))
	for _, s := range all {
		t.Add(s.Name, s.Kind, s.Inbox, s.Schedule, localTime(s.Asked), s.Outcome, localTime(s.Next), strings.Replace(s.State, neverPolled, "never polled", 1))
	}
	t.Print(w)
	for _, s := range all {
		if s.Why != "" {
			fmt.Fprintf(w, "\n%s: %s\n", s.Name, message.Plain(s.Why))
		}
	}
}

// findSource finds a source of the configuration.
func findSource(cmd *cobra.Command, name string) (config.Source, error) {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return config.Source{}, err
	}
	names := make([]string, len(cfg.Sources))
	for i, s := range cfg.Sources {
		if names[i] = s.Name; s.Name == name {
			return s, nil
		}
	}
	has := "has no sources"
	if len(names) > 0 {
		has = "has " + strings.Join(names, ", ")
	}
	return config.Source{}, exitError{exitUsage, fmt.Errorf("the source %q was not found; the configuration %s", name, has)}
}

func sourceTestCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "test NAME",
		Short: "Poll a source and show what would be fetched, without changing anything",
		Long: `Poll a source as the daemon would, and show which workbooks it has and which of them are new. Nothing is put into the inbox, and nothing
is changed on the source. If the source rejects the login, the message says what to do.`,
		Args:              oneArgument("source", "inlet source test NAME"),
		ValidArgsFunction: completeNames(sourceNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := findSource(cmd, args[0])
			if err != nil {
				return err
			}
			return withStoreOrEmpty(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				found, err := parts.Peek(ctx, s, drives)
				if err != nil {
					return fmt.Errorf("%s: %w", s, err)
				}
				if asJSON {
					return printJSONLines(cmd.OutOrStdout(), found.New)
				}
				printFound(cmd.OutOrStdout(), s, found, parts.Language)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line, for each new file")
	return cmd
}

func printFound(w io.Writer, s config.Source, found remote.Preview, lang string) {
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
		t.Add(f.Path, size, localTime(f.Modified), f.Sidecar, f.Why)
	}
	t.Print(w)
}

func sourceRunCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run NAME",
		Short: "Have the daemon poll a source now, regardless of its schedule",
		Long: `Have the running daemon poll a source now, regardless of its schedule, even if polling was suspended because the source rejected the login.
A new file on a drive is fetched at the second poll, some seconds later, if it has not changed.`,
		Args:              oneArgument("source", "inlet source run NAME"),
		ValidArgsFunction: completeNames(sourceNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := findSource(cmd, args[0])
			if err != nil {
				return err
			}
			return withExistingStore(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				state, err := pollNow(ctx, parts.Store, s.Name)
				if err != nil {
					return err
				}
				return printPollResult(cmd.OutOrStdout(), s.Name, state, parts.Language)
			})
		},
	}
}

const requestTimeout = 15 * time.Second // by a daemon that runs; it looks every two

// pollNow makes a daemon poll a source, and returns the result.
func pollNow(ctx context.Context, s *store.Store, name string) (sources.State, error) {
	no, err := s.Status.RequestPoll(ctx, name)
	if err != nil {
		return sources.State{}, err
	}
	taken := func() (bool, error) { return s.Status.RequestTaken(ctx, name, no) }
	if ok, err := waitFor(ctx, cmp.Or(50*again, requestTimeout), taken); err != nil || !ok {
		_, untaken, takeErr := s.Status.TakeRequest(ctx, name) // withdrawn, so that it is not carried out later
		if err = errors.Join(err, takeErr); err != nil || untaken {
			return sources.State{}, cmp.Or(err, errors.New("no daemon has answered: check that `inlet run` is running with this store and this configuration"))
		}
	}
	var state sources.State
	answered := func() (bool, error) {
		states, err := s.Status.All(ctx)
		state = states[name]
		return state.Ran >= no, err
	}
	_, err = waitFor(ctx, 24*time.Hour, answered) // a large file on a slow line; the person ends it if it is too long
	return state, err
}

// waitFor polls until is returns true or the time is up.
func waitFor(ctx context.Context, patience time.Duration, is func() (bool, error)) (bool, error) {
	end := time.After(patience)
	for {
		if ok, err := is(); ok || err != nil {
			return ok, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-end:
			return false, nil
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func printPollResult(w io.Writer, name string, state sources.State, lang string) error {
	if state.Files > 0 {
		fmt.Fprintf(w, message.Word(lang, "%s: new files put into the inbox: %d\n"), name, state.Files)
	}
	if state.Waiting > 0 {
		fmt.Fprintf(w, message.Word(lang, "files that will be fetched if they do not change: %d; the next poll is at %s\n"), state.Waiting, localTime(state.Next))
	}
	if state.Why != "" {
		return fmt.Errorf("%s: %s", name, state.Why)
	}
	if state.Files+state.Waiting == 0 {
		fmt.Fprintf(w, message.Word(lang, "%s has no new files\n"), name)
	}
	return nil
}

func sourceLoginCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "login NAME",
		Short: "Log in to a drive that requires a login in the browser",
		Long: `Log in to a drive that requires a login in the browser, such as those of Google, Microsoft, Dropbox and Box: open the address that is
printed, on this computer, and agree. The login is kept in the store, encrypted with the key in store.token_key_file.`,
		Args:              oneArgument("source", "inlet source login NAME"),
		ValidArgsFunction: completeNames(sourceNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := findSource(cmd, args[0])
			if err != nil {
				return err
			}
			if s.Drive == "" {
				return exitError{exitUsage, fmt.Errorf("source %s is not a drive; its login is configured in its headers_file", s.Name)}
			}
			return withStore(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				place, err := parts.Place(s)
				if err != nil {
					return err
				}
				out := cmd.OutOrStdout()
				show := func(address string) {
					fmt.Fprintf(out, message.Word(parts.Language, "Open this address and allow inlet access:\n\n  %s\n\n"), address)
				}
				if err := drives.Login(ctx, place, show); err != nil {
					return fmt.Errorf("log in to %s: %w", s, err)
				}
				_, err = fmt.Fprintf(out, message.Word(parts.Language, "logged in to %s; `inlet source run %s` polls it now\n"), s.Name, s.Name)
				return err
			})
		},
	}
}
