package usage

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/pipeline/message"
)

// widest is the width of help: lines that are longer are hard to read.
const widest = 100

// Help writes the help of a command.
func Help(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	h := help{w: w, width: widest}
	if screen := terminal.Width(w); screen > 0 {
		h.width = min(widest, screen)
	}
	h.text(cmd)
	fmt.Fprintln(w)
	h.heading("Usage:")
	if cmd.HasAvailableSubCommands() {
		h.line("  " + cmd.CommandPath() + " COMMAND")
	} else {
		h.line("  " + cmd.UseLine())
	}
	if cmd.HasExample() {
		h.heading("\nExamples:")
		fmt.Fprintln(w, cmd.Example)
	}
	h.commands(cmd)
	if cmd.HasAvailableLocalFlags() {
		h.heading("\nFlags:")
		fmt.Fprint(w, cmd.LocalFlags().FlagUsagesWrapped(h.width))
	}
	if cmd.HasAvailableInheritedFlags() {
		h.heading("\nFlags of all commands:")
		fmt.Fprint(w, cmd.InheritedFlags().FlagUsagesWrapped(h.width))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintln(w)
		h.line(cmd.CommandPath() + " COMMAND --help describes a command.")
	}
}

// help is the help of one command.
type help struct {
	w     io.Writer
	width int
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
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
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
				h.heading("\n" + title)
				shown = true
			}
			text := "  " + message.Pad(sub.Name(), wide) + "  " + sub.Short
			for _, line := range terminal.FoldLine(text, h.width, wide+4) {
				fmt.Fprintln(h.w, line)
			}
		}
	}
	for _, group := range cmd.Groups() {
		list(group.Title, group.ID)
	}
	if len(cmd.Groups()) == 0 {
		list("Commands:", "")
		return
	}
	list("Other commands:", "")
}
