package csv

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/sheet/csv/record"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// decideQuotes chooses the way of quoting of a file that has a quote out of place (W2). The whole file is read in every way that leaves
// no quote open. If all of them give the same fields, any of them is chosen; otherwise the one in which each row has as many fields as
// the headings. The ways differ in what \" means, in blanks before an opening quote, and in what a quote out of place means: see
// record.Quoting.
func decideQuotes(ctx context.Context, f *File) error {
	ways, err := quotingsToTry(ctx, f)
	if err != nil {
		return err
	}
	var all []reading
	var open error // the error of the first way
	for _, q := range ways {
		r, err := readAs(ctx, f, q)
		if err != nil {
			return err
		}
		if open == nil {
			open = r.open
		}
		same := func(o reading) bool { return o.sum == r.sum }
		if r.open == nil && !slices.ContainsFunc(all, same) {
			all = append(all, r)
		}
	}
	switch len(all) {
	case 0:
		return open
	case 1:
		if all[0].beyond > 0 {
			return tooManyFields(ctx, f, all[0])
		}
		f.dialect.quotes = all[0].quotes
		return nil
	}
	even := slices.DeleteFunc(slices.Clone(all), func(r reading) bool { return r.uneven })
	if len(even) == 1 {
		f.dialect.quotes = even[0].quotes
		return nil
	}
	if len(even) > 1 {
		all = even
	}
	return ambiguous(ctx, f, all[0], all[len(all)-1])
}

// quotingsToTry returns the ways in which the file may be quoted.
func quotingsToTry(ctx context.Context, f *File) ([]record.Quoting, error) {
	backslash, blanks := []bool{false}, []bool{false}
	r := f.records(ctx, record.Quoting{})
	for {
		line, err := r.NextLine()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, f.locate(err, r)
		}
		if len(backslash) == 1 && bytes.Contains(line, []byte(`\"`)) {
			backslash = append(backslash, true)
		}
		if len(blanks) == 1 && (bytes.Contains(line, []byte(` "`)) || bytes.Contains(line, []byte("\t\""))) {
			blanks = append(blanks, true)
		}
	}
	var all []record.Quoting
	for _, a := range backslash {
		for _, b := range blanks {
			all = append(all, record.Quoting{Backslash: a, SkipBlanks: b, Stray: record.StrayInside}, record.Quoting{Backslash: a, SkipBlanks: b, Stray: record.StrayEnds})
		}
	}
	return all, nil
}

// reading is the result of reading the whole file in one way.
type reading struct {
	quotes record.Quoting
	open   error             // about a quote that is not closed; nil if all are
	uneven bool              // a row has more or fewer fields than the headings
	beyond int               // the line of the first row that has more, or fewer and a delimiter within quotes
	sum    [sha256.Size]byte // of all fields
}

// readAs reads the file in one way. An error is a fault of the surroundings, or one that every reading has.
func readAs(ctx context.Context, f *File, q record.Quoting) (reading, error) {
	out := reading{quotes: q}
	r, sum := f.records(ctx, q), sha256.New()
	for {
		line, err := r.Next()
		if err == io.EOF {
			sum.Sum(out.sum[:0])
			out.open = r.AmbiguousQuotes()
			return out, nil
		}
		if u, ok := errors.AsType[*fault.Unreadable](err); ok && u.Code == fault.CodeQuotes {
			out.open = err
			return out, nil
		}
		if err != nil {
			return out, f.locate(err, r)
		}
		add(sum, line, r)
		if r.HeadingFields() == 0 || r.Len() == 1 && len(r.Field(0)) == 0 {
			continue // above the headings, or an empty line
		}
		out.uneven = out.uneven || r.Len() != r.HeadingFields()
		if out.beyond == 0 && (r.Len() > r.HeadingFields() || r.HasJoined() && r.Len() != r.HeadingFields()) {
			out.beyond = line
		}
	}
}

// add adds the fields of a record to a checksum, without the blanks around them, which the mapping trims anyway.
func add(sum hash.Hash, line int, r *record.Reader) {
	var n [8]byte
	put := func(i int) {
		binary.LittleEndian.PutUint64(n[:], uint64(i))
		sum.Write(n[:])
	}
	put(line)
	put(r.Len())
	for i := range r.Len() {
		field := bytes.TrimSpace(r.Field(i))
		put(len(field))
		sum.Write(field)
	}
}

// tooManyFields refuses a file whose only reading has a row that does not fit the headings.
func tooManyFields(ctx context.Context, f *File, by reading) error {
	r := f.records(ctx, by.quotes)
	for {
		line, err := r.Next()
		if err != nil {
			return f.locate(err, r)
		}
		if line < by.beyond {
			continue
		}
		u := fault.New(fault.CodeQuotes, `the file has quotes (") out of place, and line %s has %s fields where the headings have %s: %s. `+
			`Double each quote that belongs to the text, or export the table again as .xlsx`, line, r.Len(), r.HeadingFields(), shown(r))
		u.Row = line
		return u
	}
}

// ambiguous refuses a file that can be read in two ways, and shows the first line where they differ.
func ambiguous(ctx context.Context, f *File, a, b reading) error {
	x, y := f.records(ctx, a.quotes), f.records(ctx, b.quotes)
	for {
		line, err := x.Next()
		if err != nil {
			return f.locate(err, x)
		}
		if _, err := y.Next(); err != nil {
			return f.locate(err, y)
		}
		if sameFields(x, y) {
			continue
		}
		u := fault.New(fault.CodeQuotes, `line %s has quotes (") that can be read in two ways: %s or %s. Double each quote that belongs to the text, or export the table again as .xlsx`,
			line, shown(x), shown(y))
		u.Row = line
		return u
	}
}

// sameFields reports whether two readers are at the same record with the same fields.
func sameFields(x, y *record.Reader) bool {
	if x.Len() != y.Len() || x.Line() != y.Line() {
		return false
	}
	for i := range x.Len() {
		if !bytes.Equal(bytes.TrimSpace(x.Field(i)), bytes.TrimSpace(y.Field(i))) {
			return false
		}
	}
	return true
}

// shown returns the current record for a message: its fields, each in brackets.
func shown(r *record.Reader) string {
	const most = 200
	var b strings.Builder
	for i := range r.Len() {
		if b.Len() > most {
			b.WriteString("…")
			break
		}
		b.WriteString("[" + fault.Short(most/2, bytes.ToValidUTF8(r.Field(i), []byte("?"))) + "]")
	}
	return b.String()
}
