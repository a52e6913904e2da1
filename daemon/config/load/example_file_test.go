package load_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/configtest"
	"inlet.example/inlet/daemon/config/load"
)

// TestExampleIsDefault holds the example to its first sentence: Default, and one inbox with the defaults of an inbox.
func TestExampleIsDefault(t *testing.T) {
	got, err := load.Load(configtest.Example, load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.Store.URI = "sqlite:" + dir + "/inlet.db"
	in := config.DefaultInbox()
	in.Name, in.Path, in.Language = "kunder", dir+"/inbox", want.Import.Language
	in.Done, in.Failed, in.Held = in.Path+"/done", in.Path+"/failed", in.Path+"/held"
	want.Inboxes = []config.Inbox{in}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("config.example.yaml is not Default (-default +example):\n%s", diff)
	}
}

// TestExampleItemsAreDefault takes the comment signs off the examples of lists: they load, and say the defaults right.
func TestExampleItemsAreDefault(t *testing.T) {
	got, err := load.Load(configtest.ExampleWithItems(t), load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	source, want := got.Sources[0], config.DefaultSource()
	drive := got.Sources[1]
	if drive.WhenImported != want.WhenImported || drive.Bandwidth != want.Bandwidth || drive.Recursive != want.Recursive {
		t.Errorf("the example of a drive says %s, %d and %v", drive.WhenImported, drive.Bandwidth, drive.Recursive)
	}
	if source.TimeZone != want.TimeZone || source.MaxBytes != want.MaxBytes {
		t.Errorf("the example says %s and %d, DefaultSource %s and %d", source.TimeZone, source.MaxBytes, want.TimeZone, want.MaxBytes)
	}
	if password, err := got.Password("excel-password"); err != nil || password != "hemlig" {
		t.Errorf("%q, %v", password, err)
	}
	if len(got.Users) != 1 {
		t.Errorf("users %v", got.Users)
	}
	if !strings.Contains(configtest.Uncommented(t), "type: "+config.DefaultField().Type+" ") {
		t.Errorf("the example of a field is not of type %s", config.DefaultField().Type)
	}
}

// TestExampleHasEveryKey fails when a key of Config is not in the example, or has no comment there.
func TestExampleHasEveryKey(t *testing.T) {
	content, err := os.ReadFile(configtest.Example)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	var look func(reflect.Type)
	look = func(at reflect.Type) {
		switch {
		case at.Kind() == reflect.Slice:
			look(at.Elem())
		case at.Kind() == reflect.Struct:
			for f := range at.Fields() {
				if !explained(lines, f.Tag.Get("yaml")) {
					t.Errorf("%s.%s: no line on %q", at.Name(), f.Name, f.Tag.Get("yaml"))
				}
				look(f.Type)
			}
		}
	}
	look(reflect.TypeFor[config.Config]())
}

// explained reports whether a key has a line, with a comment behind it or above it, or is inside a value of such a line.
func explained(lines []string, key string) bool {
	own := regexp.MustCompile(`(^|[-{,#] ?| )` + regexp.QuoteMeta(key) + `:`)
	for i, line := range lines {
		if key == "" || !own.MatchString(line) {
			continue
		}
		if strings.Contains(line[1:], "# ") || (i > 0 && strings.Contains(lines[i-1], "# ")) || strings.HasSuffix(line, ":") {
			return true
		}
	}
	return strings.Contains(strings.Join(lines, "\n"), " "+key+": [") // match.account, match.contact: said at match
}
