package schedule

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Each slot of a day on which clocks change comes once: what would come twice at the first of the two, what would not come as long after
// the change as after the hour before.
func TestSlotsOnDaysOfClockChange(t *testing.T) {
	for _, c := range []struct{ zone, cron, day, slots string }{
		{"Europe/Stockholm", "30 2 * * *", "2026-03-28", "28 02:30 CET, 29 03:30 CEST, 30 02:30 CEST"},
		{"Europe/Stockholm", "30 2 * * *", "2026-10-24", "24 02:30 CEST, 25 02:30 CEST, 26 02:30 CET"},
		{"Europe/Stockholm", "0,30 1-3 * * 0", "2026-03-28", "29 01:00 CET, 29 01:30 CET, 29 03:00 CEST, 29 03:30 CEST"},
		{"Europe/Stockholm", "0,30 1-3 * * 0", "2026-10-24", "25 01:00 CEST, 25 01:30 CEST, 25 02:00 CEST, 25 02:30 CEST, 25 03:00 CET, 25 03:30 CET"},
		{"America/New_York", "15 2 * * *", "2026-03-07", "7 02:15 EST, 8 03:15 EDT, 9 02:15 EDT"},
		{"America/New_York", "15 1 * * *", "2026-10-31", "31 01:15 EDT, 1 01:15 EDT, 2 01:15 EST"},
		{"Australia/Lord_Howe", "15 2 * * *", "2026-10-03", "3 02:15 +1030, 4 02:45 +11, 5 02:15 +11"}, // half an hour
		{"Australia/Lord_Howe", "45 1 * * *", "2026-04-04", "4 01:45 +11, 5 01:45 +11, 6 01:45 +1030"},
		{"Pacific/Apia", "0 12 * * *", "2011-12-29", "29 12:00 -10, 31 12:00 +14"}, // the 30th was left out
		{"UTC", "0 6 * * 1-5", "2026-11-27", "27 06:00 UTC"},
	} {
		t.Run(strings.ReplaceAll(c.zone, "/", " ")+" "+c.day, func(t *testing.T) {
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			s, err := newSlots(c.cron, zone)
			if err != nil {
				t.Fatal(err)
			}
			from, err := time.ParseInLocation(time.DateOnly, c.day, zone)
			if err != nil {
				t.Fatal(err)
			}
			until := from.AddDate(0, 0, 3).Add(-time.Minute)
			var got []string
			for at := s.Next(from.Add(-time.Second)); !at.After(until); at = s.Next(at) {
				got = append(got, at.Format("2 15:04 MST"))
			}
			if slots := strings.Join(got, ", "); slots != c.slots {
				t.Errorf("%s is asked at\n%s, wanted\n%s", c.cron, slots, c.slots)
			}
			if last, n := s.between(from.Add(-time.Second), until); n != len(got) || last.Format("2 15:04 MST") != got[n-1] {
				t.Errorf("between are %d, the last %v", n, last)
			}
		})
	}
}

// Whatever the expression, slots come in order and none comes twice.
func TestSlotsRise(t *testing.T) {
	crons := []string{"59 1,2 * * *", "5 */2 * * *"}
	if os.Getenv("INLET_TEST_DEEP") != "" {
		crons = append(crons, "*/30 * * * *", "0 0 * * *")
	}
	for _, zone := range []string{"Europe/Stockholm", "America/New_York", "Australia/Lord_Howe"} {
		place, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, cron := range crons {
			s, err := newSlots(cron, place)
			if err != nil {
				t.Fatal(err)
			}
			for _, month := range []time.Month{time.March, time.April, time.October, time.November} { // clocks change in these
				walls := map[string]bool{}
				at := time.Date(2026, month, 1, 0, 0, 0, 0, place)
				for at.Month() == month {
					next := s.Next(at)
					wall := next.Format(time.DateTime)
					if !next.After(at) || walls[wall] {
						t.Fatalf("%s in %s: after %v comes %v", cron, zone, at, next)
					}
					walls[wall], at = true, next
				}
			}
		}
	}
	s, err := newSlots("* * * * *", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	until := time.Date(2026, 1, 1, 0, 0, 30, 0, time.UTC)
	if last, n := s.between(until.AddDate(-1, 0, 0), until); n < 5_000 || !last.Equal(until.Truncate(time.Minute)) {
		t.Errorf("of a year of minutes the last is %v, of %d", last, n)
	}
}

// memory is a Memory.
type memory struct{ values sync.Map }

func (m *memory) Last(_ context.Context, key string) (string, error) {
	v, _ := m.values.Load(key)
	s, _ := v.(string)
	return s, nil
}

func (m *memory) Remember(_ context.Context, key, value string) error {
	m.values.Store(key, value)
	return nil
}

// polled is a source with a clock on the wall of its own, and the slots that it was polled for.
type polled struct {
	*Schedule
	ahead  atomic.Int64 // that the wall is
	asked  []string
	missed int
	fail   bool
}

// Poll notes the slot that it is polled for.
func (p *polled) Poll(context.Context) Result {
	if p.fail {
		return Result{Err: errors.New("not now")}
	}
	p.asked = append(p.asked, p.slot.In(p.zone).Format("2 15:04"))
	return Result{}
}

func (p *polled) Polled(Result, time.Time, bool) {}

// newPolled makes one that is polled daily at half past two, in Stockholm unless another zone is given.
func newPolled(t *testing.T, m *memory, missed Missed, zone string) *polled {
	t.Helper()
	p := &polled{}
	events := Events{Missed: func(_ string, n int) { p.missed += n }, Taken: func() {}, Paused: func(context.Context, string) bool { return false }}
	var err error
	p.Schedule, err = New("s", Plan{Cron: "30 2 * * *", TimeZone: cmp.Or(zone, "Europe/Stockholm"), Missed: missed}, m, events, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	p.wall = func() time.Time { return time.Now().Add(time.Duration(p.ahead.Load())) }
	return p
}

// runFor runs the schedule, with its clock, for a while.
func (p *polled) runFor(t *testing.T, span time.Duration, halfway ...func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	clocks := Clocks{}
	if err := clocks.Add(ctx, p.Schedule); err != nil {
		t.Fatal(err)
	}
	clocks.Start()
	done := make(chan error)
	go func() { done <- p.Run(ctx, p) }()
	time.Sleep(span / 2)
	for _, do := range halfway {
		do()
	}
	time.Sleep(span / 2)
	cancel()
	if err := errors.Join(<-done, clocks.Stop()); err != nil {
		t.Error(err)
	}
}

func TestScheduleByWallClock(t *testing.T) {
	for name, c := range map[string]struct {
		zone   string
		from   string
		days   int
		jump   time.Duration // of the clock, half-way
		missed Missed
		asked  string
		passed int
	}{
		"plain":                    {from: "2026-06-01T12:00:00Z", days: 2, asked: "2 02:30, 3 02:30"},
		"put forward in spring":    {from: "2026-03-28T12:00:00Z", days: 2, asked: "29 03:30, 30 02:30"},
		"put back in autumn":       {from: "2026-10-24T12:00:00Z", days: 2, asked: "25 02:30, 26 02:30"},
		"a day ahead":              {from: "2026-06-01T12:00:00Z", days: 2, jump: 24 * time.Hour, asked: "2 02:30, 3 02:30, 4 02:30"},
		"a day ahead, skipped":     {from: "2026-06-01T12:00:00Z", days: 2, jump: 24 * time.Hour, missed: MissedSkip, asked: "2 02:30, 4 02:30", passed: 1},
		"a day back":               {from: "2026-06-01T12:00:00Z", days: 4, jump: -24 * time.Hour, asked: "2 02:30, 3 02:30, 4 02:30"},
		"a day ahead in spring":    {from: "2026-03-27T12:00:00Z", days: 2, jump: 24 * time.Hour, asked: "28 02:30, 29 03:30, 30 02:30"},
		"a day back in autumn":     {from: "2026-10-23T12:00:00Z", days: 4, jump: -24 * time.Hour, asked: "24 02:30, 25 02:30, 26 02:30"},
		"a day ahead in New York":  {zone: "America/New_York", from: "2026-03-06T12:00:00Z", days: 2, jump: 24 * time.Hour, asked: "7 02:30, 8 03:30, 9 02:30"},
		"a day back in New York":   {zone: "America/New_York", from: "2026-10-30T12:00:00Z", days: 4, jump: -24 * time.Hour, asked: "31 02:30, 1 02:30, 2 02:30"},
		"a day ahead on Lord Howe": {zone: "Australia/Lord_Howe", from: "2026-10-02T12:00:00Z", days: 2, jump: 24 * time.Hour, asked: "3 02:30, 4 02:30, 5 02:30"},
		"a day back on Lord Howe":  {zone: "Australia/Lord_Howe", from: "2026-04-03T12:00:00Z", days: 4, jump: -24 * time.Hour, asked: "4 02:30, 5 02:30, 6 02:30"},
		"three days ahead":         {from: "2026-06-01T12:00:00Z", days: 2, jump: 72 * time.Hour, asked: "2 02:30, 5 02:30, 6 02:30", passed: 2},
		"years back begin anew":    {from: "2026-06-01T12:00:00Z", days: 2, jump: -2 * 365 * 24 * time.Hour, asked: "2 02:30, 3 02:30"},
		"an hour back and again":   {from: "2026-06-01T12:00:00Z", days: 2, jump: -time.Hour, asked: "2 02:30, 3 02:30"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				from, err := time.Parse(time.RFC3339, c.from)
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Until(from))
				s := newPolled(t, &memory{}, c.missed, c.zone)
				s.runFor(t, time.Duration(c.days)*24*time.Hour, func() { s.ahead.Store(int64(c.jump)) })
				if got := strings.Join(s.asked, ", "); got != c.asked || s.missed != c.passed {
					t.Errorf("asked for %s, missed %d; wanted %s, %d", got, s.missed, c.asked, c.passed)
				}
			})
		})
	}
}

// Slots that pass while the daemon is not running are polled for once, or skipped, as the source says.
func TestMissedSlots(t *testing.T) {
	for _, missed := range []Missed{"", MissedRunOnce, MissedSkip} {
		t.Run(string(missed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)))
				m := &memory{}
				first := newPolled(t, m, missed, "")
				first.runFor(t, 24*time.Hour)
				time.Sleep(3 * 24 * time.Hour)
				second := newPolled(t, m, missed, "")
				second.runFor(t, time.Hour)
				want, passed := []string{"5 02:30"}, 2
				if missed == MissedSkip {
					want, passed = nil, 3
				}
				if !slices.Equal(first.asked, []string{"2 02:30"}) || !slices.Equal(second.asked, want) || second.missed != passed {
					t.Errorf("asked for %v, then %v, missed %d", first.asked, second.asked, second.missed)
				}
				third := newPolled(t, m, missed, "")
				if third.runFor(t, time.Hour); len(third.asked) > 0 || third.missed > 0 {
					t.Errorf("a start asks again for %v, missed %d", third.asked, third.missed)
				}
			})
		})
	}
}

// A slot that was taken and not polled to the end is polled for after the next start, whatever becomes of missed ones.
func TestTakenSlotIsPolledFor(t *testing.T) {
	for _, missed := range []Missed{MissedRunOnce, MissedSkip} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)))
			m := &memory{}
			first := newPolled(t, m, missed, "")
			first.fail = true
			first.runFor(t, 24*time.Hour)
			second := newPolled(t, m, missed, "")
			if second.runFor(t, time.Hour); !slices.Equal(second.asked, []string{"2 02:30"}) || second.missed > 0 {
				t.Errorf("%s: asked for %v, missed %d", missed, second.asked, second.missed)
			}
		})
	}
}
