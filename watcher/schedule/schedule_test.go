package schedule

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is a source whose polls have the results of a script, the last one again and again.
type script struct {
	results []Result
	began   time.Time
	polls   []time.Duration // since the beginning
	next    []time.Duration // after each poll; 0: by the schedule
	byHand  int
	paused  bool
}

func (s *script) Poll(context.Context) Result {
	s.polls = append(s.polls, time.Since(s.began))
	r := s.results[0]
	if len(s.results) > 1 {
		s.results = s.results[1:]
	}
	return r
}

func (s *script) Polled(_ Result, next time.Time, byHand bool) {
	var after time.Duration
	if !next.IsZero() {
		after = time.Until(next)
	}
	s.next = append(s.next, after)
	if byHand {
		s.byHand++
	}
}

// run polls the script in a bubble of time for a while.
func (s *script) run(t *testing.T, plan Plan, span time.Duration, halfway func(*Schedule)) {
	t.Helper()
	s.began = time.Now()
	events := Events{Missed: func(string, int) {}, Taken: func() {}, Paused: func(context.Context, string) bool { return s.paused }}
	made, err := New("s", plan, &memory{}, events, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	clocks := Clocks{}
	if err := clocks.Add(ctx, made); err != nil {
		t.Fatal(err)
	}
	clocks.Start()
	done := make(chan error)
	go func() { done <- made.Run(ctx, s) }()
	time.Sleep(span / 2)
	synctest.Wait()
	halfway(made)
	time.Sleep(span - span/2)
	cancel()
	if err := errors.Join(<-done, clocks.Stop()); err != nil {
		t.Error(err)
	}
}

// When a source that failed is polled again: after pauses that double, when it says itself, or only after a day where it rejects the login.
func TestBackOff(t *testing.T) {
	failure := errors.New("no")
	for name, c := range map[string]struct {
		result      Result
		from, until time.Duration // the first retry
	}{
		"fails":         {Result{Err: failure}, 30 * time.Second, 36 * time.Second},
		"says when":     {Result{Err: failure, RetryAfter: 10 * time.Minute}, 10 * time.Minute, 10 * time.Minute},
		"says too soon": {Result{Err: failure, RetryAfter: 1}, time.Second, time.Second},
		"says too late": {Result{Err: failure, RetryAfter: 48 * time.Hour}, 24 * time.Hour, 24 * time.Hour},
		"denied":        {Result{Err: failure, Denied: true}, 24 * time.Hour, 24 * time.Hour},
		"denied, waits": {Result{Err: failure, Denied: true, RetryAfter: time.Minute}, 24 * time.Hour, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &Schedule{retries: newRetries()}
				began := time.Now()
				s.backOff(c.result)
				if after := s.retryAt.Sub(began); after < c.from || after > c.until {
					t.Errorf("polled again after %v", after)
				}
				pause := 30 * time.Second
				for n := range 40 {
					pause = min(2*pause, time.Hour)
					s.backOff(Result{Err: failure})
					if after := s.retryAt.Sub(began); after < pause || after > pause*6/5 {
						t.Fatalf("after failure %d polled again after %v", n+2, after)
					}
				}
			})
		})
	}
}

// A success ends the retries, and a source that failed is left alone by its schedule until its retry.
func TestRetriesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := Result{Err: errors.New("no"), RetryAfter: 10 * time.Minute}
		s := &script{results: []Result{{}, failed, {}, {Err: errors.New("no")}, {}}}
		s.run(t, Plan{Every: time.Minute}, 20*time.Minute, func(*Schedule) {})
		if len(s.next) < 5 || s.next[0] != 0 || s.next[1] != 10*time.Minute || s.next[2] != 0 || s.next[3] < 30*time.Second || s.next[3] > 36*time.Second {
			t.Fatalf("after the polls it waits %v", s.next)
		}
		if pause := s.polls[2] - s.polls[1]; pause < 10*time.Minute || pause > 11*time.Minute {
			t.Errorf("polled at %v", s.polls)
		}
	})
}

// While something is waited for the source is polled again whatever its schedule says; by hand it is polled at once, and once.
func TestRecheckAndByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{results: []Result{{Recheck: 10 * time.Second}, {Recheck: 20 * time.Second}, {}}}
		s.run(t, Plan{Every: 24 * time.Hour}, time.Hour, func(made *Schedule) {
			for range 3 {
				made.PollNow()
			}
		})
		if len(s.polls) < 4 || s.polls[1]-s.polls[0] != 10*time.Second || s.polls[2]-s.polls[1] != 20*time.Second || s.polls[3] != 30*time.Minute || s.byHand == 0 {
			t.Errorf("polled at %v, %d times by hand", s.polls, s.byHand)
		}
		if !slices.Equal(s.next[:3], []time.Duration{10 * time.Second, 20 * time.Second, 0}) {
			t.Errorf("after the polls it waits %v", s.next)
		}
	})
}

// A paused source is polled by hand only.
func TestPaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{results: []Result{{}}, paused: true}
		s.run(t, Plan{Every: time.Minute}, time.Hour, (*Schedule).PollNow)
		if len(s.polls) != 1 || s.byHand != 1 {
			t.Errorf("polled at %v, %d times by hand", s.polls, s.byHand)
		}
	})
}

func TestPlanMistakes(t *testing.T) {
	for _, plan := range []Plan{{}, {Every: time.Hour, Cron: "0 6 * * *"}, {Every: -1}, {Cron: "61 * * * *"}, {Cron: "0 6 * * *", TimeZone: "Europe/Atlantis"}} {
		if _, err := New("s", plan, &memory{}, Events{}, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%+v is accepted", plan)
		}
	}
}
