package doctor

import "golang.org/x/sys/unix"

// clockSynchronised reports whether the kernel knows that its clock is kept right, and whether that can be known at all.
func clockSynchronised() (is, known bool) {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	return state != unix.TIME_ERROR && t.Status&unix.STA_UNSYNC == 0, err == nil
}
