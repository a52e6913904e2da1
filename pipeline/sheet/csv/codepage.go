package csv

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/sheet/csv/record"
	"inlet.example/inlet/pipeline/sheet/internal/charset"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// chooseCodePage decides the code page of a file that is not UTF-8 and whose encoding is not stated (W3), by the letters of all its
// words. If several pages are left, the file is refused.
func chooseCodePage(ctx context.Context, f *File) error {
	e := charset.NewWords()
	if err := f.eachPiece(ctx, func(b []byte, last bool) (int, error) { return e.Add(b, last), nil }); err != nil {
		return err
	}
	page := e.Choose(f.opt.Locale)
	if page == nil {
		return severalEncodings(ctx, f, e)
	}
	f.Encoding, f.dialect.encoding = charset.Lookup(page.Name)
	return nil
}

// severalEncodings refuses the file, and shows one of its values in each of the encodings that it may have.
func severalEncodings(ctx context.Context, f *File, e *charset.Words) error {
	readings, fits := e.Plausible(6)
	line, value := tellingValue(ctx, f, readings)
	var texts []string
	for _, p := range readings {
		texts = append(texts, p.Name+" "+strconv.Quote(fault.Short(40, p.Decode(value))))
	}
	if !fits {
		texts = append(texts, multibyteReadings(value)...)
	}
	if len(texts) == 0 {
		return notEncoded(line, "the text is not UTF-8, and line %s does not match any of the encodings that are tried: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8", line)
	}
	return notEncoded(line, "the text is not UTF-8, and its encoding could not be detected. A value of line %s would be: %s. Set encoding: in the mapping, or "+
		"for the inbox, to the right one, or save the file as CSV UTF-8", line, strings.Join(texts, ", "))
}

// multibyteReadings shows a value in the encodings that are never chosen but may be stated.
func multibyteReadings(value []byte) (all []string) {
	for _, name := range []string{"gbk", "big5", "shift_jis", "euc-kr"} {
		_, page := charset.Lookup(name)
		text, err := page.NewDecoder().Bytes(value)
		if err == nil && !bytes.ContainsRune(text, unicode.ReplacementChar) {
			all = append(all, name+" "+strconv.Quote(fault.Short(40, text)))
		}
	}
	return all
}

// tellingValue finds the field that the readings show in the most different ways, among the first that have bytes beyond ASCII.
func tellingValue(ctx context.Context, f *File, readings []*charset.Reading) (line int, value []byte) {
	const looked, mostTelling = 1000, 4 << 10 // a person is shown the first of it
	most, dialect := 0, f.dialect
	f.dialect.encoding = nil // the bytes as they are
	r := f.records(ctx, record.Quoting{Stray: record.StrayInside})
	f.dialect = dialect
	for found := 0; found < looked; {
		at, err := r.Next()
		if err == io.EOF || err != nil {
			break
		}
		for i := range r.Len() {
			field := r.Field(i)
			if charset.ASCIIPrefix(field) == len(field) {
				continue
			}
			found++
			texts := map[string]bool{}
			if len(field) > mostTelling {
				field = field[max(0, charset.ASCIIPrefix(field)-20):]
				field = field[:min(len(field), mostTelling)]
			}
			for _, p := range readings {
				texts[p.Decode(field)] = true
			}
			if len(texts) > most {
				most, line, value = len(texts), at, bytes.Clone(field)
			}
		}
	}
	return line, value
}
