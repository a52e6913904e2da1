package main

import (
	randv2 "math/rand/v2"
	"os"
	"testing"
)

// level is how much of a test that repeats one thing many times is run.
type level int

const (
	sampled  level = iota // by default: a sample that takes seconds
	thorough              // INLET_TEST_MORE: each point
	complete              // INLET_TEST_DEEP, which .ci/deep sets: everything
)

func testLevel() level {
	switch {
	case os.Getenv("INLET_TEST_DEEP") != "":
		return complete
	case os.Getenv("INLET_TEST_MORE") != "":
		return thorough
	}
	return sampled
}

// inSample picks a fourth of n things, two at least; all of them at a higher level. The seed decides which.
func inSample(seed uint64, n int) map[int]bool {
	count := n
	if testLevel() == sampled {
		count = min(n, max(2, n/4))
	}
	picked := map[int]bool{}
	for _, i := range randv2.New(randv2.NewPCG(seed, 0)).Perm(n)[:count] {
		picked[i] = true
	}
	return picked
}

// skipUnlessIn skips a test that is not in the sample.
func skipUnlessIn(t *testing.T, sample map[int]bool, i int) {
	t.Helper()
	if !sample[i] {
		t.Skipf("not in the sample of %d; set INLET_TEST_MORE or INLET_TEST_DEEP for all", len(sample))
	}
}
