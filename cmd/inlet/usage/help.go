package usage

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/pipeline/message"
)

// widest is the width of help: lines that are longer are hard to read.
const widest = 100

// Help writes the help of a command in a language.
func Help(cmd *cobra.Command, lang string) {
	w := cmd.OutOrStdout()
	h := help{w: w, width: widest, lang: lang}
	if screen := terminal.Width(w); screen > 0 {
		h.width = min(widest, screen)
	}
	h.text(cmd)
	fmt.Fprintln(w)
	h.heading(In(lang, "Usage:"))
	if cmd.HasAvailableSubCommands() {
		h.line("  " + cmd.CommandPath() + " COMMAND")
	} else {
		h.line("  " + cmd.UseLine())
	}
	if cmd.HasExample() {
		h.heading("\n" + In(lang, "Examples:"))
		fmt.Fprintln(w, cmd.Example)
	}
	h.commands(cmd)
	if cmd.HasAvailableLocalFlags() {
		h.heading("\n" + In(lang, "Flags:"))
		h.flags(cmd.LocalFlags())
	}
	if cmd.HasAvailableInheritedFlags() {
		h.heading("\n" + In(lang, "Flags of all commands:"))
		h.flags(cmd.InheritedFlags())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintln(w)
		h.line(fmt.Sprintf(In(lang, "%s COMMAND --help describes a command."), cmd.CommandPath()))
	}
}

// help is the help of one command.
type help struct {
	w     io.Writer
	width int
	lang  string
}

// flags lists flags. Their texts stay in the language: a program writes one help.
func (h *help) flags(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		f.Usage = In(h.lang, f.Usage)
		if f.Name == "help" && h.lang == message.Swedish {
			f.Usage = In(h.lang, "this help")
		}
	})
	text := flags.FlagUsagesWrapped(h.width)
	fmt.Fprint(h.w, strings.ReplaceAll(text, "(default ", In(h.lang, "(default ")))
}

func (h *help) heading(text string) {
	before := strings.TrimRight(text, "\n")
	space := before[:len(before)-len(strings.TrimLeft(before, "\n"))]
	fmt.Fprintln(h.w, space+terminal.Bold.PaintFor(h.w, before[len(space):]))
}

func (h *help) line(text string) {
	for _, line := range terminal.FoldLine(text, h.width, 4) {
		fmt.Fprintln(h.w, line)
	}
}

// text writes the description. Its paragraphs are filled; lines that are indented stay as they are.
func (h *help) text(cmd *cobra.Command) {
	text := In(h.lang, cmd.Long)
	if text == "" {
		text = In(h.lang, cmd.Short) + "."
	}
	paragraph := ""
	flush := func() {
		if paragraph != "" {
			for _, line := range terminal.FoldLine(paragraph, h.width, 0) {
				fmt.Fprintln(h.w, line)
			}
		}
		paragraph = ""
	}
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, " "):
			flush()
			fmt.Fprintln(h.w, line)
		case paragraph == "":
			paragraph = line
		default:
			paragraph += " " + line
		}
	}
	flush()
}

// commands lists the subcommands: in their groups, then those without.
func (h *help) commands(cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	wide := 0
	for _, sub := range cmd.Commands() {
		wide = max(wide, message.Width(sub.Name()))
	}
	list := func(title, group string) {
		shown := false
		for _, sub := range cmd.Commands() {
			if !sub.IsAvailableCommand() || sub.GroupID != group {
				continue
			}
			if !shown {
				h.heading("\n" + In(h.lang, title))
				shown = true
			}
			text := "  " + message.Pad(sub.Name(), wide) + "  " + In(h.lang, sub.Short)
			for _, line := range terminal.FoldLine(text, h.width, wide+4) {
				fmt.Fprintln(h.w, line)
			}
		}
	}
	for _, group := range cmd.Groups() {
		list(group.Title, group.ID)
	}
	if len(cmd.Groups()) == 0 {
		list(In(h.lang, "Commands:"), "")
		return
	}
	list(In(h.lang, "Other commands:"), "")
}
