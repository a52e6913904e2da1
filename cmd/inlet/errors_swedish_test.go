package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestErrorsSwedish: what commands say of wrong input has no English words in Swedish; quoted are the names of commands, options and files alone.
func TestErrorsSwedish(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("INLET_TOKEN", "")
	write(t, "x.csv", "Kund namn;Adr;Tfn\nAcme;Gatan 1;0701234567\n")
	english := regexp.MustCompile(`(?i)\b(the|is|not|was|of|and|or|has|have|does|there|with|this|that|needs?|cannot|found|write|wrong|missing|must|file|which|before|exists?|removed|reached)\b`)
	names := regexp.MustCompile("`[^`]*`|--[a-z-]+|inlet [a-z]+( [a-z]+)*|org_number|" + `[a-z]+_[a-z_]+`)
	for _, line := range []string{
		"show nope", "show", "plan nix.csv", "import nix.xlsx", "undo nope", "approve nope", "discard nope", "cancel nope", "resume nope", "pause nope", "why x", "export", "export acc",
		"field add account.custom.x --type foo", "field remove account.custom.y", "user add", "token create", "token revoke x", "source run x", "source test x", "source login x",
		"index nix.csv", "index x.csv --prune=3", "field add foo", "move a", "move sqlite:a.db sqlite:b.db", "template x", "mapping suggest nix.csv", "mapping check x.csv", "mapping edit nix", "push x.csv",
		"push x.csv --to foo --inbox a", "audit --limit 0", "list --limit 0", "list --limt 3", "imprt", "run", "run --config nix.yaml", "check nix.csv", "check --send-test x.csv",
		"init --config x.csv", "service", "service install", "service remove", "demo --mongodb foo", "--store foo:bar list", "--store sqlite:/nix/x.db import x.csv", "--store sqlite:x.csv list",
	} {
		_, out, errs := typed(t, append(strings.Fields(line), "--lang", "sv")...)
		text := names.ReplaceAllString(out+errs, "")
		if found := english.FindAllString(text, -1); found != nil || strings.TrimSpace(out+errs) == "" {
			t.Errorf("%s: %q in %s%s", line, found, out, errs)
		}
	}
}
