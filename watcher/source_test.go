package watcher

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

func (w *watched) poll(want string) {
	w.Helper()
	select {
	case got := <-w.polls:
		if got != want {
			w.Fatalf("polled %s, wanted %s", got, want)
		}
	case <-time.After(patience):
		w.Fatal("never polled")
	}
}

func TestSourceIsPolledBySchedule(t *testing.T) {
	var body atomic.Value
	body.Store("one")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(body.Load().(string)))
	}))
	defer server.Close()
	mapping := filepath.Join(t.TempDir(), "crm.yaml")
	put(t, mapping, "mapping")
	in := quick(t.TempDir())
	w, _ := watch(t, in, Source{
		Name: "crm", Inbox: "in", URL: server.URL + "/people.csv", Every: 100 * time.Millisecond, Mapping: mapping, As: "crm-{2006}.csv",
	})
	a := w.next()
	if want := "crm-" + time.Now().UTC().Format("2006") + ".csv"; a.Name != want || content(t, a.Workbook) != "one" {
		t.Errorf("arrived %+v", a)
	}
	if a.Sidecar == "" || content(t, a.Sidecar) != "mapping" {
		t.Errorf("with sidecar %q", a.Sidecar)
	}
	w.poll(PolledNew)
	w.poll(PolledUnchanged)
	body.Store("two")
	if a := w.next(); content(t, a.Workbook) != "two" {
		t.Errorf("then %+v", a)
	}
}

func TestSourceIsPolledByHand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.csv")
	w, made := watch(t, quick(t.TempDir()), Source{Name: "crm", Inbox: "in", Path: path, Cron: "0 6 1 1 *", TimeZone: "Europe/Stockholm"})
	if err := made.RunNow("erp"); err == nil {
		t.Error("an unknown source was asked")
	}
	ask := func(want string) {
		t.Helper()
		if err := made.RunNow("crm"); err != nil {
			t.Fatal(err)
		}
		w.poll(want)
	}
	ask(PolledFailed)
	put(t, path, "one")
	ask(PolledNew)
	if a := w.next(); a.Name != "people.csv" || content(t, a.Workbook) != "one" {
		t.Errorf("arrived %+v", a)
	}
	ask(PolledUnchanged)
	if _, err := os.Stat(path); err != nil {
		t.Error("the source lost its file")
	}
}
