package csv

import (
	"strings"
	"testing"
)

// TestDelimiterThresholds: the share of rows from which a delimiter is taken for one, from both sides.
func TestDelimiterThresholds(t *testing.T) {
	lines := func(parts ...any) string {
		var b strings.Builder
		for i := 0; i < len(parts); i += 2 {
			b.WriteString(strings.Repeat(parts[i+1].(string)+"\n", parts[i].(int)))
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, sample string
		want         byte
	}{
		{"the headings have it, and half of the rows; another has four of five", lines(1, "a;b", 4, "c;d,e", 4, "x,y", 1, "z"), ';'},
		{"the headings have it, and fewer than half of the rows; another has four of five", lines(1, "a;b", 3, "c;d,e", 5, "x,y", 1, "z"), ','},
		{"the headings have not, and four of five rows have", lines(2, "a", 8, "x,y"), ','},
		{"the headings have not, and fewer than four of five rows have", lines(3, "a", 7, "x,y"), 0},
		{"more than half of what is below a title, in three fields", lines(1, "title", 2, "a,b,c", 1, "x"), ','},
		{"half of what is below a title, in three fields", lines(1, "title", 1, "a,b,c", 1, "x"), 0},
		{"more than half of what is below a title, in two fields", lines(3, "title", 5, "a,b"), 0},
		{"ragged all through", lines(1, "a|b", 1, "x", 1, "y", 1, "z"), '|'},
		{"the headings have both, and more rows have one", lines(3, "a;b,c", 1, "d,e"), ','},
		{"both alike", lines(4, "a,b;c"), ';'},
		{"the headings have it, and most of the first hundred rows, but none of the first ten", lines(1, "a;b", 20, "x,y", 60, "d;e"), ';'},
		{"more fields", lines(4, "a,b,c;d"), ','},
	} {
		if got := detectDelimiter([]byte(tt.sample)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestDelimiterOfAnIncompleteLine: the last line of a sample may be cut off, and is not counted then.
func TestDelimiterOfAnIncompleteLine(t *testing.T) {
	for whole, want := range map[bool]byte{false: ';', true: ','} {
		var d dialect
		if err := d.find([]byte("a;b,c\nd,e"), whole, ""); err != nil || d.delimiter != want {
			t.Errorf("whole %v: %q, %v", whole, d.delimiter, err)
		}
	}
}

// TestAnnouncement: the first line names the delimiter, which is one ASCII character.
func TestAnnouncement(t *testing.T) {
	for line, want := range map[string]byte{"sep=;": ';', "SEP=|": '|', `"sep=,"`: ',', "sep=\xe5": 0, "sep=;;": 0, "sep=": 0, "sip=;": 0} {
		if got, ok := announcement([]byte(line)); got != want || ok != (want != 0) {
			t.Errorf("%q: %q, %v", line, got, ok)
		}
	}
}
