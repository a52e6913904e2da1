package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/daemon/config"
)

const MaxBatch = 10_000 // rows in one write

// Config finds what no type can say. Every part is checked whatever the others say.
func Config(ck *Checker, cfg config.Config) {
	checkStores(ck, cfg)
	checkHTTP(ck, cfg.HTTP)
	language := "language"
	if !ck.isSet(language) && ck.isSet("import.language") {
		language = "import.language"
	}
	oneOf(ck, language, cfg.Language, config.Languages...)
	oneOf(ck, "log.level", cfg.Log.Level, config.LogLevels...)
	oneOf(ck, "log.format", cfg.Log.Format, config.LogFormats...)
	checkImport(ck, cfg.Import)
	checkRetention(ck, cfg.Retention)
	checkInboxes(ck, cfg.Inboxes)
	checkSources(ck, cfg.Sources, cfg.Inboxes)
	checkMail(ck, cfg.Mail)
	checkHooks(ck, cfg.Webhooks)
	for i, in := range cfg.Inboxes {
		checkWhenDone(ck, fmt.Sprintf("inboxes[%d]", i), in, cfg)
	}
	checkFields(ck, cfg.Fields)
	for i, in := range cfg.Inboxes {
		checkLimits(ck, fmt.Sprintf("inboxes[%d].limits", i), in.Limits, cfg.Fields)
	}
	checkUsers(ck, cfg.Users)
	checkWords(ck, "campaigns", cfg.Campaigns)
	for _, kind := range config.KindNames {
		checkWords(ck, "categories."+kind, *cfg.Categories.Of(kind))
	}
	checkPasswords(ck, cfg.Passwords)
}

func oneOf(ck *Checker, key, word string, known ...string) {
	if slices.Contains(known, word) {
		return
	}
	hint := config.DidYouMean(word, known)
	if word == "" {
		hint = config.Say("write one of %s", strings.Join(known, ", "))
	}
	ck.Wrong(key, "%q is not a known value; %s", word, hint)
}

func checkImport(ck *Checker, imp config.Import) {
	if imp.Batch < 1 || imp.Batch > MaxBatch {
		ck.Wrong("import.batch", "%d is not a valid number of rows; write a number from 1 to %d; 2000 suits most stores", imp.Batch, MaxBatch)
	}
	checkCosts(ck, imp.Limits)
	oneOf(ck, "import.profile", imp.Profile, config.Profiles...)
	usual := config.Default().Import.Match
	for _, kind := range config.KindNames {
		checkMatch(ck, "import.match."+kind, *imp.Match.Of(kind), "["+strings.Join(*usual.Of(kind), ", ")+"]")
	}
}

// checkRetention wants an import to be kept as long as its journal: without the import nothing says whose changes those are.
func checkRetention(ck *Checker, r config.Retention) {
	const day, least = 24 * time.Hour, 2 // conflict copies are recognised, and notifications are tried, for a day
	for key, kept := range map[string]time.Duration{"retention.journal": r.Journal, "retention.imports": r.Imports, "retention.claims": r.Claims, "retention.audit": r.Audit} {
		switch days := kept / day; {
		case kept%day != 0:
			ck.Wrong(key, "%s is not a whole number of days; write %dd", kept, max(days+1, least))
		case kept != 0 && days < least:
			ck.Wrong(key, "%dd is too short; write at least %dd, or 0s to keep everything", days, least)
		}
	}
	switch {
	case r.Imports > 0 && r.Journal == 0:
		ck.Wrong("retention.imports", "the journal of an import is kept for ever, so the import must be kept too; write 0s, or set retention.journal to at most %dd", r.Imports/day)
	case r.Imports > 0 && r.Imports < r.Journal:
		ck.Wrong("retention.imports", "%dd is shorter than retention.journal; write at least %dd", r.Imports/day, r.Journal/day)
	}
}

func checkCosts(ck *Checker, c config.Costs) {
	usual := config.Default().Import.Limits
	for _, limit := range []struct {
		key       string
		is, usual int64
	}{
		{"parts", int64(c.Parts), int64(usual.Parts)}, {"part_bytes", c.PartBytes, usual.PartBytes}, {"ratio", int64(c.Ratio), int64(usual.Ratio)},
		{"columns", int64(c.Columns), int64(usual.Columns)}, {"cell_bytes", int64(c.CellBytes), int64(usual.CellBytes)},
		{"texts", int64(c.Texts), int64(usual.Texts)}, {"text_bytes", c.TextBytes, usual.TextBytes},
		{"line_bytes", int64(c.LineBytes), int64(usual.LineBytes)}, {"encrypted_bytes", c.EncryptedBytes, usual.EncryptedBytes},
		{"written_bytes", c.WrittenBytes, usual.WrittenBytes},
	} {
		if limit.is < 1 {
			ck.Wrong("import.limits."+limit.key, "%d is too small to read any workbook; write a number above 0; %d suits most workbooks", limit.is, limit.usual)
		}
	}
	const excels = 16_384
	if c.Columns > excels {
		ck.Wrong("import.limits.columns", "%d is too large; a sheet has at most %d", c.Columns, excels)
	}
}

func checkMatch(ck *Checker, key string, fields []string, example string) {
	if len(fields) == 0 {
		ck.Wrong(key, "the list is empty, so every row would create a new record; write %s", example)
	}
	for i, field := range fields {
		switch item := fmt.Sprintf("%s[%d]", key, i); {
		case strings.TrimSpace(field) == "":
			ck.Wrong(item, "the rule is empty; write e.g. %s", example)
		case slices.Contains(fields[:i], field):
			ck.Wrong(item, "%s is listed twice; keep one", field)
		}
	}
}
