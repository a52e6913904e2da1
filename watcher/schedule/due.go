package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Missed is what becomes of slots that passed while the daemon was not running, or when the clock was put forward.
type Missed string

// What can become of them.
const (
	MissedRunOnce Missed = "run_once" // the source is polled once, as soon as it can be
	MissedSkip    Missed = "skip"     // it is polled at its next slot
)

const (
	onTime       = time.Minute      // a slot that is older was missed
	wallCheck    = 30 * time.Second // how often the clock on the wall is read: a timer does not notice that it was put forward
	maxSlotAhead = 48 * time.Hour   // a slot that is further ahead was taken by a clock that was wrong
)

// takeSlot reports whether the source is to be polled because a slot has come that is at least so old, and takes it: each slot is taken once,
// also when the clock is put back. One that was taken and not polled to the end before the daemon stopped is due again.
func (s *Schedule) takeSlot(ctx context.Context, age time.Duration) bool {
	if s.isPaused(ctx) {
		return false // its slots pass, and count as missed when it is resumed
	}
	now := s.wall()
	if !s.loaded {
		unfinished, err := s.load(ctx, now)
		if err != nil {
			s.log.Warn("Schedule cannot be read", slog.Any("error", err))
			return false
		}
		if s.loaded = true; unfinished {
			return true
		}
	}
	if s.slot.After(now.Add(maxSlotAhead)) {
		s.log.Warn("Clock was set back far, schedule restarted", slog.Time("slot", s.slot))
		s.slot = now
	}
	last, n := s.slots.between(s.slot, now.Add(-age))
	if n == 0 {
		return false
	}
	skip := s.missed == MissedSkip && now.Sub(last) > onTime
	if err := s.noteSlot(ctx, last, !skip); err != nil {
		s.log.Warn("Scheduled poll cannot be recorded", slog.Any("error", err))
		return false
	}
	s.slot = last
	if !skip {
		n--
	}
	if n > 0 {
		s.log.Warn("Scheduled polls missed", slog.Int("slots", n), slog.Time("last", last), slog.Bool("polled_now", !skip))
		s.events.Missed(s.name, n)
	}
	if !skip {
		s.events.Taken()
	}
	return !skip
}

// load reads which slot was taken last, and whether the source was not polled to the end for it. Where nothing is known the schedule begins now.
func (s *Schedule) load(ctx context.Context, now time.Time) (unfinished bool, err error) {
	note, err := s.memory.Last(ctx, s.slotKey())
	if err != nil {
		return false, err
	}
	text, unfinished := strings.CutPrefix(note, "taken ")
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		s.slot, s.unfinished = at, unfinished
		return unfinished, nil
	}
	s.slot = now
	return false, s.noteSlot(ctx, now, false)
}

// finishSlot notes that the source was polled to the end for the slot that was taken.
func (s *Schedule) finishSlot(ctx context.Context) {
	if s.slots == nil || !s.unfinished {
		return
	}
	if err := s.noteSlot(ctx, s.slot, false); err != nil {
		s.log.Warn("Scheduled poll cannot be recorded", slog.Any("error", err)) // after a restart it may be polled once too often
	}
}

func (s *Schedule) noteSlot(ctx context.Context, at time.Time, unfinished bool) error {
	text := at.UTC().Format(time.RFC3339)
	if unfinished {
		text = "taken " + text
	}
	if err := s.memory.Remember(ctx, s.slotKey(), text); err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	s.unfinished = unfinished
	return nil
}

func (s *Schedule) slotKey() string { return s.name + " slot" }
