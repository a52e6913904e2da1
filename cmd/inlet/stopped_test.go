package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/pipeline/ledger"
)

// TestStopped stops commands as Ctrl-C does: each says how far it came and how to continue, and ends with 130.
func TestStopped(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	var rows strings.Builder
	rows.WriteString("Företag,Postnr\n")
	for i := range 8 {
		fmt.Fprintf(&rows, "Bolag %d,1112%d\n", i, i)
	}
	write(t, "stor.csv", rows.String())
	write(t, "svensk.yaml", "store: {uri: 'sqlite:inlet.db'}\nimport: {batch: 1, language: sv}\n")
	write(t, "inlet.yaml", "import: {batch: 1}\n")
	t.Cleanup(func() { open.At = nil })

	stop := func(point ledger.CrashPoint, args ...string) string {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		open.At = func(p ledger.CrashPoint) {
			if p == point {
				cancel()
			}
		}
		if point == "" {
			cancel()
		}
		var out, errs bytes.Buffer
		if code := run(ctx, args, &out, &errs); code != exitcode.Interrupted {
			t.Errorf("inlet %s: exit code %d\n%s%s", args, code, &out, &errs)
		}
		if strings.Contains(out.String()+errs.String(), "context canceled") {
			t.Errorf("inlet %s: %s%s", args, &out, &errs)
		}
		return errs.String()
	}
	again := func(want exitcode.Code, args ...string) (out, errs bytes.Buffer) {
		t.Helper()
		open.At = nil
		if code := run(t.Context(), args, &out, &errs); code != want {
			t.Errorf("inlet %s: exit code %d, not %d\n%s%s", args, code, want, &out, &errs)
		}
		return out, errs
	}
	says := func(got, want string) string {
		t.Helper()
		found := regexp.MustCompile("^" + want + "\n$").FindStringSubmatch(got)
		if found == nil {
			t.Fatalf("%q does not match %s", got, want)
		}
		return found[len(found)-1]
	}

	says(stop(ledger.AtChecked, "plan", "stor.csv"), `Stopped\.`)
	says(stop(ledger.AtBegun, "import", "stor.csv"), `Stopped before anything was written\.`)
	says(stop(ledger.AtHashed, "import", "stor.csv"), `Stopped before anything was written\.`)
	id := says(stop(ledger.AtCheckpointed, "import", "stor.csv", "--json"),
		`Stopped after [1-7] of 8 rows\. Run the same command again to continue, or "inlet undo (\S+)" to revert\.`)
	says(stop(ledger.AtCheckpointed, "import", "stor.csv", "--config", "svensk.yaml"),
		`Avbruten efter [1-7] av 8 rader\. Kör samma kommando igen för att fortsätta, eller "inlet undo `+id+`" för att ångra\.`)
	says(stop(ledger.AtBegun, "import", "stor.csv"), `Stopped\. Run the same command again to continue, or "inlet undo `+id+`" to revert\.`)
	interruptedIsUndone(t, again, id)
	again(exitcode.OK, "import", "stor.csv")
	out, _ := again(exitcode.OK, "list", "--json", "--limit", "1")
	id = regexp.MustCompile(`"id":"([^"]*)"`).FindStringSubmatch(out.String())[1]

	for _, args := range [][]string{{"check"}, {"check", "stor.csv"}, {"mapping", "check", "stor.csv"}, {"mapping", "suggest", "stor.csv"}, {"export", "account"},
		{"list"}, {"show", id}, {"plan", "stor.csv"}, {"undo", id}, {"undo", id, "--dry-run"}, {"field", "list"}, {"approve", id}} {
		says(stop("", args...), `Stopped\.`)
	}
	says(stop("", "list", "--config", "svensk.yaml"), `Avbruten\.`)

	says(stop(ledger.AtUndoing, "undo", id), `Stopped after 1 of 8 rows\. Run the same command again to continue\.`)
	if out, _ := again(exitcode.OK, "undo", id); !strings.Contains(out.String(), "undone, 8 rows") {
		t.Errorf("undo: %s", &out)
	}
	if found, _ := filepath.Glob("stor.*.yaml"); found != nil {
		t.Errorf("written: %s", found)
	}
}

// interruptedIsUndone undoes an import that was interrupted, and sees its records gone.
func interruptedIsUndone(t *testing.T, again func(want exitcode.Code, args ...string) (out, errs bytes.Buffer), id string) {
	t.Helper()
	if out, _ := again(exitcode.OK, "export", "account"); out.Len() == 0 {
		t.Error("nothing was written before the interruption")
	}
	if out, _ := again(exitcode.OK, "undo", id); !strings.Contains(out.String(), "import "+id+" undone") {
		t.Errorf("undo of what was interrupted: %s", &out)
	}
	if out, _ := again(exitcode.OK, "export", "account"); out.Len() > 0 {
		t.Errorf("left by the undo: %s", &out)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
