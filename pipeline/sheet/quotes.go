package sheet

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

	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// decideQuotes chooses how the quotes of a file are read that has one out of place (W2): every way that leaves no quote open reads the
// whole file. If all give the same fields that is it; otherwise the one in which every row has as many fields as there are headings. The
// ways differ in what \" is, in blanks before an opening quote, and in how a quote out of place is taken: see quoting.
func (w *Workbook) decideQuotes(ctx context.Context) error {
	ways, err := w.waysToQuote(ctx)
	if err != nil {
		return err
	}
	var all []reading
	var open error // why the first way leaves a quote open
	for _, q := range ways {
		r, err := w.readAs(ctx, q)
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
			return w.tooManyFields(ctx, all[0])
		}
		w.dialect.quotes = all[0].quotes
		return nil
	}
	even := slices.DeleteFunc(slices.Clone(all), func(r reading) bool { return r.uneven })
	if len(even) == 1 {
		w.dialect.quotes = even[0].quotes
		return nil
	}
	if len(even) > 1 {
		all = even
	}
	return w.eitherWay(ctx, all[0], all[len(all)-1])
}

// waysToQuote gives the ways that the file may be written in.
func (w *Workbook) waysToQuote(ctx context.Context) ([]quoting, error) {
	backslash, blanks := []bool{false}, []bool{false}
	r := w.recordsAs(ctx, quoting{})
	for {
		line, err := r.lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, w.located(err, r)
		}
		if len(backslash) == 1 && bytes.Contains(line, []byte(`\"`)) {
			backslash = append(backslash, true)
		}
		if len(blanks) == 1 && (bytes.Contains(line, []byte(` "`)) || bytes.Contains(line, []byte("\t\""))) {
			blanks = append(blanks, true)
		}
	}
	var all []quoting
	for _, a := range backslash {
		for _, b := range blanks {
			all = append(all, quoting{a, b, strayInside}, quoting{a, b, strayEnds})
		}
	}
	return all, nil
}

// reading is the whole file read in one way.
type reading struct {
	quotes quoting
	open   error             // where a quote stays open
	uneven bool              // a row has more or fewer fields than the headings
	beyond int               // the line of the first row that has more, or fewer and a delimiter within quotes
	sum    [sha256.Size]byte // of all fields
}

// readAs reads the file in one way. An error is the world's, or such as every reading has.
func (w *Workbook) readAs(ctx context.Context, q quoting) (reading, error) {
	out := reading{quotes: q}
	r, sum := w.recordsAs(ctx, q), sha256.New()
	for {
		line, err := r.next()
		if err == io.EOF {
			sum.Sum(out.sum[:0])
			out.open = r.uncertain()
			return out, nil
		}
		if u, ok := errors.AsType[*fault.Unreadable](err); ok && u.Code == fault.CodeQuotes {
			out.open = err
			return out, nil
		}
		if err != nil {
			return out, w.located(err, r)
		}
		add(sum, line, r)
		if r.headings == 0 || r.len() == 1 && len(r.field(0)) == 0 {
			continue // above the headings, or an empty line
		}
		out.uneven = out.uneven || r.len() != r.headings
		if out.beyond == 0 && (r.len() > r.headings || r.joined && r.len() != r.headings) {
			out.beyond = line
		}
	}
}

// uncertain says why a file cannot be read that has quotes which are characters and are not doubled. Where others are doubled, "" may be one
// quote or two; where a quoted field goes over several lines, its quotes may be characters too.
func (r *records) uncertain() error {
	var u *fault.Unreadable
	switch {
	case r.alone != nil:
		return r.alone
	case r.single > 0 && r.doubled > 0:
		u = fault.New(fault.CodeQuotes, `line %s doubles a quote (") within a field, and line %s has one that is not doubled, so it is not certain what was meant. `+
			`Double each quote that belongs to the text, or export the table again as .xlsx`, r.doubled, r.single)
	case r.single > 0 && r.several > 0:
		u = fault.New(fault.CodeQuotes, `in line %s a quoted field of several lines begins, and line %s has a quote (") that is not doubled, so it is not certain where the field ends. `+
			`Double each quote that belongs to the text, or export the table again as .xlsx`, r.several, r.single)
	default:
		return nil
	}
	u.Row = r.single
	return u
}

// add takes a record's fields into a checksum, without the blanks around them: these are not kept.
func add(sum hash.Hash, line int, r *records) {
	var n [8]byte
	put := func(i int) {
		binary.LittleEndian.PutUint64(n[:], uint64(i))
		sum.Write(n[:])
	}
	put(line)
	put(r.len())
	for i := range r.len() {
		field := bytes.TrimSpace(r.field(i))
		put(len(field))
		sum.Write(field)
	}
}

// recordsAs reads the file from the start in one way of quoting.
func (w *Workbook) recordsAs(ctx context.Context, q quoting) *records {
	r := newRecords(w.text(ctx), w.dialect.delimiter, w.opt.Limits)
	r.quotes, r.headerRow, r.lines.zeros = q, w.opt.HeaderRow, w.dialect.zeros
	if w.dialect.announced {
		_, _ = r.lines.next() // Open has read it
	}
	return r
}

func (w *Workbook) located(err error, r *records) error {
	return fault.At(fault.InPart(err, w.Name), "", r.lines.n)
}

// tooManyFields refuses a file whose only reading breaks a row.
func (w *Workbook) tooManyFields(ctx context.Context, by reading) error {
	r := w.recordsAs(ctx, by.quotes)
	for {
		line, err := r.next()
		if err != nil {
			return w.located(err, r)
		}
		if line < by.beyond {
			continue
		}
		u := fault.New(fault.CodeQuotes, `the file has quotes (") out of place, and line %s has %s fields where the headings have %s: %s. `+
			`Double each quote that belongs to the text, or export the table again as .xlsx`, line, r.len(), r.headings, shown(r))
		u.Row = line
		return u
	}
}

// eitherWay refuses a file that two ways of quoting read, with the first line where they differ.
func (w *Workbook) eitherWay(ctx context.Context, a, b reading) error {
	x, y := w.recordsAs(ctx, a.quotes), w.recordsAs(ctx, b.quotes)
	for {
		line, err := x.next()
		if err != nil {
			return w.located(err, x)
		}
		if _, err := y.next(); err != nil {
			return w.located(err, y)
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

func sameFields(x, y *records) bool {
	if x.len() != y.len() || x.lines.n != y.lines.n {
		return false
	}
	for i := range x.len() {
		if !bytes.Equal(bytes.TrimSpace(x.field(i)), bytes.TrimSpace(y.field(i))) {
			return false
		}
	}
	return true
}

// shown is the record in hand for a person: its fields, each in brackets.
func shown(r *records) string {
	const most = 200
	var b strings.Builder
	for i := range r.len() {
		if b.Len() > most {
			b.WriteString("…")
			break
		}
		b.WriteString("[" + fault.Short(most/2, bytes.ToValidUTF8(r.field(i), []byte("?"))) + "]")
	}
	return b.String()
}
