package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Mapping is a sidecar as understood, or what holds where there is none.
type Mapping struct {
	Name       string // of the file; "headings" where there is none
	Sum        string // of all that decides what a row means
	Policy     ledger.Policy
	Locale     string
	Sheet      string   // name, or number from 1; "" is the first visible one with headings that fit (W9)
	HeaderRow  int      // from 1; 0 is the row that Layouts finds
	AllSheets  bool     // sheets: all
	Rows       Rows     // which rows are not records
	Unmerge    bool     // unmerge: fill
	ExtraWarn  bool     // extra_cells: warn
	NotEmpty   bool     // empty: refuse
	Encoding   string   // of a CSV file, as sheet.Options has it; "" is found out
	Delimiter  string   // likewise
	Columns    []Column // what the sidecar says; every other column goes by its heading
	NullWords  []string
	Repeat     bool   // duplicates: import
	Bare       bool   // there is no sidecar: the headings decide
	Shared     bool   // the default of a folder or an inbox: a workbook with none of its headings goes by its own (W20)
	Password   string // the name of the file that holds the workbook's password; "" where it has none
	WhenDone   WhenDone
	Sheets     []*Mapping // several sheets: what holds for each of them
	ForRejects bool       // it is laid on rejected rows that come back
	matched    matched
	notes      []ledger.Problem // that stand with the first row
	NoClear    bool
	writable   func(*crm.Field) bool
	OnUpdate   ledger.OnUpdate
	OnBlank    ledger.OnBlank
	OnInvalid  ledger.OnInvalid
	Schema     *crm.Schema
}

// matched says which of the match rules the sidecar itself gives. The others are the configuration's (W14).
type matched [len(crm.Kinds)]bool

// WhenDone is who is notified when the import has ended (R16): addresses, and webhooks by their names in the configuration.
type WhenDone = ledger.Recipients

// Parts returns what holds for each sheet that is imported: the mapping itself where it is for one sheet. Under sheets: all they are known once
// Layouts has seen the workbook.
func (m *Mapping) Parts() []*Mapping {
	if len(m.Sheets) > 0 {
		return m.Sheets
	}
	return []*Mapping{m}
}

// SetsMatch reports whether the sidecar itself says what a kind is matched on. Otherwise the configuration does (W14).
func (m *Mapping) SetsMatch(kind crm.Kind) bool {
	return m.matched[kind.Number()]
}

// MayWrite reports whether the inbox allows a field to be written.
func (m *Mapping) MayWrite(f *crm.Field) bool { return m.writable == nil || m.writable(f) }

// UseForRejects makes of a mapping that of the rejected rows of its workbook: they stand in its sheets one after the other, below one row of
// headings, and in a file of inlet's own or one that a person saved. What the mapping says about how the first workbook was laid out and read does
// not hold for them (section 17).
func (m *Mapping) UseForRejects() {
	m.ForRejects, m.NotEmpty = true, false
	m.Encoding, m.Delimiter = "", ""
	for i, part := range m.Parts() {
		if !m.AllSheets {
			part.Sheet = strconv.Itoa(i + 1)
		}
		part.HeaderRow, part.Rows, part.Unmerge, part.ForRejects = 1, Rows{}, false, true
		part.Policy.Choices = nil // its rows have other numbers
	}
}

// Share makes of a mapping the default of a folder or an inbox (W20).
func (m *Mapping) Share() {
	m.Shared = true
	for _, part := range m.Sheets {
		part.Shared = true
	}
}

// Note keeps warnings about the file as a whole, in place of those that were noted before.
func (m *Mapping) Note(problems []ledger.Problem) { m.notes = problems }

// Notes returns them. They stand with the first row of the file.
func (m *Mapping) Notes() []ledger.Problem { return m.notes }

// Column is what the sidecar says about one column.
type Column struct {
	Heading   string // or "" where Letter says which
	Letter    string
	Field     *crm.Field // nil: ignore
	OnUpdate  ledger.OnUpdate
	OnBlank   ledger.OnBlank
	OnInvalid ledger.OnInvalid
	Default   string
	Layouts   []string
	Values    map[string]string // canonical text of the cell to what it means
	Split     bool              // of several values in a cell the first is taken
	Rest      *crm.Field        // and the others go here
}

// Fallback is the configuration's part: what holds where a sidecar says nothing, or where there is none (W14).
type Fallback struct {
	Profile string
	Match   [len(crm.Kinds)][]string // the fields that each kind is matched on

	Encoding  string // of CSV files; "" is found out
	Delimiter string // likewise
	Empty     string // what becomes of a file without rows: accept, refuse, or "" for the usual

	Limits    Limits   // of the inbox
	Passwords []string // names of the password files that the configuration knows
}

// Default returns the mapping of a workbook without a sidecar: known headings, the fallback's match.
func Default(schema *crm.Schema, fallback Fallback) (*Mapping, error) {
	m, err := blankMapping(schema, fallback.Limits.profile(fallback.Profile))
	if err != nil {
		return nil, err
	}
	fallback.Limits.lay(m)
	fallback.lay(m)
	m.Name, m.Bare = "headings", true
	means := fallback.Identity()
	if fallback.Encoding != "" || fallback.Delimiter != "" { // what was imported before these keys keeps its name
		means = append(means, fallback.Encoding, fallback.Delimiter)
	}
	policy, err := json.Marshal(means)
	m.Sum = sum(policy)
	return m, err
}

// Identity returns what a workbook without a sidecar is imported by, which IDs of imports are made of. A kind that the first inlet did not know is
// part of it only where it is matched on, so that what was imported before is still known.
func (f *Fallback) Identity() []any {
	const first = 2 // kinds of the first inlet
	all := []any{f.Profile}
	for i, fields := range f.Match {
		if i < first || len(fields) > 0 {
			all = append(all, fields)
		}
	}
	return all
}

// lay gives a mapping what the configuration has, before the sidecar says otherwise (W14).
func (f *Fallback) lay(m *Mapping) {
	m.NotEmpty = f.Empty == "refuse"
	m.Encoding, m.Delimiter = f.Encoding, f.Delimiter
	for i, fields := range f.Match {
		if len(fields) > 0 {
			m.Policy.Match[i] = [][]string{fields}
		}
	}
}

func blankMapping(schema *crm.Schema, profile string) (*Mapping, error) {
	policy, ok := ledger.Profile(profile)
	if !ok {
		return nil, fmt.Errorf("profile %q does not exist: use standard, guide or safe", profile)
	}
	return &Mapping{Policy: policy, Locale: "sv-SE", OnUpdate: ledger.Overwrite, OnBlank: ledger.BlankKeep,
		OnInvalid: ledger.RejectRow, Schema: schema}, nil
}

const maxBytes = 256 << 10 // a sidecar of 500 columns is 30 KiB; a larger file is not a sidecar

// Load reads a sidecar. One that cannot be used is a *ledger.Refusal that names every mistake; any other error is the world's.
func Load(path string, schema *crm.Schema, fallback Fallback) (*Mapping, error) {
	content, err := Read(path)
	if err != nil {
		return nil, err
	}
	return Parse(filepath.Base(path), content, schema, fallback)
}

// Read returns a sidecar's text. A file that is too large for one is given up to that size: Parse refuses it.
func Read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read mapping: %w", err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read mapping: %w", err)
	}
	return content, nil
}

// Parse reads a sidecar's content; name is for messages.
func Parse(name string, content []byte, schema *crm.Schema, fallback Fallback) (*Mapping, error) {
	if len(content) > maxBytes {
		return nil, &ledger.Refusal{Code: "mapping", Text: message.Say("%s: is larger than %s KiB, the limit for a mapping", name, maxBytes>>10)}
	}
	r := &sidecarReader{parser: &parser{file: name}, schema: schema, fallback: fallback, set: setKeys{}}
	m := r.mapping(content)
	if len(r.mistakes) > 0 {
		return nil, &ledger.Refusal{Code: "mapping", Text: message.Lines(r.mistakes)}
	}
	m.Name, m.Sum = name, sum(content)
	if filename.IsDefault(name) {
		m.Share()
	}
	return m, nil
}

func sum(content []byte) string {
	h := sha256.Sum256(content)
	return hex.EncodeToString(h[:])
}
