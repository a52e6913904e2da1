package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/manual"
)

// exitCodes is the end of the reference; TestExitCodes holds that these are all.
const exitCodes = `
## Exit codes

| exit code | meaning |
|---|---|
| 0 | success |
| 1 | failed or refused |
| 2 | invalid usage or configuration |
| 3 | done, but some rows were rejected or parked, or an undo kept something |
| 4 | held |
| 5 | the store cannot be reached, timed out, is full or is locked; try again later |
| 10 | ` + "`plan --detailed-exitcode`" + `: there are changes |
| 130 | interrupted; run the same command again to continue |
| 141 | the output was closed before its end, for example by a pipe to head |

The language of the output is ` + "`language:`" + ` of the configuration; ` + "`--lang`" + ` and the variable ` + "`INLET_LANGUAGE`" + ` override it. On terminals there are
colours unless ` + "`NO_COLOR`" + ` is set, and ` + "`inlet list`" + ` shortens IDs; every command accepts the short form, and ` + "`inlet completion`" + ` completes it.
Formats for scripts: [README.md](README.md#json-output).
`

// TestDocsReference: deploy/commands.md is what the commands say about themselves; -update writes it.
func TestDocsReference(t *testing.T) {
	var b bytes.Buffer
	manual.Markdown(&b, command(io.Discard, io.Discard))
	b.WriteString(exitCodes)
	const path = "../../deploy/commands.md"
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(is, b.Bytes()) {
		t.Error("deploy/commands.md is not what the commands say: go test ./cmd/inlet -run TestDocsReference -update")
	}
}

// TestManualPages: the packages have a page for each command, with its flags.
func TestManualPages(t *testing.T) {
	dir := t.TempDir()
	root := command(io.Discard, io.Discard)
	root.SetArgs([]string{"manual", dir})
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	pages := 0
	var each func(cmd *cobra.Command)
	each = func(cmd *cobra.Command) {
		if cmd.IsAvailableCommand() && cmd.Name() != "help" && cmd != root {
			text, err := os.ReadFile(filepath.Join(dir, strings.ReplaceAll(cmd.CommandPath(), " ", "-")+".1"))
			if err != nil {
				t.Error(err)
			}
			if flags := cmd.LocalNonPersistentFlags(); flags.Lookup("json") != nil && !strings.Contains(string(text), `--json\fP`) {
				t.Errorf("the page of %s has no --json", cmd.CommandPath())
			}
			pages++
		}
		for _, sub := range cmd.Commands() {
			each(sub)
		}
	}
	each(root)
	if pages < 30 {
		t.Errorf("%d pages", pages)
	}
}
