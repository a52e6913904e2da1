package record

import (
	"io"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

func reader(text string, opt Options) *Reader {
	if opt.Delimiter == 0 {
		opt.Delimiter = ';'
	}
	opt.Limits = opt.Limits.OrDefaults()
	return NewReader(strings.NewReader(text), opt)
}

// fields reads all records, their fields in brackets.
func fields(r *Reader) (string, error) {
	var b strings.Builder
	for {
		if _, err := r.Next(); err != nil {
			if err == io.EOF {
				err = nil
			}
			return b.String(), err
		}
		for i := range r.Len() {
			b.WriteString("[" + string(r.Field(i)) + "]")
		}
		b.WriteByte('\n')
	}
}

// TestStrayQuotes: a quote that is not doubled is a character where its field certainly ends, and an error where that is not certain.
func TestStrayQuotes(t *testing.T) {
	inside, ends := Quoting{Stray: StrayInside}, Quoting{Stray: StrayEnds}
	for _, tt := range []struct {
		name, text string
		quotes     Quoting
		want       string // "": an error
	}{
		{"the field goes on", `"5" pipe";x`, inside, "[5\" pipe][x]\n"},
		{"the field ends at the delimiter", `"Norra" Verkstan;x`, ends, "[\"Norra\" Verkstan][x]\n"},
		{"a quote behind a delimiter opens the next field", `"5" pipe;"";x`, inside, ""},
		{"also where blanks are between them", `"5" pipe; "";x`, inside, ""},
		{"also after a doubled quote", `"a""; "b";x`, ends, ""},
		{"in the second line of a field", "\"a\nb\" c\"", inside, ""},
		{"the quote that would close it is in another field", `"Norra Verkstan;x"y`, ends, ""},
		{"one quote doubled", `"a""b" c;x`, ends, ""},
		{"every field in quotes", `"a" b";"c"`, ends, "[a\" b][c]\n"},
		{"an empty field without quotes among them", `"a" b";;"c"`, ends, "[\"a\" b\"][][c]\n"},
		{"an empty field without quotes at the end", `"a" b";"c";`, ends, "[\"a\" b\"][c][]\n"},
	} {
		if got, err := fields(reader(tt.text, Options{Quotes: tt.quotes})); got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}

// TestHasJoined: a record of which a quoted field contains the delimiter must have as many fields as the headings.
func TestHasJoined(t *testing.T) {
	r := reader("\"a;b\";c\na;b\n", Options{Quotes: Quoting{Stray: StrayInside}})
	for _, want := range []bool{true, false} {
		if _, err := r.Next(); err != nil || r.HasJoined() != want {
			t.Errorf("line %d: %v, %v", r.Line(), r.HasJoined(), err)
		}
	}
}

// TestSuspiciousLines: a field of several lines may be rows whose quotes are a mistake, but not in a table of one column.
func TestSuspiciousLines(t *testing.T) {
	for text, want := range map[string]bool{
		"Namn;Ort\n\"a;1\nb;2\"\n":   true,
		"Namn;Ort\n\"a;1\nb\";2\n":   true,
		"Namn;Ort\n\"a\nb\";2\n":     false,
		"Namn;Ort\n\"a;1;x\nb;2;y\"": false,
		"Namn\n\"a\nb\"\n":           false,
	} {
		r := reader(text, Options{HeaderRow: 1})
		var got error
		for range 2 {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
			got = r.SuspiciousLines()
		}
		if (got != nil) != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestMostFields(t *testing.T) {
	for n, want := range map[int]bool{cell.MaxColumn: true, cell.MaxColumn + 1: false} {
		if _, err := reader(strings.Repeat(";", n-1), Options{}).Next(); (err == nil) != want {
			t.Errorf("%d fields: %v", n, err)
		}
	}
}

func TestLongestLine(t *testing.T) {
	limits := cell.Limits{LineBytes: 10}
	for text, want := range map[string]bool{"0123456789": true, "0123456789a": false, "a\n0123456789a": false} {
		if _, err := fields(reader(text, Options{Limits: limits})); (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
		r := reader(text, Options{Limits: limits})
		var err error
		for err == nil {
			_, err = r.NextLine()
		}
		if (err == io.EOF) != want {
			t.Errorf("the lines of %q: %v", text, err)
		}
	}
}

// counting counts what is read.
type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += n
	return n, err
}

// TestLineWithoutEnd: no more of a line is read than it may have.
func TestLineWithoutEnd(t *testing.T) {
	const most = 4 * stream.Window
	src := &counting{Reader: strings.NewReader(strings.Repeat("x", 20*stream.Window))}
	r := NewReader(src, Options{Delimiter: ';', Limits: cell.Limits{LineBytes: most}.OrDefaults()})
	if _, err := r.Next(); err == nil || src.n > most+2*stream.Window {
		t.Errorf("%d of %d bytes are read: %v", src.n, 20*stream.Window, err)
	}
}
