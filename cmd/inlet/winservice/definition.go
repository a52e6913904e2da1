package winservice

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/pipeline/message"
)

// definition is what the service manager keeps of a service.
type definition struct {
	name, account string
	program       string   // absolute
	args          []string // of the program, with absolute paths
	log           string   // the file that the service writes its log to
	language      string
	inboxes       []string // their folders
	variables     []string // INLET_… of this window, which the service does not have
}

// define returns the service that a command line describes. Its configuration has to be correct: nobody reads what a service says of mistakes.
func define(cmd *cobra.Command, name string) (definition, error) {
	if err := checkName(name); err != nil {
		return definition{}, err
	}
	config := open.ConfigFile(cmd)
	if config == "" {
		return definition{}, exitcode.Usage.With(message.Errorf("a service needs a configuration: name it with --config"))
	}
	if cmd.Flag("store").Changed {
		return definition{}, exitcode.Usage.With(message.Errorf("--store is for one command, not for a service: write store: in the configuration"))
	}
	cfg, err := open.Config(cmd)
	if err != nil {
		return definition{}, err
	}
	if len(cfg.Inboxes) == 0 {
		return definition{}, exitcode.Usage.With(message.Errorf("no inbox is configured; write e.g. inboxes: [{name: kunder, path: inbox}] in a file and name it with --config"))
	}
	program, err := os.Executable()
	if err != nil {
		return definition{}, exitcode.Failed.With(err)
	}
	if config, err = filepath.Abs(config); err != nil {
		return definition{}, exitcode.Failed.With(err)
	}
	d := definition{name: name, program: program, args: []string{"run", "--config", config, "--" + flag}, log: logFile(config), language: cfg.Language, variables: ownVariables(os.Environ())}
	if lang := cmd.Flag("lang"); lang.Changed {
		d.args = append(d.args, "--lang", lang.Value.String())
	}
	for _, in := range cfg.Inboxes {
		d.inboxes = append(d.inboxes, in.Path)
	}
	return d, nil
}

// serviceName is what a service may be called: the name is also that of a key of the registry, and is typed after net start.
var serviceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

func checkName(name string) error {
	if serviceName.MatchString(name) {
		return nil
	}
	return exitcode.Usage.With(message.Errorf("%q is not a name for a service: use letters a to z, digits, hyphens and periods, e.g. inlet-crm", name))
}

// logFile is the log of a service with this configuration.
func logFile(config string) string { return strings.TrimSuffix(config, filepath.Ext(config)) + ".log" }

// ownVariables returns the variables of an environment that inlet reads, without their values.
func ownVariables(environ []string) []string {
	var all []string
	for _, variable := range environ {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "INLET_") {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// isOurs reports whether a service that runs this command line is one of inlet.
func isOurs(commandLine []string) bool {
	return len(commandLine) > 2 && commandLine[1] == "run" && commandLine[2] == "--config"
}
