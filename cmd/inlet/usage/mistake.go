package usage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"inlet.example/inlet/pipeline/message"
)

// Mistake is an error in a command line.
type Mistake struct {
	Command *cobra.Command // whose help says more
	text    string
}

func (m *Mistake) Error() string {
	return fmt.Sprintf("%s\nSee: %s --help", m.text, m.Command.CommandPath())
}

// Commands requires the name of a subcommand, and returns what is right where there is none.
func Commands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
	if near := nearestCommand(cmd, args[0]); near != "" {
		text += fmt.Sprintf("; did you mean %q?", cmd.CommandPath()+" "+near)
	} else if cmd.HasParent() {
		text += "; there is " + orList(names(cmd))
	}
	return &Mistake{cmd, text}
}

// Missing is the error of a command that was typed without one of its subcommands.
func Missing(cmd *cobra.Command, _ []string) error {
	return fmt.Errorf("the command is missing: %s %s", cmd.CommandPath(), orList(names(cmd)))
}

// names returns the names of the subcommands.
func names(cmd *cobra.Command) []string {
	var all []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, sub.Name())
		}
	}
	return all
}

// nearestCommand returns the subcommand that a word was probably meant to be.
func nearestCommand(cmd *cobra.Command, word string) string {
	for _, sub := range cmd.Commands() {
		for _, other := range append([]string{sub.Name()}, sub.SuggestFor...) {
			if strings.EqualFold(other, word) {
				return sub.Name()
			}
		}
	}
	return message.Nearest(word, names(cmd))
}

func orList(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
}

// Flags explains an error in the flags of a command.
func Flags(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return &Mistake{cmd, unknownFlag(cmd, unknown)}
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		f := missing.GetFlag()
		value, _ := pflag.UnquoteUsage(f)
		return &Mistake{cmd, fmt.Sprintf("--%s needs a value: --%s %s", f.Name, f.Name, value)}
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f := invalid.GetFlag()
		wanted := map[string]string{"int": "a whole number", "bool": "true or false"}[f.Value.Type()]
		if wanted != "" {
			return &Mistake{cmd, fmt.Sprintf("--%s %s is not %s", f.Name, invalid.GetValue(), wanted)}
		}
	}
	return &Mistake{cmd, err.Error()}
}

func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError) string {
	if letters := unknown.GetSpecifiedShortnames(); letters != "" {
		return fmt.Sprintf("unknown flag: -%s in -%s", unknown.GetSpecifiedName(), letters)
	}
	name := unknown.GetSpecifiedName()
	text := "unknown flag: --" + name
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if near := message.Nearest(name, known); near != "" {
		return text + "; did you mean --" + near + "?"
	}
	if elsewhere := commandWithFlag(cmd.Root(), name); elsewhere != "" {
		return text + "; it is a flag of " + elsewhere
	}
	return text
}

// commandWithFlag returns a command that has a flag.
func commandWithFlag(cmd *cobra.Command, name string) string {
	if cmd.LocalFlags().Lookup(name) != nil {
		return cmd.CommandPath()
	}
	for _, sub := range cmd.Commands() {
		if found := commandWithFlag(sub, name); found != "" {
			return found
		}
	}
	return ""
}

// NoArguments requires that there are no arguments.
func NoArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &Mistake{cmd, fmt.Sprintf("%s takes no arguments, and %q was given", cmd.CommandPath(), args[0])}
}

// Arguments requires a number of arguments; the error shows how the command is used.
func Arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && len(args) <= most {
			return nil
		}
		return &Mistake{cmd, "wrong number of arguments: " + strings.TrimSuffix(cmd.UseLine(), " [flags]")}
	}
}
