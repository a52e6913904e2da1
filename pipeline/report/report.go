// Package report turns what an import did into what people and scripts read: text and JSON.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// Report is one workbook's way, told after it ended.
type Report struct {
	Import  ledger.Import
	Steps   map[Step]time.Duration
	Plan    []byte // of a held import: what it would do, as text
	Resumed bool   // an interrupted import was carried on with
}

// Step is a part of the way whose time is taken; also a metric's label.
type Step string

// The steps.
const (
	Check   Step = "check"
	Index   Step = "index"
	Read    Step = "read"
	Match   Step = "match"
	Write   Step = "write"
	Archive Step = "archive"
)

// Steps are all of them, in the order of the way.
var Steps = []Step{Check, Index, Read, Match, Write, Archive}

// summary is the last line of `--json` (section 14).
type summary struct {
	Type     string              `json:"type"`
	Import   string              `json:"import"`
	State    ledger.State        `json:"state"`
	Why      string              `json:"why,omitempty"`
	Rows     int                 `json:"rows"`
	Blank    int                 `json:"blank_rows"`
	Account  ledger.Count        `json:"account"`
	Contact  ledger.Count        `json:"contact"`
	Problems map[ledger.Code]int `json:"problems"`
	Rejected string              `json:"rejected_workbook,omitempty"`
}

// JSON writes the summary as one line.
func JSON(w io.Writer, imp *ledger.Import) error {
	problems := imp.Tally.Problems
	if problems == nil {
		problems = map[ledger.Code]int{}
	}
	return json.NewEncoder(w).Encode(summary{"summary", imp.ID, imp.State, imp.Why, imp.Tally.Rows, imp.Tally.Blank,
		imp.Tally.Account, imp.Tally.Contact, problems, imp.Rejected})
}

// ProblemJSON writes one problem as one line.
func ProblemJSON(w io.Writer, p *ledger.Problem) error {
	return json.NewEncoder(w).Encode(struct {
		Type string `json:"type"`
		*ledger.Problem
	}{"problem", p})
}

// Text writes the import as a person reads it, a line per kind.
func Text(w io.Writer, imp *ledger.Import) error {
	var b strings.Builder
	switch imp.State {
	case ledger.Done:
		fmt.Fprintf(&b, "%s: %d rows", imp.Workbook, imp.Tally.Rows)
		if imp.Tally.Blank > 0 {
			fmt.Fprintf(&b, ", %d blank", imp.Tally.Blank)
		}
		b.WriteByte('\n')
		for _, kind := range crm.Kinds {
			if c := imp.Tally.Of(kind); c.Sum() > 0 {
				fmt.Fprintf(&b, "  %-9s%s\n", string(kind)+"s", Counts(*c))
			}
		}
	case ledger.Duplicate:
		fmt.Fprintf(&b, "%s: nothing to do: %s\n", imp.Workbook, imp.Why)
	default:
		fmt.Fprintf(&b, "%s: %s: nothing was written\n%s\n", imp.Workbook, imp.State, imp.Why)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Counts returns a kind's counts in words, those that are nought left out.
func Counts(c ledger.Count) string {
	var words []string
	for _, part := range []struct {
		n    int
		word string
	}{{c.Created, "created"}, {c.Updated, "updated"}, {c.Unchanged, "unchanged"}, {c.Skipped, "skipped"}, {c.Rejected, "rejected"}, {c.Parked, "parked"}} {
		if part.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// Reason is the text of the file that lies beside a workbook in the failed or held folder.
func Reason(imp *ledger.Import) string {
	what := "was not imported"
	if imp.State == ledger.Held {
		what = "waits and is not imported yet"
	}
	return fmt.Sprintf("%s %s. Nothing was written.\n\n%s\n\nImport %s, %s\n", imp.Workbook, what, imp.Why, imp.ID, imp.Ended.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// Took begins to take the time of a step; the func it returns ends it.
func (r *Report) Took(step Step) func() {
	began := time.Now()
	return func() { r.Steps[step] += time.Since(began) }
}
