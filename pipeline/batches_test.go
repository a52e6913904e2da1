package pipeline_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline/ledger"
)

// TestBatchesDoNotShow imports files made at random, under policies chosen at random: whatever the size of the batches, the outcome is
// that of one row after the other. Few values make for many hits. By default it is a fourth of the files.
func TestBatchesDoNotShow(t *testing.T) {
	files := int64(15)
	if thorough() {
		files = 60
	}
	for seed := range files {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			want := random(t, seed, 1)
			for _, batch := range []int{2, 5, 1000} {
				if diff := cmp.Diff(want, random(t, seed, batch)); diff != "" {
					t.Errorf("in batches of 1 (-) and of %d (+):\n%s", batch, diff)
				}
			}
		})
	}
}

// random returns the outcome of the file of a seed, imported twice and undone.
func random(t *testing.T, seed int64, batch int) string {
	r := rand.New(rand.NewSource(seed))
	p := newPlay(t, way{"sqlite", batch, false}, "")
	p.remember(`a1 {"name":"a","zip":"1"}` + "\n" + `a2 {"name":"b","zip":"1","org_number":"7"}` + "\n" + `a3 {"name":"a","zip":"1","city":"x"}` + "\n" +
		`c1 a1 {"name":"k","email":"k@x.se"}` + "\n" + `c2 a2 {"name":"k"}` + "\n" + `c3 a2 {"name":"k","email":"l@x.se"}` + "\n")
	start := p.inStore()
	one := func(words ...string) string { return words[r.Intn(len(words))] }
	profile, contact := one("standard", "guide", "safe"), one("[name]", "[email]", "[[email], [name]]", "[name, email]")
	scope := "account"
	if profile != "safe" && strings.Contains(contact, "email") {
		scope = one("account", "anywhere")
	}
	p.sidecar = p.file("mapping.yaml", []byte(strings.Join([]string{
		"profile: " + profile, "contact_scope: " + scope, "elsewhere: " + one("reject", "update"), "reuse: " + one("feed", "feed", "file", "off"), "ambiguous: " + one("create", "park", "reject", "next_rule"), "blank_key: " + one("create", "reject", "ignore", "literal"),
		"caps: {max_rejected: 100%, max_cleared: 100%}", "mode: " + one("upsert", "upsert", "upsert", "update"), "fill_down: " + one("true", "false"), "elsewhere_id: " + one("reject", "move"), "on_blank: " + one("keep", "clear"),
		"columns: {ID: account.id, Name: account.name, Zip: account.zip, Org: account.org_number, Ort: account.city, KID: contact.id, Contact: contact.name, Email: contact.email}",
		"match: {account: " + one("[name]", "[name, zip]", "[[org_number], [name]]", "[[name, zip], [org_number]]") + ", contact: " + contact + "}"}, "\n")))
	var rows strings.Builder
	rows.WriteString("ID,Name,Zip,Org,Ort,KID,Contact,Email\n")
	for range 5 + r.Intn(40) {
		row := []string{one("", "", "", "", "", "$a1", "$a2", "nobody"), one("a", "b", "c", "A ", ""), one("1", "2", ""), one("7", "8", "", ""), one("x", "y", ""),
			one("", "", "", "", "", "$c1", "$c2"), one("k", "l", "", "K"), one("k@x.se", "l@x.se", "", "")}
		if r.Intn(4) == 0 {
			row[0], row[1], row[2], row[3], row[4] = "", "", "", "", ""
		}
		rows.WriteString(strings.Join(row, ",") + "\n")
	}
	job := p.job(txtar.File{Name: "rows.csv", Data: []byte(rows.String())})
	var log strings.Builder
	for _, again := range []bool{false, true} {
		job.Again = again
		imp := p.imports(job)
		if imp.State != ledger.Done {
			t.Fatalf("the file is %s: %s", imp.State, imp.Why)
		}
		log.WriteString(p.says(&imp))
	}
	if batch == []int{5, 1000}[seed%2] { // few changes of one record in a batch, and many
		p.backAndForth(start)
	}
	return log.String()
}
