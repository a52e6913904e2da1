package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sources"
)

// TestFiles: what is noted of a source's files comes back, is changed and forgotten one by one, and is nobody else's.
func TestFiles(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		s := open(t, fresh())
		note := func(source string, notes map[string]json.RawMessage) {
			t.Helper()
			if err := s.History.NoteFiles(t.Context(), source, notes); err != nil {
				t.Fatal(err)
			}
		}
		want := func(source string, want map[string]string) {
			t.Helper()
			notes, err := s.History.Files(t.Context(), source)
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
		if last, err := s.History.Last(t.Context(), "crm"); last != "" || err != nil {
			t.Errorf("last %q, %v", last, err)
		}
	})
}

func TestSourceRequests(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		s, other := open(t, e), open(t, e)
		no, err := s.Status.RequestPoll(t.Context(), "crm")
		if err != nil {
			t.Fatal(err)
		}
		if names, err := other.Status.Requests(t.Context()); len(names) != 1 || names[0] != "crm" || err != nil {
			t.Errorf("asked for %q, %v", names, err)
		}
		if taken, err := s.Status.RequestTaken(t.Context(), "crm", no); taken || err != nil {
			t.Errorf("taken at once: %v, %v", taken, err)
		}
		for i, s := range []*store.Store{other, s} {
			if got, mine, err := s.Status.TakeRequest(t.Context(), "crm"); got != no || mine != (i == 0) || err != nil {
				t.Errorf("take %d: %d, %v, %v", i, got, mine, err)
			}
		}
		if taken, err := s.Status.RequestTaken(t.Context(), "crm", no); !taken || err != nil {
			t.Errorf("not taken: %v, %v", taken, err)
		}
		state := sources.State{Asked: time.Now().UTC().Truncate(time.Second), Outcome: "failed", Why: "429", Ran: no}
		if err := other.Status.Set(t.Context(), "crm", state); err != nil {
			t.Fatal(err)
		}
		states, err := s.Status.All(t.Context())
		if diff := cmp.Diff(map[string]sources.State{"crm": state}, states); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		state.Ran = 0
		if err := other.Status.Set(t.Context(), "crm", state); err != nil {
			t.Fatal(err)
		}
		if states, err := s.Status.All(t.Context()); states["crm"].Ran != no || err != nil {
			t.Errorf("the answer is forgotten: %+v, %v", states, err)
		}
	})
}

// TestTokens: a token comes back with its key and with no other, and stands nowhere in the clear.
func TestTokens(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		s := open(t, e)
		if err := s.Tokens.KeepToken(t.Context(), "crm", "token", "secret"); err == nil {
			t.Error("kept without a key")
		}
		s.Tokens.Key = func() ([]byte, error) { return bytes.Repeat([]byte{1}, 32), nil }
		for _, value := range []string{"older", "the secret"} {
			if err := s.Tokens.KeepToken(t.Context(), "crm", "token", value); err != nil {
				t.Fatal(err)
			}
		}
		if value, ok, err := s.Tokens.Token(t.Context(), "crm", "token"); value != "the secret" || !ok || err != nil {
			t.Errorf("%q, %v, %v", value, ok, err)
		}
		if value, ok, err := s.Tokens.Token(t.Context(), "erp", "token"); ok || err != nil {
			t.Errorf("of another source: %q, %v", value, err)
		}
		docs, err := e.Range(t.Context(), engine.Sources, engine.Range{Limit: 10})
		for _, doc := range docs {
			if text := string(doc.Body) + string(doc.Blob); strings.Contains(text, "secret") || err != nil {
				t.Errorf("stored as %s, %v", text, err)
			}
			moved := doc
			moved.ID, moved.Order = "token/erp/token", "token/erp/token"
			if _, err := e.Insert(t.Context(), engine.Sources, moved); err != nil {
				t.Fatal(err)
			}
		}
		if value, _, err := s.Tokens.Token(t.Context(), "erp", "token"); err == nil {
			t.Errorf("the token of one source opens as that of another: %q", value)
		}
		s.Tokens.Key = func() ([]byte, error) { return bytes.Repeat([]byte{2}, 32), nil }
		if value, _, err := s.Tokens.Token(t.Context(), "crm", "token"); err == nil || !strings.Contains(err.Error(), "source login crm") || strings.Contains(err.Error(), "secret") {
			t.Errorf("with another key: %q, %v", value, err)
		}
		if err := s.Tokens.KeepToken(t.Context(), "crm", "token", ""); err != nil {
			t.Fatal(err)
		}
		if value, ok, err := s.Tokens.Token(t.Context(), "crm", "token"); ok || err != nil {
			t.Errorf("after it was forgotten: %q, %v", value, err)
		}
	})
}
