package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// The codes of an Unreadable. They are stable: reports, metrics and scripts rely on them.
const (
	CodeEmpty        = "empty"          // nothing in it
	CodeNotAWorkbook = "not_a_workbook" // nothing we know
	CodeWrongType    = "wrong_type"     // known, and not read: .xls, .ods, HTML …
	CodeEncrypted    = "encrypted"      // protected by a password
	CodeTruncated    = "truncated"      // the end is missing
	CodeCorrupt      = "corrupt"        // breaks the rules of its format
	CodeLimit        = "limit"          // costs more than Limits allow
	CodeQuotes       = "quotes"         // CSV: quotes that can be read in no way, or in several
	CodeEncoding     = "encoding"       // CSV: the bytes fit no encoding, or several
)

// Unreadable says why a file is no workbook we read.
type Unreadable struct {
	Code   string   // one of the Code constants
	Sheet  string   // where, if known
	Row    int      // where, if known
	Format string   // what was there and what to do: a sentence with a %s for each of Args
	Args   []string // what stood in the file
	Hold   bool     // a person may say that the file is right all the same: see Options.Approved
	Limit  string   // the key of the one of Limits that was exceeded, as a configuration calls it; "" for others
	Err    error    // the cause, if another package found it
}

// Error gives place, text and cause in one line.
func (u *Unreadable) Error() string {
	var b strings.Builder
	if u.Sheet != "" {
		fmt.Fprintf(&b, "sheet %q ", u.Sheet)
	}
	if u.Row > 0 {
		fmt.Fprintf(&b, "row %d ", u.Row)
	}
	if b.Len() > 0 {
		return strings.TrimSuffix(b.String(), " ") + ": " + u.cause()
	}
	return u.cause()
}

func (u *Unreadable) cause() string {
	if u.Err != nil {
		return u.Text() + ": " + u.Err.Error()
	}
	return u.Text()
}

// Text returns the sentence, in English.
func (u *Unreadable) Text() string {
	args := make([]any, len(u.Args))
	for i, arg := range u.Args {
		args[i] = arg
	}
	return fmt.Sprintf(u.Format, args...)
}

// Unwrap gives the cause.
func (u *Unreadable) Unwrap() error { return u.Err }

// unreadable makes an Unreadable. The format knows %s only: whoever says it in another language has the arguments as texts. What stood in the
// file may be of any length, and is cut.
func unreadable(code, format string, args ...any) *Unreadable {
	const most = 1000 // bytes
	u := &Unreadable{Code: code, Format: format}
	for _, arg := range args {
		text := fmt.Sprint(arg)
		if len(text) > most {
			text = strings.ToValidUTF8(text[:most], "") + "…"
		}
		u.Args = append(u.Args, text)
	}
	return u
}

// short returns the beginning of what stood in the file: the whole may be long.
func short[T string | []byte](most int, s T) string { return fmt.Sprintf("%.*s", most, s) }

// quoted is short, in quotes.
func quoted[T string | []byte](most int, s T) string { return fmt.Sprintf("%.*q", most, s) }

// over notes which limit was exceeded.
func (u *Unreadable) over(limit string) *Unreadable {
	u.Limit = limit
	return u
}

func corrupt(format string, args ...any) *Unreadable { return unreadable(CodeCorrupt, format, args...) }

// subject is what an error is about: what is said where its end is missing, and where it is damaged. Each is a sentence of its own, so
// that other languages can bend its words.
type subject struct{ truncated, damaged string }

var (
	thePart = subject{"the end of %s is missing: copy or export the file again",
		"%s is damaged: open the file in Excel, let it repair it and save it again"}
	theSheet = subject{"the end of the sheet is missing: copy or export the file again",
		"the sheet is damaged: open the file in Excel, let it repair it and save it again"}
	theHead = subject{"the end of the head of the file is missing: copy or export the file again",
		"the head of the file is damaged: open the file in Excel, let it repair it and save it again"}
	theParts = subject{"the end of the list of parts is missing: copy or export the file again",
		"the list of parts is damaged: open the file in Excel, let it repair it and save it again"}
	theTexts = subject{"the end of the table of shared texts is missing: copy or export the file again",
		"the table of shared texts is damaged: open the file in Excel, let it repair it and save it again"}
	theEncryption = subject{"the end of the description of the encryption is missing: copy or export the file again",
		"the description of the encryption is damaged: open the file in Excel, let it repair it and save it again"}
)

// blame decides whose fault an error is: the world's stays as it is, anything else becomes an Unreadable about the subject, which may
// have a name.
func blame(err error, of subject, name ...any) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Unreadable](err); ok {
		return err
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("read the workbook: %w", err)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return because(err, unreadable(CodeTruncated, of.truncated, name...))
	}
	return because(err, unreadable(CodeCorrupt, of.damaged, name...))
}

func because(err error, u *Unreadable) error {
	u.Err = err
	return u
}

// located adds sheet and row to an Unreadable that does not know them.
func located(err error, sheet string, row int) error {
	u, ok := errors.AsType[*Unreadable](err)
	if !ok {
		return err
	}
	at := *u
	if at.Sheet == "" {
		at.Sheet = sheet
	}
	if at.Row == 0 {
		at.Row = row
	}
	return &at
}
