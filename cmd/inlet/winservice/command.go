package winservice

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/pipeline/message"
)

// defaultName is the name of the service where --name gives no other.
const defaultName = "inlet"

// Command returns the command service.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "service",
		Short: "Install inlet as a service of Windows, or remove it",
		Long: `Install inlet as a service of Windows, which starts with Windows and watches the inboxes while nobody is logged in, or remove it.

Both commands need a window that was opened with "Run as administrator". On Linux systemd starts inlet, on macOS launchd.`,
		Example: `  inlet service install --config C:\ProgramData\inlet\inlet.yaml
  net start inlet
  inlet service remove`,
		Args: usage.Commands,
		RunE: usage.Missing,
	}
	cmd.AddCommand(installCommand(), removeCommand())
	return cmd
}

func installCommand() *cobra.Command {
	var name, account string
	cmd := &cobra.Command{
		Use:   "install --config FILE",
		Short: "Install the service, which starts with Windows",
		Long: `Install a service that runs inlet run with this configuration. It starts with Windows, and again after a failure: after 5 seconds, 30 seconds, and
then every minute. It is not started now: net start inlet starts it, net stop inlet stops it.

Warnings and errors are in the event log of Windows (Application). Everything that is logged is in a file beside the configuration, inlet.log for
inlet.yaml; at 10 MB it becomes inlet.log.1, and a new one begins.

The service is run by LocalSystem, which may read and write all local files, and is the computer's own account on shares. With --account another
account runs it that has no password: "NT SERVICE\inlet", which exists for this service alone, or one that a domain manages. It needs the right
to change the inboxes and the folder of the store. An account with a password is chosen in services.msc, under Log On.

An installed service is changed by removing it and installing it again. Its configuration, store and log stay.`,
		Example: `  inlet service install --config C:\ProgramData\inlet\inlet.yaml
  inlet service install --config D:\crm\inlet.yaml --name inlet-crm --account "NT SERVICE\inlet-crm"`,
		Args: usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := supported(); err != nil {
				return exitcode.Usage.With(err)
			}
			d, err := define(cmd, name)
			if err != nil {
				return err
			}
			d.account = account
			return explained(d.name, install(cmd.OutOrStdout(), d))
		},
	}
	nameFlag(cmd, &name)
	cmd.Flags().StringVar(&account, "account", "", "`ACCOUNT` without a password that runs the service (default LocalSystem)")
	return cmd
}

func removeCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "remove",
		Short: "Stop and remove the service",
		Long:  `Stop the service if it runs, and remove it. Its configuration, store and log stay.`,
		Args:  usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := supported(); err != nil {
				return exitcode.Usage.With(err)
			}
			if err := checkName(name); err != nil {
				return err
			}
			if err := explained(name, remove(name)); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), message.Word(open.Language(cmd), "The service %s was removed. Its configuration, store and log were kept.\n"), name)
			return err
		},
	}
	nameFlag(cmd, &name)
	return cmd
}

func nameFlag(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "name", defaultName, "`NAME` of the service, where several run on one computer")
}

// explained gives what the service manager answered the words of the reader.
func explained(name string, err error) error {
	if err == nil {
		return nil
	}
	return exitcode.Failed.With(cmp.Or(explain(name, err), err))
}
