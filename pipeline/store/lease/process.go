package lease

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"inlet.example/inlet/pipeline/build"
)

// Process names a process so that another one on the same host can tell whether it is still running.
type Process struct {
	Host  string `json:"host"`
	Boot  string `json:"boot,omitempty"` // identifies the boot of the host and the namespace of its process IDs
	PID   int    `json:"pid"`
	Start string `json:"born,omitempty"`  // start time in ticks since boot, which tells a reused process ID
	Inlet string `json:"inlet,omitempty"` // its version, for people
}

// ThisProcess returns this process.
func ThisProcess() Process {
	host, _ := os.Hostname()
	p := Process{Host: host, Boot: bootID(), PID: os.Getpid(), Inlet: build.Version()}
	p.Start = startTime(p.PID)
	return p
}

// HasExited reports whether the process has certainly ended.
func (p Process) HasExited() bool { return p.hasExited(ThisProcess()) }

// hasExited says that the process has certainly ended: it ran on the host of this process since the last boot, and does not run any more. Where that
// cannot be known (another host, a system without /proc) it is false.
func (p Process) hasExited(this Process) bool {
	if p.Host != this.Host || p.Boot == "" || p.Boot != this.Boot {
		return false
	}
	if found, err := os.FindProcess(p.PID); err == nil && errors.Is(found.Signal(syscall.Signal(0)), os.ErrProcessDone) {
		return true
	}
	now := startTime(p.PID)
	return now != "" && now != p.Start
}

// String returns what a person finds the process by: process ID and host.
func (p Process) String() string { return fmt.Sprintf("process %d on %s", p.PID, p.Host) }
