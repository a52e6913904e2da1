package main

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/licensecheck"
)

// allowedLicences are those under which a module can be part of a program under Apache-2.0.
var allowedLicences = []string{"LGPL-3.0 (1)", "Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "Unlicense", "CC0-1.0", "0BSD", "Zlib"}

// readLicences are those of modules that a person has read, because the library finds no text, or another one than is allowed.
var readLicences = map[string]string{
	"github.com/mattn/go-localereader": "MIT", // its README says so; it has no other text
	"github.com/cloudsoda/sddl":        "LGPL-3.0 (1)",
}

const licences = "../../deploy/licences.md"

// TestLicences: deploy/licences.md lists the modules that are in a binary of any system, with their versions and licences, all of which are allowed; -update
// writes it.
func TestLicences(t *testing.T) {
	t.Parallel()
	modules := map[string]string{} // folder in the module cache, by module and version
	for _, system := range []string{"linux", "windows", "darwin"} {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", ".")
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			if name, dir, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
				modules[name] = dir
			}
		}
	}
	var list bytes.Buffer
	list.WriteString("# Licences\n\nThe modules in the binaries of inlet, for all systems. inlet itself is under [Apache-2.0](../LICENSE). The texts are in the modules;\n" +
		"`go mod vendor` collects them. Written by `go test ./cmd/inlet -run TestLicences -update`.\n\n| module | version | licence |\n|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		module, version, _ := strings.Cut(name, " ")
		licence := licenceOf(t, module, modules[name])
		for one := range strings.SplitSeq(licence, ", ") {
			if !slices.Contains(allowedLicences, one) {
				t.Errorf("%s is under %s", name, licence)
			}
		}
		fmt.Fprintf(&list, "| %s | %s | %s |\n", module, version, licence)
	}
	list.WriteString("\n(1) The module is part of SMB drives. Its file LICENSE is the LGPL 3, its README says MIT. The LGPL lets it be part of a program that can be built again with " +
		"another\nversion of it, as inlet can; a binary built with `-tags nodrives` does not contain it.\n")
	if len(modules) < 100 {
		t.Fatalf("only %d modules were found", len(modules))
	}
	if *update {
		if err := os.WriteFile(licences, list.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if has, err := os.ReadFile(licences); err != nil || !bytes.Equal(has, list.Bytes()) {
		t.Errorf("deploy/licences.md is not about the modules of now: go test ./cmd/inlet -run TestLicences -update (%v)", err)
	}
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([-._].*)?$`)

// licenceOf returns the licences of the texts in the folder of a module.
func licenceOf(t *testing.T, module, dir string) string {
	t.Helper()
	if read := readLicences[module]; read != "" {
		return read
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range licensecheck.Scan(text).Match {
			if !m.IsURL {
				found[m.ID] = true
			}
		}
	}
	if len(found) == 0 {
		return "an unknown licence"
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), ", ")
}

// TestToolsArePinned: what CI and the release install has a version, in each script the same.
func TestToolsArePinned(t *testing.T) {
	t.Parallel()
	versions := map[string]string{}
	for _, script := range []string{"../../.ci/run", "../../deploy/release"} {
		f, err := os.Open(script)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			for _, m := range regexp.MustCompile(`([a-z0-9.-]+\.[a-z]+/[\w./-]+)@(\S*?)["')]*(?:\s|$)`).FindAllStringSubmatch(lines.Text(), -1) {
				if !regexp.MustCompile(`^v\d+\.\d+\.\d+$`).MatchString(m[2]) {
					t.Errorf("%s installs %s@%s", script, m[1], m[2])
				}
				if before, ok := versions[m[1]]; ok && before != m[2] {
					t.Errorf("%s is installed as %s and %s", m[1], before, m[2])
				}
				versions[m[1]] = m[2]
			}
		}
	}
	if len(versions) < 5 {
		t.Errorf("only %v were found", versions)
	}
}
