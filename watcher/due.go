package watcher

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Missed is what becomes of slots that passed while nobody was there to ask: inlet stood still, or the clock was put forward.
type Missed string

// What can become of them.
const (
	MissedRunOnce Missed = "run_once" // the source is asked once, as soon as it can be
	MissedSkip    Missed = "skip"     // it is asked at its next slot
)

// SlotTaken is the instant at which a slot is noted and its source not asked yet.
const SlotTaken Point = "schedule: slot taken, before run"

const (
	onTime   = time.Minute      // a slot that is older was missed
	beat     = 30 * time.Second // how often the clock on the wall is looked at: a timer does not hear that it was put forward
	unlikely = 48 * time.Hour   // a slot that lies so far ahead was taken by a clock that was wrong
)

// due says whether the source is to be asked because a slot has come that is at least so old, and takes it: each slot is taken once, also when
// the clock is put back. One that was taken and not asked for to the end before inlet stopped is due again.
func (s *source) due(ctx context.Context, age time.Duration) bool {
	if s.isPaused(ctx) {
		return false // its slots pass, and are missed ones when it goes on
	}
	now := s.wall()
	if !s.recalled {
		unfinished, err := s.recall(ctx, now)
		if err != nil {
			s.log.Warn("Recall the schedule", slog.Any("error", err))
			return false
		}
		if s.recalled = true; unfinished {
			return true
		}
	}
	if s.slot.After(now.Add(unlikely)) {
		s.log.Warn("The clock was put back far: the schedule begins anew", slog.Time("slot", s.slot))
		s.slot = now
	}
	last, n := s.slots.between(s.slot, now.Add(-age))
	if n == 0 {
		return false
	}
	skip := s.Missed == MissedSkip && now.Sub(last) > onTime
	if err := s.noteSlot(ctx, last, !skip); err != nil {
		s.log.Warn("Note the slot", slog.Any("error", err))
		return false
	}
	s.slot = last
	if !skip {
		n--
	}
	if n > 0 {
		s.log.Warn("Missed", slog.Int("slots", n), slog.Time("last", last), slog.Bool("asked now", !skip))
		s.tell.Missed(s.Name, n)
	}
	if !skip {
		s.tell.Reached(SlotTaken)
	}
	return !skip
}

// recall reads which slot was taken last, and whether its source was not asked to the end. Where nothing is known the schedule begins now.
func (s *source) recall(ctx context.Context, now time.Time) (unfinished bool, err error) {
	note, err := s.errand.Memory.Last(ctx, s.slotKey())
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

// asked notes that the source was asked to the end for the slot that was taken.
func (s *source) asked(ctx context.Context) {
	if s.slots == nil || !s.unfinished {
		return
	}
	if err := s.noteSlot(ctx, s.slot, false); err != nil {
		s.log.Warn("Note the slot", slog.Any("error", err)) // it may be asked once too often, after a start
	}
}

func (s *source) noteSlot(ctx context.Context, at time.Time, unfinished bool) error {
	text := at.UTC().Format(time.RFC3339)
	if unfinished {
		text = "taken " + text
	}
	if err := s.errand.Memory.Remember(ctx, s.slotKey(), text); err != nil {
		return fmt.Errorf("remember: %w", err)
	}
	s.unfinished = unfinished
	return nil
}

func (s *source) slotKey() string { return s.Name + " slot" }
