package schema

import (
	"regexp"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/check"
)

// about is what the schema says of a key beyond its type and its default.
type about struct {
	text     string // as in config.example.yaml: what it is, when to change it
	words    []string
	form     *regexp.Regexp // of a text, or of the keys of a map
	min, max *int64
	least    int      // how many items or keys there must be
	required []string // keys without which there is nothing
}

// abouts has every key of Config by its path; a list's item is its path with [], and is there where there is something to say.
var abouts = map[string]about{
	"": {text: "The configuration of inlet. A key that is left out has its default; INLET_LOG_LEVEL and --log-level win over log.level."},

	"store":                {text: "Where the records are."},
	"store.uri":            {text: "sqlite:PATH; mongodb://HOST/DATABASE when several hosts import into one store, or another program reads the records."},
	"store.uri_file":       {text: "Instead of uri, the path of a file with the URI in it: for a URI with a password, or a mounted secret."},
	"store.token_key_file": {text: "The path of a file with the key that logins of drives are sealed with; made on first use. Beside the store where that is a file."},

	"inboxes":                 {text: "The folders that workbooks are dropped into."},
	"inboxes[]":               {text: "One folder that workbooks are dropped into.", required: []string{"name", "path"}},
	"inboxes[].name":          {text: "On the pages and in the metrics; change it before the first import, for it is what imports are listed by.", form: check.NameForm},
	"inboxes[].path":          {text: "Where people drop their files; a mounted drive will do. Relative to the folder of this file."},
	"inboxes[].done":          {text: "Where imported files go, relative to the inbox; also on another disk."},
	"inboxes[].failed":        {text: "Where files go that were refused, relative to the inbox."},
	"inboxes[].held":          {text: "Where files wait for a person's word, relative to the inbox."},
	"inboxes[].mapping":       {text: "The mapping of workbooks that come without one; without it the headings decide."},
	"inboxes[].settle":        {text: "How long a file must lie still to be whole; longer where files are written slowly and with pauses."},
	"inboxes[].expect_every":  {text: "How often a workbook comes at the least, e.g. 26h for one a day; the metrics tell of one that stays away. 0s: whenever."},
	"inboxes[].scan":          {text: "How often the folder is listed; shorter on a drive that tells of no changes, if 10 s of waiting is too long."},
	"inboxes[].sidecar_grace": {text: "How long a workbook waits for its mapping; longer where the two are copied one after the other. Without it not at all."},
	"inboxes[].language":      {text: "The language of this inbox's reports; without it import.language.", words: config.Languages},

	"inboxes[].encoding":  {text: "The encoding of its text files (.csv, .tsv); auto where they differ, another where a file is refused with the code encoding.", words: config.Encodings},
	"inboxes[].delimiter": {text: "The character between the fields of its text files, or tab; auto finds it out.", form: check.DelimiterForm, min: new(int64(0))},
	"inboxes[].empty":     {text: "refuse where a file without rows is a mistake of whoever sends it.", words: config.EmptyWords},
	"inboxes[].headings":  {text: "What becomes of a file that lacks columns of the last one: hold, or warn, or off where files of one name differ.", words: config.HeadingsWords},
	"inboxes[].ask":       {text: "Whom to ask about a file that was not imported; reason files and mails show it."},

	"inboxes[].ownership":           {text: "What is put into done, failed and held gets these, and so do folders that inlet makes; change them where people of a group work there."},
	"inboxes[].ownership.group":     {text: "A group that the user inlet runs as is a member of, or its number; empty: as it comes. One that cannot be given is warned of, see inlet check."},
	"inboxes[].ownership.file_mode": {text: "Of files, octal and in quotes, e.g. \"0640\"; empty: as it comes.", form: check.FileModeForm},
	"inboxes[].ownership.dir_mode":  {text: "Of folders, e.g. \"2770\", with 2 before it so that what is put there gets their group; empty: as it comes.", form: check.DirModeForm},

	"inboxes[].limits":                   {text: "What a mapping may do in this inbox. It may ask for less, never for more."},
	"inboxes[].limits.profile":           {text: "safe where a feed comes that nobody watches: no mapping may be looser than that profile.", words: config.Profiles},
	"inboxes[].limits.modes":             {text: "Fewer where an inbox is for new records only, or for known ones.", least: 1},
	"inboxes[].limits.modes[]":           {words: config.Modes},
	"inboxes[].limits.fields":            {text: "The only fields it may write, e.g. account.name, account.custom.*, contact.*; empty: all."},
	"inboxes[].limits.fields[]":          {form: check.WritableFieldForm},
	"inboxes[].limits.match":             {text: "The only rules that a mapping may match on; write them where a wrong key would merge records. Empty: any."},
	"inboxes[].limits.match.account":     {text: "Rules for companies, each a list of fields, e.g. [[org_number], [name, zip]]."},
	"inboxes[].limits.match.account[]":   {least: 1},
	"inboxes[].limits.match.account[][]": {form: check.MatchFieldForm},
	"inboxes[].limits.match.contact":     {text: "Rules for people inside their company, e.g. [[email]]."},
	"inboxes[].limits.match.contact[]":   {least: 1},
	"inboxes[].limits.match.contact[][]": {form: check.MatchFieldForm},
	"inboxes[].limits.caps":              {text: "How much one import may do before it is held for a person's word: a count, or a share of its rows such as 5%."},
	"inboxes[].limits.caps.max_rejected": {text: "Rows that are rejected. Without it there is no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.caps.max_created":  {text: "Records that are created. Without it there is no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.caps.max_updated":  {text: "Records that are updated. Without it there is no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.caps.max_cleared":  {text: "Fields that are emptied. Without it there is no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.caps.max_left_out": {text: "Rows that are left out because they are not records. Without it there is no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.clear":             {text: "false where no mapping may empty a field: on_blank: clear and <clear> are refused then."},
	"inboxes[].limits.mail_domains":      {text: "The domains that a mapping may have mail sent to when done, e.g. exempel.se; empty: none."},
	"inboxes[].limits.mail_domains[]":    {form: check.DomainForm},
	"inboxes[].limits.webhooks":          {text: "The names of the webhooks that a mapping may call; empty: none."},
	"inboxes[].limits.webhooks[]":        {form: check.NameForm},

	"inboxes[].when_done":         {text: "Whom to tell how each import ended, refused and held ones too; a mapping's own are told as well."},
	"inboxes[].when_done.mail":    {text: "Addresses."},
	"inboxes[].when_done.mail[]":  {form: check.EmailForm},
	"inboxes[].when_done.webhook": {text: "Names of webhooks."},

	"sources":                 {text: "Places that are asked for new files."},
	"sources[]":               {text: "One place that is asked for new files: url, path or drive, every or cron.", required: []string{"name", "inbox"}},
	"sources[].name":          {text: "On the pages and in the log.", form: check.NameForm},
	"sources[].inbox":         {text: "The inbox that its files are put into."},
	"sources[].url":           {text: "A link to ask, http or https; or path, or drive."},
	"sources[].path":          {text: "A file elsewhere on this computer or on a mounted drive; or url, or drive."},
	"sources[].as":            {text: "The file's name in the inbox; without it the name that it has there."},
	"sources[].every":         {text: "How often it is asked, e.g. 15m; or cron."},
	"sources[].cron":          {text: "When it is asked: minute hour day month weekday, e.g. 0 6 * * 1-5; or every."},
	"sources[].time_zone":     {text: "The zone that cron is meant in; change it where the host runs in UTC and its people do not."},
	"sources[].mapping":       {text: "The mapping of its files; without it the inbox's."},
	"sources[].encoding":      {text: "The encoding of its text files (.csv, .tsv); without it the inbox's.", words: config.Encodings},
	"sources[].delimiter":     {text: "Between two fields of its text files: one character, or tab; without it the inbox's.", form: check.DelimiterForm},
	"sources[].headers":       {text: "Sent with each request; no secrets unless this file is yours alone (chmod 600).", form: check.HeaderNameForm},
	"sources[].headers_file":  {text: "As headers, each value read from a file, or from a variable: env:NAME.", form: check.HeaderNameForm},
	"sources[].drive":         {text: "The type of a drive or server whose folder has many files: s3, drive, onedrive, dropbox, sftp, webdav, …; or url, or path.", form: check.OptionNameForm},
	"sources[].root":          {text: "The folder of a drive as the drive calls it, e.g. bucket/folder."},
	"sources[].options":       {text: "What the type of drive needs, e.g. endpoint; no secrets unless this file is yours alone (chmod 600).", form: check.OptionNameForm},
	"sources[].options_file":  {text: "As options, each value read from a file that is inlet's alone, or from a variable: env:NAME.", form: check.OptionNameForm},
	"sources[].include":       {text: "A pattern of the names of a drive's files that are taken, e.g. kunder*.xlsx; without it all workbooks."},
	"sources[].recursive":     {text: "true where a drive's sub-folders are looked into too."},
	"sources[].missed":        {text: "What becomes of moments of cron that passed while inlet stood still: run_once asks once at the next start, skip waits for the next moment.", words: config.MissedWords},
	"sources[].when_imported": {text: "What becomes of a drive's file when its import has ended well: it stays, is moved to move_to, or is deleted.", words: config.WhenImportedWords},
	"sources[].move_to":       {text: "The folder below root that imported files are moved to. Nothing there is overwritten."},
	"sources[].bandwidth":     {text: "Bytes a second that a drive's files are fetched with at the most; 0: as fast as they come.", min: new(int64(0))},
	"sources[].max_bytes":     {text: "The largest file that is taken; smaller where the disk is.", min: new(int64(1))},

	"http":                 {text: "Where the pages and the metrics are."},
	"http.address":         {text: "Change the port if it is taken. An address that other hosts can reach needs web_config_file with a login."},
	"http.web_config_file": {text: "TLS and logins, in the form of Prometheus's exporters: tls_server_config, basic_auth_users."},

	"mail":               {text: "The server that mail goes out by when an import has ended. Without one none does."},
	"mail.server":        {text: "Host and port, e.g. smtp.exempel.se:587."},
	"mail.from":          {text: "The sender's address; bounces come back to it."},
	"mail.user":          {text: "The login, where the server wants one."},
	"mail.password_file": {text: "The path of a file with the password that is inlet's alone (chmod 600), or credential:NAME for one of systemd's."},
	"mail.tls":           {text: "tls for servers that speak it from the start (port 465); none only for a server on this host.", words: config.MailTLSWords},

	"webhooks":               {text: "Addresses that are called when an import has ended."},
	"webhooks[]":             {text: "One address: url or url_file.", required: []string{"name"}},
	"webhooks[].name":        {text: "What an inbox or a mapping calls it by.", form: check.NameForm},
	"webhooks[].url":         {text: "https, or http on this host."},
	"webhooks[].url_file":    {text: "Instead of url, the path of a file with it: the addresses of Slack and Teams are secrets."},
	"webhooks[].form":        {text: "What is sent: json is signed and told in the README, slack and teams are what those show.", words: config.WebhookForms},
	"webhooks[].secret_file": {text: "The path of a file with the key that the form json is signed with."},

	"log":        {text: "What is logged and how."},
	"log.level":  {text: "debug to see why a file waits, warn for a quiet log.", words: config.LogLevels},
	"log.format": {text: "json where the log is read by a program.", words: config.LogFormats},

	"import":               {text: "What holds where a mapping does not say otherwise."},
	"import.batch":         {text: "Rows in one write; fewer where the store's memory is small.", min: new(int64(1)), max: new(int64(check.MaxBatch))},
	"import.language":      {text: "The language of reports and of the template's headings.", words: config.Languages},
	"import.profile":       {text: "guide keeps to the Upsales guide to the letter, safe stops where a feed nobody watches goes astray.", words: config.Profiles},
	"import.match":         {text: "What a workbook without a mapping is matched on: all fields of a line together. As few and as unique as you have."},
	"import.match.account": {text: "The fields that a company is recognised by.", least: 1},
	"import.match.contact": {text: "The fields that a person is recognised by, inside the company.", least: 1},

	"import.limits":                 {text: "What one workbook may cost; higher where a file is refused with the code limit and is right."},
	"import.limits.parts":           {text: "Files in the zip that an .xlsx is; a workbook has some dozens.", min: new(int64(1))},
	"import.limits.part_bytes":      {text: "Of one of them, inflated; a sheet of a million rows is 1 GB.", min: new(int64(1))},
	"import.limits.ratio":           {text: "How many times its size a part inflates to; real sheets stay under 100.", min: new(int64(1))},
	"import.limits.columns":         {text: "Cells with something in them, in one row.", min: new(int64(1)), max: new(int64(16_384))},
	"import.limits.cell_bytes":      {text: "Text of one cell; Excel's most is 32,767 characters.", min: new(int64(1))},
	"import.limits.texts":           {text: "Different texts in an .xlsx, beyond 64 MiB of them in a temporary file.", min: new(int64(1))},
	"import.limits.text_bytes":      {text: "All of them together.", min: new(int64(1))},
	"import.limits.line_bytes":      {text: "One record of a .csv, or the texts of one row of an .xlsx.", min: new(int64(1))},
	"import.limits.written_bytes":   {text: "Text of all mapped cells together, which is what an import stores and keeps a journal of.", min: new(int64(1))},
	"import.limits.encrypted_bytes": {text: "Of a workbook with a password, which is decrypted into a temporary file.", min: new(int64(1))},

	"fields":             {text: "The site's own fields."},
	"fields[]":           {text: "One field of the site's own.", required: []string{"field"}},
	"fields[].field":     {text: "account.custom.x or contact.custom.x; change it never, for it is what records are stored by.", form: check.FieldForm},
	"fields[].type":      {text: "What its values are.", words: check.FieldTypes},
	"fields[].labels":    {text: "The headings of the template."},
	"fields[].labels.sv": {text: "The heading in Swedish."},
	"fields[].labels.en": {text: "The heading in English."},
	"fields[].aliases":   {text: "Other headings that lead here."},
	"fields[].choices":   {text: "With type: choice or choices, what may be chosen."},

	"fields[].choices[]":           {text: "What is stored, or that with its labels and aliases.", required: []string{"value"}},
	"fields[].choices[].value":     {text: "What is stored; change it never."},
	"fields[].choices[].labels":    {text: "What people pick in the template, and may write too."},
	"fields[].choices[].labels.sv": {text: "In Swedish."},
	"fields[].choices[].labels.en": {text: "In English."},
	"fields[].choices[].aliases":   {text: "Other words that mean it."},

	"users":         {text: "Who can manage an account. A mapping or a cell names a user by id, email, login or full name."},
	"users[]":       {text: "One person: at least one of id, name, email, login.", least: 1},
	"users[].id":    {text: "The id in the CRM."},
	"users[].name":  {text: "The full name, as workbooks have it; two may share one."},
	"users[].email": {text: "Write it where mappings name people by their address.", form: check.EmailForm},
	"users[].login": {text: "Write it where workbooks have the login."},

	"campaigns":          {text: "The campaigns that there are; write them where another text in a workbook is a mistake. Empty: any text goes."},
	"categories":         {text: "The categories that there are."},
	"categories.account": {text: "Those of companies. Empty: any text goes."},
	"categories.contact": {text: "Those of people. Empty: any text goes."},

	"passwords": {text: "The passwords of encrypted workbooks: a name, which a mapping writes as password_file, and the path of a file with the password that is inlet's alone (chmod 600).", form: check.PasswordNameForm},
}
