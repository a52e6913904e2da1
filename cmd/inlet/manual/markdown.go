package manual

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Markdown writes the reference of all commands as one document: what each is for, its arguments and its flags.
func Markdown(w io.Writer, root *cobra.Command) {
	fmt.Fprintf(w, "# Commands\n\n%s\n\nFlags of all commands:\n\n", paragraphs(root.Long))
	flagTable(w, root.PersistentFlags())
	for _, group := range root.Groups() {
		fmt.Fprintf(w, "\n%s\n\n| | |\n|---|---|\n", strings.TrimSuffix(group.Title, ":")+":")
		for _, cmd := range root.Commands() {
			if cmd.GroupID == group.ID && cmd.IsAvailableCommand() {
				fmt.Fprintf(w, "| [%s](#%s) | %s |\n", cmd.CommandPath(), strings.ReplaceAll(cmd.CommandPath(), " ", "-"), cell(cmd.Short))
			}
		}
	}
	for _, group := range root.Groups() {
		for _, cmd := range root.Commands() {
			if cmd.GroupID == group.ID {
				section(w, cmd, "##")
			}
		}
	}
}

// section writes what is known of a command, and then its subcommands.
func section(w io.Writer, cmd *cobra.Command, marks string) {
	if !cmd.IsAvailableCommand() {
		return
	}
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	fmt.Fprintf(w, "\n%s %s\n\n", marks, cmd.CommandPath())
	if cmd.Runnable() && !cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "`%s`\n\n", cmd.UseLine())
	}
	fmt.Fprintf(w, "%s\n", paragraphs(text))
	if cmd.HasExample() {
		fmt.Fprintf(w, "\n```text\n%s\n```\n", strings.TrimRight(cmd.Example, "\n"))
	}
	if cmd.HasAvailableLocalFlags() {
		fmt.Fprintln(w)
		flagTable(w, cmd.LocalFlags())
	}
	for _, sub := range cmd.Commands() {
		section(w, sub, marks+"#")
	}
}

func flagTable(w io.Writer, flags *pflag.FlagSet) {
	fmt.Fprint(w, "| flag | meaning |\n|---|---|\n")
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" && f.DefValue != "0s" {
			usage += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		fmt.Fprintf(w, "| `%s` | %s |\n", name, cell(usage))
	})
}

// cell is text in a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(escape(text), "|", `\|`), "\n", " ")
}

// escape keeps words in angle brackets and asterisks from being taken for markup.
func escape(text string) string { return strings.NewReplacer("<", "&lt;", "*", `\*`).Replace(text) }

// paragraphs is a description with its paragraphs as they are, and a block of what is indented.
func paragraphs(text string) string {
	var b strings.Builder
	block := false
	for line := range strings.SplitSeq(text, "\n") {
		indented := strings.HasPrefix(line, "  ")
		if indented != block && line != "" {
			if indented {
				b.WriteString("```text\n")
			} else {
				b.WriteString("```\n")
			}
			block = indented
		}
		if !block {
			line = escape(line)
		}
		b.WriteString(line + "\n")
	}
	if block {
		b.WriteString("```\n")
	}
	return strings.TrimRight(b.String(), "\n")
}
