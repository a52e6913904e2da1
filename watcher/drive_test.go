package watcher

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/remotetest"
	"inlet.example/inlet/watcher/schedule"
)

// filesNoted is a remote.History.
type filesNoted struct {
	memory
	mu    sync.Mutex
	files map[string]json.RawMessage
}

func (f *filesNoted) Files(context.Context, string) (map[string]json.RawMessage, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.files), nil
}

func (f *filesNoted) NoteFiles(_ context.Context, _ string, changed map[string]json.RawMessage) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files == nil {
		f.files = map[string]json.RawMessage{}
	}
	maps.Copy(f.files, changed)
	return nil
}

// noImports says that nothing was imported.
type noImports struct{ remote.Imports }

// drive is a source that is a drive, on a clock of its own.
type drive struct {
	*remotetest.Dir
	inbox  string
	source *source

	mu      sync.Mutex
	opened  int
	refused error // to be opened
	fault   error // of what is asked then
	answers []PollResult
}

// fails sets the errors of opening it, and of what is asked then.
func (d *drive) fails(refused, fault error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused, d.fault = refused, fault
}

// asked runs a drive in a bubble for as long as a story takes. What it was asked for may be looked at after a wait.
func asked(t *testing.T, edit func(*Source), story func(t *testing.T, d *drive)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		newDrive(t).run(t, &filesNoted{}, edit, story)
	})
}

func newDrive(t *testing.T) *drive {
	d := &drive{Dir: remotetest.NewDir(t.TempDir()), inbox: t.TempDir()}
	d.Before = func(string, string) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.fault
	}
	return d
}

// run has a watcher ask the drive for as long as a story takes.
func (d *drive) run(t *testing.T, ledger *filesNoted, edit func(*Source), story func(t *testing.T, d *drive)) {
	t.Helper()
	s := Source{Name: "crm", Inbox: "in", Every: time.Hour, Drive: &remote.Location{Type: "local", Root: d.Path}}
	edit(&s)
	w, err := New(Config{
		Inboxes: []Inbox{{Name: "in", Path: d.inbox}}, Sources: []Source{s}, Memory: ledger, History: ledger, Imports: noImports{},
		Drive: func(context.Context, remote.Location) (remote.Folder, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.opened++
			return d.Dir, d.refused
		},
		Events: Events{Polled: func(_ string, a PollResult) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.answers = append(d.answers, a)
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.inboxes = nil
	d.source = w.sources["crm"]
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- w.Run(ctx, make(chan Arrival)) }()
	story(t, d)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func (d *drive) outcomes() []string {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []string
	for _, a := range d.answers {
		all = append(all, a.Outcome)
	}
	d.answers = nil
	return all
}

func wantOutcomes(t *testing.T, d *drive, want ...string) {
	t.Helper()
	if got := d.outcomes(); !slices.Equal(got, want) {
		t.Errorf("asking came to %q, wanted %q", got, want)
	}
}

// TestDriveIsRechecked: what is seen for the first time is fetched soon and not an hour later.
func TestDriveIsRechecked(t *testing.T) {
	asked(t, func(*Source) {}, func(t *testing.T, d *drive) {
		if err := d.Write("people.csv", "one", 100); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Second)
		wantOutcomes(t, d, PolledUnchanged, PolledNew)
		if _, err := os.Stat(filepath.Join(d.inbox, "people.csv")); err != nil {
			t.Error(err)
		}
		time.Sleep(50 * time.Minute)
		wantOutcomes(t, d)
		time.Sleep(time.Hour)
		wantOutcomes(t, d, PolledUnchanged)
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.opened != 1 {
			t.Errorf("opened %d times", d.opened)
		}
	})
}

// TestSlotIsOpenWhileFilesWait: what a slot saw and did not take is taken after a death, and not at the next slot.
func TestSlotIsOpenWhileFilesWait(t *testing.T) {
	daily := func(s *Source) { s.Every, s.Cron, s.Missed = 0, "0 6 * * *", schedule.MissedSkip }
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 6, 1, 5, 0, 0, 0, time.UTC)))
		d, ledger := newDrive(t), &filesNoted{}
		if err := d.Write("people.csv", "one", 100); err != nil {
			t.Fatal(err)
		}
		d.run(t, ledger, daily, func(t *testing.T, d *drive) {
			time.Sleep(time.Hour + 10*time.Second)
			wantOutcomes(t, d, PolledUnchanged) // seen, to be looked at once more
		})
		time.Sleep(2 * time.Hour)
		d.run(t, ledger, daily, func(t *testing.T, d *drive) {
			time.Sleep(time.Minute)
			wantOutcomes(t, d, PolledUnchanged, PolledNew)
		})
		d.run(t, ledger, daily, func(t *testing.T, d *drive) {
			time.Sleep(time.Minute)
			wantOutcomes(t, d) // now it is done with
		})
	})
}

// TestDriveThatRejectsTheLogin is not asked for a day, unless a person says so.
func TestDriveThatRejectsTheLogin(t *testing.T) {
	asked(t, func(s *Source) { s.Every = time.Minute }, func(t *testing.T, d *drive) {
		d.fails(&remote.Denied{Err: errors.New("401: the key is not known")}, nil)
		time.Sleep(23 * time.Hour)
		wantOutcomes(t, d, PolledAuth)
		d.source.schedule.PollNow()
		time.Sleep(23 * time.Hour)
		synctest.Wait()
		d.mu.Lock()
		if len(d.answers) != 1 || !d.answers[0].ByHand || time.Until(d.answers[0].Again) > 2*time.Hour {
			t.Errorf("answered %+v", d.answers)
		}
		d.mu.Unlock()
		wantOutcomes(t, d, PolledAuth)
		time.Sleep(2 * time.Hour)
		wantOutcomes(t, d, PolledAuth)
		d.fails(nil, nil)
		d.source.schedule.PollNow()
		time.Sleep(90 * time.Second)
		if got := d.outcomes(); len(got) < 2 || slices.Contains(got, PolledAuth) {
			t.Errorf("then %q", got)
		}

		d.fails(nil, &remote.Denied{Err: errors.New("403: no more")})
		time.Sleep(2 * time.Minute)
		wantOutcomes(t, d, PolledAuth)
	})
}

// TestDriveThatAsksToWait is asked again when it says.
func TestDriveThatAsksToWait(t *testing.T) {
	asked(t, func(s *Source) { s.Every = time.Minute }, func(t *testing.T, d *drive) {
		d.fails(nil, &remote.Wait{After: 10 * time.Minute, Err: errors.New("429: slow down")})
		time.Sleep(9 * time.Minute)
		wantOutcomes(t, d, PolledFailed)
		d.fails(nil, nil)
		time.Sleep(2 * time.Minute)
		if got := d.outcomes(); len(got) == 0 || got[0] != PolledUnchanged {
			t.Errorf("then %q", got)
		}
	})
}

func TestDriveNeedsItsParts(t *testing.T) {
	for want, edit := range map[string]func(*Config){
		"set url, path or drive": func(cfg *Config) { cfg.Sources[0].Path = "/a" },
		"drives need a history":  func(cfg *Config) { cfg.History = nil },
	} {
		ledger := &filesNoted{}
		cfg := Config{Inboxes: []Inbox{{Name: "in", Path: "/in"}}, Memory: ledger, History: ledger, Imports: noImports{},
			Drive:   func(context.Context, remote.Location) (remote.Folder, error) { return nil, nil },
			Sources: []Source{{Name: "crm", Inbox: "in", Every: time.Hour, Drive: &remote.Location{}}}}
		edit(&cfg)
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; wanted %q", err, want)
		}
	}
}
