//go:build unix

package inbox

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
)

const (
	cannot = "Inbox cannot be used"
	again  = "Inbox can be used again"
)

func down(s Scan) bool { return s.Err != nil }
func up(s Scan) bool   { return s.Err == nil }

// downFor waits until an inbox has been down for several scans. It must have been logged once.
func (w *watched) downFor(said string) {
	w.Helper()
	w.until("down", down)
	for range 5 {
		if s := <-w.scans; s.Err == nil {
			w.Fatal("it is up")
		}
	}
	if n := w.logged(cannot); n != 1 || w.logged(said) == 0 {
		w.Errorf("said %d times that it cannot be used, and %q %d times:\n%s", n, said, w.logged(said), w.log.String())
	}
}

// upAgain waits for an inbox to heal, which must have been logged once.
func (w *watched) upAgain() {
	w.Helper()
	w.until("up", up)
	if n := w.logged(again); n != 1 {
		w.Errorf("said %d times that it can be used again:\n%s", n, w.log.String())
	}
}

func TestInboxRemovedAndMadeAgainIsLoggedOnce(t *testing.T) {
	t.Parallel()
	w := watch(t, quick(filepath.Join(t.TempDir(), "inbox")))
	w.until("up", up)
	w.put("early.csv", "e")
	a := w.next()
	if err := os.RemoveAll(w.inbox); err != nil {
		t.Fatal(err)
	}
	w.downFor("create the folder")
	if a.Gone() || a.Readable() == nil {
		t.Error("while the inbox is away nothing is lost for good, and nothing can be read")
	}
	w.put("a.csv", "a")
	if a := w.next(); a.Name != "a.csv" {
		t.Errorf("arrived %+v", a)
	}
	w.upAgain()
	if !a.Gone() {
		t.Error("the inbox is there again, and the claim that was in it is not lost")
	}
	w.nothingMore()
}

// mount mounts another folder over one: as good as a disk.
func mount(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.Command("mount", args...).CombinedOutput()
	if err != nil {
		t.Skipf("this test mounts, which takes root and is not to be had here: %s", out)
	}
	at := args[len(args)-1]
	t.Cleanup(func() { _ = exec.Command("umount", "-l", at).Run() })
}

func unmount(t *testing.T, at string) {
	t.Helper()
	if out, err := exec.Command("umount", "-l", at).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func TestInboxUnmountedAndMountedAgain(t *testing.T) {
	t.Parallel()
	disk, inbox := t.TempDir(), t.TempDir()
	mount(t, "--bind", disk, inbox)
	w := watch(t, quick(inbox))
	w.until("up", up)
	w.put("a.csv", "a")
	a := w.next()
	unmount(t, inbox)
	put(t, filepath.Join(inbox, "hidden.csv"), "beneath the mount")
	w.downFor("mount the disk again")
	if a.Readable() == nil || a.Gone() {
		t.Error("a claim on a disk that is away is not lost")
	}
	put(t, filepath.Join(disk, "b.csv"), "b")
	mount(t, "--bind", disk, inbox)
	if b := w.next(); b.Name != "b.csv" {
		t.Errorf("arrived %+v", b)
	}
	w.upAgain()
	if err := a.Readable(); err != nil {
		t.Errorf("the claim did not come back: %v", err)
	}
	w.nothingMore() // neither what is hidden, nor the claim that is in work
}

func TestClaimOnAnotherDiskIsNotLost(t *testing.T) {
	t.Parallel()
	inbox := t.TempDir()
	mount(t, "-t", "tmpfs", "tmpfs", inbox)
	w := watch(t, quick(inbox))
	w.put("a.csv", "a")
	a := w.next()
	unmount(t, inbox)
	if a.Readable() == nil || a.Gone() {
		t.Error("its disk may come back")
	}
}

// The disk comes after the start, with what an earlier run has claimed on it.
func TestClaimsOfADiskThatIsMountedLate(t *testing.T) {
	t.Parallel()
	disk, inbox := t.TempDir(), t.TempDir()
	put(t, filepath.Join(disk, ".inlet", older1, "arrival.json"), `{"name":"a.csv"}`)
	put(t, filepath.Join(disk, ".inlet", older1, "a.csv"), "a")
	w := watch(t, quick(inbox))
	w.until("up", up)
	mount(t, "--bind", disk, inbox)
	if a := w.next(); a.ID != older1 || content(t, a.Workbook) != "a" {
		t.Errorf("arrived %+v", a)
	}
	unmount(t, inbox)
	w.until("down", down)
	mount(t, "--bind", disk, inbox)
	w.until("up", up)
	w.nothingMore() // it is in work
}

func TestReadOnlyInboxWaits(t *testing.T) {
	t.Parallel()
	disk, inbox := t.TempDir(), t.TempDir()
	mount(t, "--bind", disk, inbox)
	w := watch(t, quick(inbox))
	w.until("up", up)
	mount(t, "-o", "remount,bind,ro", inbox)
	w.downFor("mount it for writing") // though no file is there that could not be claimed
	for _, name := range []string{"a.csv", "b.csv", "c.csv", "d.csv", "e.csv"} {
		put(t, filepath.Join(disk, name), name)
	}
	w.until("seen", func(s Scan) bool { return s.Waiting == 5 })
	w.downFor("mount it for writing")
	mount(t, "-o", "remount,bind,rw", inbox)
	got := map[string]bool{}
	for range 5 {
		got[w.next().Name] = true
	}
	if len(got) != 5 {
		t.Errorf("arrived: %v", got)
	}
	w.upAgain()
	w.nothingMore()
}

func TestFullDiskWaits(t *testing.T) {
	t.Parallel()
	inbox := t.TempDir()
	mount(t, "-t", "tmpfs", "-o", "size=256k", "tmpfs", inbox)
	w := watch(t, quick(inbox))
	w.until("up", up)
	w.put("a.csv", "a")
	fill := filepath.Join(inbox, "fill.bin")
	w.full.Store(true) // until the disk is full
	_ = os.WriteFile(fill, make([]byte, 1<<20), 0o600)
	w.full.Store(false)
	w.downFor("free space on that disk")
	if err := os.Remove(fill); err != nil {
		t.Fatal(err)
	}
	if a := w.next(); a.Name != "a.csv" || content(t, a.Workbook) != "a" {
		t.Errorf("arrived %+v", a)
	}
	w.upAgain()
}

// asNobody runs a test as a user without special rights, and reports whether this is that run: root may do everything. It returns a folder of that
// user.
func asNobody(t *testing.T) (dir string, here bool) {
	t.Helper()
	if os.Geteuid() != 0 {
		if dir := os.Getenv("INLET_TEST_NOBODY"); dir != "" {
			return dir, true
		}
		return t.TempDir(), true
	}
	const nobody = 65534
	dir = t.TempDir()
	binary := filepath.Join(dir, "test")
	whole, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, "own")
	syscall.ForkLock.RLock() // a process that another test starts now would hold the file open, and a file that is open for writing cannot be run
	err = os.WriteFile(binary, whole, 0o755)
	syscall.ForkLock.RUnlock()
	for _, err := range []error{err, os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755), os.Mkdir(own, 0o755), os.Chown(own, nobody, nobody)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(binary, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env, cmd.Dir = append(os.Environ(), "INLET_TEST_NOBODY="+own), own
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("as user %d: %v\n%s", nobody, err, out)
	}
	return "", false
}

func TestPermissionLostAndGivenBack(t *testing.T) {
	t.Parallel()
	dir, here := asNobody(t)
	if !here {
		return
	}
	for _, mode := range []os.FileMode{0, 0o500, 0o300} { // nothing, no writing, no listing
		t.Run(strconv.FormatUint(uint64(mode), 8), func(t *testing.T) {
			inbox := filepath.Join(dir, "inbox"+strconv.Itoa(int(mode)))
			w := watch(t, quick(inbox))
			w.until("up", up)
			w.put("sub/early.csv", "e")
			w.next()
			w.full.Store(true)
			w.put("a.csv", "a")
			if err := os.Chmod(inbox, mode); err != nil {
				t.Fatal(err)
			}
			w.full.Store(false)
			w.downFor("permission to read and write there")
			if err := os.Chmod(inbox, 0o700); err != nil {
				t.Fatal(err)
			}
			if a := w.next(); a.Name != "a.csv" {
				t.Errorf("arrived %+v", a)
			}
			w.upAgain()
			w.nothingMore()
		})
	}
}

// A file that cannot be read, or not be moved out of its sub-folder, waits and is logged once. The others do not wait for it.
func TestFileWithoutPermissionWaitsAlone(t *testing.T) {
	t.Parallel()
	dir, here := asNobody(t)
	if !here {
		return
	}
	inbox := filepath.Join(dir, "inbox")
	put(t, filepath.Join(inbox, "mine.csv"), "mine")
	put(t, filepath.Join(inbox, "shut", "b.csv"), "b")
	for path, mode := range map[string]os.FileMode{"mine.csv": 0o200, "shut": 0o500} {
		if err := os.Chmod(filepath.Join(inbox, path), mode); err != nil {
			t.Fatal(err)
		}
	}
	w := watch(t, quick(inbox))
	w.until("both waiting", func(s Scan) bool { return s.Unreadable == 2 })
	for _, name := range []string{"a.csv", "c.csv", "d.csv"} {
		w.put(name, name)
		if a := w.next(); a.Name != name {
			t.Errorf("arrived %+v", a)
		}
	}
	for range 5 {
		<-w.scans
	}
	if w.logged("File waits") != 2 || w.logged(cannot) != 0 {
		t.Errorf("each was not logged once:\n%s", w.log.String())
	}
	if s := <-w.scans; s.Err != nil || s.Waiting != 0 || s.Unreadable != 2 || !s.Oldest.IsZero() {
		t.Errorf("the scan says %+v", s)
	}
	for path, mode := range map[string]os.FileMode{"mine.csv": 0o600, "shut": 0o700} {
		if err := os.Chmod(filepath.Join(inbox, path), mode); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]bool{w.next().Name: true, w.next().Name: true}
	if !got["mine.csv"] || !got["shut/b.csv"] {
		t.Errorf("arrived %v", got)
	}
	w.until("all read", func(s Scan) bool { return s.Err == nil && s.Unreadable == 0 })
	w.nothingMore()
}

// A folder below the inbox that cannot be listed is that folder's state: the files that were known in it still wait, and the inbox goes on.
func TestFolderWithoutPermissionWaitsAlone(t *testing.T) {
	t.Parallel()
	dir, here := asNobody(t)
	if !here {
		return
	}
	inbox := filepath.Join(dir, "inbox")
	w := watch(t, quick(inbox))
	w.until("up", up)
	w.full.Store(true)
	w.put("shut/b.csv", "b")
	w.put("shut/deep/c.csv", "c")
	w.until("both seen", func(s Scan) bool { return s.Waiting == 2 })
	if err := os.Chmod(filepath.Join(inbox, "shut"), 0); err != nil {
		t.Fatal(err)
	}
	s := w.until("shut", func(s Scan) bool { return s.Unreadable > 0 })
	if s.Err != nil || s.UnreadableNames[0] != "shut/" || s.Waiting != 2 {
		t.Errorf("the scan says %+v", s)
	}
	w.full.Store(false)
	w.put("a.csv", "a")
	if a := w.next(); a.Name != "a.csv" {
		t.Errorf("arrived %+v", a)
	}
	for range 5 {
		<-w.scans
	}
	if w.logged("Folder in the inbox cannot be listed") != 1 || w.logged(cannot) != 0 {
		t.Errorf("it was not logged once:\n%s", w.log.String())
	}
	if err := os.Chmod(filepath.Join(inbox, "shut"), 0o700); err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{w.next().Name: true, w.next().Name: true}
	if !got["shut/b.csv"] || !got["shut/deep/c.csv"] {
		t.Errorf("arrived %v", got)
	}
	w.until("all read", func(s Scan) bool { return s.Err == nil && s.Unreadable == 0 })
}

// Where no more may be claimed files stay where people see them, and are claimed later without any event.
func TestFullClaimsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, made := newWatched(t, quick(t.TempDir()))
		made.notify.unsupported = true
		w.full.Store(true)
		w.start(made)
		w.put("a.csv", "a")
		w.nothingMore()
		content(t, filepath.Join(w.inbox, "a.csv"))
		w.full.Store(false)
		w.next()
	})
}
