package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/deploy/examples"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/watcher/inbox/claim"
)

func demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Run a demonstration: the daemon with a temporary inbox and an example workbook",
		Args:  usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := os.MkdirTemp("", "inlet-demo-")
			if err != nil {
				return exitError{exitFailed, err}
			}
			defer os.RemoveAll(dir)
			d := demo{dir: dir, out: cmd.OutOrStdout()}
			return withExitCode(cmd.Context(), d.run(cmd.Context()))
		},
	}
}

// demo is one showing. What a write to the screen gives is not looked at: if nobody reads, there is nothing to show.
type demo struct {
	dir string
	out io.Writer
	cfg config.Config
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

// run starts the daemon, shows what it does, and stops it.
func (d *demo) run(ctx context.Context) error {
	if err := d.configure(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	service := daemon.New(d.cfg, slog.New(slog.DiscardHandler))
	g.Go(func() error { return service.Run(ctx) })
	g.Go(func() error {
		defer stop()
		return d.show(ctx, service)
	})
	err := g.Wait()
	if err == nil {
		d.farewell()
	}
	return err
}

func (d *demo) configure() error {
	for _, name := range []string{"inlet.yaml", "kunder.mapping.yaml", "kunder.xlsx"} {
		content, err := examples.Files.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(d.dir, name), content, 0o600)
		}
		if err != nil {
			return err
		}
	}
	var err error
	d.cfg, err = load.Load(filepath.Join(d.dir, "inlet.yaml"), load.Environment(nil))
	d.cfg.HTTP.Address = "127.0.0.1:0"
	return err
}

func (d *demo) show(ctx context.Context, service *daemon.Daemon) error {
	inbox := d.cfg.Inboxes[0].Path
	d.say("1. The daemon watches a folder:\n\n     %s\n", inbox)
	if err := d.until(ctx, func() (bool, error) { _, err := os.Stat(inbox); return err == nil, nil }); err != nil {
		return err
	}
	d.say("2. A user saves a workbook in that folder, with its mapping:\n\n     kunder.xlsx           7 rows of companies and contacts\n     kunder.mapping.yaml   which column is which field, and what to match on\n")
	for _, name := range []string{"kunder.mapping.yaml", "kunder.xlsx"} {
		if err := os.Rename(filepath.Join(d.dir, name), filepath.Join(inbox, name)); err != nil {
			return err
		}
	}
	parts, err := assembly.Open(ctx, d.cfg, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	defer parts.Close(context.WithoutCancel(ctx))
	imp, err := d.archived(ctx, parts)
	if err != nil {
		return err
	}
	return errors.Join(d.showImport(ctx, parts, imp), d.showAccount(ctx, parts), d.showMetrics(ctx, service))
}

// archived waits until the import has ended, its file has moved, and the claim is taken away: by then the metrics know of it too.
func (d *demo) archived(ctx context.Context, parts *assembly.Parts) (imp ledger.Import, err error) {
	err = d.until(ctx, func() (bool, error) {
		imports, err := parts.Store.Imports.List(ctx, 0, 1)
		if err != nil || len(imports) == 0 {
			return false, err
		}
		imp = imports[0]
		_, err = os.Stat(claim.Dir(d.cfg.Inboxes[0].Path, imp.Arrival))
		return imp.State.Ended() && imp.Archived != "" && errors.Is(err, fs.ErrNotExist), nil
	})
	return imp, err
}

func (d *demo) until(ctx context.Context, holds func() (bool, error)) error {
	const look = 50 * time.Millisecond
	for {
		ok, err := holds()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
}

func (d *demo) showImport(ctx context.Context, parts *assembly.Parts, imp ledger.Import) error {
	at, err := filepath.Rel(d.dir, imp.Archived)
	if err != nil {
		return err
	}
	d.say("3. When the file has been unchanged for %s, it is complete: inlet claims it, matches and writes its rows, and moves it to\n\n     %s\n", d.cfg.Inboxes[0].Settle, at)
	d.say("4. The result (inlet show %s):\n", imp.ID)
	for _, kind := range crm.Kinds {
		d.say("     %-9s %s", report.Kinds(kind, parts.Language), report.Counts(*imp.Tally.Of(kind), parts.Language))
	}
	return eachProblem(ctx, parts, imp.ID, func(p *ledger.Problem) error {
		d.say("     %s: %q %s", report.Where(p.Ref, parts.Language), p.Value, message.In(parts.Language, p.Text))
		return nil
	})
}

// showAccount prints the first account with its contacts, as `inlet export` has them.
func (d *demo) showAccount(ctx context.Context, parts *assembly.Parts) error {
	d.say("\n5. The first account and its contacts (inlet export account, inlet export contact):\n")
	id := ""
	for _, kind := range crm.Kinds {
		err := parts.Store.Records.Each(ctx, kind, func(rec crm.Record) error {
			if id == "" {
				id = rec.ID
			}
			if rec.ID == id || rec.ParentID == id {
				d.say("     %s", appendRecord(nil, &rec))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) showMetrics(ctx context.Context, service *daemon.Daemon) error {
	d.say("\n6. The metrics for Prometheus (/metrics):\n")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+service.Addr().String()+"/metrics", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "inlet_imports_total") || strings.HasPrefix(line, "inlet_rows_total") && !strings.HasSuffix(line, " 0") {
			d.say("     %s", line)
		}
	}
	return lines.Err()
}

func (d *demo) farewell() {
	d.say(`
The temporary folder has been deleted. For an inbox of your own:

     inlet.yaml      store: {uri: "mongodb://localhost:27017/crm"}   # or sqlite:inlet.db
                     inboxes: [{name: kunder, path: /srv/kunder}]

     inlet run --config inlet.yaml`)
}
