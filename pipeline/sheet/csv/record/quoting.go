package record

import "bytes"

// Quoting is how the quotes of a file are read. The zero quoting is RFC 4180.
//
// # Why there are several
//
// Many programs write quotes in other ways. Where a file has a quote that RFC 4180 does not know, it is read in all the ways below, and
// imported only if they agree or the number of headings decides (see decideQuotes).
//
// # What neither opens nor closes a field
//
// A quote at the beginning of a field opens it, and the first quote in front of a delimiter or the line's end closes it; spaces between
// the two are dropped. A field with quotes around the whole of it is a quoted field also where other quotes of the file are characters:
// RFC 4180 reads it so, and nothing else in the file speaks against it. What stands between, and is not doubled, is a quote out of place:
//
//   - in a field that does not begin with a quote it is a character, as nothing is open that it could close;
//   - in one that does, the opening quote may still be open (strayInside: "5" pipe" is 5" pipe) or was closed early (strayEnds: the field
//     ends at the next delimiter, and "Norra" Verkstan keeps all its quotes). Both are tried.
//
// A file that doubles a quote in one field and not in another is not read: the doubled one may be two. Nor is one that has a quoted field of
// several lines beside quotes that are not doubled, or a quote that is not doubled in a field with a delimiter: where such a field ends
// is not certain. Where a field in quotes has a delimiter, its row must have as many fields as the headings.
//
// An opening quote that no other follows before the next delimiter stays open, and so does one on whose line nothing closes it once a
// quote out of place was seen. A quote behind a delimiter would open the next field: it is never swallowed by the field before.
type Quoting struct {
	Backslash  bool // \" is a quote
	SkipBlanks bool // blanks before an opening quote are dropped
	Stray      Stray
}

// Stray is what a quote means that stands in a quoted field and neither closes it nor is doubled.
type Stray uint8

const (
	StrayRefused Stray = iota // RFC 4180 does not know it
	StrayInside               // it is a character, and the field goes on to the quote that closes it
	StrayEnds                 // it had closed the field early: all its quotes are characters, and it ends at the next delimiter
)

const blank = " \t"

// withoutBlanks drops blanks before an opening quote.
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

// escape takes a quoted field's text up to a backslash and what that does into the text, and gives the rest of the line.
func (r *Reader) escape(line []byte, at int) []byte {
	next := byte(0)
	if at+1 < len(line) {
		next = line[at+1]
	}
	switch next {
	case '"':
		r.text = append(append(r.text, line[:at]...), '"')
		return line[at+2:]
	case '\\': // stays as it stands, and keeps the second from escaping
		r.text = append(r.text, line[:at+2]...)
		return line[at+2:]
	}
	r.text = append(r.text, line[:at+1]...)
	return line[at+1:]
}

// appendUnescaped appends a field without quotes around it in which \" is a quote.
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

// behindDelimiter says whether a delimiter, and perhaps blanks, is the last of a text.
func (r *Reader) behindDelimiter(text []byte) bool {
	if r.delimiter == 0 {
		return false
	}
	if r.delimiter != ' ' && r.delimiter != '\t' {
		text = bytes.TrimRight(text, blank)
	}
	return len(text) > 0 && text[len(text)-1] == r.delimiter
}

// literal reads a field whose opening quote was closed early: it ends at the next delimiter, and its quotes belong to the text.
func (r *Reader) literal(q *quotedField) (rest []byte, more bool, err error) {
	field := q.field
	if r.delimiter != 0 {
		if i := bytes.IndexByte(field, r.delimiter); i >= 0 {
			field, rest, more = field[:i], field[i+1:], true
		}
	}
	if bytes.Count(field, []byte(`"`)) < 2 { // the quote that would have closed it stands in another field
		return nil, false, r.unclosed(q.opened)
	}
	if bytes.Contains(field, []byte(`""`)) || r.quotes.Backslash && bytes.IndexByte(field, '\\') >= 0 { // one quote, or two?
		return nil, false, r.unclosed(q.opened)
	}
	r.text = r.text[:q.from]
	if trimmed := bytes.TrimRight(field, " "); trimmed[len(trimmed)-1] == '"' && r.allQuoted() {
		field = trimmed[1 : len(trimmed)-1] // who puts every field into quotes has put this one too
	}
	r.text = append(r.text, field...)
	return rest, more, nil
}

// answer is a question's that is worked out once.
type answer uint8

const (
	unasked answer = iota
	yes
	no
)

// allQuoted says whether every field of the line in hand is in quotes, and there are several. Each field of the line may ask.
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
		if i == 0 || i+1 == len(rest) || rest[i-1] != '"' || rest[i+1] != '"' {
			return false
		}
		rest = rest[i+1:]
	}
}
