package watcher

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/watcher/remote"
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
			if told := strings.Join(got, ", "); told != c.slots {
				t.Errorf("%s is asked at\n%s, wanted\n%s", c.cron, told, c.slots)
			}
			if last, n := s.between(from.Add(-time.Second), until); n != len(got) || last.Format("2 15:04 MST") != got[n-1] {
				t.Errorf("between are %d, the last %v", n, last)
			}
		})
	}
}

// Whatever the expression, slots rise and none comes twice.
func TestSlotsRise(t *testing.T) {
	for _, zone := range []string{"Europe/Stockholm", "America/New_York", "Australia/Lord_Howe"} {
		place, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, cron := range []string{"*/30 * * * *", "5 */2 * * *", "0 0 * * *", "59 1,2 * * *"} {
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
						t.Fatalf("%s in %s: behind %v comes %v", cron, zone, at, next)
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

// clockwork is a source with a clock on the wall of its own, and what it was asked for.
type clockwork struct {
	*source
	memory *memory
	off    atomic.Int64 // that the wall is ahead
	asked  []string
	missed int
	fail   bool
}

// Fetch notes the slot that it is asked for.
func (c *clockwork) Fetch(context.Context, string, io.Writer) (remote.Found, error) {
	if c.fail {
		return remote.Found{}, errors.New("not now")
	}
	c.asked = append(c.asked, c.slot.In(c.slots.zone).Format("2 15:04"))
	return remote.Found{}, nil
}

// newClockwork makes one that is asked daily at half past two, in Stockholm unless another zone is given.
func newClockwork(t *testing.T, m *memory, missed Missed, zone ...string) *clockwork {
	t.Helper()
	c := &clockwork{memory: m}
	w, err := New(Config{
		Inboxes: []Inbox{{Name: "in", Path: t.TempDir()}},
		Sources: []Source{{Name: "s", Inbox: "in", Path: "/a.csv", Cron: "30 2 * * *", TimeZone: append(zone, "Europe/Stockholm")[0], Missed: missed}},
		Memory:  m, Events: Events{Missed: func(_ string, n int) { c.missed += n }},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.folders = nil
	c.source = w.sources["s"]
	c.wall = func() time.Time { return time.Now().Add(time.Duration(c.off.Load())) }
	c.errand.Source = c
	return c
}

// over runs the source, with its clock, for a while.
func (c *clockwork) over(t *testing.T, span time.Duration, during ...func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &Watcher{sources: map[string]*source{"s": c.source}}
	clocks, err := w.newClocks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	clocks.start()
	done := make(chan error)
	go func() { done <- c.run(ctx) }()
	time.Sleep(span / 2)
	for _, do := range during {
		do()
	}
	time.Sleep(span / 2)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := clocks.stop(); err != nil {
		t.Error(err)
	}
}

func TestScheduleByTheWall(t *testing.T) {
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
				s := newClockwork(t, &memory{}, c.missed, zones(c.zone)...)
				s.over(t, time.Duration(c.days)*24*time.Hour, func() { s.off.Store(int64(c.jump)) })
				if got := strings.Join(s.asked, ", "); got != c.asked || s.missed != c.passed {
					t.Errorf("asked for %s, missed %d; wanted %s, %d", got, s.missed, c.asked, c.passed)
				}
			})
		})
	}
}

func zones(zone string) []string {
	if zone == "" {
		return nil
	}
	return []string{zone}
}

// Slots that pass while inlet stands still are made good once, or left out, as the source says.
func TestMissedSlots(t *testing.T) {
	for _, missed := range []Missed{"", MissedRunOnce, MissedSkip} {
		t.Run(string(missed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)))
				m := &memory{}
				first := newClockwork(t, m, missed)
				first.over(t, 24*time.Hour)
				time.Sleep(3 * 24 * time.Hour)
				second := newClockwork(t, m, missed)
				second.over(t, time.Hour)
				want, passed := []string{"5 02:30"}, 2
				if missed == MissedSkip {
					want, passed = nil, 3
				}
				if !slices.Equal(first.asked, []string{"2 02:30"}) || !slices.Equal(second.asked, want) || second.missed != passed {
					t.Errorf("asked for %v, then %v, missed %d", first.asked, second.asked, second.missed)
				}
				third := newClockwork(t, m, missed)
				if third.over(t, time.Hour); len(third.asked) > 0 || third.missed > 0 {
					t.Errorf("a start asks again for %v, missed %d", third.asked, third.missed)
				}
			})
		})
	}
}

// A slot that was taken and not asked for to the end is asked for after the next start, whatever becomes of missed ones.
func TestSlotTakenIsAskedFor(t *testing.T) {
	for _, missed := range []Missed{MissedRunOnce, MissedSkip} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)))
			m := &memory{}
			first := newClockwork(t, m, missed)
			first.fail = true
			first.over(t, 24*time.Hour)
			second := newClockwork(t, m, missed)
			if second.over(t, time.Hour); !slices.Equal(second.asked, []string{"2 02:30"}) || second.missed > 0 {
				t.Errorf("%s: asked for %v, missed %d", missed, second.asked, second.missed)
			}
		})
	}
}
