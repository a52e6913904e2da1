package store_test

import (
	"errors"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/settings"
)

// TestAuditAndTokens: who did what is listed page by page, the newest first, and removed by its age; a token that another process revokes is refused within a
// moment.
func TestAuditAndTokens(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		s, other := open(t, e), open(t, e)
		const all = 620 // more than are removed with one command
		for i := range all {
			_, err := s.Audit.Add(t.Context(), audit.Entry{Who: "anna", What: audit.Acts[i%len(audit.Acts)], Of: "a.xlsx"})
			must(t, err)
		}
		failed := errors.New("it is not there")
		if err := other.Audit.Do(t.Context(), audit.Entry{Who: "bo", What: audit.Undo, Import: "x-1"}, func() error { return failed }); !errors.Is(err, failed) {
			t.Errorf("what fails gives %v", err)
		}
		seen, before := map[string]bool{}, ""
		for {
			page, err := s.Audit.List(t.Context(), before, 100)
			must(t, err)
			if before == "" && (page[0].Who != "bo" || page[0].Failed != failed.Error()) {
				t.Errorf("the newest is %+v", page[0])
			}
			if len(page) == 0 {
				break
			}
			for _, kept := range page {
				seen[kept.ID] = true
			}
			before = page[len(page)-1].ID
		}
		same(t, "entries", all+1, len(seen))
		n, err := s.Audit.Prune(t.Context(), time.Now().Add(time.Hour))
		must(t, err)
		same(t, "removed", all+1, n)
		if pauses, err := s.Pauses.All(t.Context()); err != nil || len(pauses.Of) > 0 {
			t.Errorf("other settings: %+v, %v", pauses, err)
		}

		secret, err := s.APITokens.Create(t.Context(), settings.APIToken{Name: "erp", Inboxes: []string{"kunder"}, Verbs: []string{"read"}, Expires: time.Now().Add(48 * time.Hour)})
		must(t, err)
		found, ok, err := other.APITokens.Find(t.Context(), secret)
		must(t, err)
		same(t, "the token in another process", "erp", found.Name)
		if was, err := s.APITokens.Revoke(t.Context(), "erp"); !ok || !was || err != nil {
			t.Error(ok, was, err)
		}
		for end := time.Now().Add(5 * time.Second); ok; time.Sleep(50 * time.Millisecond) { // settings are read again after a second
			_, ok, err = other.APITokens.Find(t.Context(), secret)
			must(t, err)
			if time.Now().After(end) {
				t.Fatal("a token that was revoked is still accepted by another process")
			}
		}
	})
}
