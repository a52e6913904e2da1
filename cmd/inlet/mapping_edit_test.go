package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// session is a command that runs in this process on a terminal, with a person in front of it.
type session struct {
	t      *testing.T
	screen *os.File
	code   chan exitcode.Code

	mu   sync.Mutex
	seen string // since the last key
}

// sit starts a command on a terminal.
func sit(t *testing.T, columns int, args ...string) *session {
	t.Helper()
	screen, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 40, Cols: uint16(columns)}); err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, screen: screen, code: make(chan exitcode.Code, 1)}
	go func() {
		buffer := make([]byte, 1<<16)
		for {
			n, err := screen.Read(buffer)
			s.mu.Lock()
			s.seen += string(buffer[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	stdin = tty
	go func() {
		code := run(t.Context(), args, tty, tty)
		_ = tty.Close()
		s.code <- code
	}()
	t.Cleanup(func() {
		stdin = os.Stdin
		_ = screen.Close()
	})
	return s
}

var steering = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]|\r")

// sees waits until the screen has shown a text since the last key.
func (s *session) sees(want string) {
	s.t.Helper()
	pattern := regexp.MustCompile(want)
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		seen := steering.ReplaceAllString(s.seen, "")
		s.mu.Unlock()
		if pattern.MatchString(seen) {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the screen does not show %s:\n%s", want, seen)
		}
	}
}

// types presses keys, and waits until the screen has shown a text.
func (s *session) types(keys, want string) {
	s.t.Helper()
	s.mu.Lock()
	s.seen = ""
	s.mu.Unlock()
	if _, err := s.screen.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
	s.sees(want)
}

// ends waits until the command has ended with a code.
func (s *session) ends(want exitcode.Code) {
	s.t.Helper()
	select {
	case code := <-s.code:
		if code != want {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.t.Errorf("exit code %d, not %d:\n%s", code, want, s.seen)
		}
	case <-time.After(patience):
		s.t.Fatal("the command does not end")
	}
}

const (
	down  = "\x1b[B"
	right = "\x1b[C"
	ctrlS = "\x13"
	ctrlC = "\x03"
	del   = "\x1b[3~"
)

const editedBook = "Företag,Postnr,Kontakt,E-post,Internt\nÅkeri AB,111 22,Åsa,asa@exempel.se,a\nBerga AB,111 22,Bo,bo@exempel.se,b\nCirkus AB,222 33,Cia,cia@exempel.se,c\n"

// TestMappingEdit edits a suggested mapping: letters find a field, the space bar ticks, the sentences about the rows and the match keys follow, Ctrl-S writes.
func TestMappingEdit(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TERM", "xterm")
	write(t, "kunder.csv", editedBook)
	s := sit(t, 120, "mapping", "edit", "kunder.csv")
	s.sees(`kunder\.csv, sheet kunder, headings in row 1`)
	s.sees(`> \[x\]   A  Företag +Åkeri AB, Berga AB, Cirkus AB +Company  account\.name +\d+ %`)
	s.sees(`3 rows, none of which would be rejected`)
	s.types(down+down+down+down, `>  +E  Internt`)
	s.types("empl", `which field is it\? empl_`)
	s.types("\r", `3 rows, 3 of which would be rejected`) // a, b and c are no numbers
	s.types(right+"notes", `> Notes +account\.notes`)
	s.types("\r", `3 rows, none of which would be rejected`)
	s.types("\x1b[A\x1b[A\x1b[A\x1b[A", `> \[x\]   A`)
	s.types(" ", `account: .*zip`) // which is not enough
	s.types(" ", `> \[x\]   A`)
	s.types(down, `> \[x\]   B`)
	s.types(" ", `> \[ \]   B`)
	s.types(ctrlS, `Written: kunder\.mapping\.yaml`)
	s.ends(exitcode.OK)
	text, err := os.ReadFile("kunder.mapping.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\n  Företag: account.name\n", "\n  Internt: account.notes\n", "\nmatch:\n  account: [name]\n", "\n  contact: [email]\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if code, out, errs := typed(t, "import", "kunder.csv"); code != exitcode.OK || !strings.Contains(out, "accounts 3 created") {
		t.Errorf("import: %d %s%s", code, out, errs)
	}
}

// TestMappingEditExisting changes a mapping that exists: everything but the changed lines stays. Leaving without saving is asked for twice.
func TestMappingEditExisting(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	write(t, "kunder.csv", editedBook)
	const before = `# ours
version: 1
profile: standard
columns: # heading: field
  Företag: account.name
  "Postnr": {field: account.zip, on_blank: keep}  # as they have it
  'E-post': contact.email
  Internt: ignore
caps: {max_rejected: 5%}
match:
  account: [name, zip]
  contact: [email]
null_words: ["-"]
`
	write(t, "kunder.mapping.yaml", before)
	s := sit(t, 100, "mapping", "edit", "kunder.csv", "--lang", "sv")
	s.sees(`\[x\]   B  Postnr +111 22, 222 33 +Postnr  account\.zip`)
	s.types(down+down+down+down, `>  +E  Internt`)
	s.types("anteck", `> Anteckning +account\.notes`)
	s.types("\r", `> \[ \]   E  Internt .*account\.notes`)
	s.types("\x1b[A", `> \[x\]   D`)
	s.types(del, `>  +D  E-post .*ignore`)
	s.types(" ", `importeras inte, så det går inte att matcha`)
	s.types(ctrlC, `En gång till: lämna utan att spara`)
	s.types(ctrlC, `Inget har skrivits`)
	s.ends(exitcode.OK)
	if text, _ := os.ReadFile("kunder.mapping.yaml"); string(text) != before {
		t.Errorf("written without saving:\n%s", text)
	}

	s = sit(t, 100, "mapping", "edit", "kunder.csv")
	s.sees(`> \[x\]   A`)
	s.types(down+down+down+down, `>  +E`)
	s.types("account.notes", `> Notes +account\.notes`)
	s.types("\r", `> \[ \]   E  Internt .*account\.notes`)
	s.types("\x1b[A", `> \[x\]   D`)
	s.types(" ", `> \[ \]   D`)
	s.types(ctrlS, `Written: kunder\.mapping\.yaml`)
	s.ends(exitcode.OK)
	want := strings.NewReplacer("  Internt: ignore\n", "  Internt: account.notes\n", "  contact: [email]\n", "  contact: []\n").Replace(before)
	if text, _ := os.ReadFile("kunder.mapping.yaml"); string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// TestMappingEditWithoutTerminal writes the suggestion, and does not touch a mapping that exists.
func TestMappingEditWithoutTerminal(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "kunder.csv", editedBook)
	for i, want := range []struct {
		code exitcode.Code
		text string
	}{{exitcode.OK, "Written: kunder.mapping.yaml\nTo see what an import would do: inlet plan kunder.csv\n"},
		{exitcode.Failed, "kunder.mapping.yaml already exists: edit it with an editor, or run this command on a terminal\n"}} {
		code, out, errs := typed(t, "mapping", "edit", "kunder.csv")
		if code != want.code || out+errs != want.text {
			t.Errorf("%d: %d %s%s", i, code, out, errs)
		}
	}
	if code, _, errs := typed(t, "plan", "kunder.csv"); code != exitcode.OK {
		t.Errorf("plan: %d %s", code, errs)
	}
}

// TestMappingEditSheets edits a mapping of two sheets that is written in brackets, one of which is matched by two rules in turn: Tab shows the next rule and
// the next sheet, + adds a rule. Everything else means what it did.
func TestMappingEditSheets(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	sheettest.Book(t, "kunder.xlsx", "-- Kunder --\nFöretag,Postnr,Ort\nÅkeri AB,111 22,Lund\nBerga AB,222 33,Ystad\n-- Nya --\nFirma,Ort,Internt\nCirkus AB,Malmö,a\n")
	const before = "# ours\nversion: 1\nsheets: [{sheet: Kunder, columns: {Företag: account.name, Postnr: account.zip}, match: {account: [[name, zip], [name]]}}, # old ones\n" +
		"  {sheet: 2, columns: {Firma: account.name, Internt: ignore}, match: {account: [name]}}]\nnull_words: [\"-\"]\n"
	write(t, "kunder.mapping.yaml", before)
	s := sit(t, 120, "mapping", "edit", "kunder.xlsx")
	s.sees(`sheet Kunder, headings in row 1`)
	s.sees(`Sheet 1 of 2   Match rule 1 of 2, tried in turn`)
	s.sees(`\[x\]   B  Postnr`)
	s.types("\t", `Match rule 2 of 2, tried in turn`)
	s.types(down, `> \[ \]   B  Postnr`)
	s.types(down, `> \[ \]   C  Ort`)
	s.types(" ", `> \[x\]   C  Ort`)
	s.types("+", `Match rule 3 of 3, tried in turn`)
	s.types("\x1b[Z", `Match rule 2 of 3, tried in turn`)
	s.types("\t\t", `sheet Nya, headings in row 1`)
	s.types(down+down, `>  +C  Internt`)
	s.types("account.notes", `> Notes +account\.notes`)
	s.types("\r", `> \[ \]   C  Internt .*account\.notes`)
	s.types("\t", `sheet Kunder, headings in row 1`)
	s.types(ctrlS, `Written: kunder\.mapping\.yaml`)
	s.ends(exitcode.OK)
	const want = "# ours\nversion: 1\nsheets:\n  - sheet: Kunder  # old ones\n    columns:\n      Företag: account.name\n      Postnr: account.zip\n    match:\n      account: [[name, zip], [name, city]]\n" +
		"  - sheet: 2\n    columns:\n      Firma: account.name\n      Internt: account.notes\n    match:\n      account: [name]\nnull_words: [\"-\"]\n"
	if text, _ := os.ReadFile("kunder.mapping.yaml"); string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if code, out, errs := typed(t, "import", "kunder.xlsx"); code != exitcode.OK || !strings.Contains(out, "accounts 3 created") {
		t.Errorf("import: %d %s%s", code, out, errs)
	}

	s = sit(t, 120, "mapping", "edit", "kunder.xlsx", "--sheet", "Nya")
	s.sees(`sheet Nya, headings in row 1`)
	s.types(ctrlC, `Nothing was written`)
	s.ends(exitcode.OK)
}

// TestMappingEditAllSheets: under sheets: all each sheet is shown, a change holds for all of them, and the headings are in the row that the mapping names.
func TestMappingEditAllSheets(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	sheettest.Book(t, "kunder.xlsx", "-- Kunder --\nFöretag,Kod,Ort\nLista,1,x\nFöretag,Postnr,Ort\nÅkeri AB,111 22,Lund\n-- Nya --\nFöretag,Kod,Ort\n,,\nFöretag,Ort,Internt\nCirkus AB,Malmö,a\n")
	write(t, "kunder.mapping.yaml", "version: 1\nsheets: all\nheader_row: 3\ncolumns:\n  Företag: account.name\n  Ort: account.city\nmatch:\n  account: [name, zip]\n")
	s := sit(t, 120, "mapping", "edit", "kunder.xlsx")
	s.sees(`sheet Kunder, headings in row 3`)
	s.sees(`Sheet 1 of 2`)
	s.types("\t", `sheet Nya, headings in row 3`)
	s.types(down, `> \[ \]   B  Ort`)
	s.types(" ", `> \[x\]   B  Ort`)
	s.types(down, `> .*C  Internt`)
	s.types("account.notes", `> Notes +account\.notes`)
	s.types("\r", `> \[ \]   C  Internt .*account\.notes`)
	s.types("\t", `sheet Kunder, headings in row 3`)
	s.sees(`\[x\]   C  Ort`)
	s.types(ctrlS, `Written: kunder\.mapping\.yaml`)
	s.ends(exitcode.OK)
	const want = "version: 1\nsheets: all\nheader_row: 3\ncolumns:\n  Företag: account.name\n  Ort: account.city\n  Internt: account.notes\nmatch:\n  account: [name, zip, city]\n"
	if text, _ := os.ReadFile("kunder.mapping.yaml"); string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	s = sit(t, 120, "mapping", "edit", "kunder.xlsx", "--sheet", "Nya")
	s.sees(`sheet Nya, headings in row 3`)
	s.types(ctrlC, `Nothing was written`)
	s.ends(exitcode.OK)
}

// TestMappingEditOneLine edits columns that stand on one line; without a change, the text stays as it is.
func TestMappingEditOneLine(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TERM", "xterm")
	write(t, "kunder.csv", editedBook)
	const before = "version: 1\ncolumns: {Företag: account.name, Internt: ignore} # ours\nmatch: {account: [name]}\n"
	write(t, "kunder.mapping.yaml", before)
	s := sit(t, 100, "mapping", "edit", "kunder.csv")
	s.sees(`> \[x\]   A  Företag`)
	s.types("\t", `There is one sheet and one match rule`)
	s.types(ctrlS, `Written`)
	s.ends(exitcode.OK)
	if text, _ := os.ReadFile("kunder.mapping.yaml"); string(text) != before {
		t.Errorf("nothing was changed, but it is\n%s", text)
	}
	s = sit(t, 100, "mapping", "edit", "kunder.csv")
	s.sees(`> \[x\]   A  Företag`)
	s.types(down, `> \[ \]   B`)
	s.types(" ", `> \[x\]   B`)
	s.types(ctrlS, `Written`)
	s.ends(exitcode.OK)
	const want = "version: 1\ncolumns: # ours\n  Företag: account.name\n  Internt: ignore\nmatch:\n  account: [name, zip]\n"
	if text, _ := os.ReadFile("kunder.mapping.yaml"); string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// TestMappingEditScrolls shows a workbook with more columns than lines, on a narrow screen; no line is too wide.
func TestMappingEditScrolls(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TERM", "xterm")
	var head, row []string
	for i := range 60 {
		head, row = append(head, fmt.Sprintf("Kolumn %d", i)), append(row, "x")
	}
	write(t, "bred.csv", "Företag,Postnr,"+strings.Join(head, ",")+"\nÅkeri,11122,"+strings.Join(row, ",")+"\n")
	s := sit(t, 46, "mapping", "edit", "bred.csv")
	s.sees(`… 29 of 62 shown`)
	s.types("\x1b[F", `>  +BJ Kolumn 59`)
	s.types("\x1b[H"+right, `which field`)
	s.types("zzzz", `No field has this name`)
	s.types("\x1b", `Företag`)
	s.mu.Lock()
	fitting(t, 46, "editor", regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]").ReplaceAllString(s.seen, "\n"))
	s.mu.Unlock()
	s.types(ctrlC, `Nothing was written`)
	s.ends(exitcode.OK)
}
