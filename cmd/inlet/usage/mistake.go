package usage

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"inlet.example/inlet/pipeline/message"
)

// Mistake is an error in a command line.
type Mistake struct {
	Command *cobra.Command // whose help says more; nil: the text says all
	text    func(lang string) string
}

// Error is the mistake in English.
func (m *Mistake) Error() string { return m.In("en") }

// In returns the mistake in a language.
func (m *Mistake) In(lang string) string {
	if m.Command == nil {
		return m.text(lang)
	}
	return m.text(lang) + "\n" + fmt.Sprintf(In(lang, "See: %s --help"), m.Command.CommandPath())
}

// say returns what a mistake says: a format that In translates, filled in. Texts among the arguments that it returns itself are in the same language.
func say(format string, args ...any) func(lang string) string {
	return func(lang string) string {
		all := slices.Clone(args)
		for i, arg := range all {
			if text, ok := arg.(func(string) string); ok {
				all[i] = text(lang)
			}
		}
		return fmt.Sprintf(In(lang, format), all...)
	}
}

// One requires one argument; the error says what it is.
func One(what, example string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return &Mistake{text: say("this command needs exactly one %s: %s", func(lang string) string { return In(lang, what) }, example)}
	}
}

// OneOrTwo requires an argument and allows another; the error says what they are.
func OneOrTwo(what, other, example string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 1 || len(args) == 2 {
			return nil
		}
		in := func(noun string) func(string) string { return func(lang string) string { return In(lang, noun) } }
		return &Mistake{text: say("this command needs one %s, and takes at most one %s: %s", in(what), in(other), example)}
	}
}

// Commands requires the name of a subcommand, and returns what is right where there is none.
func Commands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := nearestCommand(cmd, args[0]); near != "" {
		return &Mistake{cmd, say("unknown command %q for %q; did you mean %q?", args[0], cmd.CommandPath(), cmd.CommandPath()+" "+near)}
	}
	if cmd.HasParent() {
		return &Mistake{cmd, say("unknown command %q for %q; there is %s", args[0], cmd.CommandPath(), orList(names(cmd)))}
	}
	return &Mistake{cmd, say("unknown command %q for %q", args[0], cmd.CommandPath())}
}

// Missing is the error of a command that was typed without one of its subcommands.
func Missing(cmd *cobra.Command, _ []string) error {
	return &Mistake{text: say("the command is missing: %s %s", cmd.CommandPath(), orList(names(cmd)))}
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

func orList(all []string) func(lang string) string {
	return func(lang string) string {
		if len(all) < 2 {
			return strings.Join(all, "")
		}
		return strings.Join(all[:len(all)-1], ", ") + In(lang, " or ") + all[len(all)-1]
	}
}

// Flags explains an error in the flags of a command.
func Flags(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return &Mistake{cmd, unknownFlag(cmd, unknown)}
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		f := missing.GetFlag()
		return &Mistake{cmd, say("--%s needs a value: --%s %s", f.Name, f.Name, func(lang string) string {
			value, _ := pflag.UnquoteUsage(&pflag.Flag{Name: f.Name, Usage: In(lang, f.Usage), Value: f.Value})
			return value
		})}
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		switch f := invalid.GetFlag(); f.Value.Type() {
		case "int":
			return &Mistake{cmd, say("--%s %s is not a whole number", f.Name, invalid.GetValue())}
		case "bool":
			return &Mistake{cmd, say("--%s %s is not true or false", f.Name, invalid.GetValue())}
		}
	}
	return &Mistake{cmd, func(string) string { return err.Error() }}
}

func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError) func(lang string) string {
	name := unknown.GetSpecifiedName()
	if letters := unknown.GetSpecifiedShortnames(); letters != "" {
		return say("unknown flag: -%s in -%s", name, letters)
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if near := message.Nearest(name, known); near != "" {
		return say("unknown flag: --%s; did you mean --%s?", name, near)
	}
	if elsewhere := commandWithFlag(cmd.Root(), name); elsewhere != "" {
		return say("unknown flag: --%s; it is a flag of %s", name, elsewhere)
	}
	return say("unknown flag: --%s", name)
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
	return &Mistake{cmd, say("%s takes no arguments, and %q was given", cmd.CommandPath(), args[0])}
}

// Arguments requires a number of arguments; the error shows how the command is used.
func Arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && len(args) <= most {
			return nil
		}
		return &Mistake{cmd, say("wrong number of arguments: %s", strings.TrimSuffix(cmd.UseLine(), " [flags]"))}
	}
}

// LanguageFlag returns what the flag --lang says among the arguments of a command whose flags were not all read because of a mistake; "" where they were.
func LanguageFlag(cmd *cobra.Command, args []string) string {
	flag := cmd.Flags().Lookup("lang")
	if flag == nil || flag.Changed {
		return ""
	}
	for i, arg := range args {
		if value, joined := strings.CutPrefix(arg, "--lang="); joined {
			return value
		} else if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}
