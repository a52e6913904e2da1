package mapping

import (
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/strictyaml"
)

var keys = []string{"version", "profile", "mode", "locale", "region", "encoding", "delimiter", "sheet", "header_row", "columns", "match", "ambiguous", "blank_key",
	"reuse", "reuse_in_file", "compare", "contact_scope", "elsewhere", "warn_elsewhere", "elsewhere_id", "fill_down", "on_update", "on_blank", "on_invalid", "null_words", "duplicates",
	"defaults", "caps", "password_file", "when_done", "choices", "sheets", "rows", "unmerge", "extra_cells", "empty"}

// sidecarReader reads a whole sidecar, the parts of which have readers of their own.
type sidecarReader struct {
	*parser
	schema   *crm.Schema
	fallback Fallback
	set      setKeys
}

// mapping reads the sidecar. The profile comes first, wherever it stands: it sets the defaults of what follows (section 3).
func (r *sidecarReader) mapping(content []byte) *Mapping {
	pairs, fallback := r.document(content), r.fallback
	profile := fallback.Limits.profile(fallback.Profile)
	for _, p := range pairs {
		if p.key == "profile" {
			profile = r.word(p.value, "standard", "guide", "safe")
		}
	}
	m, err := blankMapping(r.schema, profile)
	if err != nil {
		m, _ = blankMapping(r.schema, "") // the wrong word is noted
	}
	fallback.lay(m)
	for _, p := range pairs {
		r.key(m, p)
	}
	r.sheets(m, pairs)
	for _, part := range m.Parts() {
		for i := range part.Columns {
			part.Columns[i].inherit(part)
		}
	}
	if !fallback.Limits.Safe { // its own words for it are in keepTo
		r.scopes().elsewhere(m, profile)
	}
	fallback.Limits.lay(m)
	limitCheck{r.parser, &fallback.Limits, r.scopes()}.keepTo(m, pairs)
	return m
}

func (r *sidecarReader) scopes() scopeCheck { return scopeCheck{r.parser, r.schema, r.set} }

func (r *sidecarReader) key(m *Mapping, p pair) {
	switch p.key {
	case "profile": // read already
	case "version":
		if v := r.scalar(p.value); v != "1" {
			r.mistake(p.value, "version: %s: is not supported; this version of inlet supports version 1", v)
		}
	case "mode":
		m.Policy.Mode = ledger.Mode(r.word(p.value, "upsert", "update", "create"))
	case "locale":
		m.Locale = r.word(p.value, convert.Locales...)
	case "region":
		if m.Policy.Region = r.scalar(p.value); len(m.Policy.Region) != 2 || strings.ToUpper(m.Policy.Region) != m.Policy.Region {
			r.mistake(p.value, "region: %s: write the country's two letters, e.g. SE", strconv.Quote(m.Policy.Region))
		}
	case "encoding":
		m.Encoding = readEncoding(r.parser, p.value)
	case "delimiter":
		m.Delimiter = readDelimiter(r.parser, p.value)
	case "sheet":
		m.Sheet = r.scalar(p.value)
	case "header_row":
		m.HeaderRow = r.number(p.value)
	case "columns":
		m.Columns = columnReader{r.parser, r.schema}.columns(p.value)
	case "match":
		matchReader{r.parser, r.schema}.match(m, p.value)
	case "null_words":
		m.NullWords = r.words(p.value)
	case "duplicates":
		m.Repeat = r.word(p.value, "skip", "import") == "import"
	case "password_file":
		m.Password = readPassword(r.parser, p.value, r.fallback.Passwords)
	case "when_done":
		m.WhenDone = whenDoneReader{r.parser, &r.fallback.Limits}.whenDone(p.value)
	case "caps":
		readCaps(r.parser, &m.Policy.Caps, p.value)
	case "defaults":
		m.Policy.Defaults = defaultsReader{r.parser, r.schema}.defaults(p.value)
	case "rows":
		m.Rows = rowsReader{r.parser}.rows(p.value)
	case "unmerge":
		m.Unmerge = r.word(p.value, "first", "fill") == "fill"
	case "extra_cells":
		m.ExtraWarn = r.word(p.value, "reject", "warn") == "warn"
	case "empty":
		m.NotEmpty = r.word(p.value, "accept", "refuse") == "refuse"
	case "choices":
		m.Policy.Choices = readChoices(r.parser, p.value)
	case "sheets": // read when all else is: each sheet begins with that
	default:
		r.policyKey(m, p)
	}
}

func (r *sidecarReader) policyKey(m *Mapping, p pair) {
	r.set.note(r.parser, m, p)
	switch p.key {
	case "ambiguous":
		m.Policy.Ambiguous = ledger.OnAmbiguous(r.word(p.value, "create", "reject", "park", "next_rule"))
	case "blank_key":
		m.Policy.BlankKey = ledger.OnBlankKey(r.word(p.value, "create", "reject", "ignore", "literal"))
	case "reuse":
		m.Policy.Reuse = ledger.Reuse(r.word(p.value, "feed", "file", "off"))
	case "reuse_in_file": // as it was called before reuse
		m.Policy.Reuse = ledger.ReuseOff
		if r.yesNo(p.value) {
			m.Policy.Reuse = ledger.ReuseFile
		}
	case "contact_scope":
		m.Policy.Scope = ledger.Scope(r.word(p.value, "account", "anywhere"))
	case "elsewhere":
		m.Policy.Elsewhere = ledger.OnElsewhere(r.word(p.value, "reject", "update", "move"))
	case "warn_elsewhere":
		m.Policy.WarnElsewhere = r.yesNo(p.value)
	case "compare":
		m.Policy.Exact = r.word(p.value, "canonical", "exact") == "exact"
	case "elsewhere_id":
		m.Policy.ElsewhereID = ledger.OnElsewhere(r.word(p.value, "reject", "move"))
	case "fill_down":
		m.Policy.FillDown = r.yesNo(p.value)
	case "on_update":
		m.OnUpdate = readOnUpdate(r.parser, p.value)
	case "on_blank":
		m.OnBlank = readOnBlank(r.parser, p.value)
	case "on_invalid":
		m.OnInvalid = readOnInvalid(r.parser, p.value)
	default:
		r.unknownKey(p, keys)
	}
}

// SheetKeys are the keys that each of several sheets may set for itself.
var SheetKeys = []string{"sheet", "header_row", "columns", "match", "defaults", "mode", "locale", "region", "ambiguous", "blank_key", "reuse", "reuse_in_file",
	"compare", "contact_scope", "elsewhere", "warn_elsewhere", "elsewhere_id", "fill_down", "on_update", "on_blank", "on_invalid", "null_words", "rows",
	"unmerge", "extra_cells"}

// sheets reads a list of sheets, each with what differs from the rest of the mapping.
func (r *sidecarReader) sheets(m *Mapping, pairs []pair) {
	for _, p := range pairs {
		if p.key != "sheets" {
			continue
		}
		if p.value.Kind() != strictyaml.List && r.scalar(p.value) == "all" {
			m.AllSheets = true
			continue
		}
		for _, item := range r.items(p.value) {
			part := *m
			part.Sheets, part.Columns, part.Sheet = nil, nil, ""
			for _, q := range r.pairs(item, "sheets") {
				if !slices.Contains(SheetKeys, q.key) {
					r.unknown(q.node, message.Say("%s: unknown key of a sheet", q.key), q.key, SheetKeys)
					continue
				}
				r.key(&part, q)
			}
			if part.Sheet == "" {
				r.mistake(item, "sheets: the sheet is missing; write e.g. - {sheet: Kunder, columns: …}")
			}
			m.Sheets = append(m.Sheets, &part)
		}
	}
	for _, p := range pairs {
		if len(m.Sheets) > 0 && slices.Contains([]string{"sheet", "header_row", "columns"}, p.key) {
			r.mistake(p.node, "%s: cannot apply to all sheets that sheets lists; write it for each sheet", p.key)
		}
		if m.AllSheets && p.key == "sheet" {
			r.mistake(p.node, "sheet: names one sheet, and sheets: all imports every sheet with known headings; write one of the two")
		}
	}
}
