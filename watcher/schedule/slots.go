package schedule

import (
	"fmt"
	"time"

	"github.com/go-co-op/gocron/v2"
)

// slots are the moments that a cron expression means in a time zone.
//
// # Why they are not left to the scheduler
//
// The expression means local time. On the day that clocks are put back some local times occur twice, and on the day that they are put forward
// some do not occur. Each slot comes once: at the first of the two, or as long after the change as it would have been after the hour before
// (02:30 at 03:30). The scheduler sometimes runs twice, or not at all. So the expression is evaluated in UTC, which has no changes, and each of
// its times is then converted to the zone.
type slots struct {
	zone *time.Location
	wall gocron.Cron // in UTC, which has no changes
}

var _ gocron.Cron = (*slots)(nil)

// clockChange is more than any clock is put forward or back.
const clockChange = 3 * time.Hour

func newSlots(expression string, zone *time.Location) (*slots, error) {
	s := &slots{}
	return s, s.IsValid(expression, zone, time.Now())
}

// IsValid sets the expression; the scheduler calls it.
func (s *slots) IsValid(expression string, zone *time.Location, now time.Time) error {
	s.zone, s.wall = zone, gocron.NewDefaultCron(false)
	if err := s.wall.IsValid(expression, time.UTC, now); err != nil {
		return fmt.Errorf("cron %q: write five fields, e.g. 0 6 * * 1-5: %w", expression, err)
	}
	return nil
}

// Next returns the first slot after a moment; the zero time if there is none.
func (s *slots) Next(after time.Time) time.Time {
	local := after.In(s.zone)
	wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, time.UTC).Add(-clockChange)
	var first, until time.Time
	for {
		wall = s.wall.Next(wall)
		if wall.IsZero() || !first.IsZero() && wall.After(until) {
			return first
		}
		at := s.at(wall)
		if !at.After(after) {
			continue
		}
		if first.IsZero() {
			until = wall.Add(clockChange) // where the clock is put forward a later time may stand for an earlier moment
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
}

// at returns the moment when the clock in the zone shows what a clock in UTC shows at wall.
func (s *slots) at(wall time.Time) time.Time {
	const day = 26 * time.Hour // no zone is further from UTC
	_, before := wall.Add(-day).In(s.zone).Zone()
	_, behind := wall.Add(day).In(s.zone).Zone()
	asBefore := wall.Add(-time.Duration(before) * time.Second)
	asBehind := wall.Add(-time.Duration(behind) * time.Second)
	if asBehind.Before(asBefore) && s.shows(asBehind, wall) || !s.shows(asBefore, wall) && s.shows(asBehind, wall) {
		return asBehind.In(s.zone)
	}
	return asBefore.In(s.zone)
}

// shows reports whether the clock in the zone shows wall at a moment.
func (s *slots) shows(at, wall time.Time) bool {
	_, offset := at.In(s.zone).Zone()
	return at.Add(time.Duration(offset) * time.Second).Equal(wall)
}

// between returns the last slot after one moment and up to another, and how many there are.
func (s *slots) between(after, until time.Time) (last time.Time, n int) {
	const many = 5_000 // of an expression that means every minute: counting a year of them would take long
	for at := s.Next(after); !at.IsZero() && !at.After(until); at = s.Next(at) {
		last = at
		if n++; n == many {
			if recent, more := s.between(later(at, until.Add(-25*time.Hour)), until); more > 0 {
				return recent, n + more
			}
			return last, n
		}
	}
	return last, n
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
