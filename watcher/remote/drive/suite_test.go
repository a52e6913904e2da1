package drive

import (
	"bytes"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/watcher/remote"
)

// TestMain lets more tests run side by side than there are processors: most of them wait for a server or a timer.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	Prepare()
	os.Exit(m.Run())
}

// The places that need no other program. Those of Debian are in debian_test.go.
func TestFolder(t *testing.T) {
	for name, build := range map[string]func(*testing.T) *place{
		"local":       localPlace,
		"go webdav":   goDAV,
		"rclone dav":  rcloneDAV,
		"rclone s3":   rcloneS3,
		"rclone sftp": rcloneSFTP,
		"rclone ftp":  rcloneFTP,
		"onedrive":    oneDrive,
		"google":      googleBucket,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "rclone ftp" && testing.Short() {
				t.Skip("this server stops with a race of its own, and -short is how the race detector is run")
			}
			suite(t, build)
		})
	}
}

// suite is what every place must do.
func suite(t *testing.T, build func(*testing.T) *place) {
	tests := map[string]func(*testing.T, *place){
		"lists and fetches":           testLists,
		"names are kept":              testNames,
		"only what is asked for":      testWanted,
		"brought round by round":      testRound,
		"changed":                     testChanged,
		"growing":                     testGrowing,
		"replaced while it comes":     testReplaced,
		"gone":                        testGone,
		"moved":                       testMove,
		"moved onto a taken name":     testMoveTaken,
		"removed":                     testRemove,
		"no such folder":              testNoFolder,
		"more than allowed":           testTooMuch,
		"a name that leads elsewhere": testLeadsOut,
	}
	here := build(t)
	if here.wire != nil {
		tests["cut while it comes"], tests["server away, then back"] = testCut, testAway
	}
	if here.secret != "" {
		tests["wrong password"] = testDenied
	}
	if here.web != nil { // its answers can be set
		tests["busy"] = testBusy
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, build(t))
		})
	}
}

func opened(t *testing.T, p *place) *Drive {
	t.Helper()
	short := defaultTimeouts
	short.connect, short.answer, short.abandon, short.tries = 5*time.Second, 5*time.Second, time.Second, 1
	d, err := open(t.Context(), p.settings, short)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func listed(t *testing.T, d *Drive) map[string]remote.File {
	t.Helper()
	files, err := d.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]remote.File{}
	for _, f := range files {
		found[f.Path] = f
	}
	return found
}

// only is the one file that is there.
func only(t *testing.T, d *Drive) remote.File {
	t.Helper()
	files := listed(t, d)
	if len(files) != 1 {
		t.Fatalf("listed %v", files)
	}
	for _, f := range files {
		return f
	}
	panic("none")
}

func fetched(t *testing.T, d *Drive, f remote.File) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.Fetch(t.Context(), f, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func wants(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, wanted %v", err, want)
	}
}

func (p *place) has(t *testing.T, want map[string]string) {
	t.Helper()
	if got := p.holds(t); !maps.Equal(got, want) {
		t.Errorf("there are %q, wanted %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

func testLists(t *testing.T, p *place) {
	p.put(t, "a.csv", "one")
	p.put(t, "sub/b.csv", "two")
	d := opened(t, p)
	f := only(t, d)
	if f.Path != "a.csv" || f.Size != 3 || !f.Modified.Equal(p.clock.Add(-time.Minute)) {
		t.Errorf("listed %+v, wanted it of %v", f, p.clock.Add(-time.Minute))
	}
	if again := only(t, d); again != f {
		t.Errorf("listed %+v, then %+v", f, again)
	}
	if got := fetched(t, d, f); got != "one" {
		t.Errorf("fetched %q", got)
	}
	p.put(t, "new.csv", "three")
	if files := listed(t, d); files["new.csv"].Size != 5 || files["a.csv"] != f {
		t.Errorf("listed %v", files)
	}
	p.has(t, map[string]string{"a.csv": "one", "sub/b.csv": "two", "new.csv": "three"})
}

func testNames(t *testing.T, p *place) {
	for _, name := range []string{"Försäljning 100% #1.xlsx", "a+b & c.csv", "(x) [y] {z}.csv", "naïve~2.csv"} {
		p.put(t, name, name)
	}
	d := opened(t, p)
	for name, f := range listed(t, d) {
		if got := fetched(t, d, f); got != name {
			t.Errorf("fetched %q of %q", got, name)
		}
		if err := d.Move(t.Context(), f, "done/2026-11-29", name); err != nil {
			t.Error(err)
		}
	}
	if got := p.holds(t); len(got) != 4 || got["done/2026-11-29/Försäljning 100% #1.xlsx"] == "" {
		t.Errorf("holds %q", got)
	}
}

func testWanted(t *testing.T, p *place) {
	p.put(t, "a.CSV", "1")
	p.put(t, "a.txt", "2") // which the round does not want
	p.put(t, "sub/deep/b.csv", "3")
	p.put(t, "done/c.csv", "4")
	p.settings.Recursive = true
	want := []string{"a.CSV", "a.txt", "done/c.csv", "sub/deep/b.csv"}
	if got := slices.Sorted(maps.Keys(listed(t, opened(t, p)))); !slices.Equal(got, want) {
		t.Errorf("listed %q", got)
	}
	p.settings.Skip = "/done/"
	want = []string{"a.CSV", "a.txt", "sub/deep/b.csv"}
	if got := slices.Sorted(maps.Keys(listed(t, opened(t, p)))); !slices.Equal(got, want) {
		t.Errorf("listed %q", got)
	}
}

func testChanged(t *testing.T, p *place) {
	p.put(t, "a.csv", "one")
	d := opened(t, p)
	f := only(t, d)
	p.put(t, "a.csv", "two")
	if now := only(t, d); now.Version() == f.Version() {
		t.Errorf("two versions are both %s", f.Version())
	}
	wants(t, d.Fetch(t.Context(), f, &bytes.Buffer{}), remote.ErrChanged)
	wants(t, d.Move(t.Context(), f, "done", "a.csv"), remote.ErrChanged)
	wants(t, d.Remove(t.Context(), f), remote.ErrChanged)
	p.has(t, map[string]string{"a.csv": "two"})
}

func testGrowing(t *testing.T, p *place) {
	p.put(t, "a.csv", "half")
	d := opened(t, p)
	f := only(t, d)
	p.put(t, "a.csv", "half and half")
	wants(t, d.Fetch(t.Context(), f, &bytes.Buffer{}), remote.ErrChanged)
}

// large is more than what connections hold by themselves, and cannot be made smaller on the way.
var large = func() string {
	b := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{}).Read(b)
	return string(b)
}()

// testReplaced changes the file while its first bytes are written.
func testReplaced(t *testing.T, p *place) {
	p.put(t, "a.csv", large)
	d := opened(t, p)
	f := only(t, d)
	once := false
	w := writerFunc(func(b []byte) (int, error) {
		if !once {
			once = true
			p.put(t, "a.csv", large[1:]+"x")
		}
		return len(b), nil
	})
	wants(t, d.Fetch(t.Context(), f, w), remote.ErrChanged)
}

func testCut(t *testing.T, p *place) {
	p.put(t, "a.csv", large)
	d := opened(t, p)
	f := only(t, d)
	p.wire.left.Store(1 << 20)
	err := d.Fetch(t.Context(), f, &bytes.Buffer{})
	if err == nil || errors.Is(err, remote.ErrChanged) || errors.Is(err, remote.ErrGone) || isDenied(err) {
		t.Errorf("got %v", err)
	}
	t.Log(err)
	p.wire.left.Store(-1)
	if fetched(t, d, f) != large {
		t.Error("what came after it is not the file")
	}
}

func isDenied(err error) bool {
	_, ok := errors.AsType[*remote.Denied](err)
	return ok
}

func testGone(t *testing.T, p *place) {
	p.put(t, "a.csv", "one")
	d := opened(t, p)
	f := only(t, d)
	p.remove(t, "a.csv")
	wants(t, d.Fetch(t.Context(), f, &bytes.Buffer{}), remote.ErrGone)
	wants(t, d.Move(t.Context(), f, "done", "a.csv"), remote.ErrGone)
	if err := d.Remove(t.Context(), f); err != nil {
		t.Error(err)
	}
}

func testMove(t *testing.T, p *place) {
	p.put(t, "a.csv", "one")
	d := opened(t, p)
	if err := d.Move(t.Context(), only(t, d), "done/2026", "b.csv"); err != nil {
		t.Fatal(err)
	}
	p.has(t, map[string]string{"done/2026/b.csv": "one"})
	if files := listed(t, d); len(files) > 0 {
		t.Errorf("still listed %v", files)
	}
}

func testMoveTaken(t *testing.T, p *place) {
	p.put(t, "done/a.csv", "first")
	d := opened(t, p)
	for _, text := range []string{"second", "third!"} {
		p.put(t, "a.csv", text)
		if err := d.Move(t.Context(), only(t, d), "done", "a.csv"); err != nil {
			t.Fatal(err)
		}
	}
	got := p.holds(t)
	if texts := slices.Sorted(maps.Values(got)); !slices.Equal(texts, []string{"first", "second", "third!"}) || got["done/a.csv"] != "first" {
		t.Errorf("holds %q", got)
	}
	for name := range got {
		if !strings.HasPrefix(name, "done/a") || !strings.HasSuffix(name, ".csv") {
			t.Errorf("called it %s", name)
		}
	}
}

func testRemove(t *testing.T, p *place) {
	p.put(t, "a.csv", "one")
	d := opened(t, p)
	if err := d.Remove(t.Context(), only(t, d)); err != nil {
		t.Fatal(err)
	}
	p.has(t, map[string]string{})
}

// fails is what opening or listing says.
func fails(t *testing.T, p *place) error {
	t.Helper()
	d, err := Open(t.Context(), p.settings)
	if err == nil {
		defer d.Close()
		_, err = d.List(t.Context())
	}
	if err == nil {
		t.Fatal("it went well")
	}
	t.Log(err)
	for _, secret := range []string{"very-secret", "very-wrong"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows a secret")
		}
	}
	return err
}

func testDenied(t *testing.T, p *place) {
	p.settings.Options[p.secret] = "very-wrong"
	if p.secret == "token" {
		p.settings.Options["token"] = googleToken("very-wrong", time.Hour)
	}
	if err := fails(t, p); !isDenied(err) {
		t.Errorf("%v is not Denied", err)
	}
	if p.wire == nil || p.web != nil {
		return
	}
	if n := p.wire.used.Load(); n > 1 { // or the account is locked after the second one
		t.Errorf("it tried %d times", n)
	}
}

func testBusy(t *testing.T, p *place) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		p.web.answer(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(status)
		})
		wait, ok := errors.AsType[*remote.Wait](fails(t, p))
		if !ok || wait.After != 2*time.Minute {
			t.Errorf("%d: waits %v", status, wait)
		}
	}
}

func testNoFolder(t *testing.T, p *place) {
	if p.settings.Type == "s3" || p.settings.Type == "googlecloudstorage" {
		p.settings.Root = "nowhere"
	} else {
		p.settings.Root += "/nowhere"
	}
	if err := fails(t, p); !strings.Contains(err.Error(), "root") || isDenied(err) {
		t.Errorf("got %v", err)
	}
}

func testTooMuch(t *testing.T, p *place) {
	p.put(t, "a.csv", "0123456789")
	p.settings.MaxBytes = 9
	d := opened(t, p)
	f := only(t, d)
	if err := d.Fetch(t.Context(), f, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "larger than 9 bytes") {
		t.Errorf("got %v", err)
	}
	f.Size = -1
	var b bytes.Buffer
	if err := d.Fetch(t.Context(), f, &b); err == nil || b.Len() > 9 {
		t.Errorf("got %v and %d bytes", err, b.Len())
	}
}

func testAway(t *testing.T, p *place) {
	p.put(t, "a.csv", "one")
	d := opened(t, p)
	f := only(t, d)
	p.wire.left.Store(0)
	if _, err := d.List(t.Context()); err == nil || isDenied(err) {
		t.Errorf("got %v", err)
	} else {
		t.Log(err)
	}
	p.wire.left.Store(-1)
	if again := only(t, d); again != f {
		t.Errorf("listed %+v, wanted %+v", again, f)
	}
}

func testLeadsOut(t *testing.T, p *place) {
	p.put(t, "a.csv", "one")
	d := opened(t, p)
	f := only(t, d)
	for _, to := range [][2]string{{"../x", "a.csv"}, {"done/../../x", "a.csv"}, {"done", "../a.csv"}, {"done", ".."}, {"done", ""}} {
		if err := d.Move(t.Context(), f, to[0], to[1]); err == nil {
			t.Errorf("moved to %q", to)
		}
	}
	if _, err := os.Stat(filepath.Join(p.disk, "a.csv")); err != nil {
		t.Error(err)
	}
}
