package pipeline_test

import (
	"os"
	"testing"
)

// thorough reports whether more than a sample is to be tested.
func thorough() bool {
	return os.Getenv("INLET_TEST_DEEP")+os.Getenv("INLET_TEST_MORE") != ""
}

// needsMore skips a test that is only part of the larger levels.
func needsMore(t *testing.T, why string) {
	t.Helper()
	if !thorough() {
		t.Skipf("%s; INLET_TEST_MORE or INLET_TEST_DEEP runs it", why)
	}
}
