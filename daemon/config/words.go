package config

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
