package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
)

// TestWorkbookThatCrashesTheDaemon has a workbook end the daemon each time that it is read: it is set aside, and the next one imported.
func TestWorkbookThatCrashesTheDaemon(t *testing.T) {
	s := poisonSite(t)
	s.drop(t)
	for range 5 {
		s.dies(t, ledger.AtChecked, 1)
	}
	p := s.start(t, dieEnv+"=checked#1")
	s.until(t, p, look, func() bool { return len(s.glob(t, "failed/kunder.xlsx")) == 1 })
	p.end()
	reason, err := os.ReadFile(filepath.Join(s.inbox, "failed", "kunder.xlsx.reason.txt"))
	if err != nil || !strings.Contains(string(reason), "stopped unexpectedly 5 times") {
		t.Errorf("the reason is %q, %v", reason, err)
	}
	if err := os.WriteFile(filepath.Join(s.inbox, "next.csv"), []byte("Företag,Postnr\nNext,1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p = s.start(t)
	s.until(t, p, look, func() bool { return len(s.glob(t, "done/*/next.csv")) == 1 })
	p.stop(t)
}

// TestStuck has a workbook end the daemon after some of it was written: it stays where it is, what comes behind it is imported, and when a
// person says so it comes to the end that it would have come to.
func TestStuck(t *testing.T) {
	calm := poisonSite(t)
	calm.undisturbed(t)
	want := calm.ending(t)

	s := poisonSite(t)
	s.drop(t)
	s.dies(t, ledger.AtCheckpointed, 2)
	for range 5 {
		s.dies(t, ledger.AtPlanned, 1)
	}
	p := s.start(t, dieEnv+"=planned#2") // the other workbook comes by once
	if err := os.WriteFile(filepath.Join(s.inbox, "next.csv"), []byte("Företag,Postnr\nNext,1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.until(t, p, look, func() bool { return len(s.glob(t, "done/*/next.csv")) == 1 })
	if len(s.glob(t, ".inlet/*/kunder.xlsx")) != 1 || !strings.Contains(p.said(), "Import is stuck") {
		t.Errorf("the workbook is not stuck:\n%s", p.said())
	}
	p.stop(t)
	imp, _ := s.inStore(t, "kunder.xlsx")
	if imp == nil || imp.State != ledger.Stuck {
		t.Fatalf("the import is %+v", imp)
	}
	p = s.start(t)
	s.until(t, p, look, func() bool { return strings.Contains(p.said(), "Import is stuck") })
	s.inlet(t, 0, "resume", imp.ID)
	s.until(t, p, look, func() bool { return s.idle(t) })
	p.stop(t)
	if got := s.ending(t); got.Tally.Rows != want.Tally.Rows || got.Journal != want.Journal {
		t.Errorf("it came to another end: %+v, not %+v", got.Tally, want.Tally)
	}
}

func poisonSite(t *testing.T) *site {
	t.Helper()
	dir := t.TempDir()
	files := books{filepath.Join(dir, "before.xlsx"), filepath.Join(dir, "kunder.xlsx")}
	makeBook(t, files.before, 100, "Malmö")
	makeBook(t, files.dropped, 5*batch+10, "Lund")
	return newSite(t, "sqlite:"+filepath.Join(t.TempDir(), "inlet.db"), files)
}
