package pipeline_test

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/ledger"
)

// TestMovedBackIsStillTheDefault has a workbook that was held beside the default of its folder, and that a person moves back into the inbox, be
// checked again with the same mapping as what it was (section 17): it is held again, and not refused for headings that it need not have (W20).
func TestMovedBackIsStillTheDefault(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	held := filepath.Join(p.dir, "held")
	claim := func(arrival, name, content, sidecar string) pipeline.Job {
		dir := filepath.Join(p.dir, arrival)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		job := pipeline.Job{Arrival: arrival, Inbox: "in", Name: name, Workbook: filepath.Join(dir, name), Folders: pipeline.Folders{Held: held, Done: p.dir, Failed: p.dir}}
		files := map[string]string{name: content}
		if sidecar != "" {
			job.Sidecar = filepath.Join(dir, sidecar)
			files[sidecar] = "columns: {Firma: account.name}\nmatch: {account: [name]}\n"
		}
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return job
	}
	run := func(job pipeline.Job, want ledger.State) ledger.Import {
		t.Helper()
		rep, err := p.pipeline.Run(t.Context(), job)
		if err != nil || rep.Import.State != want {
			t.Fatalf("%s is %s (%s), not %s: %v", job.Name, rep.Import.State, rep.Import.Why, want, err)
		}
		return rep.Import
	}
	run(claim("1", "kunder1.csv", "Company,City\nAcme,Lund\n", ""), ledger.Done)
	const second = "Company\nBeta\n"
	run(claim("2", "kunder2.csv", second, "_default.mapping.yaml"), ledger.Held)
	if _, err := os.Stat(filepath.Join(held, "kunder2.mapping.yaml")); err != nil {
		t.Fatal(err)
	}
	again := run(claim("3", "kunder2.csv", second, "kunder2.mapping.yaml"), ledger.Held)
	if again.Code != "headings" {
		t.Errorf("moved back it is held for %s: %s", again.Code, again.Why)
	}
	job := pipeline.Job{Arrival: "3", Inbox: "in", Name: "kunder2.csv", Workbook: again.Archived, Folders: pipeline.Folders{Held: held, Done: p.dir, Failed: p.dir},
		Sidecar: strings.TrimSuffix(again.Archived, ".csv") + ".mapping.yaml"}
	rep, err := p.pipeline.Approve(t.Context(), job, again)
	if err != nil || rep.Import.State != ledger.Done {
		t.Errorf("approved it is %s: %s, %v", rep.Import.State, rep.Import.Why, err)
	}
}

// TestApproveNeedsAnAnswer has an import that is held for an ambiguous date say what to do instead.
func TestApproveNeedsAnAnswer(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	imp := ledger.Import{ID: "abc-1", State: ledger.Held, Code: "dates", Why: "is this 3 April or 4 March? Give column E layouts in the mapping."}
	_, err := p.pipeline.Approve(t.Context(), pipeline.Job{}, imp)
	if err == nil || !strings.Contains(err.Error(), "cannot be approved: is this 3 April or 4 March? Give column E layouts in the mapping. Set it") {
		t.Errorf("it says %v", err)
	}
}

// TestNotHeldInSwedish expects a person to be told in the language of the inbox why an import cannot be approved or discarded.
func TestNotHeldInSwedish(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	imp := ledger.Import{ID: "abc-1", State: ledger.Done, Approved: true}
	_, approved := p.pipeline.Approve(t.Context(), pipeline.Job{Language: "sv"}, imp)
	_, discarded := p.pipeline.Discard(t.Context(), pipeline.Job{Language: "sv"}, imp)
	for _, err := range []error{approved, discarded} {
		if err == nil || !strings.HasSuffix(err.Error(), "abc-1: den väntar inte, den är klar: den är redan godkänd") {
			t.Errorf("it says %v", err)
		}
	}
}

// TestImportIDs has encoding and delimiter of an inbox be part of the ID where they are set, and only there: the IDs of before stay.
func TestImportIDs(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1000, false}, "")
	book := p.file("a.csv", []byte("Company;City\nAcme;Lund\n"))
	id := func(job pipeline.Job) string {
		t.Helper()
		job.Name, job.Workbook, job.Inbox = "a.csv", book, "in"
		rep, err := p.pipeline.Plan(t.Context(), job, nil)
		if err != nil {
			t.Fatal(err)
		}
		base, _, _ := strings.Cut(rep.Import.ID, "-")
		return base
	}
	sum := sha256.Sum256([]byte("Company;City\nAcme;Lund\n"))
	h := sha256.Sum256([]byte(hex.EncodeToString(sum[:]) + "\x00in\x00standard[name] [email]"))
	before := strings.ToLower(base32.StdEncoding.EncodeToString(h[:])[:12])
	if got := id(pipeline.Job{}); got != before {
		t.Errorf("the ID is %s; before it was %s", got, before)
	}
	if got := id(pipeline.Job{Headings: check.Off, Ask: "Anna", Empty: "refuse"}); got != before {
		t.Errorf("what does not change a row's meaning changes the ID to %s", got)
	}
	seen := map[string]bool{before: true}
	for _, job := range []pipeline.Job{{Encoding: "utf-8"}, {Delimiter: ";"}, {Encoding: "utf-8", Delimiter: ";"}} {
		if got := id(job); seen[got] {
			t.Errorf("with %q and %q the ID is %s too", job.Encoding, job.Delimiter, got)
		} else {
			seen[got] = true
		}
	}
}

// TestLongHeadings has workbooks refused for headings of megabytes. The reason is one that a person can read.
func TestLongHeadings(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1, false}, "")
	var none strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&none, "%d%s,", i, strings.Repeat("å", 1000))
	}
	for _, head := range []string{none.String(), "Company," + none.String()} {
		_, err := p.pipeline.Check(t.Context(), &pipeline.Job{Name: "a.csv", Workbook: p.file("a.csv", []byte(head+"x\n1,2,3\n"))})
		refusal, ok := errors.AsType[*ledger.Refusal](err)
		if !ok || refusal.Code != "no_heading" || len(refusal.Text.String()) > 2000 {
			t.Errorf("%.300v", err)
		}
	}
}

// TestWrittenBytes has a workbook refused whose mapped cells hold more text than may be written. What is not mapped does not count.
func TestWrittenBytes(t *testing.T) {
	p := newPlay(t, way{"sqlite", 1, false}, "")
	p.pipeline.WrittenBytes = 20
	for content, code := range map[string]string{
		"Company,City,X\nAcme,,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nBeta,,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n": "",
		"Company,City\nAcme,Lund\nBeta,Malmo\nGamma,Umea\n":                                                "limit",
	} {
		_, err := p.pipeline.Check(t.Context(), &pipeline.Job{Name: "a.csv", Workbook: p.file("a.csv", []byte(content))})
		refusal, ok := errors.AsType[*ledger.Refusal](err)
		if code == "" && err != nil || code != "" && (!ok || refusal.Code != code) {
			t.Errorf("%q: %v", content, err)
		}
		if ok && !strings.Contains(refusal.Text.String(), "import.limits.written_bytes") {
			t.Errorf("it does not say what to raise: %s", refusal.Text)
		}
	}
}
