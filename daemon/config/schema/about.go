package schema

import (
	"regexp"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/check"
)

// about is what the schema contains about a key beyond its type and its default.
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
	"": {text: "The configuration of inlet. Omitted keys have their defaults. Environment variables and flags override the file: INLET_LOG_LEVEL and --log-level are log.level."},

	"language": {text: "The language of commands, reports, suggested mappings, templates and mails.", words: config.Languages},

	"store":                {text: "Where records are stored."},
	"store.uri":            {text: "sqlite:PATH, or mongodb://HOST/DATABASE if several hosts import into one store or other programs read the records."},
	"store.uri_file":       {text: "Instead of uri: a file that contains the URI. Use it for a URI with a password, or for a mounted secret."},
	"store.token_key_file": {text: "The file with the key that encrypts logins of cloud drives; created on first use. With SQLite the default is next to the store."},
	"store.collections":    {text: "MongoDB only: what an application that uses the same database calls its collections and fields."},

	"store.collections.account":          {text: "The collection that has the accounts."},
	"store.collections.account.name":     {text: "The name of the collection.", form: check.CollectionForm},
	"store.collections.account.id":       {text: "The type of the _id of new documents; auto: that of the newest document.", words: config.IDWords},
	"store.collections.account.account":  {text: "Of contacts only: the field with the _id of a contact's account. Without it, account_id.", form: check.PathForm},
	"store.collections.account.created":  {text: "The field for the time of creation; - if inlet is not to write one. Without it, created.", form: check.TimeForm},
	"store.collections.account.modified": {text: "The field for the time of the last change; - if inlet is not to write one. Without it, modified.", form: check.TimeForm},
	"store.collections.account.changed":  {text: "An indexed field with the time of the last change that the application keeps, e.g. updatedAt; inlet then reads only what has changed.", form: check.PathForm},
	"store.collections.account.search":   {text: "Write what the pages search by into the documents (_inlet.find). Without it, documents of an application are found by their ID and by what is matched on."},
	"store.collections.account.fields":   {text: "Where a document has a field: its name in inlet and its path in the document, e.g. zip: address.zip. Fields that are not named keep their names.", form: check.CollectionFieldForm},

	"store.collections.contact":          {text: "The collection that has the contacts."},
	"store.collections.contact.name":     {text: "The name of the collection.", form: check.CollectionForm},
	"store.collections.contact.id":       {text: "The type of the _id of new documents; auto: that of the newest document.", words: config.IDWords},
	"store.collections.contact.account":  {text: "The field with the _id of a contact's account. Without it, account_id.", form: check.PathForm},
	"store.collections.contact.created":  {text: "The field for the time of creation; - if inlet is not to write one. Without it, created.", form: check.TimeForm},
	"store.collections.contact.modified": {text: "The field for the time of the last change; - if inlet is not to write one. Without it, modified.", form: check.TimeForm},
	"store.collections.contact.changed":  {text: "An indexed field with the time of the last change that the application keeps, e.g. updatedAt; inlet then reads only what has changed.", form: check.PathForm},
	"store.collections.contact.search":   {text: "Write what the pages search by into the documents (_inlet.find). Without it, documents of an application are found by their ID and by what is matched on."},
	"store.collections.contact.fields":   {text: "Where a document has a field: its name in inlet and its path in the document, e.g. zip: address.zip. Fields that are not named keep their names.", form: check.CollectionFieldForm},

	"stores": {text: "More stores, by name: inboxes that name one import into it, beside those of the others. Each has the keys of store. Do not change a name after the first import.", form: check.NameForm},

	"inboxes":                 {text: "The folders that people put workbooks into."},
	"inboxes[]":               {text: "One folder that people put workbooks into.", required: []string{"name", "path"}},
	"inboxes[].name":          {text: "Identifies the inbox in lists, on the pages and in the metrics; do not change it after the first import.", form: check.NameForm},
	"inboxes[].path":          {text: "Where people put their files; can be on a mounted drive. Relative to the folder of this file."},
	"inboxes[].store":         {text: "The name of the store under stores that the inbox imports into. Without it, store, or the only one of stores.", form: check.NameForm},
	"inboxes[].done":          {text: "The folder for imported files, relative to the inbox; can be on another disk."},
	"inboxes[].failed":        {text: "The folder for refused files, relative to the inbox."},
	"inboxes[].held":          {text: "The folder for files that need a decision, relative to the inbox."},
	"inboxes[].mapping":       {text: "The mapping of workbooks that have none of their own. Without it, headings decide."},
	"inboxes[].settle":        {text: "How long a file must stay unchanged before it is imported; increase it if files are written slowly, with pauses."},
	"inboxes[].expect_every":  {text: "How often at least one workbook arrives, e.g. 26h if one arrives each day; the metrics show if none does. 0s: no expectation."},
	"inboxes[].scan":          {text: "How often the folder is listed; decrease it on drives that do not report changes."},
	"inboxes[].sidecar_grace": {text: "How long a workbook waits for its mapping; increase it if the mapping is copied after the workbook. 0s: it does not wait."},
	"inboxes[].language":      {text: "The language of reports. Without it, that of the configuration applies.", words: config.Languages},

	"inboxes[].encoding":  {text: "The encoding of text files (.csv, .tsv); set it if files are refused with the code encoding.", words: config.Encodings},
	"inboxes[].delimiter": {text: "The delimiter of text files: one character, tab, or auto to detect it.", form: check.DelimiterForm, min: new(int64(0))},
	"inboxes[].empty":     {text: "refuse, if a file without rows is an error of its sender.", words: config.EmptyWords},
	"inboxes[].headings":  {text: "What happens to a file that lacks columns of the previous one: hold, or warn or off if files of one name have different columns.", words: config.HeadingsWords},
	"inboxes[].ask":       {text: "The contact person in reason files and mails."},
	"inboxes[].uploads":   {text: "false, if no files are to be uploaded into the inbox on the pages, e.g. because only a program fills it."},

	"inboxes[].names":           {text: "Words in the names of the files that inlet writes for people; empty: the word of the language."},
	"inboxes[].names.rejected":  {text: "The workbook of the rejected rows: kunder.rejected.xlsx, kunder.avvisade.xlsx.", form: check.WordForm, min: new(int64(0))},
	"inboxes[].names.corrected": {text: "Such a workbook that was corrected and imported: kunder.corrected.xlsx, kunder.korrigerade.xlsx.", form: check.WordForm, min: new(int64(0))},
	"inboxes[].names.reason":    {text: "Why a file was not imported: kunder.xlsx.reason.txt, kunder.xlsx.orsak.txt.", form: check.WordForm, min: new(int64(0))},
	"inboxes[].names.plan":      {text: "What the import of a held file would do: kunder.xlsx.plan.txt.", form: check.WordForm, min: new(int64(0))},
	"inboxes[].names.duplicate": {text: "That a file was imported before: kunder.xlsx.duplicate.txt, kunder.xlsx.dubblett.txt.", form: check.WordForm, min: new(int64(0))},
	"inboxes[].names.importing": {text: "In the inbox, while an import takes long: kunder.xlsx.importing.txt, kunder.xlsx.importeras.txt.", form: check.WordForm, min: new(int64(0))},
	"inboxes[].names.ignored":   {text: "In the inbox, beside a file that is not a workbook: lista.txt.ignored.txt, lista.txt.ignoreras.txt.", form: check.WordForm, min: new(int64(0))},

	"inboxes[].ownership":           {text: "Group and modes of files and folders that inlet creates in done, failed and held; set them if a group works with these files."},
	"inboxes[].ownership.group":     {text: "Name or number of a group that the user of inlet belongs to; empty: unchanged. If it cannot be set, the log warns; inlet check tests it."},
	"inboxes[].ownership.file_mode": {text: "Mode of files, octal and in quotes, e.g. \"0640\"; empty: unchanged.", form: check.FileModeForm},
	"inboxes[].ownership.dir_mode":  {text: "Mode of folders, e.g. \"2770\"; the leading 2 makes new files inherit the group of the folder. Empty: unchanged.", form: check.DirModeForm},

	"inboxes[].limits":                   {text: "What mappings may do in this inbox. A mapping can be stricter, never looser."},
	"inboxes[].limits.profile":           {text: "safe for unattended feeds: no mapping may be looser than that profile.", words: config.Profiles},
	"inboxes[].limits.modes":             {text: "Fewer, if the inbox is only for new or only for existing records.", least: 1},
	"inboxes[].limits.modes[]":           {words: config.Modes},
	"inboxes[].limits.fields":            {text: "The only fields that may be written, e.g. account.name, account.custom.*, contact.*; empty: all."},
	"inboxes[].limits.fields[]":          {form: check.WritableFieldForm},
	"inboxes[].limits.match":             {text: "The only match rules that mappings may use; set them if a wrong key would merge records. Empty: any."},
	"inboxes[].limits.match.account":     {text: "Rules for accounts, each a list of fields, e.g. [[org_number], [name, zip]]."},
	"inboxes[].limits.match.account[]":   {least: 1},
	"inboxes[].limits.match.account[][]": {form: check.MatchFieldForm},
	"inboxes[].limits.match.contact":     {text: "Rules for contacts within their account, e.g. [[email]]."},
	"inboxes[].limits.match.contact[]":   {least: 1},
	"inboxes[].limits.match.contact[][]": {form: check.MatchFieldForm},
	"inboxes[].limits.caps":              {text: "An import that exceeds a cap is held: a number, or a percentage of its rows such as 5%."},
	"inboxes[].limits.caps.max_rejected": {text: "Rejected rows. Empty: no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.caps.max_created":  {text: "Created records. Empty: no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.caps.max_updated":  {text: "Updated records. Empty: no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.caps.max_cleared":  {text: "Fields that are emptied. Empty: no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.caps.max_left_out": {text: "Rows that are left out because they are not records. Empty: no cap.", form: check.CapForm, min: new(int64(0))},
	"inboxes[].limits.clear":             {text: "false, if no mapping may empty a field: on_blank: clear and <clear> are then refused."},
	"inboxes[].limits.mail_domains":      {text: "The domains that mappings may send mail to, e.g. exempel.se; empty: none."},
	"inboxes[].limits.mail_domains[]":    {form: check.DomainForm},
	"inboxes[].limits.webhooks":          {text: "The webhooks that mappings may call; empty: none."},
	"inboxes[].limits.webhooks[]":        {form: check.NameForm},

	"inboxes[].when_done":         {text: "Who is notified when an import ends, also if it is refused or held. Recipients in a mapping are notified in addition."},
	"inboxes[].when_done.mail":    {text: "E-mail addresses."},
	"inboxes[].when_done.mail[]":  {form: check.EmailForm},
	"inboxes[].when_done.webhook": {text: "Names of webhooks."},

	"sources":                 {text: "Where files are fetched from."},
	"sources[]":               {text: "One source: url, path or drive, with every or cron.", required: []string{"name", "inbox"}},
	"sources[].name":          {text: "On the pages and in the log.", form: check.NameForm},
	"sources[].inbox":         {text: "The inbox that receives the files."},
	"sources[].url":           {text: "An http or https address; or path, or drive."},
	"sources[].path":          {text: "A file on this computer or on a mounted drive; or url, or drive."},
	"sources[].as":            {text: "The file's name in the inbox; by default the name that the source gives it."},
	"sources[].every":         {text: "How often the source is polled, e.g. 15m; or cron."},
	"sources[].cron":          {text: "When the source is polled: minute hour day month weekday, e.g. 0 6 * * 1-5; or every."},
	"sources[].time_zone":     {text: "The time zone of cron; set it if the host runs in UTC and its users do not."},
	"sources[].mapping":       {text: "The mapping of its files; by default that of the inbox."},
	"sources[].encoding":      {text: "The encoding of its text files (.csv, .tsv); by default as in the inbox.", words: config.Encodings},
	"sources[].delimiter":     {text: "The delimiter of its text files: one character, or tab; by default as in the inbox.", form: check.DelimiterForm},
	"sources[].headers":       {text: "Headers sent with each request; secrets only if this file is yours alone (chmod 600).", form: check.HeaderNameForm},
	"sources[].headers_file":  {text: "The same as headers with values read from files, or from variables: env:NAME.", form: check.HeaderNameForm},
	"sources[].drive":         {text: "The type of a drive or server whose folder has many files: s3, drive, onedrive, dropbox, sftp, webdav and others; or url, or path.", form: check.OptionNameForm},
	"sources[].root":          {text: "The folder on the drive, e.g. bucket/folder."},
	"sources[].options":       {text: "Options of the drive's type, e.g. endpoint; secrets only if this file is yours alone (chmod 600).", form: check.OptionNameForm},
	"sources[].options_file":  {text: "The same as options with values read from files that only inlet can read, or from variables: env:NAME.", form: check.OptionNameForm},
	"sources[].include":       {text: "A pattern of file names on the drive, e.g. kunder*.xlsx; by default all workbooks."},
	"sources[].recursive":     {text: "true, if subfolders of the drive's folder are searched too."},
	"sources[].missed":        {text: "What happens to scheduled times of cron that pass while inlet is not running: run_once polls once at the next start, skip ignores them.", words: config.MissedWords},
	"sources[].when_imported": {text: "What happens to a file on the drive after its import: keep it, move it to move_to, or delete it. Refused and held files always stay.", words: config.WhenImportedWords},
	"sources[].move_to":       {text: "The folder below root that imported files are moved to. Nothing there is overwritten."},
	"sources[].bandwidth":     {text: "The maximum number of bytes per second; 0: unlimited.", min: new(int64(0))},
	"sources[].max_bytes":     {text: "The largest file that is fetched; decrease it if the disk is small.", min: new(int64(1))},

	"http":                 {text: "The address of the pages and the metrics."},
	"http.address":         {text: "Change the port if it is in use. An address that other hosts can reach requires web_config_file with a login."},
	"http.web_config_file": {text: "TLS and logins in the format of Prometheus exporters: tls_server_config, basic_auth_users."},
	"http.login":           {text: "none, if whoever can use this computer may do everything on the pages without a login; only for an address of this computer. By default a login is required.", words: config.LoginWords},
	"http.roles":           {text: "What each login may do: metrics, viewer, operator or admin. Without roles every login may do everything; with roles, a login without one reads the metrics.", words: config.RoleWords},
	"http.hosts":           {text: "Further names that the pages are opened by, e.g. inlet.example.se."},
	"http.public_url":      {text: "The address that people open, where a proxy in front of inlet has another, e.g. https://inlet.example.se."},
	"http.trusted_origins": {text: "Other sites whose pages may send forms here, e.g. https://portal.example.se."},
	"http.pprof":           {text: "Who may read profiles of the process at /debug/pprof/: admin, or whoever reaches this loopback address, e.g. 127.0.0.1:6060. By default no one."},
	"http.upload_bytes":    {text: "The largest file that can be uploaded on the pages, in bytes.", min: new(int64(1))},
	"http.upload_total":    {text: "The size of all uploads together that have not been imported yet, in bytes; decrease it if the disk is small.", min: new(int64(1))},

	"mail":               {text: "The mail server for notifications. Without one, no mail is sent."},
	"mail.server":        {text: "Host and port, e.g. smtp.exempel.se:587."},
	"mail.from":          {text: "The sender's address; receives bounces."},
	"mail.user":          {text: "The login, if the server requires one."},
	"mail.password_file": {text: "A file with the password that only inlet can read (chmod 600), or credential:NAME for a systemd credential."},
	"mail.tls":           {text: "tls for servers that expect TLS from the start (port 465); none only for a server on this host.", words: config.MailTLSWords},

	"webhooks":               {text: "Addresses that are called when an import has ended."},
	"webhooks[]":             {text: "One address: url or url_file.", required: []string{"name"}},
	"webhooks[].name":        {text: "The name used in when_done of inboxes and mappings.", form: check.NameForm},
	"webhooks[].url":         {text: "https, or http on this host."},
	"webhooks[].url_file":    {text: "Instead of url: a file that contains it, because addresses of Slack and Teams are secrets."},
	"webhooks[].form":        {text: "The format of the message: json is signed and described in deploy/README.md, slack and teams are for those services.", words: config.WebhookForms},
	"webhooks[].secret_file": {text: "A file with the key that signs the form json."},

	"log":        {text: "What is logged, and in which format."},
	"log.level":  {text: "debug to see why a file waits, warn for fewer lines.", words: config.LogLevels},
	"log.format": {text: "json, if a program reads the log.", words: config.LogFormats},

	"retention":         {text: "How long data about an import is kept after its end, in whole days. 0s: for ever. Duplicates are recognised for ever."},
	"retention.journal": {text: "The changes of each import, which take most of the space, e.g. 90d. Without them an import cannot be undone, and its rows cannot be listed."},
	"retention.claims":  {text: "Claims of workbooks that no daemon imports: so long after their daemon has ended, e.g. 30d. A workbook that is still in the inbox loses its place in the order."},
	"retention.imports": {text: "The imports themselves, with their counts and notifications, e.g. 400d; at least as long as journal."},
	"retention.audit":   {text: "Who did what: on the pages, by the API and with commands, e.g. 400d."},

	"import":               {text: "Settings that apply unless a mapping overrides them."},
	"import.batch":         {text: "Rows per write; decrease it if the store has little memory.", min: new(int64(1)), max: new(int64(check.MaxBatch))},
	"import.language":      {text: "The former name of language.", words: config.Languages},
	"import.profile":       {text: "guide follows the Upsales import guide exactly, safe is for unattended feeds.", words: config.Profiles},
	"import.match":         {text: "How workbooks without a mapping are matched: all fields of a list must match. Use as few and as unique ones as possible."},
	"import.match.account": {text: "The fields that identify an account.", least: 1},
	"import.match.contact": {text: "The fields that identify a contact within its account.", least: 1},

	"import.limits":                 {text: "What one workbook may cost. Increase a limit if a legitimate file is refused with the code limit."},
	"import.limits.parts":           {text: "Files in the zip archive of an .xlsx; a workbook has a few dozen.", min: new(int64(1))},
	"import.limits.part_bytes":      {text: "Uncompressed size of one file in the archive; a sheet with a million rows takes 1 GB.", min: new(int64(1))},
	"import.limits.ratio":           {text: "Compression ratio of one file in the archive; real sheets stay below 100.", min: new(int64(1))},
	"import.limits.columns":         {text: "Filled cells in one row.", min: new(int64(1)), max: new(int64(16_384))},
	"import.limits.cell_bytes":      {text: "Text of one cell; Excel allows 32,767 characters.", min: new(int64(1))},
	"import.limits.texts":           {text: "Distinct texts in an .xlsx; more than 64 MiB of them are kept in a temporary file.", min: new(int64(1))},
	"import.limits.text_bytes":      {text: "Total size of the distinct texts in an .xlsx.", min: new(int64(1))},
	"import.limits.line_bytes":      {text: "One record of a .csv, or the texts of one row of an .xlsx.", min: new(int64(1))},
	"import.limits.written_bytes":   {text: "Total text of all mapped cells, which an import stores together with a journal.", min: new(int64(1))},
	"import.limits.encrypted_bytes": {text: "Size of a workbook with a password, which is decrypted into a temporary file.", min: new(int64(1))},

	"fields":             {text: "Custom fields."},
	"fields[]":           {text: "One custom field.", required: []string{"field"}},
	"fields[].field":     {text: "account.custom.x or contact.custom.x; never change it, because records are stored under this name.", form: check.FieldForm},
	"fields[].type":      {text: "The type of its values.", words: check.FieldTypes},
	"fields[].labels":    {text: "The headings of the template."},
	"fields[].labels.sv": {text: "The heading in Swedish."},
	"fields[].labels.en": {text: "The heading in English."},
	"fields[].aliases":   {text: "Other headings for this field."},
	"fields[].choices":   {text: "With type choice or choices, the permitted values."},

	"fields[].choices[]":           {text: "A stored value, alone or with its labels and aliases.", required: []string{"value"}},
	"fields[].choices[].value":     {text: "The stored value; never change it."},
	"fields[].choices[].labels":    {text: "What the template offers, and cells may contain."},
	"fields[].choices[].labels.sv": {text: "In Swedish."},
	"fields[].choices[].labels.en": {text: "In English."},
	"fields[].choices[].aliases":   {text: "Other texts with the same meaning."},

	"users":         {text: "Users that can manage an account. Mappings and cells name them by id, email, login or full name."},
	"users[]":       {text: "One user, with at least one of id, name, email and login.", least: 1},
	"users[].id":    {text: "The id in the CRM."},
	"users[].name":  {text: "The full name, as in workbooks; two users may have the same."},
	"users[].email": {text: "Set it if mappings or workbooks contain addresses.", form: check.EmailForm},
	"users[].login": {text: "Set it if workbooks contain logins."},

	"campaigns":          {text: "The permitted campaigns; set them if any other text in a workbook is a mistake. Empty: any text."},
	"categories":         {text: "The permitted categories."},
	"categories.account": {text: "Categories of accounts. Empty: any text."},
	"categories.contact": {text: "Categories of contacts. Empty: any text."},

	"passwords": {text: "Passwords of encrypted workbooks: a name, used as password_file in mappings, and a file with the password that only inlet can read (chmod 600).", form: check.PasswordNameForm},
}
