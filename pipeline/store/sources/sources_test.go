package sources_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/sources"
)

// TestFilesOfASource: notes come back, are changed and removed one by one, and belong to one source only.
func TestFilesOfASource(t *testing.T) {
	h := sources.NewHistory(&enginetest.Documents{})
	note := func(source string, notes map[string]json.RawMessage) {
		t.Helper()
		if err := h.NoteFiles(t.Context(), source, notes); err != nil {
			t.Fatal(err)
		}
	}
	want := func(source string, want map[string]string) {
		t.Helper()
		notes, err := h.Files(t.Context(), source)
		got := map[string]string{}
		for key, note := range notes {
			var n struct{ Path string }
			err = json.Unmarshal(note, &n)
			got[key] = n.Path
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s, %v (-want +got):\n%s", source, err, diff)
		}
	}
	path := func(p string) json.RawMessage { return json.RawMessage(fmt.Sprintf(`{"path":%q}`, p)) }
	want("crm", map[string]string{})
	note("crm", map[string]json.RawMessage{"aa01": path("a.$x"), "aa02": path("å/b"), "ff01": path("c")})
	note("crm 2", map[string]json.RawMessage{"aa01": path("other")})
	note("crm", map[string]json.RawMessage{"aa02": nil, "ff01": path("d"), "0001": nil})
	want("crm", map[string]string{"aa01": "a.$x", "ff01": "d"})
	want("crm 2", map[string]string{"aa01": "other"})
	if last, err := h.Last(t.Context(), "crm"); last != "" || err != nil {
		t.Errorf("last %q, %v", last, err)
	}
}

func TestRequestIsTakenOnce(t *testing.T) {
	docs := &enginetest.Documents{}
	s, other := sources.NewStatus(docs), sources.NewStatus(docs)
	no, err := s.RequestPoll(t.Context(), "crm")
	if err != nil {
		t.Fatal(err)
	}
	if names, err := other.Requests(t.Context()); len(names) != 1 || names[0] != "crm" || err != nil {
		t.Errorf("asked for %q, %v", names, err)
	}
	if taken, err := s.RequestTaken(t.Context(), "crm", no); taken || err != nil {
		t.Errorf("taken at once: %v, %v", taken, err)
	}
	for i, s := range []*sources.Status{other, s} {
		if got, mine, err := s.TakeRequest(t.Context(), "crm"); got != no || mine != (i == 0) || err != nil {
			t.Errorf("take %d: %d, %v, %v", i, got, mine, err)
		}
	}
	if taken, err := s.RequestTaken(t.Context(), "crm", no); !taken || err != nil {
		t.Errorf("not taken: %v, %v", taken, err)
	}
	state := sources.State{Asked: time.Now().UTC().Truncate(time.Second), Outcome: "failed", Why: "429", Ran: no}
	if err := other.Set(t.Context(), "crm", state); err != nil {
		t.Fatal(err)
	}
	states, err := s.All(t.Context())
	if diff := cmp.Diff(map[string]sources.Known{"crm": {State: state}}, states); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	state.Ran = 0
	if err := other.Set(t.Context(), "crm", state); err != nil {
		t.Fatal(err)
	}
	if states, err := s.All(t.Context()); states["crm"].Ran != no || err != nil {
		t.Errorf("the answer is forgotten: %+v, %v", states, err)
	}
}

// TestPollsAreKept: the last polls are kept in their order, each once, though the answer of a write was lost.
func TestPollsAreKept(t *testing.T) {
	s := sources.NewStatus(&enginetest.Documents{})
	var all []sources.Poll
	for n := range sources.KeptPolls + 5 {
		all = append(all, sources.Poll{At: time.Unix(int64(n), 0).UTC(), Outcome: "new", Files: n})
		if err := s.Set(t.Context(), "crm", sources.State{Outcome: "new"}, all[max(0, n-2):]...); err != nil {
			t.Fatal(err)
		}
	}
	states, err := s.All(t.Context())
	if diff := cmp.Diff(all[5:], states["crm"].Polls); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestTokensAreSealed: a token comes back with its key and with no other, and is nowhere in plain text.
func TestTokensAreSealed(t *testing.T) {
	docs := &enginetest.Documents{}
	s := sources.NewTokens(docs)
	if err := s.KeepToken(t.Context(), "crm", "token", "secret"); err == nil {
		t.Error("kept without a key")
	}
	s.Key = func() ([]byte, error) { return bytes.Repeat([]byte{1}, 32), nil }
	for _, value := range []string{"older", "the secret"} {
		if err := s.KeepToken(t.Context(), "crm", "token", value); err != nil {
			t.Fatal(err)
		}
	}
	if value, ok, err := s.Token(t.Context(), "crm", "token"); value != "the secret" || !ok || err != nil {
		t.Errorf("%q, %v, %v", value, ok, err)
	}
	if value, ok, err := s.Token(t.Context(), "erp", "token"); ok || err != nil {
		t.Errorf("of another source: %q, %v", value, err)
	}
	all, err := docs.Range(t.Context(), engine.Sources, engine.Range{Limit: 10})
	for _, doc := range all {
		if text := string(doc.Body) + string(doc.Blob); strings.Contains(text, "secret") || err != nil {
			t.Errorf("stored as %s, %v", text, err)
		}
		moved := doc
		moved.ID, moved.Order = "token/erp/token", "token/erp/token"
		if _, err := docs.Insert(t.Context(), engine.Sources, moved); err != nil {
			t.Fatal(err)
		}
	}
	if value, _, err := s.Token(t.Context(), "erp", "token"); err == nil {
		t.Errorf("the token of one source opens as that of another: %q", value)
	}
	s.Key = func() ([]byte, error) { return bytes.Repeat([]byte{2}, 32), nil }
	if value, _, err := s.Token(t.Context(), "crm", "token"); err == nil || !strings.Contains(err.Error(), "source login crm") || strings.Contains(err.Error(), "secret") {
		t.Errorf("with another key: %q, %v", value, err)
	}
	if err := s.KeepToken(t.Context(), "crm", "token", ""); err != nil {
		t.Fatal(err)
	}
	if value, ok, err := s.Token(t.Context(), "crm", "token"); ok || err != nil {
		t.Errorf("after it was forgotten: %q, %v", value, err)
	}
}
