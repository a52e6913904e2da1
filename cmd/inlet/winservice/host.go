package winservice

import (
	"log/slog"
	"time"

	"github.com/spf13/cobra"
)

// flag is what `inlet run` has on the command line of a service.
const flag = "service"

// AddFlag adds the flag by which a service knows that it is one.
func AddFlag(cmd *cobra.Command) {
	cmd.Flags().Bool(flag, false, "")
	_ = cmd.Flags().MarkHidden(flag) // it exists
}

// Host is what has started `inlet run`. The zero Host is a terminal or systemd.
type Host struct {
	// Event writes a text into the event log of Windows; nil: there is none.
	Event func(level slog.Level, text string) error
	// EventLevel is the level from which lines of the log are events too.
	EventLevel slog.Level
	// Ready says that the daemon serves its pages; nil: nobody waits for it.
	Ready func()
	// Reload receives when the configuration should be read again.
	Reload <-chan struct{}
}

// awaitEnd waits until ended receives, and calls pending every interval. It gives up after limit: ok is false then.
func awaitEnd(ended <-chan error, every, limit time.Duration, pending func()) (err error, ok bool) { //nolint:revive // whether it ended comes after how
	tick := time.NewTicker(every)
	defer tick.Stop()
	end := time.NewTimer(limit)
	defer end.Stop()
	for {
		select {
		case err := <-ended:
			return err, true
		case <-tick.C:
			pending()
		case <-end.C:
			return nil, false
		}
	}
}
