package store

import (
	"fmt"
	"os"
	"strings"
)

// owner names a process so that another one on the same host can tell whether it still lives.
type owner struct {
	Host string `json:"host"`
	Boot string `json:"boot,omitempty"`
	PID  int    `json:"pid"`
	Born string `json:"born,omitempty"` // in ticks since boot, so that a number used again is seen
}

func thisProcess() owner {
	host, _ := os.Hostname()
	o := owner{Host: host, Boot: bootID(), PID: os.Getpid()}
	o.Born = born(o.PID)
	return o
}

// dead says that the owner has certainly ended: it ran on this host since it last started, and runs no more. Where that cannot be
// known (another host, a system without /proc) it is not said.
func (o owner) dead() bool {
	this := thisProcess()
	if o.Host != this.Host || o.Boot == "" || o.Boot != this.Boot || this.Born == "" {
		return false
	}
	return born(o.PID) != o.Born
}

// String returns the owner as a person finds it: process and host.
func (o owner) String() string { return fmt.Sprintf("process %d on %s", o.PID, o.Host) }

func bootID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(id))
}

// born returns when a process started, "" if there is none.
func born(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The name in parentheses may hold anything; what follows it is fields: state is the first, starttime the twentieth.
	_, rest, _ := cutLast(string(stat), ')')
	fields := strings.Fields(rest)
	if len(fields) < 20 || fields[0] == "Z" || fields[0] == "X" {
		return ""
	}
	return fields[19]
}
