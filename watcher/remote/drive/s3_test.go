package drive

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rclone/gofakes3"
	"github.com/rclone/gofakes3/s3mem"
	"inlet.example/inlet/watcher/remote"
)

// bucket is one in memory, with a count of what it is asked.
func bucket(t *testing.T, objects int) (*web, gofakes3.Backend, remote.Location) {
	t.Helper()
	store := s3mem.New()
	if err := store.CreateBucket(t.Context(), "bucket"); err != nil {
		t.Fatal(err)
	}
	for n := range objects {
		fill(t, store, n)
	}
	w := &web{next: gofakes3.New(store, gofakes3.WithV4Auth(map[string]string{"app": "very-secret"})).Server()}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	return w, store, remote.Location{Source: "crm", Type: "s3", Root: "bucket/in", Options: map[string]string{
		"endpoint": server.URL, "access_key_id": "app", "secret_access_key": "very-secret", "list_version": "2",
	}}
}

func fill(t *testing.T, store gofakes3.Backend, n int) {
	text := fmt.Sprintf("file %d", n)
	// Without it the server would call each object as old as the question.
	meta := map[string]string{"Last-Modified": time.Now().UTC().Format(http.TimeFormat)}
	if _, err := store.PutObject(t.Context(), "bucket", fmt.Sprintf("in/people-%05d.csv", n), meta, strings.NewReader(text), int64(len(text))); err != nil {
		t.Fatal(err)
	}
}

// TestManyObjects lists 10,000 files and fetches the 100 that are new: a thousand files a request, and three requests a file.
func TestManyObjects(t *testing.T) {
	w, store, s := bucket(t, 10_000)
	d := openAs(t, s)
	known := listed(t, d)
	for n := range 100 {
		fill(t, store, 10_000+n)
	}
	w.answer(nil)
	began := time.Now()
	files := listed(t, d)
	took, pages := time.Since(began), len(w.requests())
	if len(files) != 10_100 || pages != 11 {
		t.Errorf("listed %d files in %d requests", len(files), pages)
	}
	w.answer(nil)
	began = time.Now()
	for path, f := range files {
		if _, ok := known[path]; !ok {
			fetched(t, d, f)
		}
	}
	if n := len(w.requests()); n != 300 {
		t.Errorf("fetched 100 files in %d requests", n)
	}
	t.Logf("listed 10,100 files in %d requests and %s, fetched 100 in 300 requests and %s", pages, took.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
}

func TestBucketRefuses(t *testing.T) {
	t.Parallel()
	w, _, s := bucket(t, 1)
	d := openAs(t, s)
	f := only(t, d)
	code := func(status int, code string) {
		w.answer(func(w http.ResponseWriter, r *http.Request) {
			if status != http.StatusForbidden {
				w.Header().Set("Retry-After", "90")
			}
			w.WriteHeader(status)
			fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>No.</Message></Error>`, code)
		})
	}
	code(403, "AccessDenied")
	if _, err := d.List(t.Context()); err == nil || isDenied(err) || !strings.Contains(err.Error(), "s3:ListBucket") {
		t.Errorf("got %v", err)
	}
	if err := d.Fetch(t.Context(), f, &bytes.Buffer{}); err == nil || isDenied(err) || !strings.Contains(err.Error(), "s3:GetObject") {
		t.Errorf("got %v", err)
	}
	code(403, "InvalidAccessKeyId")
	if _, err := d.List(t.Context()); !isDenied(err) {
		t.Errorf("got %v", err)
	}
	code(403, "RequestTimeTooSkewed")
	if _, err := d.List(t.Context()); err == nil || isDenied(err) || !strings.HasSuffix(err.Error(), "set the clock of this machine") {
		t.Errorf("got %v", err)
	}
	code(503, "SlowDown")
	_, err := d.List(t.Context())
	if wait, ok := errors.AsType[*remote.Wait](err); !ok || wait.After != 90*time.Second {
		t.Errorf("got %#v", err)
	}
}

// TestMoveIsResumedAfterTheCopy goes on after a crash between the copy and the removal.
func TestMoveIsResumedAfterTheCopy(t *testing.T) {
	p := rcloneS3(t)
	p.put(t, "a.csv", "one")
	p.put(t, "done/a.csv", "one")
	d := opened(t, p)
	if err := d.Move(t.Context(), only(t, d), "done", "a.csv"); err != nil {
		t.Error(err)
	}
	p.has(t, map[string]string{"done/a.csv": "one"})
}

// TestHashOfTheBucketIsWrong is what a bucket with a KMS looks like.
func TestHashOfTheBucketIsWrong(t *testing.T) {
	_, _, s := bucket(t, 1)
	d := openAs(t, s)
	f := only(t, d)
	err := downloaded{bytes: f.Size, hash: "md5:0"}.compare(f)
	if err == nil || !strings.Contains(err.Error(), "aws:kms") {
		t.Errorf("got %v", err)
	}
}
