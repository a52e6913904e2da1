// Package config has the types of the configuration, their defaults, and the mistakes that a configuration can have.
//
// Package load reads a configuration, check finds what is wrong with one, schema describes it for editors. Who only uses a configuration
// imports this package alone.
//
// # The rules
//
//   - Nothing that was loaded shows a password when it is printed or logged.
//   - The password of a workbook is not in the Config at all: its file is read each time, and only while no other user may read it.
//   - Only this package, and check for its messages, look at how a store's URI begins: ask Store.Embedded and Store.OnServer.
//
// # Why Store has methods and no parsed fields
//
// Every field of a Config is a key of the file. Commands also replace the URI (--store, an empty store for a plan), and a field beside it
// would keep what the old one meant.
package config

import (
	"reflect"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/naming"
)

// Config is everything that can be set. Its keys in the file are the yaml tags, at any depth.
type Config struct {
	Language   string            `yaml:"language"` // of everything that people read, where an inbox has no other
	Store      Store             `yaml:"store"`    // of the inboxes that name none; after Load without a URI where there are only Stores
	Stores     map[string]Store  `yaml:"stores"`   // more of them, by the names that inboxes give
	Inboxes    []Inbox           `yaml:"inboxes"`
	Sources    []Source          `yaml:"sources"`
	HTTP       HTTP              `yaml:"http"`
	Mail       Mail              `yaml:"mail"`
	Webhooks   []Webhook         `yaml:"webhooks"`
	Log        Log               `yaml:"log"`
	Import     Import            `yaml:"import"`
	Retention  Retention         `yaml:"retention"`
	Fields     []Field           `yaml:"fields"`
	Users      []User            `yaml:"users"`
	Campaigns  []string          `yaml:"campaigns"`  // empty: any text is a campaign
	Categories Kinds[[]string]   `yaml:"categories"` // empty: any text is one
	Passwords  map[string]string `yaml:"passwords"`  // name to the file that holds it; [Config.Password] reads it
}

// Store says where the records are.
type Store struct {
	URI     string `yaml:"uri"`      // sqlite:PATH or mongodb://HOST/DATABASE; after Load it holds the content of URIFile
	URIFile string `yaml:"uri_file"` // a file with the URI in it, for a URI with a password

	// TokenKeyFile holds the key that logins of drives are sealed with. It is made on first use; empty: beside a store that is a file.
	TokenKeyFile string `yaml:"token_key_file"`

	Collections Kinds[Collection] `yaml:"collections"` // where a database that another application writes too has the records
}

// Collection is where the records of a kind are, and what the application calls their fields. Empty: what inlet calls them.
type Collection struct {
	Name     string            `yaml:"name"`
	ID       string            `yaml:"id"`       // the type of the _id of new documents
	Parent   string            `yaml:"account"`  // the path of the _id of the account that a record belongs to; not of a kind without a parent
	Created  string            `yaml:"created"`  // the path of the time of creation; Off: none is written
	Modified string            `yaml:"modified"` // the path of the time of the last change; Off: none is written
	Changed  string            `yaml:"changed"`  // the path of a time that the application keeps of its changes
	Search   bool              `yaml:"search"`   // the documents get what the pages search by
	Fields   map[string]string `yaml:"fields"`   // paths in a document by the names of fields: zip to address.zip
}

// Off is the path of a time that documents are not to have.
const Off = "-"

// Inbox is one folder that workbooks are dropped into.
type Inbox struct {
	Name         string        `yaml:"name"`
	Path         string        `yaml:"path"`
	Store        string        `yaml:"store"` // the name of one of the Stores; "" for Store, or the only one
	Done         string        `yaml:"done"`
	Failed       string        `yaml:"failed"`
	Held         string        `yaml:"held"`
	Mapping      string        `yaml:"mapping"`       // for workbooks that come without a sidecar; may be empty
	Settle       time.Duration `yaml:"settle"`        // how long a file must stay unchanged to be complete
	Scan         time.Duration `yaml:"scan"`          // how often the folder is listed, whatever the events say
	ExpectEvery  time.Duration `yaml:"expect_every"`  // how often a workbook comes at the least; 0: whenever
	SidecarGrace time.Duration `yaml:"sidecar_grace"` // how long a missing sidecar is waited for
	Language     string        `yaml:"language"`      // of reports; Load fills in the Config's
	Encoding     string        `yaml:"encoding"`      // of text files; auto: found out
	Delimiter    string        `yaml:"delimiter"`     // of text files: one character, tab or auto
	Empty        string        `yaml:"empty"`         // what becomes of a file without rows
	Headings     string        `yaml:"headings"`      // what becomes of a file whose headings are not those of the last one
	Ask          string        `yaml:"ask"`           // whom to ask about a file that was not imported
	Names        Names         `yaml:"names"`         // of the files that inlet writes for people
	Uploads      bool          `yaml:"uploads"`       // whether files can be uploaded into it on the pages
	Ownership    Ownership     `yaml:"ownership"`
	Limits       Limits        `yaml:"limits"`
	WhenDone     WhenDone      `yaml:"when_done"`
}

// Names are the words in the names of the files that inlet writes for people; empty ones are those of the inbox's language.
type Names struct {
	Rejected  string `yaml:"rejected"`  // kunder.avvisade.xlsx
	Corrected string `yaml:"corrected"` // kunder.korrigerade.xlsx
	Reason    string `yaml:"reason"`    // kunder.xlsx.orsak.txt
	Plan      string `yaml:"plan"`      // kunder.xlsx.plan.txt
	Duplicate string `yaml:"duplicate"` // kunder.xlsx.dubblett.txt
	Importing string `yaml:"importing"` // kunder.xlsx.importeras.txt
	Ignored   string `yaml:"ignored"`   // lista.txt.ignoreras.txt
}

// Words returns the words of the inbox.
func (in Inbox) Words() naming.Words { return naming.Words(in.Names).Or(naming.In(in.Language)) }

// WhenDone is who is notified of how an import ended, refused ones too. The recipients that a mapping names are notified as well.
type WhenDone struct {
	Mail    []string `yaml:"mail"`
	Webhook []string `yaml:"webhook"` // by their names
}

// Limits is what a sidecar may do in an inbox. It may ask for less, never for more: who may drop a file is not who runs inlet.
type Limits struct {
	Profile     string            `yaml:"profile"`      // no sidecar may be looser than it
	Modes       []string          `yaml:"modes"`        // at least one
	Fields      []string          `yaml:"fields"`       // account.zip, account.custom.*, contact.*; empty: all
	Match       Kinds[[][]string] `yaml:"match"`        // a sidecar matches on one of them, each a list of fields; empty: any
	Caps        Caps              `yaml:"caps"`         // a sidecar's own may be lower
	Clear       bool              `yaml:"clear"`        // whether a cell may empty a field
	MailDomains []string          `yaml:"mail_domains"` // that a sidecar may send mail to, case being no matter; empty: none
	Webhooks    []string          `yaml:"webhooks"`     // names of those that a sidecar may call; empty: none
}

// Caps is how much one import may do before it is held for a person's word: a count, or a percentage of the rows of the
// kind, such as 2.5%. Empty: there is no cap.
type Caps struct {
	MaxRejected string `yaml:"max_rejected"`
	MaxCreated  string `yaml:"max_created"`
	MaxUpdated  string `yaml:"max_updated"`
	MaxCleared  string `yaml:"max_cleared"`
	MaxLeftOut  string `yaml:"max_left_out"` // rows that are not records, of all rows
}

// Source is one place that is asked for new files on a schedule.
type Source struct {
	Name        string            `yaml:"name"`
	Inbox       string            `yaml:"inbox"` // the name of the inbox that it puts files into
	URL         string            `yaml:"url"`
	Path        string            `yaml:"path"`
	As          string            `yaml:"as"` // the name the file gets in the inbox
	Every       time.Duration     `yaml:"every"`
	Cron        string            `yaml:"cron"`
	TimeZone    string            `yaml:"time_zone"`
	Missed      string            `yaml:"missed"` // what is done about times of Cron that passed while inlet was not running
	Mapping     string            `yaml:"mapping"`
	Encoding    string            `yaml:"encoding"`  // of its text files; "" as the inbox says
	Delimiter   string            `yaml:"delimiter"` // likewise
	Headers     map[string]string `yaml:"headers"`
	HeadersFile map[string]string `yaml:"headers_file"` // header to the file that holds its value
	MaxBytes    int64             `yaml:"max_bytes"`

	// A folder of a drive, with many files.
	Drive        string            `yaml:"drive"` // its type: s3, drive, sftp, …; instead of URL and Path
	Root         string            `yaml:"root"`
	Options      map[string]string `yaml:"options"`      // of the type
	OptionsFile  map[string]string `yaml:"options_file"` // option to the file that holds its value
	Include      string            `yaml:"include"`      // pattern of file names
	Recursive    bool              `yaml:"recursive"`
	WhenImported string            `yaml:"when_imported"`
	MoveTo       string            `yaml:"move_to"` // folder below Root
	Bandwidth    int64             `yaml:"bandwidth"`
}

// HTTP says where the pages and the metrics are.
type HTTP struct {
	Address       string `yaml:"address"`
	WebConfigFile string `yaml:"web_config_file"` // TLS and logins, in the form of Prometheus's exporters

	Login     string            `yaml:"login"`           // none: whoever is on this host may do everything; "": a login is asked for
	Roles     map[string]string `yaml:"roles"`           // what each login may do; none: everything
	Hosts     []string          `yaml:"hosts"`           // further names that the pages are opened by
	PublicURL string            `yaml:"public_url"`      // the address that people open, where a proxy has another
	Origins   []string          `yaml:"trusted_origins"` // sites whose pages may send forms

	Pprof string `yaml:"pprof"` // who may read profiles of the process: admin, or who reaches this loopback address; "": no one

	UploadBytes int64 `yaml:"upload_bytes"` // of one file that is uploaded
	UploadTotal int64 `yaml:"upload_total"` // of all uploads that wait to be imported
}

// PprofAdmin is the Pprof that lets administrators read profiles on the pages.
const PprofAdmin = "admin"

// NoLogin is the Login of pages that ask for none.
const NoLogin = "none"

// Mail is the server that mail goes out by. Without one none does.
type Mail struct {
	Server       string `yaml:"server"` // host:port
	From         string `yaml:"from"`
	User         string `yaml:"user"`
	PasswordFile string `yaml:"password_file"`
	TLS          string `yaml:"tls"`
}

// Webhook is one address that is called when an import has ended.
type Webhook struct {
	Name       string `yaml:"name"`
	URL        string `yaml:"url"`
	URLFile    string `yaml:"url_file"` // where the URL itself is a secret
	Form       string `yaml:"form"`
	SecretFile string `yaml:"secret_file"` // signs the form json
}

// Log says what is logged and how.
type Log struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

// Retention is how long what is kept after an import, or for claims their daemon, has ended, in whole days. 0: for ever.
type Retention struct {
	Journal time.Duration `yaml:"journal"`
	Imports time.Duration `yaml:"imports"`
	Claims  time.Duration `yaml:"claims"`
	Audit   time.Duration `yaml:"audit"` // of who did what
}

// Import is what holds where a mapping does not say otherwise.
type Import struct {
	Batch    int             `yaml:"batch"`
	Language string          `yaml:"language"` // the former key of Config.Language; Load makes them equal
	Profile  string          `yaml:"profile"`
	Match    Kinds[[]string] `yaml:"match"` // the fields that a record is recognised by when a workbook comes with no mapping
	Limits   Costs           `yaml:"limits"`
}

// Costs is what one workbook may cost, so that none takes the memory or the hours of the others.
type Costs struct {
	Parts          int   `yaml:"parts"`           // files in the zip that an .xlsx is
	PartBytes      int64 `yaml:"part_bytes"`      // of one of them, inflated
	Ratio          int   `yaml:"ratio"`           // of its inflated bytes to the deflated ones
	Columns        int   `yaml:"columns"`         // cells with something in them, in one row
	CellBytes      int   `yaml:"cell_bytes"`      // text of one cell
	Texts          int   `yaml:"texts"`           // different texts in an .xlsx
	TextBytes      int64 `yaml:"text_bytes"`      // all of them
	LineBytes      int   `yaml:"line_bytes"`      // one record of a .csv, or the texts of one row of an .xlsx
	EncryptedBytes int64 `yaml:"encrypted_bytes"` // of a workbook with a password, which is decrypted into a temporary file
	WrittenBytes   int64 `yaml:"written_bytes"`   // text of all mapped cells together
}

// Field is one custom field of the site.
type Field struct {
	Field   string   `yaml:"field"` // account.custom.level
	Type    string   `yaml:"type"`
	Labels  Labels   `yaml:"labels"`
	Aliases []string `yaml:"aliases"`
	Choices []Choice `yaml:"choices"`
}

// Choice is what may be chosen in a field. One that is a value only may be written as plain text.
type Choice struct {
	Value   string   `yaml:"value"` // what is stored
	Labels  Labels   `yaml:"labels"`
	Aliases []string `yaml:"aliases"` // other words that mean it
}

// Labels is a field's heading, or what a choice is called, in each language.
type Labels struct {
	SV string `yaml:"sv"`
	EN string `yaml:"en"`
}

// User is one person who can manage an account. At least one of the four is there.
type User struct {
	ID    string `yaml:"id"`
	Name  string `yaml:"name"` // the only one that two may share
	Email string `yaml:"email"`
	Login string `yaml:"login"`
}

// Default is what holds where nothing is set. Its store path is still relative; Load makes it absolute.
func Default() Config {
	return Config{
		Language: "en",
		Store:    Store{URI: EmbeddedURI("inlet.db"), Collections: Each(Collection{ID: IDWords[0]})},
		HTTP:     HTTP{Address: "127.0.0.1:9464", UploadBytes: 1 << 30, UploadTotal: 8 << 30}, // the largest .csv that memory is promised for
		Log:      Log{Level: "info", Format: "text"},
		Mail:     Mail{TLS: "starttls"},
		Import: Import{
			Batch:    2000,
			Language: "en",
			Profile:  "standard",
			Match:    usualMatch,
			Limits: Costs{Parts: 10_000, PartBytes: 4 << 30, Ratio: 250, Columns: 5_000, CellBytes: 128 << 10, Texts: 4 << 20,
				TextBytes: 512 << 20, LineBytes: 16 << 20, EncryptedBytes: 256 << 20, WrittenBytes: 1 << 30},
		},
	}
}

// DefaultInbox is what an inbox of the list has where it says nothing.
func DefaultInbox() Inbox {
	return Inbox{
		Done:   "done",
		Failed: "failed",
		Held:   "held",
		Settle: 2 * time.Second, // what a copy over a slow network pauses for, and no person minds waiting
		Scan:   10 * time.Second,

		Encoding:  "auto",
		Delimiter: "auto",
		Empty:     EmptyWords[0],
		Headings:  HeadingsWords[0],
		Uploads:   true, // who may upload has a login as an operator
		Limits:    DefaultLimits(),
	}
}

// DefaultLimits is what the limits of an inbox are where they say nothing: whoever drops a mapping may write records in
// any way there is, and may not have inlet send anything out of the house.
func DefaultLimits() Limits {
	return Limits{Profile: "standard", Modes: slices.Clone(Modes), Clear: true}
}

// DefaultSource is what a source of the list has where it says nothing.
func DefaultSource() Source {
	return Source{
		TimeZone: "Local",
		MaxBytes: 1 << 30, // the largest .csv that memory is promised for

		WhenImported: "keep", Missed: MissedWords[0],
		MoveTo: "done",
	}
}

// DefaultWebhook is what a webhook of the list has where it says nothing.
func DefaultWebhook() Webhook {
	return Webhook{Form: "json"}
}

// DefaultField is what a field of the list has where it says nothing.
func DefaultField() Field {
	return Field{Type: "text"}
}

// ItemDefault returns what an item of a list has where it says nothing; false for types that are no such item.
func ItemDefault(t reflect.Type) (item any, ok bool) {
	switch t {
	case reflect.TypeFor[Inbox]():
		return DefaultInbox(), true
	case reflect.TypeFor[Limits]():
		return DefaultLimits(), true
	case reflect.TypeFor[Source]():
		return DefaultSource(), true
	case reflect.TypeFor[Webhook]():
		return DefaultWebhook(), true
	case reflect.TypeFor[Field]():
		return DefaultField(), true
	}
	return nil, false
}
