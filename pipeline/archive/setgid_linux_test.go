package archive

import (
	"io/fs"
	"os"
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
	"inlet.example/inlet/pipeline/files"
)

// TestSetgidThatMayNotBeSet makes folders where setgid may not be set, as under RestrictSUIDSGID= of systemd. A folder around that hands it down
// leaves nothing to set; else it is reported.
func TestSetgidThatMayNotBeSet(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o007))
	plain, handing := t.TempDir(), t.TempDir()
	if err := os.Chmod(handing, 0o770|fs.ModeSetgid); err != nil {
		t.Fatal(err)
	}
	reported := map[string][]*files.OwnershipError{}
	ended := make(chan error)
	go func() {
		runtime.LockOSThread() // the thread ends with this
		err := forbidSetgid()
		for _, dir := range []string{plain, handing} {
			owner := files.Ownership{Folder: 0o770 | fs.ModeSetgid, Refused: func(e *files.OwnershipError) { reported[dir] = append(reported[dir], e) }}
			if err == nil {
				_, err = Set{Owner: owner}.open(dir+"/done", day)
			}
		}
		ended <- err
	}()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if e := reported[plain]; len(e) != 2 || e[0].Mode != 0o770|fs.ModeSetgid || e[0].Errno != syscall.EPERM {
		t.Errorf("where nothing is handed down: %v", e)
	}
	if mode, _, _ := look(t, plain+"/done/2026-03-04"); mode != fs.ModeDir|0o770 {
		t.Errorf("where nothing is handed down it is %v", mode)
	}
	if mode, _, _ := look(t, handing+"/done/2026-03-04"); mode != fs.ModeDir|fs.ModeSetgid|0o770 || len(reported[handing]) > 0 {
		t.Errorf("where setgid is handed down it is %v, reported %v", mode, reported[handing])
	}
}

// forbidSetgid lets chmod fail on this thread where it sets the bit.
func forbidSetgid() error {
	const mode = 32 // offset of the third argument of a call
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_FCHMODAT, Jf: 3},
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: mode},
		{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: unix.S_ISGID, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	return unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
}
