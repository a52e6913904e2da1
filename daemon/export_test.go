package daemon

import (
	"time"

	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
)

// WrapEngine makes a daemon use its store's engine through wrap.
func (d *Daemon) WrapEngine(wrap func(engine.Engine) engine.Engine) { d.wrapEngine = wrap }

// SetStallTimeout sets after how long without progress the watchdog is not notified.
func (d *Daemon) SetStallTimeout(after time.Duration) { d.stallTimeout = after }

// SetUploadIdle sets how long a client that uploads a file may send nothing.
func (d *Daemon) SetUploadIdle(most time.Duration) { d.uploadIdle = most }

// Store returns a store by its name, while files can be imported into it.
func (d *Daemon) Store(name string) (*store.Store, bool) {
	for _, s := range *d.sessions.Load() {
		if open := s.Store(); open != nil && s.Name == name {
			return open, true
		}
	}
	return nil, false
}
