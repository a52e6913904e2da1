package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestPagesShowInboxes: the page and the JSON show what a person has to act on, and names of files as text.
func TestPagesShowInboxes(t *testing.T) {
	inboxes := func() []Inbox {
		return []Inbox{{Name: "kunder", Waiting: 2, Open: NewFiles(1, []string{"kunder.xlsx"}), NotWorkbooks: NewFiles(22, []string{"<b>\x1b.txt"}),
			Unreadable: NewFiles(1, []string{"låst\n.csv"}), Claimed: []Claim{{"stor\u202e.xlsx", time.Unix(1e9, 0).UTC(), "is tried again: \x1bno"}}}, {Name: "tom"}}
	}
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		Handler(http.NotFoundHandler(), func(context.Context) error { return nil }, inboxes).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		return w
	}
	page := get("/")
	for _, want := range []string{"Inbox kunder: 2 waiting", `"kunder.xlsx": open in a program`, `"<b>\x1b.txt": not a workbook`, "and 21 more: not a workbook", "Inbox tom: 0 waiting",
		`"låst\n.csv": cannot be read or moved`, `"stor\u202e.xlsx", since 2001-09-09T01:46:40Z: is tried again: \x1bno`} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the page does not say %q:\n%s", want, page.Body)
		}
	}
	if page.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("the page is %s", page.Header().Get("Content-Type"))
	}
	want := `{"inbox":"kunder","waiting":2,"open":{"count":1,"names":["kunder.xlsx"]},"not_a_workbook":{"count":22,"names":["\u003cb\u003e\u001b.txt"]},"unreadable":{"count":1,"names":["låst\n.csv"]},` +
		`"claimed":[{"workbook":"stor\u202e.xlsx","since":"2001-09-09T01:46:40Z","why":"is tried again: \u001bno"}]}`
	if got := get("/inboxes").Body.String(); !strings.Contains(got, want) {
		t.Errorf("JSON: %s", got)
	}
}
