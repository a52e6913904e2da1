package fault

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
	CodeNotAWorkbook = "not_a_workbook" // of no known type
	CodeWrongType    = "wrong_type"     // of a known type that is not read: .xls, .ods, HTML …
	CodeEncrypted    = "encrypted"      // protected by a password
	CodeTruncated    = "truncated"      // the end is missing
	CodeCorrupt      = "corrupt"        // breaks the rules of its format
	CodeLimit        = "limit"          // costs more than Limits allow
	CodeQuotes       = "quotes"         // CSV: the quotes can be read in no way, or in several
	CodeEncoding     = "encoding"       // CSV: the bytes fit no encoding, or several
)

// Unreadable says why a file cannot be read as a workbook.
type Unreadable struct {
	Code   string   // one of the Code constants
	Sheet  string   // "" if it is not known
	Row    int      // 0 if it is not known
	Format string   // what was found and what to do: a sentence with a %s for each of Args
	Args   []string // what stood in the file
	Hold   bool     // a person may approve the file all the same: see Options.Approved of package sheet
	Limit  string   // the configuration key of the limit that was exceeded; "" for other codes
	Err    error    // the cause, if another package found it
}

// Error returns the sheet and row, the sentence and the cause in one line.
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

// Unwrap returns the cause.
func (u *Unreadable) Unwrap() error { return u.Err }

// New returns an Unreadable. The format may have the verb %s only, because a translation gets the arguments as texts. An argument that
// comes from the file may be of any length, so each is cut.
func New(code, format string, args ...any) *Unreadable {
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

// Short returns the first bytes of a text of the file, which may be long.
func Short[T string | []byte](most int, s T) string { return fmt.Sprintf("%.*s", most, s) }

// Quoted returns the same in quotes.
func Quoted[T string | []byte](most int, s T) string { return fmt.Sprintf("%.*q", most, s) }

// OverLimit sets the configuration key of the limit that was exceeded.
func (u *Unreadable) OverLimit(limit string) *Unreadable {
	u.Limit = limit
	return u
}

// Corrupt returns an Unreadable about a file that breaks the rules of its format.
func Corrupt(format string, args ...any) *Unreadable { return New(CodeCorrupt, format, args...) }

// subject is the part of the file that an error is about, as two sentences: its end is missing, or it is damaged. They are whole
// sentences, so that they can be translated.
type subject struct{ truncated, damaged string }

var (
	thePart = subject{"the end of %s is missing: copy or export the file again",
		"%s is damaged: open the file in Excel, let Excel repair it and save it again"}
	theSheet = subject{"the end of the sheet is missing: copy or export the file again",
		"the sheet is damaged: open the file in Excel, let Excel repair it and save it again"}
	theHead = subject{"the end of the file header is missing: copy or export the file again",
		"the file header is damaged: open the file in Excel, let Excel repair it and save it again"}
	theParts = subject{"the end of the list of parts is missing: copy or export the file again",
		"the list of parts is damaged: open the file in Excel, let Excel repair it and save it again"}
	theTexts = subject{"the end of the table of shared strings is missing: copy or export the file again",
		"the table of shared strings is damaged: open the file in Excel, let Excel repair it and save it again"}
	theEncryption = subject{"the end of the description of the encryption is missing: copy or export the file again",
		"the description of the encryption is damaged: open the file in Excel, let Excel repair it and save it again"}
)

// InPart classifies an error that occurred while the named part of the file was read: see classify.
func InPart(err error, name string) error { return classify(err, thePart, name) }

// InSheet does so for a sheet.
func InSheet(err error) error { return classify(err, theSheet) }

// InHeader does so for the header of the file.
func InHeader(err error) error { return classify(err, theHead) }

// InPartList does so for the directory of the zip.
func InPartList(err error) error { return classify(err, theParts) }

// InSharedTexts does so for the table of shared texts.
func InSharedTexts(err error) error { return classify(err, theTexts) }

// InEncryption does so for the description of an encryption.
func InEncryption(err error) error { return classify(err, theEncryption) }

// classify decides whose fault an error is. A fault of the surroundings is returned as it is; any other error becomes an Unreadable
// about the subject, which may have a name.
func classify(err error, of subject, name ...any) error {
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
		u := New(CodeTruncated, of.truncated, name...)
		u.Err = err
		return u
	}
	u := New(CodeCorrupt, of.damaged, name...)
	u.Err = err
	return u
}

// At sets the sheet and row of an Unreadable that has none, and returns any other error as it is.
func At(err error, sheet string, row int) error {
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

// WrongType returns an Unreadable about a file of a known type that is not read.
func WrongType(format string) *Unreadable { return New(CodeWrongType, format) }
