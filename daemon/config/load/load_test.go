package load_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/configtest"
	"inlet.example/inlet/daemon/config/load"
)

var update = flag.Bool("update", false, "rewrite the wanted messages")

func loadText(t *testing.T, content string, environ []string, args ...string) (config.Config, error) {
	t.Helper()
	set := pflag.NewFlagSet("inlet", pflag.ContinueOnError)
	set.String("store", "", "")
	set.String("http-address", "0.0.0.0:1", "")
	set.String("log-level", "", "")
	set.Int("import-batch", 7, "")
	set.StringSlice("import-match-account", nil, "")
	set.Bool("json", false, "")
	if err := set.Parse(args); err != nil {
		t.Fatal(err)
	}
	return load.Load(configtest.Write(t, content), load.Environment(environ), load.Flags(set))
}

// TestMistakes holds every message: testdata/bad/NAME.yaml beside what is said about it, NAME.txt.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			path := configtest.Write(t, string(content))
			if err := os.Chmod(path, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err = load.Load(path, load.Environment(environment(string(content))), load.Fields(map[string][]string{"account": {"name", "org_number", "zip", "address", "city"}, "contact": {"name", "email"}}))
			if err == nil {
				t.Fatal("loaded, though it is wrong")
			}
			got := strings.ReplaceAll(err.Error()+"\n", path, "inlet.yaml")
			got = strings.ReplaceAll(got, filepath.Dir(path), "DIR")
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", got)
		})
	}
}

// environment takes the variables of a test from its comments: "# env INLET_LOG_LEVEL=loud".
func environment(content string) []string {
	environ := []string{}
	for line := range strings.Lines(content) {
		if set, ok := strings.CutPrefix(line, "# env "); ok {
			environ = append(environ, strings.TrimSpace(set))
		}
	}
	return environ
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSmallestConfiguration(t *testing.T) {
	forms := map[string]string{
		"flow":  "store: {uri: sqlite:inlet.db}\ninboxes: [{name: kunder, path: inbox}]\nhttp: {address: \"127.0.0.1:9464\"}\n",
		"block": "store:\n  uri: sqlite:inlet.db\ninboxes:\n  - name: kunder\n    path: inbox\nhttp:\n  address: 127.0.0.1:9464\n",
		"CRLF":  "\ufeffstore:\r\n  uri: sqlite:inlet.db\r\ninboxes:\r\n- name: kunder\r\n  path: inbox\r\n",
		"json":  `{"store": {"uri": "sqlite:inlet.db"}, "inboxes": [{"name": "kunder", "path": "inbox"}]}`,
	}
	for name, content := range forms {
		t.Run(name, func(t *testing.T) {
			path := configtest.Write(t, content)
			got, err := load.Load(path, load.Environment(nil))
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Dir(path)
			want := config.Default()
			want.Store.URI = "sqlite:" + dir + "/inlet.db"
			in := config.DefaultInbox()
			in.Name, in.Path, in.Language = "kunder", dir+"/inbox", "en"
			in.Done, in.Failed, in.Held = dir+"/inbox/done", dir+"/inbox/failed", dir+"/inbox/held"
			want.Inboxes = []config.Inbox{in}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// loadEverything loads a text from a folder that has the files it names, which it returns too.
func loadEverything(t *testing.T, text string) (config.Config, string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"standard.yaml", "token", "hook"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("hemlig"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "inlet.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := load.Load(path, load.Environment([]string{"CREDENTIALS_DIRECTORY=" + dir}))
	if err != nil {
		t.Fatal(err)
	}
	return cfg, dir
}

func TestEveryKeyIsLoaded(t *testing.T) {
	got, dir := loadEverything(t, configtest.Everything)
	want := config.Default()
	want.Store.URI = "mongodb://anna:hemlig@h1:27017,h2:27017/crm?replicaSet=rs0"
	want.Store.Collections = config.Kinds[config.Collection]{
		Account: config.Collection{Name: "customers", ID: "uuid", Created: "audit.at", Modified: "-", Changed: "updatedAt", Search: true,
			Fields: map[string]string{"name": "companyName", "zip": "address.zip", "custom.level": "rating"}},
		Contact: config.Collection{Name: "people", ID: "auto", Parent: "customerId", Created: "-", Fields: map[string]string{"email": "mail"}}}
	usual := config.Default().Store.Collections
	north := usual
	north.Account.Name = "customers"
	want.Stores = map[string]config.Store{"north": {URI: "mongodb://anna:hemlig@h3/north", Collections: north}, "south.2": {URI: "sqlite:" + dir + "/south.db", Collections: usual}}
	want.Inboxes = []config.Inbox{{
		Name: "kunder", Path: dir + "/in", Store: "north", Done: dir + "/klart", Failed: dir + "/in/failed", Held: dir + "/in/held",
		Mapping: dir + "/standard.yaml", Settle: 3 * time.Second, Scan: 90 * time.Second, SidecarGrace: 5 * time.Second, Language: "sv",
		Encoding: "windows-1252", Delimiter: ";", Empty: "refuse", Headings: "warn", Ask: "Anna, 08-123 45", Names: config.Names{Rejected: "fel", Importing: "pågår"},
		Limits: config.DefaultLimits(),
	}, {
		Name: "mässan", Path: dir + "/fair", Done: dir + "/fair/done", Failed: dir + "/fair/failed", Held: dir + "/fair/held",
		Settle: 2 * time.Second, Scan: 10 * time.Second, Language: "en", Encoding: "auto", Delimiter: "auto", Empty: "accept", Headings: "hold", Uploads: true,
		Ownership: config.Ownership{Group: "4711", FileMode: "0640", DirMode: "2770"},
		Limits: config.Limits{
			Profile: "safe", Modes: []string{"create"},
			Fields:      []string{"account.name", "account.custom.level", "account.custom.*", "contact.*"},
			Caps:        config.Caps{MaxRejected: "2.5%", MaxCreated: "10000", MaxUpdated: "100%", MaxCleared: "0", MaxLeftOut: "10"},
			Match:       config.Kinds[[][]string]{Account: [][]string{{"org_number"}, {"name", "zip"}}, Contact: [][]string{{"email", "custom.x"}}},
			MailDomains: []string{"exempel.se", "sub-1.åre.example"}, Webhooks: []string{"crm-hook"},
		},
		WhenDone: config.WhenDone{Mail: []string{"anna@exempel.se"}, Webhook: []string{"crm-hook"}},
	}}
	want.HTTP.UploadBytes, want.HTTP.UploadTotal, want.HTTP.Pprof = 1000, 5000, "127.0.0.1:6060"
	want.Mail = config.Mail{Server: "smtp.exempel.se:587", From: "Inlet <inlet@exempel.se>", User: "inlet", PasswordFile: dir + "/token", TLS: "tls"}
	want.Webhooks = []config.Webhook{{Name: "crm-hook", URL: "https://crm.example/inlet", Form: "json", SecretFile: dir + "/hook"},
		{Name: "chat", URLFile: dir + "/token", Form: "slack"}}
	want.Sources = []config.Source{{
		Name: "export", Inbox: "kunder", URL: "https://crm.example/export?key=1", As: "kunder.xlsx",
		Cron: "0 6 * * 1-5", TimeZone: "Europe/Stockholm", MaxBytes: 1000, WhenImported: "keep", MoveTo: "done", Missed: "run_once",
		Headers:     map[string]string{"Accept": "text/csv", "X.Y": "1"},
		HeadersFile: map[string]string{"Authorization": dir + "/token"},
	}, {
		Name: "nas", Inbox: "kunder", Path: "/mnt/nas", Every: 15 * time.Minute, TimeZone: "Local", MaxBytes: 1 << 30, WhenImported: "keep", MoveTo: "done", Missed: "run_once",
	}, {
		Name: "bucket", Inbox: "kunder", Drive: "s3", Root: "crm/exports", Every: 5 * time.Minute, TimeZone: "Local", MaxBytes: 1 << 30,
		Options: map[string]string{"endpoint": "https://s3.example", "access_key_id": "17"}, OptionsFile: map[string]string{"secret_access_key": dir + "/token"},
		Include: "kunder*.xlsx", Recursive: true, WhenImported: "move", MoveTo: "old/done", Missed: "run_once", Bandwidth: 1_000_000,
	}}
	want.Fields = []config.Field{{
		Field: "account.custom.level", Type: "choice", Labels: config.Labels{SV: "Nivå", EN: "Level"},
		Aliases: []string{"Klass"}, Choices: []config.Choice{{Value: "A"},
			{Value: "B", Labels: config.Labels{SV: "Bra", EN: "Good"}, Aliases: []string{"Fint", "b 2"}}, {Value: "3"}},
	}}
	want.Retention = config.Retention{Journal: 90 * 24 * time.Hour, Imports: 400 * 24 * time.Hour, Claims: 30 * 24 * time.Hour}
	want.Users = []config.User{{ID: "17", Name: "Anna Ek", Email: "anna@exempel.se", Login: "anna"}, {Name: "Anna Ek"}, {ID: "anna"}}
	want.Campaigns = []string{"Hösten 2026", "hösten 2026", "2027"}
	want.Categories = config.Kinds[[]string]{Account: []string{"Prospekt"}, Contact: []string{"Inköpare"}}
	want.Passwords = map[string]string{"excel-password": dir + "/token", "2026_b": dir + "/token"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFlagsOverEnvironmentOverFileOverDefaults(t *testing.T) {
	file := "http: {address: \"127.0.0.1:2\"}\nlog: {level: warn}\nimport: {batch: 2}\n"
	environ := []string{"INLET_HTTP_ADDRESS=127.0.0.1:3", "INLET_LOG_LEVEL=error", "INLET_LOG_FORMAT=", "HOME=/x",
		"INLET_CONFIG=x", "INLET_TEST_MONGODB=x", "INLET_SERVICE_HOST=10.0.0.1", "INLET_PORT_9464_TCP_ADDR=10.0.0.1",
		"INLET_IMPORT_MATCH_CONTACT=name, email"}
	cfg, err := loadText(t, file, environ, "--http-address=127.0.0.1:4", "--import-match-account=org_number,zip", "--json")
	if err != nil {
		t.Fatal(err)
	}
	got := []any{cfg.HTTP.Address, cfg.Log.Level, cfg.Import.Batch, cfg.Log.Format, cfg.Import.Match}
	want := []any{"127.0.0.1:4", "error", 2, "text",
		config.Kinds[[]string]{Account: []string{"org_number", "zip"}, Contact: []string{"name", "email"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestMistakesOfFlagsAndEnvironment(t *testing.T) {
	_, err := loadText(t, "log: {level: loud}\n", []string{"INLET_HTP_ADDRESS=x", "INLET_INBOXES_0_NAME=x", "INLET_IMPORT_BATCH=many",
		"INLET_STORE_URI=${DB}"}, "--http-address=0.0.0.0:80", "--import-batch=0")
	want := `inlet.yaml:1:7: log.level: "loud" is not a known value; known here: debug, error, info, warn
environment: INLET_HTP_ADDRESS: unknown variable; did you mean INLET_HTTP_ADDRESS?
environment: INLET_IMPORT_BATCH: "many" is not a whole number; write digits only, e.g. 1000
environment: INLET_INBOXES_0_NAME: a list or map cannot be set by a variable; write inboxes in the file
environment: INLET_STORE_URI: "${DB}" is not expanded here; write the value itself
flags: --http-address: other hosts could read the pages without a login; use 127.0.0.1:80, or require a login with web_config_file
flags: --import-batch: 0 is not a valid number of rows; write a number from 1 to 10000; 2000 suits most stores`
	got := []string{}
	for _, m := range err.(config.Mistakes) {
		if m.Line > 0 {
			m.File = "inlet.yaml"
		}
		got = append(got, m.String())
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPathsAreOfTheFileAndFlagsOfThePerson(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	cfg, err := loadText(t, "store: {uri: sqlite:a.db}\n", nil, "--store=sqlite:b.db")
	if err != nil {
		t.Fatal(err)
	}
	if want := "sqlite:" + here + "/b.db"; cfg.Store.URI != want {
		t.Errorf("by flag %s, want %s", cfg.Store.URI, want)
	}
	cfg, err = load.Load("", load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	if want := "sqlite:" + here + "/inlet.db"; cfg.Store.URI != want {
		t.Errorf("without a file %s, want %s", cfg.Store.URI, want)
	}
}

// TestStores: an inbox imports into the store that it names, or into the only one, or into the one of the key store, which is there where something is
// said about it. A flag leaves one store, with what imports into it.
func TestStores(t *testing.T) {
	const (
		north  = "stores: {north: {uri: \"sqlite:n.db\"}, south: {uri: \"sqlite:s.db\"}}\n"
		inbox  = "inboxes: [{name: a, path: a, store: north}, {name: b, path: b, store: south}%s]\n"
		source = "sources: [{name: x, inbox: a, path: /x, every: 1h}, {name: y, inbox: b, path: /y, every: 1h}]\n"
	)
	two := fmt.Sprintf(inbox, "")
	for name, c := range map[string]struct {
		text    string
		environ []string
		args    []string
		stores  string // the names, then each inbox with its own, then the sources
	}{
		"one":              {"inboxes: [{name: a, path: a}]\n", nil, nil, "default a:default"},
		"the only one":     {"stores: {north: {uri: \"sqlite:n.db\"}}\ninboxes: [{name: a, path: a}]\n", nil, nil, "north a:north"},
		"several":          {north + two + source, nil, nil, "north south a:north b:south x y"},
		"store beside":     {"store: {uri: \"sqlite:d.db\"}\n" + north + fmt.Sprintf(inbox, ", {name: c, path: c}"), nil, nil, "default north south a:north b:south c:default"},
		"store by env":     {north + fmt.Sprintf(inbox, ", {name: c, path: c}"), []string{"INLET_STORE_URI=mongodb://h/d"}, nil, "default north south a:north b:south c:default"},
		"store by flag":    {north + two, nil, []string{"--store=mongodb://h/d"}, "default north south a:north b:south"},
		"one by flag":      {north + two + source, nil, []string{"--store=south"}, "default b:default y"},
		"default by flag":  {north + "store: {uri: \"sqlite:d.db\"}\n" + fmt.Sprintf(inbox, ", {name: c, path: c}"), nil, []string{"--store=default"}, "default c:default"},
		"default in inbox": {north + "store: {uri: \"sqlite:d.db\"}\n" + fmt.Sprintf(inbox, ", {name: c, path: c, store: default}"), nil, nil, "default north south a:north b:south c:default"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := loadText(t, c.text, c.environ, c.args...)
			if err != nil {
				t.Fatal(err)
			}
			got := cfg.StoreNames()
			for _, in := range cfg.Inboxes {
				got = append(got, in.Name+":"+cfg.StoreOf(in))
			}
			for _, s := range cfg.Sources {
				got = append(got, s.Name)
			}
			if strings.Join(got, " ") != c.stores {
				t.Errorf("%q, want %q", got, c.stores)
			}
			alone := 0
			for _, store := range cfg.StoreNames() {
				of := cfg.For(store)
				alone += len(of.Inboxes)
				if len(of.Stores) > 0 || len(of.StoreNames()) != 1 || of.Store.URI == "" {
					t.Errorf("%s alone: %s", store, of)
				}
			}
			if alone != len(cfg.Inboxes) {
				t.Errorf("%d of %d inboxes are of a store", alone, len(cfg.Inboxes))
			}
		})
	}
	for args, want := range map[string]string{"--store=nort": `flags: --store: the store "nort" does not exist; did you mean north?`,
		"--store=default": `flags: --store: the store "default" does not exist; known here: north, south`} {
		if _, err := loadText(t, north+two, nil, args); err == nil || err.Error() != want {
			t.Errorf("%s: %v", args, err)
		}
	}
	if _, err := loadText(t, "log: {level: info}\n", nil, "--store=inlet.db"); err == nil || !strings.Contains(err.Error(), "write sqlite:inlet.db") {
		t.Errorf("a path for a store: %v", err)
	}
}

// ofOption is a mistake of one option.
type ofOption struct{ option, text string }

func (o ofOption) Error() string  { return o.text }
func (o ofOption) Option() string { return o.option }

// TestDriveMistakesNameTheirOption: the package of the drives checks their options, and each mistake is at the option that it names.
func TestDriveMistakesNameTheirOption(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "s3.key")
	path := filepath.Join(dir, "inlet.yaml")
	text := `store: {uri: "sqlite:inlet.db"}
inboxes: [{name: kunder, path: inbox}]
sources:
  - name: bucket
    inbox: kunder
    drive: s3
    root: ""
    options: {provder: AWS}
    options_file: {secret_access_key: s3.key}
    every: 5m
`
	if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.WriteFile(secret, []byte("hush\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	_, err := load.Load(path, load.Environment(nil), load.Drives(func(kind, root string, options map[string]string) error {
		if kind != "s3" || root != "" || options["provder"] != "AWS" || options["secret_access_key"] != "hush" {
			t.Errorf("judged %s:%s with %v", kind, root, options)
		}
		return errors.Join(errors.Join(ofOption{"root", "it is empty"}, ofOption{"provder", "s3 has no option provder; did you mean provider?"}),
			errors.New("s3 needs the option region"), ofOption{"secret_access_key", "it is too short"})
	}))
	want := path + ":6:5: sources[0].drive: s3 needs the option region\n" + path + ":7:5: sources[0].root: it is empty\n" +
		path + ":8:15: sources[0].options.provder: s3 has no option provder; did you mean provider?\n" +
		path + ":9:20: sources[0].options_file.secret_access_key: it is too short"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwanted\n%s", err, want)
	}
}
