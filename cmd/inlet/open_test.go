package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/cmd/inlet/open"
)

// TestServiceConfigurationIsNamed: whoever types a command where there is no configuration learns that the service has one, and nothing is written to its
// store; whoever names a configuration or a store is not bothered.
func TestServiceConfigurationIsNamed(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("INLET_STORE_URI", "")
	before := open.ServiceConfig
	t.Cleanup(func() { open.ServiceConfig = before })
	open.ServiceConfig = filepath.Join(dir, "service.yaml")
	const note = "to use that of the service: --config "
	if err := os.WriteFile(filepath.Join(dir, "service.yaml"), []byte("store: {uri: \"sqlite:of-the-service.db\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte("Företag,Postnr\nÅkeri,11122\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, errs := typed(t, "import", "a.csv"); !strings.Contains(errs, note+open.ServiceConfig) {
		t.Errorf("import says %q", errs)
	}
	if _, err := os.Stat("of-the-service.db"); err == nil {
		t.Error("the store of the service was written to")
	}
	for _, args := range [][]string{{"list", "--config", "service.yaml"}, {"list", "--store", "sqlite:inlet.db"}} {
		if _, _, errs := typed(t, args...); strings.Contains(errs, note) {
			t.Errorf("%v says %q", args, errs)
		}
	}
}
