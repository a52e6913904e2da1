package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// owner names a process so that another one on the same host can tell whether it still lives.
type owner struct {
	Host string `json:"host"`
	Boot string `json:"boot,omitempty"` // which start of the host, and within it whose numbers of processes
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
	if p, err := os.FindProcess(o.PID); err == nil && errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone) {
		return true
	}
	now := born(o.PID)
	return now != "" && now != o.Born
}

// String returns the owner as a person finds it: process and host.
func (o owner) String() string { return fmt.Sprintf("process %d on %s", o.PID, o.Host) }

// bootID names the start of the host and the namespace of process numbers: two containers of one host may share its name, and both
// have a process 1.
func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, nsErr := os.Readlink("/proc/self/ns/pid")
	if err != nil || nsErr != nil {
		return ""
	}
	return strings.TrimSpace(string(id)) + " " + namespace
}

// born returns when a process started, "ended" if only its number is left, and "" if that cannot be seen: a service may be forbidden to
// look at the processes of other users.
func born(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The name in parentheses may hold anything; what follows it is fields: state is the first, starttime the twentieth.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 20 {
		return ""
	}
	if fields[0] == "Z" || fields[0] == "X" {
		return "ended"
	}
	return fields[19]
}
