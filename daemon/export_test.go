package daemon

import (
	"time"

	"inlet.example/inlet/pipeline/store"
)

// WrapEngine makes a daemon use its store's engine through wrap.
func (d *Daemon) WrapEngine(wrap func(store.Engine) store.Engine) { d.wrapEngine = wrap }

// SetStallTimeout sets after how long without progress the watchdog is not notified.
func (d *Daemon) SetStallTimeout(after time.Duration) { d.stallTimeout = after }
