package single

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/deliver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kept is a deliver.Memory. Its n-th note can fail, before or after it is kept.
type kept struct {
	notes map[string]string
	fail  int
	after bool
}

func (k *kept) Last(_ context.Context, key string) (string, error) { return k.notes[key], nil }
func (k *kept) Remember(_ context.Context, key, note string) error {
	k.fail--
	if k.fail == 0 && !k.after {
		return errors.New("store is down")
	}
	if k.notes == nil {
		k.notes = map[string]string{}
	}
	k.notes[key] = note
	if k.fail == 0 {
		return errors.New("the store's answer was lost")
	}
	return nil
}

// site is a server whose answer a test sets, and a poll of it.
type site struct {
	*httptest.Server
	answer http.HandlerFunc
	asked  []*http.Request
	Poll
}

func newSite(t *testing.T, header map[string]string, max int64) *site {
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r)
		s.answer(w, r)
	}))
	t.Cleanup(s.Close)
	u, err := NewURL(s.URL+"/dir/people.csv?token=secret", header, max, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	s.Poll = Poll{Name: "crm", Source: u, Memory: &kept{}, Inbox: t.TempDir()}
	return s
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
}

func run(t *testing.T, p *Poll, want string) {
	t.Helper()
	got, err := p.Run(t.Context())
	if err != nil || got != want {
		t.Fatalf("put %q, %v; wanted %q", got, err, want)
	}
}

func fails(t *testing.T, p *Poll, want string) error {
	t.Helper()
	got, err := p.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("put %q, %v; wanted an error with %q", got, err, want)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error shows a secret: %v", err)
	}
	if names := listed(t, p.Inbox); len(names) > 0 {
		t.Errorf("the inbox holds %q", names)
	}
	return err
}

func listed(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func has(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	if names := listed(t, dir); len(names) != len(want) {
		t.Errorf("the inbox holds %q", names)
	}
}

func TestURLByETag(t *testing.T) {
	s := newSite(t, map[string]string{"X-Api-Key": "k"}, 0)
	tag, body := `"1"`, "one"
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		text(body)(w, r)
	}
	run(t, &s.Poll, "people.csv")
	run(t, &s.Poll, "")
	if r := s.asked[1]; r.Header.Get("If-Modified-Since") == "" || r.Header.Get("X-Api-Key") != "k" {
		t.Errorf("asked with %v", r.Header)
	}
	tag = `"2"` // touched, with the same bytes
	run(t, &s.Poll, "")
	if !strings.Contains(s.Memory.(*kept).notes["crm"], `\"2\"`) {
		t.Errorf("remembered %s", s.Memory.(*kept).notes["crm"])
	}
	tag, body = `"3"`, "two"
	run(t, &s.Poll, "people~2.csv")
	has(t, s.Inbox, map[string]string{"people.csv": "one", "people~2.csv": "two"})
}

func TestURLBySum(t *testing.T) {
	s := newSite(t, nil, 0)
	s.answer = text("one")
	run(t, &s.Poll, "people.csv")
	run(t, &s.Poll, "")
	s.answer = text("two")
	run(t, &s.Poll, "people~2.csv")
}

func TestURLRefuses(t *testing.T) {
	s := newSite(t, nil, 10)
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for want, answer := range map[string]http.HandlerFunc{
		"web page": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			text("login")(w, r)
		},
		"returned a web page, not a workbook": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			text("\ufeff<HTML>")(w, r)
		},
		"is larger than 10 bytes": text("01234567890"),
		"10 bytes, the limit of this source": func(w http.ResponseWriter, r *http.Request) {
			for range 20 { // no Content-Length
				text("0")(w, r)
				w.(http.Flusher).Flush()
			}
		},
		"401": status(http.StatusUnauthorized),
		"404": status(http.StatusNotFound),
		"304": status(http.StatusNotModified), // not asked for
		"unexpected EOF": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "9")
			text("0")(w, r)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"too many redirects": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) },
	} {
		t.Run(want, func(t *testing.T) {
			s.answer = answer
			fails(t, &s.Poll, want)
		})
	}
}

func TestURLSaysWhenToAskAgain(t *testing.T) {
	s := newSite(t, nil, 0)
	s.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	err := fails(t, &s.Poll, "429")
	if w, ok := errors.AsType[*remote.Wait](err); !ok || w.After != 2*time.Minute {
		t.Errorf("%v does not say when", err)
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-5": 0, "5": 5 * time.Second, "99999999": 24 * time.Hour, "9999999999999": 0,
		"Thu, 01 Jan 2026 00:01:00 GMT": time.Minute, "Thu, 01 Jan 2015 00:01:00 GMT": 0,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("Retry-After %q is %v", header, got)
		}
	}
}

func TestURLKeepsItsHeadersFromOtherHosts(t *testing.T) {
	other := newSite(t, nil, 0)
	other.answer = text("elsewhere")
	s := newSite(t, map[string]string{"X-Api-Key": "k", "Authorization": "Bearer k", "Cookie": "k=k"}, 0)
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/here.csv" {
			http.Redirect(w, r, "/here.csv", http.StatusFound)
			return
		}
		http.Redirect(w, r, other.URL+"/there.csv", http.StatusFound)
	}
	run(t, &s.Poll, "people.csv")
	if here := s.asked[1].Header; here.Get("X-Api-Key") != "k" || here.Get("Authorization") == "" {
		t.Errorf("its own host was asked with %v", here)
	}
	there := other.asked[0].Header
	for _, name := range []string{"X-Api-Key", "Authorization", "Cookie"} {
		if there.Get(name) != "" {
			t.Errorf("the other host received %s", name)
		}
	}
}

func TestURLDoesNotLeaveHTTPS(t *testing.T) {
	u, err := NewURL("https://crm.example/a.csv", nil, 0, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	plain := httptest.NewRequest(http.MethodGet, "http://crm.example/a.csv", nil)
	if u.redirect(plain, nil) == nil {
		t.Error("it went to http")
	}
}

func TestNameOfURL(t *testing.T) {
	for name, c := range map[string]struct {
		as, disposition, kind, body, want string
	}{
		"of the address":     {want: "people.csv"},
		"as configured":      {as: "crm {2006}.xlsx", want: time.Now().UTC().Format("crm 2006.xlsx")},
		"of the server":      {disposition: `attachment; filename="kunder.xlsx"`, want: "kunder.xlsx"},
		"in UTF-8":           {disposition: `attachment; filename*=UTF-8''k%C3%B6pare.xlsx`, want: "köpare.xlsx"},
		"against the rules":  {disposition: `attachment; filename=my kunder.xlsx; x`, want: "my kunder.xlsx"},
		"leading out":        {disposition: `attachment; filename="../../etc/x.csv"`, want: "x.csv"},
		"leading out, again": {disposition: `attachment; filename="..\\..\\x.csv"`, want: "x.csv"},
		"ignored":            {disposition: `attachment; filename="~$x.csv"`, want: "x.csv"},
		"nothing but ending": {disposition: `attachment; filename=".csv"`, want: "csv.xlsx", body: "PK\x03\x04"},
		"by type":            {disposition: `attachment; filename="export"`, kind: "text/csv", want: "export.csv"},
		"by content":         {disposition: `attachment; filename="export.php"`, body: "PK\x03\x04", want: "export.php.xlsx"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, nil, 0)
			s.As = c.as
			s.answer = func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.Header().Set("Content-Disposition", c.disposition)
				text(c.body+"bytes")(w, r)
			}
			run(t, &s.Poll, c.want)
		})
	}
	s := newSite(t, nil, 0)
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="export"`)
		text("bytes")(w, r)
	}
	fails(t, &s.Poll, "as: contacts.csv")
	long := deliver.SafeName(strings.Repeat("å", 200) + ".csv")
	if len(long) > 240 || !strings.HasSuffix(long, "å.csv") {
		t.Errorf("a long name became %q", long)
	}
}

func TestPutsSidecarAndOverwritesNothing(t *testing.T) {
	s := newSite(t, nil, 0)
	s.answer = text("new")
	s.Mapping = filepath.Join(t.TempDir(), "m.yaml")
	if _, err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "mapping") {
		t.Errorf("without its mapping: %v", err)
	}
	if names := listed(t, s.Inbox); len(names) != 1 || !strings.HasSuffix(names[0], claim.TempEnd) {
		t.Errorf("the inbox holds %q; wanted what was loaded, to be brought when the mapping is there", names)
	}
	if err := os.WriteFile(s.Mapping, []byte("map"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"people.csv", "people~2.mapping.yaml"} {
		if err := os.WriteFile(filepath.Join(s.Inbox, name), []byte("a person's"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, &s.Poll, "people~3.csv")
	has(t, s.Inbox, map[string]string{
		"people.csv": "a person's", "people~2.mapping.yaml": "a person's", "people~3.csv": "new", "people~3.mapping.yaml": "map",
	})
}

// TestStoreFails: whichever note fails, and whether or not the store has it all the same, the file comes once.
func TestStoreFails(t *testing.T) {
	for fail := 1; fail <= 3; fail++ {
		for _, after := range []bool{false, true} {
			s := newSite(t, nil, 0)
			s.answer = text("one")
			s.Mapping = filepath.Join(t.TempDir(), "standard.yaml")
			if err := os.WriteFile(s.Mapping, []byte("version: 1\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			s.Memory = &kept{fail: fail, after: after}
			if _, err := s.Run(t.Context()); err == nil {
				t.Errorf("note %d failed and nothing was said", fail)
			}
			for range 3 {
				if _, err := s.Run(t.Context()); err != nil {
					t.Error(err)
				}
			}
			has(t, s.Inbox, map[string]string{"people.csv": "one", "people.mapping.yaml": "version: 1\n"})
		}
	}
}

// TestInboxReplaced: where another folder is in the inbox's place, a file that was on its way is brought again.
func TestInboxReplaced(t *testing.T) {
	s := newSite(t, nil, 0)
	s.answer = text("one")
	memory := &kept{fail: 2} // it is in the inbox, and that is not noted
	s.Memory = memory
	if _, err := s.Run(t.Context()); err == nil {
		t.Error("nothing was said")
	}
	s.Inbox = t.TempDir()
	run(t, &s.Poll, "people.csv")
	run(t, &s.Poll, "")
}

func TestInboxMissing(t *testing.T) {
	s := newSite(t, nil, 0)
	s.answer = text("one")
	s.Inbox = filepath.Join(s.Inbox, "missing")
	if _, err := s.Run(t.Context()); err == nil || len(s.asked) > 0 {
		t.Errorf("asked %d times, %v", len(s.asked), err)
	}
}

func TestSweepsWhatIsStale(t *testing.T) {
	s := newSite(t, nil, 0)
	s.answer = text("one")
	for name, age := range map[string]time.Duration{".inlet-OLD.part": 25 * time.Hour, ".inlet-NEW.part": time.Hour, "old.part": 25 * time.Hour} {
		file := filepath.Join(s.Inbox, name)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	run(t, &s.Poll, "people.csv")
	if names := listed(t, s.Inbox); !slices.Equal(names, []string{".inlet-NEW.part", "old.part", "people.csv"}) {
		t.Errorf("the inbox holds %q", names)
	}
}

func TestPath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		name := filepath.Join(dir, "people.csv")
		p, err := NewPath(name, 10)
		if err != nil {
			t.Fatal(err)
		}
		e := &Poll{Name: "crm", Source: p, Memory: &kept{}, Inbox: t.TempDir()}
		fails(t, e, "no such file")
		write := func(text string) {
			t.Helper()
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("01234567890")
		fails(t, e, "is larger than 10 bytes")
		write("one")
		go func() {
			time.Sleep(quiet / 2)
			write("one, two")
		}()
		fails(t, e, "is being written")
		run(t, e, "people.csv")
		run(t, e, "")
		if err := os.Chtimes(name, time.Time{}, time.Unix(1, 0)); err != nil { // touched only
			t.Fatal(err)
		}
		run(t, e, "")
		write("three")
		run(t, e, "people~2.csv")
		has(t, e.Inbox, map[string]string{"people.csv": "one, two", "people~2.csv": "three"})
	})
}

func TestPathIsAPlainFile(t *testing.T) {
	p, err := NewPath(t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	fails(t, &Poll{Name: "crm", Source: p, Memory: &kept{}, Inbox: t.TempDir()}, "not a plain file")
	if _, err := NewPath("relative.csv", 0); err == nil {
		t.Error("a relative path is taken")
	}
	for _, address := range []string{"", "people.csv", "ftp://x/y", "http://", "http://%"} {
		if _, err := NewURL(address, nil, 0, time.UTC); err == nil {
			t.Errorf("%q is taken for an address", address)
		}
	}
}

// A date in the address is that of the zone. The marks of yesterday's file are not given for today's.
func TestURLWithADate(t *testing.T) {
	s := newSite(t, nil, 0)
	zone, err := time.LoadLocation("Pacific/Kiritimati") // UTC+14
	if err != nil {
		t.Fatal(err)
	}
	u, err := NewURL(s.URL+"/export-{2006-01-02}.csv?from={20060102 -1d}", nil, 0, zone)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().In(zone)
	s.Source, s.answer = u, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		text("a;b")(w, r)
	}
	run(t, &s.Poll, "export-"+now.Format("2006-01-02")+".csv")
	if got, want := s.asked[0].URL.RequestURI(), "/export-"+now.Format("2006-01-02")+".csv?from="+now.AddDate(0, 0, -1).Format("20060102"); got != want {
		t.Errorf("it asked for %s, wanted %s", got, want)
	}
	run(t, &s.Poll, "")
	if s.asked[1].Header.Get("If-None-Match") == "" {
		t.Error("the same day's mark was not given")
	}
	u.template = strings.Replace(u.template, "{2006-01-02}", "{2006-01-02 +1d}", 1)
	run(t, &s.Poll, "")
	if s.asked[2].Header.Get("If-None-Match") != "" {
		t.Error("another day's file is asked for with this day's mark")
	}
}
