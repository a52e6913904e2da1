package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// TestPruneRules forgets what was not used for so long, and neither what was nor what nothing is known of; a rule that is forgotten finds every record
// when it is used once more.
func TestPruneRules(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		fill(t, e)
		s := open(t, e)
		must(t, s.Index.Use(t.Context(), []crm.Rule{byName, byCity, byEmail}))
		used := func(rule crm.Rule, day string) {
			doc, _, err := e.Load(t.Context(), engine.Rules, rule.ID())
			must(t, err)
			var body map[string]any
			must(t, json.Unmarshal(doc.Body, &body))
			body["used"] = day
			doc.Body, err = json.Marshal(body)
			must(t, err)
			if ok, err := e.Swap(t.Context(), engine.Rules, doc); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}
		used(byCity, "2020-01-01")
		used(byEmail, "")
		removed, err := s.Index.Prune(t.Context(), time.Now().AddDate(0, 0, -90))
		must(t, err)
		same(t, "removed", []string{byCity.ID()}, removed)
		same(t, "a rule of which nothing was known", time.Now().UTC().Format(time.DateOnly), document(t, e, engine.Rules, byEmail.ID())["used"])
		must(t, s.Index.Use(t.Context(), []crm.Rule{byName, byCity}))
		allFound(t, e, "used once more")
	})
}
