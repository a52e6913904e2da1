package winservice

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/logs"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/pipeline/build"
	"inlet.example/inlet/pipeline/message"
)

// Run runs the daemon, and answers the service manager of Windows if that has started this process.
func Run(cmd *cobra.Command, do func(ctx context.Context, host Host) error) error {
	if !isService(cmd) {
		return do(cmd.Context(), Host{})
	}
	s := &service{do: do, grace: grace, ctx: context.WithoutCancel(cmd.Context()), level: slog.LevelWarn,
		text: func(err error) string { return message.ErrorIn(open.Language(cmd), err) }}
	if path := open.ConfigFile(cmd); path != "" {
		file, err := logs.OpenFile(logFile(path), logs.FileSize)
		if err == nil {
			defer file.Close()
			cmd.SetErr(file)
		} else {
			cmd.SetErr(io.Discard)
			s.level, s.unwritable = slog.LevelInfo, err
		}
	}
	if err := svc.Run(defaultName, s); err != nil { // the service manager knows the name
		return exitcode.Failed.With(err)
	}
	return s.err
}

// isService reports whether the service manager has started this process. In containers of Windows and in Wine only the flag shows it.
func isService(cmd *cobra.Command) bool {
	if is, err := cmd.Flags().GetBool(flag); err == nil && is {
		return true
	}
	is, err := svc.IsWindowsService()
	return err == nil && is
}

// grace is how long a service may take to stop; the service manager is answered within ten seconds.
const grace = 9 * time.Second

// service is inlet as the service manager sees it.
type service struct {
	do         func(ctx context.Context, host Host) error
	ctx        context.Context
	grace      time.Duration
	level      slog.Level
	unwritable error // why there is no log file
	text       func(error) string
	event      func(level slog.Level, text string) error
	err        error // how it ended
}

// accepted is what the service manager may ask of a service that runs.
const accepted = svc.AcceptStop | svc.AcceptShutdown | svc.AcceptPreShutdown | svc.AcceptParamChange

// Execute is called by the service manager, and returns when the service has ended.
func (s *service) Execute(args []string, requests <-chan svc.ChangeRequest, status chan<- svc.Status) (specific bool, code uint32) {
	if s.event == nil {
		var end func()
		s.event, end = openEvents(args)
		defer end()
	}
	s.note(slog.LevelInfo, "Service is starting, inlet "+build.Version())
	if s.unwritable != nil {
		s.note(slog.LevelWarn, "Log file cannot be written, so all lines of the log are here: "+s.unwritable.Error())
	}
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	ready, reload, ended := make(chan struct{}, 1), make(chan struct{}, 1), make(chan error, 1)
	go func() {
		ended <- s.do(ctx, Host{Event: s.event, EventLevel: s.level, Ready: func() { signal(ready) }, Reload: reload})
	}()
	starting := pending(svc.StartPending, status)
	starting()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for running := false; ; {
		select {
		case err := <-ended:
			return s.end(err)
		case <-ready:
			running = true
			status <- svc.Status{State: svc.Running, Accepts: accepted}
		case <-tick.C:
			if !running {
				starting()
			}
		case request := <-requests:
			switch request.Cmd {
			case svc.Interrogate:
				status <- request.CurrentStatus
			case svc.ParamChange:
				signal(reload)
			case svc.Stop, svc.Shutdown, svc.PreShutdown:
				stop()
				return s.stop(ended, status)
			}
		}
	}
}

// stop waits for the end of a daemon that has been asked for it.
func (s *service) stop(ended <-chan error, status chan<- svc.Status) (specific bool, code uint32) {
	stopping := pending(svc.StopPending, status)
	stopping()
	err, ok := awaitEnd(ended, time.Second, s.grace, stopping)
	if !ok {
		s.note(slog.LevelWarn, "Service was stopped in the middle of a batch of rows; the import continues with the next start")
		return false, 0
	}
	return s.end(err)
}

// end reports how the daemon ended. An error makes Windows start the service again.
func (s *service) end(err error) (specific bool, code uint32) {
	if s.err = err; err == nil {
		s.note(slog.LevelInfo, "Service stopped")
		return false, 0
	}
	s.note(slog.LevelError, "Service failed: "+s.text(err))
	if coded, ok := errors.AsType[exitcode.Error](err); ok {
		return true, uint32(coded.Code)
	}
	return true, uint32(exitcode.Failed)
}

func (s *service) note(level slog.Level, text string) {
	_ = s.event(level, text) // there is nowhere else to say it
}

// pending returns a function that reports progress in a state of change.
func pending(state svc.State, status chan<- svc.Status) func() {
	checkpoint := uint32(0)
	return func() {
		checkpoint++
		status <- svc.Status{State: state, CheckPoint: checkpoint, WaitHint: uint32((10 * time.Second).Milliseconds())}
	}
}

func signal(to chan<- struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// longestEvent is what an event may have, in bytes; Windows takes 31,839 characters.
const longestEvent = 30_000

// openEvents opens the event log for the service that the arguments name.
func openEvents(args []string) (write func(level slog.Level, text string) error, end func()) {
	name := defaultName
	if len(args) > 0 {
		name = args[0]
	}
	log, err := eventlog.Open(name)
	if err != nil {
		return func(slog.Level, string) error { return err }, func() {}
	}
	return func(level slog.Level, text string) error {
		text = strings.ReplaceAll(text, "\x00", "")
		if len(text) > longestEvent {
			text = strings.ToValidUTF8(text[:longestEvent], "")
		}
		switch {
		case level >= slog.LevelError:
			return log.Error(1, text)
		case level >= slog.LevelWarn:
			return log.Warning(1, text)
		}
		return log.Info(1, text)
	}, func() { _ = log.Close() }
}
