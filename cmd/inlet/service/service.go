package service

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	exposed "github.com/prometheus/common/version"
	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/drives"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/logs"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/cmd/inlet/winservice"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/build"
	"inlet.example/inlet/pipeline/message"
)

// Command returns the command run. interval shortens the intervals of the daemon; 0 leaves them.
func Command(interval time.Duration) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run --config FILE",
		Short: "Watch the inboxes and import what arrives, until stopped",
		Long: `Watch the inboxes of the configuration and import what arrives, one workbook at a time, first in, first out.

SIGTERM or Ctrl-C finishes the current batch of rows and ends with exit code 0. After the next start, an interrupted import continues exactly
where it stopped, also after a crash.

A change of the configuration takes effect within seconds, or immediately after SIGHUP. If it has a mistake, the mistake is logged and the
old configuration stays in use. Changes of http and log take effect at the next start.`,
		Args: usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return winservice.Run(cmd, func(ctx context.Context, host winservice.Host) error { return run(ctx, cmd, host, interval) })
		},
	}
	cmd.Flags().String("http-address", "", "`ADDRESS` (host:port) of the pages and metrics")
	cmd.Flags().String("log-level", "", "debug, info, warn or error")
	winservice.AddFlag(cmd)
	return cmd
}

// run runs the daemon until ctx ends.
func run(ctx context.Context, cmd *cobra.Command, host winservice.Host, interval time.Duration) error {
	var origins atomic.Pointer[config.Origins]
	keep := load.Origins(func(o config.Origins) { origins.Store(&o) })
	cfg, err := open.Config(cmd, keep)
	if err != nil {
		return err
	}
	if len(cfg.Inboxes) == 0 {
		return exitcode.Usage.With(message.Errorf("no inbox is configured; write e.g. inboxes: [{name: kunder, path: inbox}] in a file and name it with --config"))
	}
	log := logs.New(cfg.Log, cmd.ErrOrStderr())
	if host.Event != nil {
		log = slog.New(logs.Events(log.Handler(), host.EventLevel, host.Event))
	}
	drives.LogTo(log)
	exposed.Version = build.Version() // the label of inlet_build_info; without it a release is "unknown" there
	d := daemon.New(cfg, log)
	d.Version, d.ConfigFile = build.Version(), open.ConfigFile(cmd)
	d.At, d.Interval, d.Drives = open.At, interval, drives.Opener
	d.Load = func() (config.Config, error) { return open.Config(cmd, keep) }
	d.Origins = func() config.Origins { return *origins.Load() }
	defer reloadOn(host.Reload, d.Reload)()
	if host.Ready != nil {
		go func() {
			d.Addr()
			host.Ready()
		}()
	}
	if err := d.Run(ctx); err != nil {
		return exitcode.Failed.With(err)
	}
	return nil
}

// reloadOn calls reload for each SIGHUP and each request of the host, until end is called.
func reloadOn(requests <-chan struct{}, reload func()) (end func()) {
	hup, ended := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-hup:
				reload()
			case <-requests:
				reload()
			case <-ended:
				return
			}
		}
	}()
	return func() {
		signal.Stop(hup)
		close(ended)
	}
}
