package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/drives"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/sourceview"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/sources"
)

// Command returns the command source. timeout is how long a daemon may take to answer a request; 0 stands for the usual time.
func Command(timeout time.Duration) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "source",
		Short: "List, test and poll the sources that workbooks are fetched from",
		Args:  usage.Commands,
		RunE:  usage.Missing,
	}
	cmd.AddCommand(sourceListCommand(), sourceTestCommand(), sourceRunCommand(cmp.Or(timeout, requestTimeout)), sourceLoginCommand())
	return cmd
}

func sourceListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the sources of the configuration and their states",
		Args:  usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := open.Config(cmd)
			if err != nil {
				return err
			}
			var all []sourceview.Status
			for _, name := range cfg.StoreNames() {
				of := cfg.For(name)
				err := open.OrEmptyOf(cmd, of, func(ctx context.Context, parts *assembly.Parts) error {
					states, err := parts.Store.Status.All(ctx)
					for _, s := range of.Sources {
						all = append(all, sourceview.StatusOf(s, states[s.Name].State))
					}
					return err
				})
				if err != nil {
					return err
				}
			}
			if asJSON {
				return printJSONLines(cmd.OutOrStdout(), all)
			}
			sourceview.PrintList(cmd.OutOrStdout(), all, cfg.Language)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line")
	return cmd
}

func sourceTestCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "test NAME",
		Short: "Poll a source and show what would be fetched, without changing anything",
		Long: `Poll a source as the daemon would, and show which workbooks it has and which of them are new. Nothing is put into the inbox, and nothing
is changed on the source. If the source rejects the login, the message says what to do.`,
		Args:              usage.One("source", "inlet source test NAME"),
		ValidArgsFunction: completion.Names(completion.Sources),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, s, err := open.Source(cmd, args[0])
			if err != nil {
				return err
			}
			return open.OrEmptyOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				found, err := parts.Peek(ctx, s, drives.Opener)
				if err != nil {
					return fmt.Errorf("%s: %w", s, err)
				}
				if asJSON {
					return printJSONLines(cmd.OutOrStdout(), found.New)
				}
				sourceview.PrintFound(cmd.OutOrStdout(), s, found, parts.Language)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line, for each new file")
	return cmd
}

func sourceRunCommand(timeout time.Duration) *cobra.Command {
	return &cobra.Command{
		Use:   "run NAME",
		Short: "Have the daemon poll a source now, regardless of its schedule",
		Long: `Have the running daemon poll a source now, regardless of its schedule, even if polling was suspended because the source rejected the login.
A new file on a drive is fetched at the second poll, some seconds later, if it has not changed.`,
		Args:              usage.One("source", "inlet source run NAME"),
		ValidArgsFunction: completion.Names(completion.Sources),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, s, err := open.Source(cmd, args[0])
			if err != nil {
				return err
			}
			return open.ExistingOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				var state sources.State
				err := audited.Do(ctx, parts, audit.Entry{What: audit.Poll, Of: s.Name}, func() (err error) {
					state, err = pollNow(ctx, parts.Store, s.Name, timeout)
					return err
				})
				if err != nil {
					return err
				}
				return sourceview.PrintResult(cmd.OutOrStdout(), s.Name, state, parts.Language)
			})
		},
	}
}

const requestTimeout = 15 * time.Second // by a daemon that runs; it looks every two

// pollNow makes a daemon poll a source, and returns the result. A daemon must take the request within the timeout.
func pollNow(ctx context.Context, s *store.Store, name string, timeout time.Duration) (sources.State, error) {
	no, err := s.Status.RequestPoll(ctx, name)
	if err != nil {
		return sources.State{}, err
	}
	taken := func() (bool, error) { return s.Status.RequestTaken(ctx, name, no) }
	if ok, err := waitFor(ctx, timeout, taken); err != nil || !ok {
		untaken, withdrawErr := s.Status.Withdraw(ctx, name) // so that it is not carried out later
		if err = errors.Join(err, withdrawErr); err != nil || untaken {
			return sources.State{}, cmp.Or(err, message.Errorf("no daemon has answered: check that `inlet run` is running with this store and this configuration"))
		}
	}
	var state sources.State
	answered := func() (bool, error) {
		states, err := s.Status.All(ctx)
		state = states[name].State
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

func sourceLoginCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "login NAME",
		Short: "Log in to a drive that requires a login in the browser",
		Long: `Log in to a drive that requires a login in the browser, such as those of Google, Microsoft, Dropbox and Box: open the address that is
printed, on this computer, and agree. The login is kept in the store, encrypted with the key in store.token_key_file.`,
		Args:              usage.One("source", "inlet source login NAME"),
		ValidArgsFunction: completion.Names(completion.Sources),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, s, err := open.Source(cmd, args[0])
			if err != nil {
				return err
			}
			if s.Drive == "" {
				return exitcode.Usage.With(message.Errorf("source %s is not a drive; its login is configured in its headers_file", s.Name))
			}
			return open.StoreOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				place, err := parts.Place(s)
				if err != nil {
					return err
				}
				out := cmd.OutOrStdout()
				show := func(address string) {
					fmt.Fprintf(out, message.Word(parts.Language, "Open this address and allow inlet access:\n\n  %s\n\n"), address)
				}
				err = audited.Do(ctx, parts, audit.Entry{What: audit.Login, Of: s.Name}, func() error { return drives.Opener.Login(ctx, place, show) })
				if err != nil {
					return fmt.Errorf("log in to %s: %w", s, err)
				}
				_, err = fmt.Fprintf(out, message.Word(parts.Language, "logged in to %s; `inlet source run %s` polls it now\n"), s.Name, s.Name)
				return err
			})
		},
	}
}

func printJSONLines[T any](w io.Writer, items []T) error {
	enc := message.NewEncoder(w)
	for _, item := range items {
		if err := enc.Encode(item); err != nil {
			return err
		}
	}
	return nil
}
