//go:build !windows

package winservice

import (
	"io"
	"strings"
	"testing"

	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/pipeline/message"
)

// TestElsewhere: on other systems the commands name what starts inlet there, and where its file is.
func TestElsewhere(t *testing.T) {
	for system, want := range map[string]string{"linux": "systemctl enable --now inlet", "darwin": "/Library/LaunchDaemons/inlet.plist", "freebsd": "inlet run --config"} {
		err := elsewhere(system)
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", system, err)
		}
		if sv := message.ErrorIn(message.Swedish, err); !strings.Contains(sv, want) || !strings.HasPrefix(sv, "det här kommandot är för Windows") {
			t.Errorf("%s: %s", system, sv)
		}
	}
	for _, args := range [][]string{{"install"}, {"remove"}} {
		cmd := Command()
		cmd.SetArgs(args)
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetOut(io.Discard)
		if err, ok := cmd.Execute().(exitcode.Error); !ok || err.Code != exitcode.Usage || !strings.Contains(err.Error(), "this command is for Windows") {
			t.Errorf("%s: %v", args, err)
		}
	}
}
