package main

import (
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const unit = "../../deploy/inlet.service"

// TestUnit holds the unit of systemd to an exposure of 1.5 at the most, of ten, also where people share its inboxes.
func TestUnit(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("NOT TESTED: the unit of systemd. systemd-analyze is not installed")
	}
	text, err := os.ReadFile(unit)
	if err != nil {
		t.Fatal(err)
	}
	shared := filepath.Join(t.TempDir(), "inlet.service")
	if err := os.WriteFile(shared, []byte(strings.Replace(string(text), "[Service]", "[Service]\nSupplementaryGroups=crm", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{unit, shared} {
		if out, err := exec.Command(analyze, "security", "--offline=yes", "--threshold=15", path).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// TestUnitGivesGroups: a service that may not call chown, or whose groups do not exist where it runs, cannot give files the group of an inbox.
func TestUnitGivesGroups(t *testing.T) {
	text, err := os.ReadFile(unit)
	if err != nil {
		t.Fatal(err)
	}
	users, chown := false, false
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch {
		case key == "PrivateUsers":
			users = value != "no"
		case key == "SystemCallFilter" && strings.HasPrefix(value, "~"):
			chown = chown && !strings.Contains(value, "@privileged") && !strings.Contains(value, "@chown")
		case key == "SystemCallFilter":
			chown = chown || strings.Contains(value, "@system-service") || strings.Contains(value, "@chown")
		}
	}
	if users || !chown {
		t.Errorf("private users %v, may call chown %v", users, chown)
	}
}

// TestLaunchd: the file for launchd is well-formed, and runs a command that inlet has.
func TestLaunchd(t *testing.T) {
	text, err := os.ReadFile("../../deploy/inlet.plist")
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Dict struct {
			Array struct {
				String []string `xml:"string"`
			} `xml:"array"`
		} `xml:"dict"`
	}
	if err := xml.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	args := list.Dict.Array.String
	if len(args) < 2 {
		t.Fatalf("it runs %q", args)
	}
	cmd, flags, err := command(io.Discard, io.Discard).Find(args[1:])
	if err == nil {
		err = cmd.ParseFlags(flags)
	}
	if err != nil || cmd.Name() != "run" || !cmd.Flag("config").Changed {
		t.Errorf("it runs %q: %v", args, err)
	}
}
