package lease

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// exitedProcess returns the ID of a process that ran on this host.
func exitedProcess(t *testing.T) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "true")
	must(t, cmd.Run())
	return cmd.Process.Pid
}

func TestProcessHasExited(t *testing.T) {
	this := thisProcess()
	host, boot, pid, birth := this.Host, this.Boot, this.PID, this.Start
	if boot == "" {
		t.Skip("this system does not say which process is running")
	}
	zombie := exec.CommandContext(t.Context(), "cat")
	ends, err := zombie.StdinPipe()
	must(t, err)
	must(t, zombie.Start())
	zombieStart := startTime(zombie.Process.Pid)
	must(t, ends.Close())
	for startTime(zombie.Process.Pid) != exited { // until it is one: it is not waited for
		time.Sleep(time.Millisecond)
	}
	defer zombie.Wait()
	gone := exitedProcess(t)
	for _, c := range []struct {
		what       string
		host, boot string
		pid        int
		start      string
		want       bool
	}{
		{"this process", host, boot, pid, birth, false},
		{"a process that ended", host, boot, gone, "123", true},
		{"another with our number", host, boot, pid, birth + "1", true},
		{"a zombie", host, boot, zombie.Process.Pid, zombieStart, true},
		{"another host", "elsewhere", boot, gone, "123", false},
		{"before the last start", host, "0b5c pid:[1]", gone, "123", false},
		{"another container of this host", host, strings.Fields(boot)[0] + " pid:[1]", gone, "123", false},
		{"a system that tells nothing", host, "", gone, "", false},
		{"the first process, which others may not look at", host, boot, 1, startTime(1), false},
	} {
		if got := (Process{c.host, c.boot, c.pid, c.start}).hasExited(); got != c.want {
			t.Errorf("%s: has exited is %t", c.what, got)
		}
	}
	numbers, err := os.Readlink("/proc/self/ns/pid")
	must(t, err)
	if os.Getpid() != pid || !strings.HasSuffix(boot, numbers) {
		t.Errorf("this process is %d of %s, not %d of %s", pid, boot, os.Getpid(), numbers)
	}
}
