// Package schedule decides when a source is polled: by its schedule, by hand, again after it failed, and again while something is waited for. It
// does not know what a source is (package watcher), and does not fetch anything.
//
// # Why one clock per time zone
//
// gocron knows the hour that a change of clocks leaves out only in the time zone of its scheduler.
//
// # Why a slot is noted before its poll
//
// Each slot of a cron expression is taken once, also when the clock is put back or the daemon restarts. A slot that was taken and not polled to
// the end, because the daemon stopped, is due again at the next start.
package schedule
