package settings_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/settings"
)

// TestAPITokens: a secret is shown once and kept as a hash; it is found by itself alone, until it expires or is revoked.
func TestAPITokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		a := settings.NewAPITokens(docs)
		make := func(name string) string {
			t.Helper()
			secret, err := a.Create(t.Context(), settings.APIToken{Name: name, Inboxes: []string{"kunder"}, Verbs: []string{"upload"}, By: "anna", Expires: time.Now().Add(48 * time.Hour)})
			if err != nil || len(secret) < 30 {
				t.Fatalf("%q, %v", secret, err)
			}
			return secret
		}
		erp, other := make("erp"), make("andra")
		doc, _, err := docs.Load(t.Context(), engine.Meta, "api-tokens")
		if err != nil || strings.Contains(string(doc.Body), erp) || strings.Contains(string(doc.Body), strings.TrimPrefix(erp, "inlet_")) {
			t.Errorf("the secret is kept: %s, %v", doc.Body, err)
		}
		finds := func(secret, want string) {
			t.Helper()
			got, ok, err := a.Find(t.Context(), secret)
			if err != nil || ok != (want != "") || ok && got.Name != want {
				t.Errorf("%.9s…: %+v, %v, %v, want %q", secret, got, ok, err, want)
			}
		}
		finds(erp, "erp")
		finds(other, "andra")
		for _, wrong := range []string{"", "inlet_", erp + "a", erp[:len(erp)-1], strings.ToUpper(erp), strings.TrimPrefix(erp, "inlet_"), "Basic " + erp} {
			finds(wrong, "")
		}
		if was, err := a.Revoke(t.Context(), "erp"); !was || err != nil {
			t.Errorf("revoked: %v, %v", was, err)
		}
		finds(erp, "")
		if was, _ := a.Revoke(t.Context(), "erp"); was {
			t.Error("a token was revoked twice")
		}
		time.Sleep(48*time.Hour - time.Second)
		finds(other, "andra")
		time.Sleep(time.Second)
		finds(other, "")
		if all, err := a.All(t.Context()); err != nil || len(all) != 1 || all[0].By != "anna" {
			t.Errorf("those that have expired are listed too: %+v, %v", all, err)
		}
	})
}

// TestAPITokenMistakes: a token without an end, a scope or a name of its own is none.
func TestAPITokenMistakes(t *testing.T) {
	a := settings.NewAPITokens(&enginetest.Documents{})
	good := settings.APIToken{Name: "erp", Inboxes: []string{"*"}, Verbs: []string{"read"}, Expires: time.Now().Add(90 * 24 * time.Hour)}
	for want, change := range map[error]func(*settings.APIToken){
		nil:                     func(*settings.APIToken) {},
		settings.ErrTokenName:   func(t *settings.APIToken) { t.Name = "<b>" },
		settings.ErrTokenScope:  func(t *settings.APIToken) { t.Name, t.Inboxes = "b", nil },
		settings.ErrTokenTime:   func(t *settings.APIToken) { t.Name, t.Expires = "c", time.Time{} },
		settings.ErrTokenExists: nil,
	} {
		if want == settings.ErrTokenExists { // afterwards
			continue
		}
		token := good
		change(&token)
		if _, err := a.Create(t.Context(), token); !errors.Is(err, want) {
			t.Errorf("%+v: %v, want %v", token, err, want)
		}
	}
	for _, change := range []func(*settings.APIToken){func(t *settings.APIToken) { t.Verbs = nil }, func(t *settings.APIToken) { t.Expires = time.Now().AddDate(3, 0, 0) }, func(*settings.APIToken) {}} {
		token := good
		change(&token)
		if secret, err := a.Create(t.Context(), token); err == nil || secret != "" {
			t.Errorf("%+v is created", token)
		}
	}
}
