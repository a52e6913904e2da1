//go:build !windows

package lease

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// bootID identifies the boot of the host and the namespace of process IDs: two containers of one host may have the same host name, and both
// have a process 1.
func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, nsErr := os.Readlink("/proc/self/ns/pid")
	if err != nil || nsErr != nil {
		return ""
	}
	return strings.TrimSpace(string(id)) + " " + namespace
}

// exited is the start time of a process that has ended and whose parent has not waited for it yet.
const exited = "ended"

// startTime returns when a process started, exited where only its entry is left, and "" where that cannot be seen: a service may be denied access
// to the processes of other users.
func startTime(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The name in parentheses may contain anything. The fields follow it: state is the first, starttime the twentieth.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 20 {
		return ""
	}
	if fields[0] == "Z" {
		return exited
	}
	return fields[19]
}
