package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"inlet.example/inlet/daemon/config/load"
)

// TestPackage: what the packages contain exists, and the configuration that they install can be used by their unit.
func TestPackage(t *testing.T) {
	text, err := os.ReadFile("../../deploy/package/nfpm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Contents []struct{ Src, Dst string }
		Scripts  map[string]string
	}
	if err := yaml.Unmarshal(text, &p); err != nil || len(p.Contents) < 15 || len(p.Scripts) != 3 {
		t.Fatalf("%v, %+v", err, p)
	}
	for _, c := range p.Contents {
		p.Scripts[c.Dst] = c.Src
	}
	for dst, src := range p.Scripts {
		if strings.HasPrefix(src, "${DIST}") {
			continue // the release script makes it
		}
		if found, err := filepath.Glob(filepath.Join("../..", src)); err != nil || len(found) == 0 {
			t.Errorf("%s does not exist, for %s", src, dst)
		}
	}
	cfg, err := load.Load("../../deploy/package/inlet.yaml", load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	service, err := os.ReadFile(unit)
	if err != nil {
		t.Fatal(err)
	}
	store, _ := cfg.Store.Embedded()
	for _, want := range []string{"StateDirectory=" + filepath.Base(filepath.Dir(store)) + "\n", "ReadWritePaths=-" + filepath.Dir(cfg.Inboxes[0].Path) + "\n", "--config /etc/inlet/inlet.yaml\n"} {
		if !strings.Contains(string(service), want) {
			t.Errorf("the unit has no %q", want)
		}
	}
}
