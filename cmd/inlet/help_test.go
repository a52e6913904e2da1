package main

import (
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"inlet.example/inlet/cmd/inlet/usage"
)

// TestHelpSwedish: all help has its Swedish, and what is said of wrong command lines; usage/swedish.txt has nothing else.
func TestHelpSwedish(t *testing.T) {
	said := map[string]bool{}
	say := func(text string) { said[strings.Join(strings.Fields(text), " ")] = true }
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		generated := cmd.HasParent() && cmd.Parent().Name() == "completion" // by the library, which explains each shell
		say(cmd.Short)
		if !generated {
			say(cmd.Long)
		}
		for _, group := range cmd.Groups() {
			say(group.Title)
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && f.Name != "help" && f.Name != "version" {
				say(f.Usage)
			}
		})
		for _, sub := range cmd.Commands() {
			if !sub.Hidden {
				walk(sub)
			}
		}
	}
	walk(command(io.Discard, io.Discard))
	for _, path := range []string{"usage/help.go", "usage/mistake.go"} {
		code, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?:In\([\w.]+, |say\()("(?:[^"\\]|\\.)*")`).FindAllStringSubmatch(string(code), -1) {
			text, err := strconv.Unquote(found[1])
			if err != nil {
				t.Fatal(err)
			}
			say(text)
		}
	}
	for _, what := range []string{"field", "import", "name", "record ID", "source", "user", "workbook"} { // what usage.One and OneOrTwo ask for
		say(what)
	}
	delete(said, "")
	for text := range said {
		if !usage.HasSwedish(text) {
			t.Errorf("usage/swedish.txt has no Swedish of %q", text)
		}
	}
	for _, text := range usage.Texts() {
		if !said[text] {
			t.Errorf("usage/swedish.txt: %q is not said any more", text)
		}
	}
}

// TestHelpLanguage: help and mistakes are in the language that the command line or the configuration says.
func TestHelpLanguage(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "sv.yaml", "language: sv\n")
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"import", "--help", "--config", "sv.yaml"}, "Importera en arbetsbok nu, som om den hade lagts i en inkorg."},
		{[]string{"--lang", "sv", "--help"}, "Importera arbetsböcker:"},
		{[]string{"list", "--help"}, "List the imports, the newest first."},
		{[]string{"list", "--config", "sv.yaml", "--limt", "3"}, "okänd flagga: --limt; menade du --limit?\nSe: inlet list --help"},
		{[]string{"import", "--config", "sv.yaml"}, "kommandot behöver exakt ett argument, arbetsbok: inlet import BOOK"},
		{[]string{"why", "--config", "sv.yaml"}, "kommandot behöver ett argument, posts ID, och tar dessutom högst ett, fält: inlet why ID [FIELD]"},
		{[]string{"mapping", "sugest", "--config", "sv.yaml"}, `okänt kommando "sugest" för "inlet mapping"; menade du "inlet mapping suggest"?`},
	} {
		_, out, errs := typed(t, tt.args...)
		if text := out + errs; !strings.Contains(text, tt.want) {
			t.Errorf("%v: %s", tt.args, text)
		}
	}
}
