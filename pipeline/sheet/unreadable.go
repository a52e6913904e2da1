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
	CodeEmpty             = "empty"              // nothing in it
	CodeNotAWorkbook      = "not_a_workbook"     // nothing we know
	CodeWrongType         = "wrong_type"         // known, and not read: .xls, .ods, HTML …
	CodeEncrypted         = "encrypted"          // protected by a password
	CodeTruncated         = "truncated"          // the end is missing
	CodeCorrupt           = "corrupt"            // breaks the rules of its format
	CodeLimit             = "limit"              // costs more than Limits allow
	CodeUnclosedQuote     = "unclosed_quote"     // CSV: a quote that opens and never closes
	CodeAmbiguousEncoding = "ambiguous_encoding" // CSV: the bytes fit no encoding, or several
)

// Unreadable says why a file is no workbook we read.
type Unreadable struct {
	Code  string // one of the Code constants
	Sheet string // where, if known
	Row   int    // where, if known
	Text  string // what was there and what to do
	Err   error  // the cause, if another package found it
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
		return u.Text + ": " + u.Err.Error()
	}
	return u.Text
}

// Unwrap gives the cause.
func (u *Unreadable) Unwrap() error { return u.Err }

func unreadable(code, format string, args ...any) *Unreadable {
	return &Unreadable{Code: code, Text: fmt.Sprintf(format, args...)}
}

func corrupt(format string, args ...any) *Unreadable { return unreadable(CodeCorrupt, format, args...) }

// blame decides whose fault an error is: the world's stays as it is, anything else becomes an Unreadable about the given part.
func blame(err error, part string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Unreadable](err); ok {
		return err
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("read %s: %w", part, err)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &Unreadable{Code: CodeTruncated, Err: err,
			Text: fmt.Sprintf("the end of %s is missing: copy or export the file again", part)}
	}
	return &Unreadable{Code: CodeCorrupt, Err: err,
		Text: fmt.Sprintf("%s is damaged: open the file in Excel, let it repair it and save it again", part)}
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
