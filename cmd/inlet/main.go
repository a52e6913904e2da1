// Command inlet imports workbooks that people drop into folders into MongoDB.
//
// There is a file per command, with its flags, one call and the printing of the result; what several commands share is in open.go, exit.go, print.go and
// table.go. What a command does is in the packages daemon and pipeline.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // where a container has no time zones

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/gc"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

func main() {
	prepareDrives()
	gc.Limit()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr)) //nolint:gocritic // there is nothing left to stop
}

// Set by tests: at ends the process at a crash point, again shortens the intervals of the daemon.
var (
	at    ledger.At
	again time.Duration
)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := command(stdout, stderr)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if ended, ok := errors.AsType[exitError](err); ok {
		if ended.err != nil {
			fmt.Fprintln(stderr, message.PlainLines(stoppedText(ctx, cmd, ended.err)))
		}
		return ended.code
	}
	fmt.Fprintln(stderr, message.PlainLines(stoppedText(ctx, cmd, err)))
	if ctx.Err() != nil {
		return exitInterrupted
	}
	if ofCobra(err) {
		fmt.Fprintf(stderr, "See: %s --help\n", cmd.CommandPath())
	}
	return exitUsage // an error of cobra: an unknown flag or command
}

// ofCobra reports whether an error is one of cobra's own, which do not say what would be right.
func ofCobra(err error) bool {
	return slices.ContainsFunc([]string{"unknown ", "flag needs ", "invalid argument ", "accepts "},
		func(start string) bool { return strings.HasPrefix(err.Error(), start) })
}

// oneArgument requires one argument; the error says what it is.
func oneArgument(what, usage string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("this command needs exactly one %s: %s", what, usage)
		}
		return nil
	}
}

// version returns the module's version, which go install and the release build write into the binary.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func command(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "inlet",
		Short: "Import workbooks from folders into MongoDB or SQLite",
		Long: `inlet watches folders. A workbook (` + strings.Join(files.ReadableEndings(), ", ") + `) that is saved there is checked, its rows are matched
with the stored accounts and contacts, records are created or updated, and the file is moved to the folder done.

  inlet demo                    run a demonstration in a temporary folder
  inlet run --config FILE       watch the inboxes and import what arrives
  inlet plan BOOK               show what an import would do
  inlet import BOOK             import one workbook now`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version(),
	}
	root.SetVersionTemplate("inlet {{.Version}}\n")
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.PersistentFlags().StringP("config", "c", "", "configuration `FILE` (default inlet.yaml, if it exists)")
	root.PersistentFlags().String("store", "", "the `STORE`: sqlite:PATH, mongodb://HOST/DATABASE, or a name under stores: in the configuration")
	root.AddCommand(runCommand(), importCommand(), exportCommand(), indexCommand(), listCommand(), showCommand(), checkCommand(), templateCommand(), demoCommand(),
		planCommand(), approveCommand(), discardCommand(), undoCommand(), whyCommand(), moveCommand(), pauseCommand(), cancelCommand(), resumeCommand(), sourceCommand(), fieldCommand(), userCommand(), mappingCommand(), configCommand())
	return root
}
