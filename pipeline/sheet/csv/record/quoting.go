package record

import "bytes"

// Quoting is how the quotes of a file are read. The zero quoting is RFC 4180.
//
// # Why there are several
//
// Many programs write quotes in other ways. If a file has a quote that breaks RFC 4180, it is read in all the ways below, and imported
// only if they agree or the number of headings decides: see decideQuotes of package csv.
//
// # Quotes out of place
//
// A quote at the beginning of a field opens it, and the first quote before a delimiter or the end of the line closes it; spaces between
// the two are dropped. A field with quotes around the whole of it is a quoted field even if other quotes of the file are characters:
// RFC 4180 reads it so, and nothing else in the file contradicts it. Any other quote that is not doubled is out of place:
//
//   - in a field that does not begin with a quote it is a character, because it cannot close anything;
//   - in a field that does, either the opening quote is still open (StrayInside: "5" pipe" is 5" pipe) or it was closed early (StrayEnds:
//     the field ends at the next delimiter, and "Norra" Verkstan keeps all its quotes). Both are tried.
//
// A file that doubles a quote in one field and not in another is refused, because the doubled one may be two. So is a file that has a
// quoted field of several lines, or of several fields, beside quotes that are not doubled, because the end of such a field is uncertain.
// If a quoted field has a delimiter in it, its row must have as many fields as the headings.
//
// An opening quote without another quote before the next delimiter stays open, and so does one that its line does not close once a quote
// out of place was seen. A quote after a delimiter opens the next field; it never belongs to the field before.
type Quoting struct {
	Backslash  bool // \" is a quote
	SkipBlanks bool // blanks before an opening quote are dropped
	Stray      Stray
}

// Stray is the meaning of a quote that is in a quoted field and neither closes it nor is doubled.
type Stray uint8

const (
	StrayRefused Stray = iota // it is an error, as in RFC 4180
	StrayInside               // it is a character, and the field goes on
	StrayEnds                 // the field ends at the next delimiter, and all its quotes are characters
)

const blank = " \t"

// withoutBlanks removes blanks before an opening quote.
func (r *Reader) withoutBlanks(line []byte) []byte {
	if len(line) == 0 || line[0] != ' ' && line[0] != '\t' {
		return line
	}
	cut := blank
	switch r.delimiter {
	case ' ':
		cut = "\t"
	case '\t':
		cut = " "
	}
	if trimmed := bytes.TrimLeft(line, cut); len(trimmed) > 0 && trimmed[0] == '"' {
		return trimmed
	}
	return line
}

// escape adds the text up to a backslash, and what the backslash stands for, to the field. It returns the rest of the line.
func (r *Reader) escape(line []byte, at int) []byte {
	next := byte(0)
	if at+1 < len(line) {
		next = line[at+1]
	}
	switch next {
	case '"':
		r.text = append(append(r.text, line[:at]...), '"')
		return line[at+2:]
	case '\\': // both stay, and the second does not escape anything
		r.text = append(r.text, line[:at+2]...)
		return line[at+2:]
	}
	r.text = append(r.text, line[:at+1]...)
	return line[at+1:]
}

// appendUnescaped appends a field without quotes around it, in which \" is a quote.
func appendUnescaped(text, field []byte) []byte {
	for {
		i := bytes.IndexByte(field, '\\')
		if i < 0 || i+1 == len(field) {
			return append(text, field...)
		}
		switch field[i+1] {
		case '"':
			text = append(append(text, field[:i]...), '"')
		case '\\':
			text = append(text, field[:i+2]...)
		default:
			text = append(text, field[:i+1]...)
			field = field[i+1:]
			continue
		}
		field = field[i+2:]
	}
}

// literal reads a field whose opening quote was closed early: it ends at the next delimiter, and its quotes belong to the text.
func (r *Reader) literal(q *quotedField) (rest []byte, more bool, err error) {
	field := q.field
	if r.delimiter != 0 {
		if i := bytes.IndexByte(field, r.delimiter); i >= 0 {
			field, rest, more = field[:i], field[i+1:], true
		}
	}
	if bytes.Count(field, []byte(`"`)) < 2 { // the quote that would close it is in another field
		return nil, false, r.unclosed(q.opened)
	}
	if bytes.Contains(field, []byte(`""`)) || r.quotes.Backslash && bytes.IndexByte(field, '\\') >= 0 { // one quote, or two?
		return nil, false, r.unclosed(q.opened)
	}
	r.text = r.text[:q.from]
	if trimmed := bytes.TrimRight(field, " "); trimmed[len(trimmed)-1] == '"' && r.allQuoted() {
		field = trimmed[1 : len(trimmed)-1] // a program that quotes every field has quoted this one too
	}
	r.text = append(r.text, field...)
	return rest, more, nil
}

// answer is the answer to a question that is worked out once.
type answer uint8

const (
	unasked answer = iota
	yes
	no
)

// allQuoted reports whether there are several fields in the current line and all of them are in quotes. Each field of the line may ask.
func (r *Reader) allQuoted() bool {
	if r.all == unasked {
		r.all = no
		if r.everyFieldQuoted() {
			r.all = yes
		}
	}
	return r.all == yes
}

func (r *Reader) everyFieldQuoted() bool {
	line := bytes.TrimRight(r.line, " ")
	if r.delimiter == 0 || len(line) < 2 || line[0] != '"' || line[len(line)-1] != '"' {
		return false
	}
	several := false
	for rest := line; ; several = true {
		i := bytes.IndexByte(rest, r.delimiter)
		if i < 0 {
			return several
		}
		if rest[i-1] != '"' || rest[i+1] != '"' { // the line begins and ends with a quote, so both are there
			return false
		}
		rest = rest[i+1:]
	}
}
