package config

// The words of the closed lists. The schema shows the same ones.
var (
	LogLevels         = []string{"debug", "info", "warn", "error"}
	LogFormats        = []string{"text", "json"}
	Languages         = []string{"sv", "en"}
	Profiles          = []string{"standard", "guide", "safe"}
	Modes             = []string{"upsert", "update", "create"}
	WhenImportedWords = []string{"keep", "move", "delete"}
	MailTLSWords      = []string{"starttls", "tls", "none"}
	WebhookForms      = []string{"json", "slack", "teams"}
	EmptyWords        = []string{"accept", "refuse"}
	HeadingsWords     = []string{"hold", "warn", "off"}
	IDWords           = []string{"auto", "objectid", "uuid", "string"}
	Encodings         = []string{"auto", "utf-8", "utf-16le", "utf-16be", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
		"windows-1257", "iso-8859-1", "iso-8859-2", "iso-8859-15", "macroman", "cp437", "cp850", "cp852", "cp865", "koi8-r", "shift_jis", "gbk",
		"gb18030", "big5", "euc-kr"}
)

// MissedWords are what can be done about times of cron that passed while inlet was not running.
var MissedWords = []string{"run_once", "skip"}

// LoginWords are what the pages may ask of who is on this host, apart from a login.
var LoginWords = []string{NoLogin}

// RoleWords are what a login may do, the least first.
var RoleWords = []string{"metrics", "viewer", "operator", "admin"}
