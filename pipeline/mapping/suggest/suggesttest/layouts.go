// Package suggesttest has exports of other systems with the right answer for each column, and counts how many a suggestion gets right.
//
// A folder of them has headings.tsv (system, object, language, heading, field, example value, source, layout, also accepted) and layouts/ with a
// CSV or TSV file for each layout.
package suggesttest

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Layout is the columns of one export.
type Layout struct {
	Name, System string
	Path         string
	Answers      []Answer // in the order of the columns
}

// Answer is what a column may be.
type Answer struct {
	Heading string
	Fields  []string // paths, or Ignore
	Custom  bool     // it goes to a field of one's own, or nowhere
}

// Ignore is a column that is left out.
const Ignore = "ignore"

// Accepts reports whether a field is right for the column.
func (a *Answer) Accepts(field string) bool {
	return slices.Contains(a.Fields, field) || a.Custom && strings.Contains(field, ".custom.")
}

// Load reads the layouts of a folder.
func Load(t testing.TB, dir string) []Layout {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "headings.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []Layout
	for _, row := range rows[1:] {
		system, heading, field, name, also := row[0], row[3], row[4], row[7], row[8]
		if n := len(all); n == 0 || all[n-1].Name != name {
			all = append(all, Layout{Name: name, System: system, Path: find(t, dir, name)})
		}
		a := Answer{Heading: heading, Fields: []string{field}}
		if field == "custom" {
			a.Fields, a.Custom = []string{Ignore}, true
		}
		for also := range strings.SplitSeq(also, ", ") {
			if also != "" {
				a.Fields = append(a.Fields, also)
			}
		}
		last := &all[len(all)-1]
		last.Answers = append(last.Answers, a)
	}
	return all
}

func find(t testing.TB, dir, name string) string {
	t.Helper()
	for _, end := range []string{".csv", ".tsv"} {
		path := filepath.Join(dir, "layouts", name+end)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatalf("there is no file for the layout %s", name)
	return ""
}

// Count is how many columns were suggested how.
type Count struct {
	Right, Wrong, Missed int // of the columns that are a field
	Twin                 int // left out, while another column is the field
	Ignored              int // rightly left out
}

// Add adds another count.
func (c *Count) Add(o Count) {
	c.Right, c.Wrong, c.Missed, c.Twin, c.Ignored = c.Right+o.Right, c.Wrong+o.Wrong, c.Missed+o.Missed, c.Twin+o.Twin, c.Ignored+o.Ignored
}

// PerMille returns how many of a thousand columns that were to be suggested a number is.
func (c *Count) PerMille(n int) int { return 1000 * n / max(c.Right+c.Wrong+c.Missed, 1) }

// Miss is a column that was not suggested right.
type Miss struct {
	Answer Answer
	Got    string
}

// Score compares suggested fields with the answers, in the order of the columns.
func (l *Layout) Score(got []string) (c Count, misses []Miss) {
	for i := range l.Answers {
		a := &l.Answers[i]
		is := Ignore
		if len(got) == len(l.Answers) {
			is = got[i]
		}
		switch {
		case a.Accepts(is) && (is == Ignore || strings.Contains(is, ".custom.")):
			c.Ignored++
			continue
		case a.Accepts(is):
			c.Right++
			continue
		case is != Ignore:
			c.Wrong++
		case l.hasTwin(i, got):
			c.Twin++
			continue
		default:
			c.Missed++
		}
		misses = append(misses, Miss{*a, is})
	}
	return c, misses
}

// hasTwin reports whether another column is one of the fields of a column that was left out.
func (l *Layout) hasTwin(i int, got []string) bool {
	for j := range l.Answers {
		if j != i && len(got) == len(l.Answers) && got[j] != Ignore && l.Answers[j].Accepts(got[j]) && l.Answers[i].Accepts(got[j]) {
			return true
		}
	}
	return false
}
