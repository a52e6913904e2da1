package watcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/deliver"
	"inlet.example/inlet/watcher/remote/single"
	"inlet.example/inlet/watcher/schedule"
)

// The outcomes of a poll.
const (
	PolledNew       = "new"
	PolledUnchanged = "unchanged"
	PolledFailed    = "failed"
	PolledAuth      = "auth" // the source rejects the login: a person must correct that
)

// Outcomes are all outcomes of a poll.
var Outcomes = []string{PolledNew, PolledUnchanged, PolledFailed, PolledAuth}

// PollResult is the result of one poll of a source.
type PollResult struct {
	Outcome string
	Files   int       // put into the inbox
	Waiting int       // files that were seen and are not fetched yet
	Err     error     // why it failed, also in part
	Again   time.Time // when it is polled next, where that is not by its schedule
	ByHand  bool      // RunNow was called
}

// source fetches what is new at one place.
type source struct {
	Source
	schedule *schedule.Schedule
	file     single.Poll
	drive    *remote.FolderPoll // of a drive, instead of file
	open     func(context.Context) (remote.Folder, error)
	polled   func(source string, r PollResult)
	log      *slog.Logger
}

func newSource(s Source, in Inbox, cfg Config) (*source, error) {
	if in.Path == "" {
		return nil, fmt.Errorf("the inbox %q does not exist", s.Inbox)
	}
	if cfg.Memory == nil {
		return nil, errors.New("sources need a store for their history")
	}
	if s.Mapping != "" && !filepath.IsAbs(s.Mapping) {
		return nil, fmt.Errorf("mapping %q is not absolute", s.Mapping)
	}
	file, err := s.file()
	if err != nil {
		return nil, err
	}
	if s.Drive != nil && (cfg.History == nil || cfg.Drive == nil || cfg.Imports == nil) {
		return nil, errors.New("drives need a history, the imports, and a function that opens them")
	}
	zone, err := s.plan().Zone()
	if err != nil {
		return nil, err
	}
	added := &source{Source: s, polled: cfg.Events.Polled, log: cfg.Log.With(slog.String("source", s.Name))}
	events := schedule.Events{Missed: cfg.Events.Missed, Taken: func() { cfg.Events.Reached(SlotTaken) }, Paused: cfg.Paused}
	if added.schedule, err = schedule.New(s.Name, s.plan(), cfg.Memory, events, added.log); err != nil {
		return nil, err
	}
	reached := func(p deliver.Point) { cfg.Events.Reached(Point(p)) }
	added.file = single.Poll{
		Name: s.Name, Source: file, Memory: cfg.Memory, Inbox: in.Path, As: s.As, Zone: zone, Mapping: s.Mapping, Noted: s.Noted, Reached: reached,
	}
	if s.Drive != nil {
		added.open = func(ctx context.Context) (remote.Folder, error) { return cfg.Drive(ctx, *s.Drive) }
		added.drive = s.folderPoll(cfg.History, cfg.Imports, in)
		added.drive.Reached, added.drive.Log = reached, added.log
	}
	return added, nil
}

// folderPoll returns what brings the files of a drive.
func (s Source) folderPoll(history remote.History, imports remote.Imports, in Inbox) *remote.FolderPoll {
	return &remote.FolderPoll{Name: s.Name, History: history, Imports: imports, Inbox: in.Path, InboxName: in.Name, Mapping: s.Mapping, Noted: s.Noted,
		Include: s.Include, Max: s.MaxBytes, Grace: in.SidecarGrace, Then: cmp.Or(s.Then, remote.Keep), MoveTo: s.MoveTo}
}

// file returns the one file that a URL or path names; nil for a drive.
func (s Source) file() (single.Source, error) {
	given := 0
	for _, is := range []bool{s.URL != "", s.Path != "", s.Drive != nil} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, errors.New("set url, path or drive")
	case s.URL != "":
		zone, err := s.plan().Zone()
		if err != nil {
			return nil, err
		}
		return single.NewURL(s.URL, s.Header, s.MaxBytes, zone)
	case s.Path != "":
		return single.NewPath(s.Path, s.MaxBytes)
	}
	return nil, nil
}

func (s *source) run(ctx context.Context) error {
	defer s.close()
	return s.schedule.Run(ctx, s)
}

// Poll fetches what is new.
func (s *source) Poll(ctx context.Context) schedule.Result {
	r := s.fetch(ctx)
	_, r.Denied = errors.AsType[*remote.Denied](r.Err)
	if w, ok := errors.AsType[*remote.Wait](r.Err); ok {
		r.RetryAfter = w.After
	}
	return r
}

func (s *source) fetch(ctx context.Context) (r schedule.Result) {
	if s.drive == nil {
		name, err := s.file.Run(ctx)
		if r.Err = err; name != "" {
			r.New = []string{name}
		}
		return r
	}
	if s.drive.Folder == nil {
		if s.drive.Folder, r.Err = s.open(ctx); r.Err != nil {
			s.drive.Folder = nil
			return r
		}
	}
	res, err := s.drive.Run(ctx)
	if err != nil {
		s.close() // it is opened again with what a person may have corrected meanwhile
	}
	return schedule.Result{New: res.New, Waiting: res.Waiting, Err: err, Recheck: res.Look}
}

// Polled logs and reports a poll.
func (s *source) Polled(r schedule.Result, next time.Time, byHand bool) {
	for _, name := range r.New {
		s.log.Info("Source file found", slog.String("file", name))
	}
	outcome := PolledUnchanged
	switch {
	case r.Denied:
		outcome = PolledAuth
		s.log.Error("Source rejected the login", slog.Any("error", r.Err), slog.Time("again", next),
			slog.String("do", "correct the login, then run inlet source run "+s.Name))
	case r.Err != nil:
		outcome = PolledFailed
		s.log.Warn("Source cannot be polled", slog.Any("error", r.Err), slog.Time("again", next))
	case len(r.New) > 0:
		outcome = PolledNew
	}
	s.polled(s.Name, PollResult{Outcome: outcome, Files: len(r.New), Waiting: r.Waiting, Err: r.Err, Again: next, ByHand: byHand})
}

// close closes the drive, until it is polled again.
func (s *source) close() {
	if s.drive == nil {
		return
	}
	if c, ok := s.drive.Folder.(io.Closer); ok {
		_ = c.Close() // nothing is written through it
	}
	s.drive.Folder = nil
}

func (s Source) plan() schedule.Plan {
	return schedule.Plan{Every: s.Every, Cron: s.Cron, TimeZone: s.TimeZone, Missed: s.Missed}
}

// Peek polls a source once and changes nothing: it returns what is there and would be fetched.
func (s Source) Peek(ctx context.Context, cfg Config) (remote.Preview, error) {
	file, err := s.file()
	if err != nil {
		return remote.Preview{}, err
	}
	if s.Drive == nil {
		poll := single.Poll{Name: s.Name, Source: file, Memory: cfg.Memory}
		found, err := poll.Peek(ctx)
		if err != nil {
			return remote.Preview{}, err
		}
		if !found.New {
			return remote.Preview{Listed: 1, Known: 1}, nil
		}
		return remote.Preview{Listed: 1, New: []remote.Seen{{Path: found.Name, Size: -1}}}, nil
	}
	folder, err := cfg.Drive(ctx, *s.Drive)
	if err != nil {
		return remote.Preview{}, err
	}
	if c, ok := folder.(io.Closer); ok {
		defer c.Close()
	}
	poll := s.folderPoll(cfg.History, cfg.Imports, Inbox{Name: s.Inbox})
	poll.Folder = folder
	return poll.Peek(ctx)
}
