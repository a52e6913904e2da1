package csv

import (
	"bytes"
	"strings"

	"inlet.example/inlet/pipeline/sheet/csv/record"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// candidates are the delimiters that are detected. If two fit equally well, the first wins.
const candidates = ";,\t|"

// find sets the delimiter: the stated one, the one of a line sep=;, or the one that splits the sample most evenly. whole says whether
// the sample is the whole text.
func (d *dialect) find(sample []byte, whole bool, declared string) error {
	if len(bytes.TrimSpace(sample)) == 0 && whole {
		return fault.New(fault.CodeEmpty, "the file contains only white space")
	}
	first, rest, _ := bytes.Cut(sample, []byte("\n"))
	if sep, ok := announcement(first); ok {
		d.announced, d.delimiter = true, sep
		sample = rest
	}
	switch {
	case declared != "" && !strings.EqualFold(declared, "auto"):
		c, ok := delimiterNamed(declared)
		if !ok {
			return fault.New(fault.CodeNotAWorkbook, "the delimiter %s is not a single ASCII character, or tab", fault.Quoted(20, declared))
		}
		d.delimiter = c
	case !d.announced:
		if i := bytes.LastIndexByte(sample, '\n'); i > 0 && !whole {
			sample = sample[:i+1]
		}
		d.delimiter = detectDelimiter(sample)
	}
	return nil
}

// announcement reads the first line sep=; that Excel understands, also in quotes.
func announcement(line []byte) (byte, bool) {
	line = bytes.Trim(line, `"`)
	if len(line) == 5 && strings.EqualFold(string(line[:4]), "sep=") && line[4] < 0x80 {
		return line[4], true
	}
	return 0, false
}

// delimiterNamed returns the delimiter of a name: one ASCII character or "tab".
func delimiterNamed(name string) (byte, bool) {
	if strings.EqualFold(name, "tab") || name == `\t` || name == "\t" {
		return '\t', true
	}
	if len(name) != 1 || name[0] >= 0x80 || strings.Contains("\"\r\n\x00", name) {
		return 0, false
	}
	return name[0], true
}

// evenness is how well one delimiter cuts a sample.
type evenness struct {
	share  float64 // of the records that have as many fields as most
	fields int     // as many as that
	first  bool    // the first record has the delimiter too
}

// better compares; a delimiter that the headings have beats one that they have not.
func (e evenness) better(o evenness) bool {
	if e.first != o.first {
		return e.first
	}
	if e.share != o.share {
		return e.share > o.share
	}
	return e.fields > o.fields
}

// detectDelimiter returns the best of the candidates, or 0 if none splits the sample: there is one column.
func detectDelimiter(sample []byte) byte {
	var best evenness
	var found byte
	for _, c := range []byte(candidates) {
		e := measure(sample, c, false)
		usable := e.fields > 1 && (e.first && e.share >= 0.5 || e.share >= 0.8)
		if usable && (found == 0 || e.better(best)) {
			best, found = e, c
		}
	}
	if found != 0 {
		return found
	}
	for _, c := range []byte(candidates) { // a few rows below titles that the delimiter does not cut; a list of names has commas, too, but not three fields
		e := measure(sample, c, true)
		if e.fields > 2 && e.share > 0.5 && (found == 0 || e.better(best)) {
			best, found = e, c
		}
	}
	if found != 0 {
		return found
	}
	first, _, _ := bytes.Cut(bytes.TrimLeft(sample, "\n"), []byte("\n"))
	if i := bytes.IndexAny(first, candidates); i >= 0 { // ragged all through: what the headings say
		return first[i]
	}
	return 0
}

// measure cuts the start of the sample by one delimiter. below: the records before the first that is cut are titles, and do not count.
func measure(sample []byte, delimiter byte, below bool) (e evenness) {
	const enough = 100 // records; a delimiter shows itself in fewer
	in := record.NewReader(bytes.NewReader(sample), record.Options{Delimiter: delimiter, Quotes: record.Quoting{SkipBlanks: true, Stray: record.StrayEnds}, Limits: cell.Limits{}.OrDefaults()})
	counts := make(map[int]int)
	total := 0
	for total < enough {
		if _, err := in.Next(); err != nil {
			break
		}
		n := in.Len()
		if n == 1 && len(in.Field(0)) == 0 {
			continue // an empty line
		}
		if below && total == 0 && n == 1 {
			continue
		}
		if total == 0 {
			e.first = n > 1
		}
		counts[n]++
		total++
	}
	for n, count := range counts {
		if share := float64(count) / float64(total); n > 1 && (share > e.share || share == e.share && n > e.fields) {
			e.share, e.fields = share, n
		}
	}
	return e
}

// KnownDelimiter reports whether Options.Delimiter accepts a name.
func KnownDelimiter(name string) bool {
	_, ok := delimiterNamed(name)
	return ok
}
