package load_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/configtest"
	"inlet.example/inlet/daemon/config/load"
)

func TestNothingShowsASecret(t *testing.T) {
	cfg, err := load.Load(configtest.Write(t, `
store: {uri: "mongodb://anna:hem@lig/x@h1:27017,h2/crm?tlsCertificateKeyFilePassword=hemlig&w=1"}
inboxes: [{name: kunder, path: in}]
sources: [{name: a, inbox: kunder, url: "https://u:hemlig@x.example/a?sig=hemlig", every: 1h, headers: {Authorization: hemlig}},
  {name: b, inbox: kunder, drive: s3, root: bucket, every: 1h, options: {secret_access_key: hemlig}}]
`), load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(cfg.Store.URI, "hem@lig") {
		t.Errorf("the configuration itself has lost its password: %s", cfg.Store.URI)
	}
	var out bytes.Buffer
	for _, v := range []any{cfg, &cfg, cfg.Store, cfg.Sources, cfg.Sources[0], &cfg.Sources[0], cfg.Sources[1]} {
		fmt.Fprintf(&out, "%v %+v %#v %s\n", v, v, v, v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "config", cfg, "store", cfg.Store, "source", cfg.Sources[0])
	if strings.Contains(out.String(), "lig") {
		t.Errorf("a secret is shown:\n%s", out.String())
	}
	for _, want := range []string{"anna:***@h1", "w=1", "kunder", "s3:bucket"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is not shown:\n%s", want, out.String())
		}
	}
	if !json.Valid(out.Bytes()[bytes.LastIndexByte(bytes.TrimSpace(out.Bytes()), '\n')+1:]) {
		t.Error("no JSON in the log")
	}
}

// TestStringLoadsAgain: what is shown of a configuration is a configuration, and the same but for its secrets. It shows every key, also the
// empty ones: a source shown with the time that it does not use, and users with what they do not have, are what a file may not say.
func TestStringLoadsAgain(t *testing.T) {
	text := strings.NewReplacer("cron: 0 6 * * 1-5", "every: 24h", "{name: Anna Ek}, {id: anna}", "{id: 4, name: Bo, email: b@exempel.se, login: b}").Replace(configtest.Everything)
	cfg, _ := loadEverything(t, text)
	again, _ := loadEverything(t, cfg.String())
	if diff := cmp.Diff(cfg.String(), again.String()); diff != "" {
		t.Errorf("-shown +loaded again:\n%s", diff)
	}
	for _, c := range []*config.Config{&cfg, &again} {
		c.Store.URI = strings.Replace(c.Store.URI, "hemlig", "***", 1)
		for name, s := range c.Stores {
			s.URI = strings.Replace(s.URI, "hemlig", "***", 1)
			c.Stores[name] = s
		}
		for i := range c.Sources {
			c.Sources[i].URL, c.Sources[i].Headers, c.Sources[i].Options = "", nil, nil
		}
		for i := range c.Webhooks {
			c.Webhooks[i].URL = ""
		}
	}
	if diff := cmp.Diff(cfg, again); diff != "" {
		t.Errorf("-first +loaded again:\n%s", diff)
	}
}

func TestURIFile(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"uri": "mongodb://a:b@h/crm\n", "empty": "\n", "two": "a\nb\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ file, environ, want string }{
		{"store: {uri_file: uri}", "", "mongodb://a:b@h/crm"},
		{"store: {uri: sqlite:a.db}", "INLET_STORE_URI_FILE=uri", "mongodb://a:b@h/crm"},
		{"store: {uri_file: uri}", "INLET_STORE_URI=mongodb://h/other", "mongodb://h/other"},
		{"store: {uri_file: empty}", "", "must contain one line"},
		{"store: {uri_file: two}", "", "must contain one line"},
		{"store: {uri_file: gone}", "", "cannot be read"},
		{"store: {uri: sqlite:a.db, uri_file: uri}", "", "keep one"},
	} {
		path := filepath.Join(dir, "inlet.yaml")
		if err := os.WriteFile(path, []byte(tt.file), 0o644); err != nil {
			t.Fatal(err)
		}
		cfg, err := load.Load(path, load.Environment([]string{tt.environ}))
		if got := cfg.Store.URI + fmt.Sprint(err); !strings.Contains(got, tt.want) {
			t.Errorf("%s %s: %s, want %s", tt.file, tt.environ, got, tt.want)
		}
	}
}

func TestPasswordNeedsAFileOfOnesOwn(t *testing.T) {
	path := configtest.Write(t, "store: {uri: \"mongodb://a:b@h/crm\"}")
	for mode, refused := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := load.Load(path, load.Environment(nil)); (err != nil) != refused {
			t.Errorf("%v: %v", mode, err)
		}
	}
}

func TestNoFile(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, bytes.Repeat([]byte("# much\n"), 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "inlet.yml"): "the file was not found",
		dir:                             "is a folder; name the file in it",
		large:                           "is larger than 256 KiB",
		"\x00":                          "invalid argument",
	} {
		_, err := load.Load(path, load.Environment([]string{"INLET_X=1"}))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "INLET_X: unknown variable") {
			t.Errorf("%s: %v, want %s and the variable", path, err, want)
		}
	}
}

func TestLinkedInboxesAreOne(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "inlet.yaml")
	content := "inboxes: [{name: a, path: real}, {name: b, path: link/new/sub}]"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Load(path, load.Environment(nil)); err == nil || !strings.Contains(err.Error(), `is inside inbox "a"`) {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	for address, fine := range map[string]bool{
		"127.0.0.1:0": true, "127.9.9.9:80": true, "[::1]:9464": true, "localhost:9464": true, "[::ffff:127.0.0.1]:1": true,
		"0.0.0.0:9464": false, ":9464": false, "[::]:1": false, "192.168.1.2:1": false, "example.org:1": false,
		"127.0.0.1": false, "127.0.0.1:65536": false, "127.0.0.1:http": false, "127.0.0.1:+1": false, "127.0.0.1:": false,
	} {
		_, err := load.Load("", load.Environment([]string{"INLET_HTTP_ADDRESS=" + address}))
		if (err == nil) != fine {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestPassword(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"plain": "hemlig", "line": "hemlig\n", "windows": "\ufeffhemlig\r\n", "spaces": " hem lig \n", "empty": "\n", "two": "a\nb\n", "blank": "a\n\n",
		"utf16": "h\x00e\x00", "latin1": "\xe5", "large": strings.Repeat("a", 5000),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"plain": "hemlig", "line": "hemlig", "windows": "hemlig", "spaces": " hem lig ",
		"empty": "one line", "two": "one line", "blank": "one line", "utf16": "one line", "latin1": "one line", "large": "one line", "gone": "no such file",
	} {
		path := filepath.Join(dir, "inlet.yaml")
		if err := os.WriteFile(path, []byte("passwords: {excel: "+name+"}"), 0o644); err != nil {
			t.Fatal(err)
		}
		cfg, err := load.Load(path, load.Environment(nil))
		if err == nil {
			var got string
			got, err = cfg.Password("excel")
			if err != nil || got != want {
				t.Errorf("%s: %q, %v, want %q", name, got, err, want)
			}
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hemlig") {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// TestPasswordFileIsCheckedAgainWhenRead: a file that was opened to others, or went away, after Load is not read.
func TestPasswordFileIsCheckedAgainWhenRead(t *testing.T) {
	path := configtest.Write(t, "passwords: {excel: excel.password}")
	secret := filepath.Join(filepath.Dir(path), "excel.password")
	if err := os.WriteFile(secret, []byte("hemlig\n"), 0o400); err != nil {
		t.Fatal(err)
	}
	cfg, err := load.Load(path, load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	for mode, refused := range map[os.FileMode]bool{0o600: false, 0o640: true, 0o604: true} {
		if err := os.Chmod(secret, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := cfg.Password("excel"); (err != nil) != refused {
			t.Errorf("%v: %v", mode, err)
		}
		if _, err := load.Load(path, load.Environment(nil)); (err != nil) != refused {
			t.Errorf("%v: %v", mode, err)
		}
	}
	if err := os.Remove(secret); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"excel": "read password excel: stat " + secret, "exel": "did you mean excel?", "../excel.password": `the password "../excel.password" does not exist`,
	} {
		if _, err := cfg.Password(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if _, err := new(config.Config).Password("excel"); err == nil || !strings.Contains(err.Error(), "passwords is empty") {
		t.Error(err)
	}
	if text := fmt.Sprintf("%v %+v %#v", cfg, &cfg, cfg); strings.Contains(text, "hemlig") {
		t.Error(text)
	}
}
