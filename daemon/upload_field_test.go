package daemon_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/crm"
)

// people starts a daemon with the pages of anna, an operator, and eva, an administrator, who are logged in.
func people(t *testing.T) (cfg config.Config, r *running, anna, eva *person) {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte("hemligt"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, "basic_auth_users: {anna: %q, eva: %q}\n", hash, hash), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg = openPages(t, "http: {address: \"127.0.0.1:0\", web_config_file: "+path+", roles: {anna: operator, eva: admin}}\n")
	r = ready(t, cfg)
	anna, eva = guest(t, r.url, "sv"), guest(t, r.url, "sv")
	for name, p := range map[string]*person{"anna": anna, "eva": eva} {
		p.send("/login", url.Values{"u": {name}, "p": {"hemligt"}})
	}
	return cfg, r, anna, eva
}

const numbered = "Kundnr;Företag;Postnr\n1001;Tallmo AB;90326\n1002;Granby AB;78433\n"

// addedFields is how often the audit says that the field for customer numbers was added.
func addedFields(admin *person) int {
	return strings.Count(text(admin.open("/settings/audit").body), "account.custom.customer_number")
}

// TestUploadAddsField: the column of a customer number is a field for an administrator, which is added with the import and not before, once.
func TestUploadAddsField(t *testing.T) {
	t.Parallel()
	cfg, _, _, eva := people(t)
	columns := eva.upload(nil, file{"kunder.csv", []byte(numbered)})
	wants(t, columns, 200, "Det finns inget fält ”Kundnummer” ännu. Det läggs till när du importerar filen.", "Kundnummer (nytt fält)", "Företag matchas på Kundnummer.")
	f := columns.form(t)
	if f.Get("f-A") != "account.custom.customer_number" || f.Get("m-A") != "on" {
		t.Errorf("suggested: %v", f)
	}
	f.Set("do", "preview")
	f.Set("save", "on")
	plan := eva.settled(eva.send(columns.path, f))
	wants(t, plan, 200, "2 av 2 rader kan importeras nu.", "Importen lägger till fältet ”Kundnummer”.", "Kundnummer 1001")
	if fields := text(eva.open("/fields").body); strings.Contains(fields, "customer_number") || addedFields(eva) != 0 {
		t.Errorf("the field was added before the import: %s", fields)
	}
	eva.imported(eva.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	if imp := all(t, cfg)[0]; imp.Tally.Counts.Of(crm.Account).Created != 2 || imp.Tally.NotApplied() > 0 {
		t.Errorf("imported: %+v", imp.Tally)
	}
	wants(t, eva.open("/fields"), 200, "Kundnummer")
	if n := addedFields(eva); n != 1 {
		t.Errorf("the audit has %d entries of the field", n)
	}
	again := eva.upload(nil, file{"kunder_2.csv", []byte(numbered + "1003;Nytt AB;11122\n")})
	f = again.form(t)
	if strings.Contains(text(again.body), "nytt fält") || f.Get("f-A") != "account.custom.customer_number" {
		t.Errorf("once there is the field: %v\n%s", f, text(again.body))
	}
	f.Set("do", "preview")
	plan = eva.settled(eva.send(again.path, f))
	wants(t, plan, 200, "Skapas 1", "Oförändrade 2")
	eva.imported(eva.send(strings.TrimSuffix(plan.path, "/plan")+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	if n := addedFields(eva); n != 1 {
		t.Errorf("the audit has %d entries of the field after another import", n)
	}
}

// TestUploadOfAnOperatorAddsNoField: for an operator the column stays ignored, whatever the form says, and a file that an administrator has prepared waits for
// one.
func TestUploadOfAnOperatorAddsNoField(t *testing.T) {
	t.Parallel()
	cfg, _, anna, eva := people(t)
	columns := anna.upload(nil, file{"kunder.csv", []byte(numbered)})
	wants(t, columns, 200, "be en administratör lägga till fältet ”Kundnummer” eller importera den här filen")
	f := columns.form(t)
	if f.Get("f-A") != "" || strings.Contains(columns.body, "customer_number") {
		t.Errorf("suggested: %v", f)
	}
	f.Set("f-A", "account.custom.customer_number")
	f.Set("do", "preview")
	wants(t, anna.settled(anna.send(columns.path, f)), 200, "2 av 2 rader kan importeras nu.")

	f = eva.open(columns.path).form(t)
	f.Set("f-A", "account.custom.customer_number")
	f.Set("do", "preview")
	wants(t, eva.settled(eva.send(columns.path, f)), 200, "Importen lägger till fältet ”Kundnummer”.")
	plan := anna.settled(anna.open(columns.path + "/plan"))
	asked := anna.send(columns.path+"/import", url.Values{"digest": plan.form(t)["digest"]})
	if !strings.Contains(text(asked.body), "Be en administratör importera filen") || len(all(t, cfg)) != 0 || addedFields(eva) != 0 {
		t.Errorf("an operator imports it: %d %s", asked.code, text(asked.body))
	}
	f = anna.open(columns.path).form(t)
	if f.Get("f-A") != "" {
		t.Errorf("an operator can keep the field: %v", f)
	}
	f.Set("do", "preview")
	plan = anna.settled(anna.send(columns.path, f))
	anna.imported(anna.send(columns.path+"/import", url.Values{"digest": plan.form(t)["digest"]}))
	if imp := all(t, cfg)[0]; imp.Tally.Counts.Of(crm.Account).Created != 2 || addedFields(eva) != 0 {
		t.Errorf("imported without the field: %+v, %d added", imp.Tally, addedFields(eva))
	}
}
