package config

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// The words of the closed lists. The schema shows the same ones.
var (
	logLevels  = []string{"debug", "info", "warn", "error"}
	logFormats = []string{"text", "json"}
	languages  = []string{"sv", "en"}
	profiles   = []string{"standard", "guide", "safe"}
	modes      = []string{"upsert", "update", "create"}
	thens      = []string{"keep", "move", "delete"}
	mailTLS    = []string{"starttls", "tls", "none"}
	hookForms  = []string{"json", "slack", "teams"}
	empties    = []string{"accept", "refuse"}
	driftings  = []string{"hold", "warn", "off"}
	encodings  = []string{"auto", "utf-8", "utf-16le", "utf-16be", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
		"windows-1257", "iso-8859-1", "iso-8859-2", "iso-8859-15", "macroman", "cp437", "cp850", "cp852", "cp865", "koi8-r", "shift_jis", "gbk",
		"gb18030", "big5", "euc-kr"}
)

const largestBatch = 10_000 // rows in one write

// check finds what no type can say. Every part is checked whatever the others say.
func (l *loading) check(cfg Config) {
	l.checkStore(cfg.Store)
	l.checkHTTP(cfg.HTTP)
	l.oneOf("log.level", cfg.Log.Level, logLevels...)
	l.oneOf("log.format", cfg.Log.Format, logFormats...)
	l.checkImport(cfg.Import)
	l.checkInboxes(cfg.Inboxes)
	l.checkSources(cfg.Sources, cfg.Inboxes)
	l.checkMail(cfg.Mail)
	l.checkHooks(cfg.Webhooks)
	for i, in := range cfg.Inboxes {
		l.checkWhenDone(fmt.Sprintf("inboxes[%d]", i), in, cfg)
	}
	l.checkFields(cfg.Fields)
	for i, in := range cfg.Inboxes {
		l.checkLimits(fmt.Sprintf("inboxes[%d].limits", i), in.Limits, cfg.Fields)
	}
	l.checkUsers(cfg.Users)
	l.checkWords("campaigns", cfg.Campaigns)
	l.checkWords("categories.account", cfg.Categories.Account)
	l.checkWords("categories.contact", cfg.Categories.Contact)
	l.checkPasswords(cfg.Passwords)
}

func (l *loading) oneOf(key, word string, known ...string) {
	if slices.Contains(known, word) {
		return
	}
	hint := didYouMean(word, known)
	if word == "" {
		hint = "write one of " + strings.Join(known, ", ")
	}
	l.wrong(key, "%q is not known; %s", word, hint)
}

func (l *loading) checkStore(s Store) {
	key := "store.uri"
	if s.URIFile != "" {
		key = "store.uri_file"
	}
	if s.URI == "" {
		l.wrong(key, "no store is named; write uri: sqlite:inlet.db")
		return
	}
	scheme, rest, _ := strings.Cut(s.URI, ":")
	switch scheme {
	case "sqlite":
		l.checkSQLite(key, rest)
	case "mongodb", "mongodb+srv":
		l.checkMongo(key, scheme, rest)
	default:
		l.wrong(key, "%q is no store; write sqlite:inlet.db or mongodb://localhost/inlet", maskURI(s.URI))
	}
	l.checkReadable(key, s.URI)
}

func (l *loading) checkSQLite(key, path string) {
	switch {
	case path == "" || strings.HasSuffix(path, "/") || filepath.Base(path) == ".":
		l.wrong(key, "names no file; write sqlite:inlet.db")
	case strings.HasPrefix(path, ":"):
		l.wrong(key, "a store in memory forgets what was imported; write sqlite:inlet.db")
	case strings.HasPrefix(path, "~"):
		l.wrong(key, "~ is not known here; write the whole path, e.g. sqlite:/home/anna%s", path[1:])
	case strings.HasPrefix(path, "//"):
		l.wrong(key, "a file has no host; write sqlite:%s", strings.TrimLeft(path, "/"))
	}
}

func (l *loading) checkMongo(key, scheme, rest string) {
	rest, ok := strings.CutPrefix(rest, "//")
	if !ok {
		l.wrong(key, "two slashes are missing; write %s://localhost/inlet", scheme)
		return
	}
	// A password may hold what a URI must not, and the driver will say so; here only host and database are looked for.
	rest, _, _ = strings.Cut(rest[strings.LastIndexByte(rest, '@')+1:], "?")
	host, database, _ := strings.Cut(rest, "/")
	switch {
	case host == "":
		l.wrong(key, "names no host; write %s://localhost/inlet", scheme)
	case database == "":
		l.wrong(key, "names no database; write %s://%s/inlet", scheme, host)
	case strings.ContainsAny(database, "/. \"$"):
		l.wrong(key, "%q cannot be the name of a database; write %s://%s/inlet", database, scheme, host)
	}
}

// checkReadable refuses a secret in a file that others may read. The environment and uri_file are the way round.
func (l *loading) checkReadable(key, uri string) {
	if at := l.places[key]; key == "store.uri" && at.file == l.file && secretURI(uri) && l.openToOthers() {
		l.wrong(key, "a password in a file that others can read; chmod 600 %s, or move the URI to a file of its own and name it in uri_file", l.file)
	}
}

func (l *loading) openToOthers() bool { return openToOthers(l.mode) }

func openToOthers(mode fs.FileMode) bool {
	return runtime.GOOS != "windows" && mode.Perm()&0o077 != 0 // Windows keeps its rights elsewhere
}

func (l *loading) checkImport(imp Import) {
	if imp.Batch < 1 || imp.Batch > largestBatch {
		l.wrong("import.batch", "%d rows; write a number from 1 to %d, 2000 serves most", imp.Batch, largestBatch)
	}
	l.checkCosts(imp.Limits)
	l.oneOf("import.language", imp.Language, languages...)
	l.oneOf("import.profile", imp.Profile, profiles...)
	l.checkMatch("import.match.account", imp.Match.Account, "[name, zip]")
	l.checkMatch("import.match.contact", imp.Match.Contact, "[email]")
}

func (l *loading) checkCosts(c Costs) {
	usual := Default().Import.Limits
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
			l.wrong("import.limits."+limit.key, "with %d no workbook can be read; write a number above 0, %d serves most", limit.is, limit.usual)
		}
	}
	const excels = 16_384
	if c.Columns > excels {
		l.wrong("import.limits.columns", "%d; no sheet has more than %d", c.Columns, excels)
	}
}

func (l *loading) checkMatch(key string, fields []string, example string) {
	if len(fields) == 0 {
		l.wrong(key, "without a field to match on every row makes a new record; write %s", example)
	}
	for i, field := range fields {
		switch item := fmt.Sprintf("%s[%d]", key, i); {
		case strings.TrimSpace(field) == "":
			l.wrong(item, "names no field; write e.g. %s", example)
		case slices.Contains(fields[:i], field):
			l.wrong(item, "%s is here twice; keep one", field)
		}
	}
}
