// Command inlet imports workbooks that people drop into folders into MongoDB or SQLite.
//
// It has main, the root command and the order of the commands in the help, and nothing that a command does. The commands stand in packages by what they are
// for, as in the help: importing, history, control, admin and so on. Each has its flags, one call and the printing of the result; what is called is in the
// packages daemon and pipeline.
//
// What the commands share stands below them: open (configuration and store), exitcode, completion, workbook, outcome, listing, audited, usage and terminal.
// No package of commands imports another, but for check, which also says what is paused, and doctor, which asks the daemon as healthcheck does.
//
// The tests here run the program whole: each story of testdata/script, crashes, hostile files, the documentation.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // where a container has no time zones

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/admin"
	"inlet.example/inlet/cmd/inlet/check"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/control"
	"inlet.example/inlet/cmd/inlet/demo"
	"inlet.example/inlet/cmd/inlet/doctor"
	"inlet.example/inlet/cmd/inlet/drives"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/gc"
	"inlet.example/inlet/cmd/inlet/health"
	"inlet.example/inlet/cmd/inlet/history"
	"inlet.example/inlet/cmd/inlet/importing"
	"inlet.example/inlet/cmd/inlet/manual"
	"inlet.example/inlet/cmd/inlet/mappings"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/push"
	"inlet.example/inlet/cmd/inlet/service"
	"inlet.example/inlet/cmd/inlet/setup"
	"inlet.example/inlet/cmd/inlet/source"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/cmd/inlet/winservice"
	"inlet.example/inlet/pipeline/build"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/message"
)

func main() {
	drives.Prepare()
	gc.Limit()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A reader may close the output early. The write fails then, and the command removes what is temporary; by default the signal would kill it.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	os.Exit(int(run(ctx, os.Args[1:], os.Stdout, os.Stderr))) //nolint:gocritic // there is nothing left to stop
}

// Set by tests: again shortens the intervals of the daemon, stdin answers questions.
var (
	again time.Duration
	stdin io.Reader = os.Stdin // what a person types
)

// run carries out a command line, prints its error if it has one, and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) exitcode.Code {
	root := command(stdout, stderr)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitcode.OK
	}
	if outputClosed(err) {
		return exitcode.Closed
	}
	if ended, ok := errors.AsType[exitcode.Error](err); ok {
		if ended.Err != nil {
			fmt.Fprintln(terminal.Fold(stderr), message.PlainLines(errorText(ctx, cmd, ended.Err)))
		}
		return ended.Code
	}
	fmt.Fprintln(terminal.Fold(stderr), message.PlainLines(errorText(ctx, cmd, err)))
	if ctx.Err() != nil {
		return exitcode.Interrupted
	}
	return exitcode.Usage
}

// outputClosed reports whether a command failed because the reader closed its output, as "| head" does.
func outputClosed(err error) bool {
	failed, ok := errors.AsType[*fs.PathError](err)
	return ok && failed.Path == os.Stdout.Name() && errors.Is(failed, syscall.EPIPE)
}

// command puts the commands together.
func command(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "inlet",
		Short: "Import workbooks from folders into MongoDB or SQLite",
		Long: `inlet watches folders. A workbook (` + strings.Join(filename.ReadableEndings(), ", ") + `) that is saved there is checked, its rows are matched
with the stored accounts and contacts, records are created or updated, and the file is moved to the folder done.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       build.Version(),
		Args:          usage.Commands,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { usage.Help(cmd, open.Language(cmd)) })
	root.SetFlagErrorFunc(usage.Flags)
	root.SetVersionTemplate("inlet {{.Version}}\n")
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetIn(stdin)
	open.AddFlags(root)
	addGroup(root, "Start:", demo.Command(), setup.Command(), check.Command(), service.Command(again))
	addGroup(root, "Import workbooks:", mappings.Template(), mappings.Command(), importing.Plan(), importing.Import(), push.Command(), importing.Approve(), importing.Discard())
	addGroup(root, "See what was imported:", history.List(), history.Show(), history.Why(), history.Audit(), history.Export())
	addGroup(root, "Stop, continue and revert:", control.Undo(), control.Cancel(), control.Pause(), control.Resume())
	addGroup(root, "Set up and maintain:", admin.Field(), admin.User(), admin.Token(), source.Command(50*again), admin.Index(), admin.Move(), admin.Config(), doctor.Command(), health.Command(), winservice.Command())
	root.AddCommand(manual.Command())
	completion.Flags(root)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	if shells, _, err := root.Find([]string{"completion"}); err == nil {
		shells.Long = "" // says the same as Short, in English only
	}
	return root
}

// addGroup adds commands below a title of the help.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, cmd := range commands {
		cmd.GroupID = title
		cmd.SuggestFor = append(cmd.SuggestFor, otherNames[cmd.Name()]...)
		root.AddCommand(cmd)
	}
}

// otherNames are the words by which people who know other programs look for a command.
var otherNames = map[string][]string{
	"check": {"validate", "test", "lint"}, "discard": {"reject", "drop"}, "init": {"setup", "new", "create"},
	"list": {"ls", "status", "history", "log"}, "plan": {"preview", "diff", "dry-run"}, "run": {"start", "serve", "watch", "daemon"},
	"show": {"get", "describe", "info"}, "undo": {"revert", "rollback", "restore"},
}

// errorText returns what to print for the error of a command: "Stopped." if the user stopped it and the command does not say more.
func errorText(ctx context.Context, cmd *cobra.Command, err error) string {
	if exitcode.Stopped(ctx, err) {
		err = errors.New(message.Word(open.Language(cmd), "Stopped."))
	}
	return message.ErrorIn(open.Language(cmd), err)
}
