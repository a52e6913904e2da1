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
	this := ThisProcess()
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
	defer zombie.Wait() // not before: it would not be a zombie then
	for began := time.Now(); startTime(zombie.Process.Pid) != exited; time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("cat does not exit at the end of its input")
		}
	}
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
		{"a process that did not know its boot", host, "", gone, "", false},
		{"the first process, which others may not look at", host, boot, 1, startTime(1), false},
	} {
		if got := (Process{Host: c.host, Boot: c.boot, PID: c.pid, Start: c.start}).hasExited(this); got != c.want {
			t.Errorf("%s: has exited is %t", c.what, got)
		}
	}
	if unknown := (Process{Host: host, PID: gone}); unknown.hasExited(Process{Host: host, PID: pid}) {
		t.Error("without /proc it is known that a process has exited: it may run in another container")
	}
	numbers, err := os.Readlink("/proc/self/ns/pid")
	must(t, err)
	if os.Getpid() != pid || !strings.HasSuffix(boot, numbers) {
		t.Errorf("this process is %d of %s, not %d of %s", pid, boot, os.Getpid(), numbers)
	}
}
