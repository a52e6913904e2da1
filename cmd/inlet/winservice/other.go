//go:build !windows

package winservice

import (
	"context"
	"io"
	"runtime"

	"github.com/spf13/cobra"
	"inlet.example/inlet/pipeline/message"
)

// Run runs the daemon.
func Run(cmd *cobra.Command, do func(ctx context.Context, host Host) error) error {
	return do(cmd.Context(), Host{})
}

func supported() error { return elsewhere(runtime.GOOS) }

// elsewhere says what starts inlet on a system that is not Windows.
func elsewhere(system string) error {
	switch system {
	case "linux":
		return message.Errorf("this command is for Windows. Here systemd starts inlet, and has its unit from the package: systemctl enable --now inlet. Without a package, copy deploy/inlet.service of the release to /etc/systemd/system first")
	case "darwin":
		return message.Errorf("this command is for Windows. Here launchd starts inlet: copy deploy/inlet.plist of the release to /Library/LaunchDaemons, then run: sudo launchctl bootstrap system /Library/LaunchDaemons/inlet.plist")
	}
	return message.Errorf("this command is for Windows. Here the service manager of the system has to run: inlet run --config FILE")
}

// The commands end before they get here.
func install(io.Writer, definition) error { return supported() }

func remove(string) error { return supported() }

func explain(string, error) error { return nil }
