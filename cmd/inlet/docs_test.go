package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are the texts for people whose commands, configurations and links are tested.
var documents = []string{
	"README.md", "deploy/README.md", "deploy/mapping.md", "deploy/mappings/README.md", "deploy/sources.md", "deploy/troubleshooting.md", "deploy/commands.md",
	"deploy/guide.en.md", "deploy/guide.sv.md", "deploy/kubernetes/README.md", "deploy/verified.md", "deploy/CHANGELOG.md", "deploy/licences.md",
	".github/CONTRIBUTING.md",
}

// block is a fenced block of a document.
type block struct {
	doc, section string
	line         int
	lang, text   string
	setup        string // commands that a comment before it has run: <!-- test: … -->
	notRun       string // why it is not run: <!-- not run: … -->
}

func (b *block) String() string { return fmt.Sprintf("%s:%d", b.doc, b.line) }

func readDocument(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks returns the fenced blocks of a document, with the comments that stand on the line before.
func blocks(t *testing.T, doc string) (all []*block) {
	t.Helper()
	section, before := "", ""
	var open *block
	for i, line := range strings.Split(readDocument(t, doc), "\n") {
		fence, fenced := strings.CutPrefix(line, "```")
		switch {
		case open != nil && fenced:
			all, open = append(all, open), nil
		case open != nil:
			open.text += line + "\n"
		case fenced:
			open = &block{doc: doc, section: section, line: i + 1, lang: fence}
			open.setup, open.notRun = directive(before, "test"), directive(before, "not run")
		case strings.HasPrefix(line, "    ") && strings.TrimSpace(before) == "":
			t.Errorf("%s:%d: an indented block has no language, so it is not tested: fence it", doc, i+1)
		}
		if title, ok := strings.CutPrefix(line, "## "); ok && open == nil {
			section = title
		}
		before = line
	}
	return all
}

func directive(line, name string) string {
	text, ok := strings.CutPrefix(line, "<!-- "+name+": ")
	if !ok {
		return ""
	}
	return strings.TrimSuffix(text, " -->")
}

// TestDocsLanguages: a block without a language, or of one that nothing looks at, is tested by nothing.
func TestDocsLanguages(t *testing.T) {
	known := []string{"sh", "yaml", "text", "json", "js", "nginx"}
	for _, doc := range documents {
		for _, b := range blocks(t, doc) {
			if !slices.Contains(known, b.lang) {
				t.Errorf("%s: the language %q is none of %v", b, b.lang, known)
			}
		}
	}
}

var (
	link       = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading    = regexp.MustCompile(`(?m)^#+ (.+)$`)
	inlineCode = regexp.MustCompile("`([^`\n]+)`")
	fencing    = regexp.MustCompile("(?s)\n```.*?\n```")
	dropped    = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
	optional   = regexp.MustCompile(`\[[^\]]*\]`)
)

// anchors are what links to the headings of a text name, as GitHub does it.
func anchors(text string) []string {
	var all []string
	for _, found := range heading.FindAllStringSubmatch(fencing.ReplaceAllString(text, ""), -1) {
		all = append(all, strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-"))
	}
	return all
}

// TestDocsLinks: files and headings that a document links to exist.
func TestDocsLinks(t *testing.T) {
	links := 0
	for _, doc := range documents {
		for _, found := range link.FindAllStringSubmatch(readDocument(t, doc), -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			links++
			path := doc
			if target != "" {
				path = filepath.Join(filepath.Dir(doc), target)
			}
			if _, err := os.Stat(filepath.Join("../..", path)); err != nil {
				t.Errorf("%s links to %s: %v", doc, found[1], err)
			} else if anchor != "" && !slices.Contains(anchors(readDocument(t, path)), anchor) {
				t.Errorf("%s links to %s, and %s has no such heading", doc, found[1], path)
			}
		}
	}
	if links < 40 {
		t.Errorf("only %d links were found", links)
	}
}

// TestDocsCommands: each command that a document names exists, with these subcommands and flags.
func TestDocsCommands(t *testing.T) {
	named := 0
	for _, doc := range documents {
		text := readDocument(t, doc)
		for _, found := range inlineCode.FindAllStringSubmatch(fencing.ReplaceAllString(text, ""), -1) {
			if strings.HasPrefix(found[1], "inlet ") {
				named++
				checkCommandLine(t, doc, found[1])
			}
		}
		for _, b := range blocks(t, doc) {
			for line := range strings.Lines(b.text) {
				if words, ok := commandLine(line); ok && b.lang == "sh" {
					named++
					checkCommandLine(t, b.String(), words)
				}
			}
		}
	}
	if named < 100 {
		t.Errorf("only %d commands were found", named)
	}
}

// commandLine returns a line of a shell if it calls inlet, as "inlet ARGS".
func commandLine(line string) (string, bool) {
	line, _, _ = strings.Cut(line, " #")
	program, args, _ := strings.Cut(strings.TrimSpace(line), " ")
	return "inlet " + args, filepath.Base(program) == "inlet"
}

func checkCommandLine(t *testing.T, where, line string) {
	t.Helper()
	line = strings.NewReplacer("…", "", "·", "").Replace(optional.ReplaceAllString(line, ""))
	words := strings.Fields(line)[1:]
	if len(words) == 0 {
		return
	}
	root := command(io.Discard, io.Discard)
	if words[0] == "--version" || words[0] == "COMMAND" {
		return
	}
	cmd, rest, err := root.Find(words)
	if err != nil || cmd == root {
		t.Errorf("%s: %q: there is no such command", where, line)
		return
	}
	cmd.InitDefaultHelpFlag()
	for _, word := range rest {
		name, _, _ := strings.Cut(word, "=")
		if strings.HasPrefix(name, "--") && cmd.Flag(strings.TrimPrefix(name, "--")) == nil {
			t.Errorf("%s: %q: %s has no flag %s", where, line, cmd.CommandPath(), name)
		}
	}
	if cmd.HasAvailableSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") && strings.ToLower(rest[0]) == rest[0] {
		t.Errorf("%s: %q: %s has no subcommand %s", where, line, cmd.CommandPath(), rest[0])
	}
}
