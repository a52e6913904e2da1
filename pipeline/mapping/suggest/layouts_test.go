package suggest

import (
	"os"
	"slices"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/suggest/suggesttest"
	"inlet.example/inlet/pipeline/mapping/suggest/tokens"
	"inlet.example/inlet/pipeline/mapping/suggest/words"
	"inlet.example/inlet/pipeline/sheet"
)

// suggestedFields returns what a suggestion makes of the columns of a layout.
func suggestedFields(t *testing.T, d *words.Dictionary, l *suggesttest.Layout) ([]string, *Suggestion) {
	t.Helper()
	schema, err := crm.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(l.Path, sheet.Options{Approved: true, Locale: "sv-SE"})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	s, err := By(t.Context(), schema, d, book, "")
	if err != nil {
		t.Logf("%s: %v", l.Name, err)
		return nil, nil
	}
	var fields []string
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Heading == "" {
			continue
		}
		if c.Field == nil {
			fields = append(fields, suggesttest.Ignore)
		} else {
			fields = append(fields, c.Field.Path())
		}
	}
	return fields, s
}

// TestLayouts holds exports as other systems write them, each column with its answer: all are right.
func TestLayouts(t *testing.T) {
	t.Parallel()
	for _, l := range suggesttest.Load(t, "testdata") {
		got, s := suggestedFields(t, words.All(), &l)
		if s == nil || len(got) != len(l.Answers) {
			t.Errorf("%s: %d columns, not %d", l.Name, len(got), len(l.Answers))
			continue
		}
		_, misses := l.Score(got)
		for _, m := range misses {
			t.Errorf("%s: %s is %s, not %v", l.Name, m.Answer.Heading, m.Got, m.Answer.Fields)
		}
	}
}

// measured is the folder of a larger set of layouts, in the form of testdata.
func measured(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("INLET_TEST_HEADINGS")
	if dir == "" {
		t.Skip("INLET_TEST_HEADINGS names no folder of layouts")
	}
	return dir
}

// TestMeasured measures the whole dictionary by the larger set: 97 % right, under 1 % wrong.
func TestMeasured(t *testing.T) {
	t.Parallel()
	measure(t, 970, 9, func(*suggesttest.Layout) *words.Dictionary { return words.All() })
}

// TestLeaveOut measures each system without the words that were taken from it, as a system is read that nobody has seen: 88 % right, 4 % wrong.
func TestLeaveOut(t *testing.T) {
	t.Parallel()
	measure(t, 880, 40, func(l *suggesttest.Layout) *words.Dictionary { return words.Without(l.System) })
}

// TestForgetting is harder: every heading that only one system has is forgotten as a word, even where any dictionary would have it.
func TestForgetting(t *testing.T) {
	t.Parallel()
	all := suggesttest.Load(t, measured(t))
	systems := map[string][]string{}
	for _, l := range all {
		for _, a := range l.Answers {
			if key := tokens.Fold(a.Heading); !slices.Contains(systems[key], l.System) {
				systems[key] = append(systems[key], l.System)
			}
		}
	}
	measure(t, 700, 60, func(l *suggesttest.Layout) *words.Dictionary {
		var only []string
		for _, a := range l.Answers {
			if key := tokens.Fold(a.Heading); len(systems[key]) == 1 {
				only = append(only, key)
			}
		}
		return words.Without(l.System, only...)
	})
}

// measure fails where fewer than right per mille of the columns are right, or more than wrong are wrong, and where confidence promises too much: of
// the columns called 90 % sure nine in ten are right.
func measure(t *testing.T, right, wrong int, dictionary func(*suggesttest.Layout) *words.Dictionary) {
	t.Helper()
	var total suggesttest.Count
	sure, held := map[int]int{}, map[int]int{}
	for _, l := range suggesttest.Load(t, measured(t)) {
		got, s := suggestedFields(t, dictionary(&l), &l)
		c, misses := l.Score(got)
		total.Add(c)
		for _, m := range misses {
			t.Logf("%s: %s is %s, not %v", l.Name, m.Answer.Heading, m.Got, m.Answer.Fields)
		}
		for i, field := range got {
			if field == suggesttest.Ignore {
				continue
			}
			tens := min(s.Columns[i].Confidence, 99) / 10 * 10
			sure[tens]++
			if l.Answers[i].Accepts(field) {
				held[tens]++
			}
		}
	}
	t.Logf("%+v: %d per mille right, %d wrong", total, total.PerMille(total.Right), total.PerMille(total.Wrong))
	for tens := 90; tens >= sureEnough; tens -= 10 {
		t.Logf("of %d columns called %d %% sure, %d are right", sure[tens], tens, held[tens])
		if held[tens]*100 < sure[tens]*tens && sure[tens] >= 10 {
			t.Errorf("of %d columns called %d %% sure, only %d are right", sure[tens], tens, held[tens])
		}
	}
	if is := total.PerMille(total.Right); is < right {
		t.Errorf("%d per mille are right, at least %d", is, right)
	}
	if is := total.PerMille(total.Wrong); is > wrong {
		t.Errorf("%d per mille are wrong, at most %d", is, wrong)
	}
}
