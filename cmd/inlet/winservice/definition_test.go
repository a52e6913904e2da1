package winservice

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/pipeline/message"
)

// defined returns the service that the arguments of `inlet service install` describe.
func defined(t *testing.T, args ...string) (definition, error) {
	t.Helper()
	var d definition
	install := installCommand()
	install.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		name, err := cmd.Flags().GetString("name")
		if err != nil {
			t.Fatal(err)
		}
		d, err = define(cmd, name)
		return err
	}
	root := &cobra.Command{Use: "inlet", SilenceErrors: true, SilenceUsage: true}
	open.AddFlags(root)
	root.AddCommand(install)
	root.SetArgs(append([]string{"install"}, args...))
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	return d, root.Execute()
}

// inFolder makes a folder with a blank in its name and a configuration the current one.
func inFolder(t *testing.T, config string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "shared folders")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if err := os.WriteFile("crm.yaml", []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

const oneInbox = "store: {uri: 'sqlite:inlet.db'}\ninboxes: [{name: kunder, path: kunder}]\n"

// TestDefine: a service has absolute paths, each as one argument, and says the language that was asked for.
func TestDefine(t *testing.T) {
	dir := inFolder(t, oneInbox)
	for _, variable := range os.Environ() { // those of a run of tests
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "INLET_") {
			t.Setenv(name, "") // which restores it
			_ = os.Unsetenv(name)
		}
	}
	t.Setenv("INLET_LOG_LEVEL", "debug")
	d, err := defined(t, "--config", "crm.yaml", "--lang", "sv")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"run", "--config", filepath.Join(dir, "crm.yaml"), "--service", "--lang", "sv"}; !slices.Equal(d.args, want) {
		t.Errorf("arguments %q, want %q", d.args, want)
	}
	if !filepath.IsAbs(d.program) || d.name != "inlet" || d.language != message.Swedish || d.log != filepath.Join(dir, "crm.log") {
		t.Errorf("%+v", d)
	}
	if !slices.Equal(d.inboxes, []string{filepath.Join(dir, "kunder")}) || !slices.Equal(d.variables, []string{"INLET_LOG_LEVEL"}) {
		t.Errorf("inboxes %q, variables %q", d.inboxes, d.variables)
	}
	if !isOurs(append([]string{d.program}, d.args...)) || isOurs([]string{`C:\Windows\System32\spoolsv.exe`}) {
		t.Error("a service of inlet is known by what it runs")
	}
}

// TestDefineMistakes: nobody reads what a service says of mistakes, so they are errors of the command that installs it.
func TestDefineMistakes(t *testing.T) {
	for _, test := range []struct{ config, args, want, swedish string }{
		{oneInbox, "", "name it with --config", "ange den med --config"},
		{oneInbox, "--config nix.yaml", "nix.yaml", "nix.yaml"},
		{oneInbox + "inbox: 1\n", "--config crm.yaml", "crm.yaml:3:1: inbox: unknown key", "okänd nyckel"},
		{"store: {uri: 'sqlite:inlet.db'}\n", "--config crm.yaml", "no inbox is configured", "ingen inkorg är angiven"},
		{oneInbox, "--config crm.yaml --store sqlite:x.db", "write store: in the configuration", "skriv store: i konfigurationen"},
		{oneInbox, `--config crm.yaml --name in\let`, "is not a name for a service", "kan inte vara namnet på en tjänst"},
	} {
		inFolder(t, test.config)
		for lang, want := range map[string]string{"en": test.want, "sv": test.swedish} {
			_, err := defined(t, append(strings.Fields(test.args), "--lang", lang)...)
			if err == nil || !strings.Contains(message.ErrorIn(lang, err), want) {
				t.Errorf("%s: %v, want %q", test.args, err, want)
			}
			if coded, ok := err.(exitcode.Error); !ok || coded.Code != exitcode.Usage {
				t.Errorf("%s: %#v, want exit code %d", test.args, err, exitcode.Usage)
			}
		}
	}
}
