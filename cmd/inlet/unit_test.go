package main

import (
	"os/exec"
	"testing"
)

// TestUnit holds the unit of systemd to an exposure of 1.5 at the most, of ten.
func TestUnit(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("NOT TESTED: the unit of systemd. There is no systemd-analyze here")
	}
	out, err := exec.Command(analyze, "security", "--offline=yes", "--threshold=15", "../../deploy/inlet.service").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
