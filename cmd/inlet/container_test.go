package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"golang.org/x/crypto/bcrypt"
	"inlet.example/inlet/daemon/config/load"
)

// TestCompose: what compose.yaml mounts exists, the configuration in it can be used, and Prometheus has the password that inlet asks for.
func TestCompose(t *testing.T) {
	read := func(path string, into any) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join("../../deploy", path))
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(text, into); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	var compose struct {
		Services map[string]struct{ Volumes []string }
		Volumes  map[string]any
	}
	read("compose.yaml", &compose)
	mounts := 0
	for name, service := range compose.Services {
		for _, v := range service.Volumes {
			mounts++
			from, _, _ := strings.Cut(v, ":")
			if _, named := compose.Volumes[from]; named {
				continue
			}
			if _, err := os.Stat(filepath.Join("../../deploy", from)); err != nil {
				t.Errorf("%s mounts %s: %v", name, v, err)
			}
		}
	}
	if len(compose.Services) != 4 || mounts < 8 {
		t.Errorf("%d services, %d mounts", len(compose.Services), mounts)
	}
	cfg, err := load.Load("../../deploy/compose/inlet.yaml", load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	if guard, err := cfg.HTTP.Guard(); err != nil || !guard.Login {
		t.Errorf("login %v, %v", guard.Login, err)
	}
	var web struct {
		Users map[string]string `yaml:"basic_auth_users"`
	}
	var scraper struct {
		Jobs []struct {
			Auth struct{ Username, Password string } `yaml:"basic_auth"`
		} `yaml:"scrape_configs"`
	}
	read("compose/web.yaml", &web)
	read("compose/prometheus.yml", &scraper)
	auth := scraper.Jobs[0].Auth
	if err := bcrypt.CompareHashAndPassword([]byte(web.Users[auth.Username]), []byte(auth.Password)); err != nil {
		t.Errorf("the login of Prometheus: %v", err)
	}
}

// TestDockerfile: it builds with the toolchain of the module, and each command line in it is one of inlet.
func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile("../../deploy/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	toolchain := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(string(module))
	if !strings.Contains(string(text), "golang:"+toolchain[1]+"-") {
		t.Errorf("it does not build with Go %s", toolchain[1])
	}
	for _, want := range []string{"\nFROM scratch\n", "\nUSER 65532:65532\n", "CGO_ENABLED=0", "-trimpath"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, found := range regexp.MustCompile(`CMD \[(.*)\]`).FindAllStringSubmatch(string(text), -1) {
		args := strings.Split(strings.ReplaceAll(found[1], `"`, ""), ", ")
		if args[0] == "/usr/bin/inlet" {
			args = args[1:]
		}
		cmd, rest, err := command(io.Discard, io.Discard).Find(args)
		if err != nil || cmd.Name() != args[0] {
			t.Errorf("%v: %v", args, err)
			continue
		}
		if err := cmd.ParseFlags(rest); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// TestKubernetesConfigurations: the configurations of the overlays can be loaded, with the secrets where the manifests mount them.
func TestKubernetesConfigurations(t *testing.T) {
	for overlay, store := range map[string]string{"sqlite": "sqlite:/var/lib/inlet/inlet.db", "mongodb": "mongodb://inlet:change-me@mongodb/crm?authSource=admin"} {
		from, dir := filepath.Join("../../deploy/kubernetes/overlays", overlay), t.TempDir()
		files, err := os.ReadDir(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(filepath.Join(from, f.Name()))
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, f.Name()), []byte(strings.ReplaceAll(string(text), "/run/secrets/inlet/", dir+"/")), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		cfg, err := load.Load(filepath.Join(dir, "inlet.yaml"), load.Environment(nil))
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(cfg.Store.URI) != store {
			t.Errorf("%s: the store is %q", overlay, cfg.Store.URI)
		}
		if guard, err := cfg.HTTP.Guard(); err != nil || !guard.Login {
			t.Errorf("%s: login %v, %v", overlay, guard.Login, err)
		}
	}
}
