package daemon_test

import (
	"os"
	"testing"
)

// deep reports whether everything is to be tested, also what takes hours.
func deep() bool { return os.Getenv("INLET_TEST_DEEP") != "" }

// thorough reports whether more than a sample is to be tested.
func thorough() bool { return deep() || os.Getenv("INLET_TEST_MORE") != "" }

// sampleOf returns every n-th of all, beginning with the first; all of them if the test is to be thorough.
func sampleOf[T any](t *testing.T, all []T, n int) []T {
	t.Helper()
	if thorough() {
		return all
	}
	var some []T
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	t.Logf("a sample of %d of %d; set INLET_TEST_MORE or INLET_TEST_DEEP for all", len(some), len(all))
	return some
}
