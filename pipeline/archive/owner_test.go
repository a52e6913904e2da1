//go:build unix

package archive

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"inlet.example/inlet/pipeline/files"
)

func look(t *testing.T, path string) (fs.FileMode, uint32, uint32) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	return info.Mode(), st.Uid, st.Gid
}

// Without an owner everything stays as it comes: the mode that the file had, the umask, the group that the folder hands down.
func TestWithoutOwnerNothingChanges(t *testing.T) {
	dir := t.TempDir()
	s := set(t, dir+"/new", "new")
	if err := os.Chmod(s.Files[2].Src, 0o604); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir+"/failed", 0o700); err != nil {
		t.Fatal(err)
	}
	paths, err := s.Place(dir+"/failed", day)
	if err != nil {
		t.Fatal(err)
	}
	_, _, group := look(t, dir)
	for i, want := range []fs.FileMode{0o600, 0o644, 0o604} {
		if mode, _, gid := look(t, paths[i]); mode != want || gid != group {
			t.Errorf("%s is %v of group %d", paths[i], mode, gid)
		}
	}
	if mode, _, _ := look(t, dir+"/failed"); mode.Perm() != 0o700 {
		t.Errorf("the folder that was there is %v", mode)
	}
}

func TestModes(t *testing.T) {
	for name, mask := range map[string]int{"an open umask": 0, "a tight one": 0o077} {
		t.Run(name, func(t *testing.T) {
			defer syscall.Umask(syscall.Umask(mask))
			dir := t.TempDir()
			if err := os.Chmod(dir, 0o755|fs.ModeSetgid); err != nil {
				t.Fatal(err)
			}
			s := set(t, dir+"/new", "new")
			s.Owner = files.Ownership{File: 0o640, Folder: 0o750}
			paths, err := s.Place(dir+"/failed", day)
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range paths {
				if mode, _, _ := look(t, path); mode != 0o640 {
					t.Errorf("%s is %v", path, mode)
				}
			}
			for _, path := range []string{dir + "/failed", filepath.Dir(paths[0])} {
				if mode, _, _ := look(t, path); mode != fs.ModeDir|fs.ModeSetgid|0o750 { // it goes on handing down the group
					t.Errorf("%s is %v", path, mode)
				}
			}
		})
	}
}

// A group that inlet's user is not in cannot be given: the files are moved with the group that they have, and what could not be given is reported.
func TestGroupThatCannotBeGiven(t *testing.T) {
	asUnprivileged(t, func(dir string) { ungiven(t, dir, syscall.EPERM) })
}

// Nor can one that is outside the user namespace that inlet runs in, as under PrivateUsers= of systemd and in a container.
func TestGroupOutsideTheNamespace(t *testing.T) {
	inNamespace(t, t.TempDir(), func(dir string) { ungiven(t, dir, syscall.EINVAL) })
}

// ungiven places a set whose group the system does not let inlet give.
func ungiven(t *testing.T, dir string, want syscall.Errno) {
	t.Helper()
	group, own := 4711, os.Getegid()
	var reported []*files.OwnershipError
	report := func(e *files.OwnershipError) { reported = append(reported, e) }
	s := set(t, dir+"/new", "new")
	s.Owner = files.Ownership{Group: &group, File: 0o664, Folder: 0o770, Refused: report}
	if err := os.Chmod(s.Files[0].Src, 0o640); err != nil {
		t.Fatal(err)
	}
	paths, err := s.Place(dir+"/done", day)
	if err != nil {
		t.Fatal(err)
	}
	if len(reported) != 5 { // done, the day, the sidecar, the reason, the workbook
		t.Errorf("reported: %v", reported)
	}
	for _, e := range reported {
		if e.Errno != want || e.Group == nil || *e.Group != group || e.Path == "" {
			t.Errorf("reported: %v", e)
		}
	}
	for i, mode := range []fs.FileMode{0o644, 0o644, 0o604} { // others as asked; the group, which is another than asked, no more than it had
		if is, _, gid := look(t, paths[i]); is != mode || gid != uint32(own) {
			t.Errorf("%s is %v of group %d", paths[i], is, gid)
		}
		if _, err := os.ReadFile(paths[i]); err != nil {
			t.Error(err)
		}
	}
	if e, ok := errors.AsType[*files.OwnershipError](s.Owner.Check(dir)); !ok || e.Errno != want || e.Path != dir {
		t.Errorf("Try: %v", e)
	}
	s.Owner.Group, reported = &own, nil
	if err := s.Owner.Check(dir); err != nil {
		t.Errorf("Try with its own group: %v", err)
	}
	s.Files = []File{{Src: put(t, dir+"/new/kunder.xlsx", "second")}}
	if _, err := s.Place(dir+"/done", day); err != nil || len(reported) > 0 {
		t.Errorf("with its own group: %v, reported %v", err, reported)
	}
	left, err := filepath.Glob(dir + "/.inlet*")
	if err != nil || len(left) > 0 {
		t.Errorf("left are %v %v", left, err)
	}
}

// inNamespace does something to a folder in a user namespace that has the group of this process alone.
func inNamespace(t *testing.T, dir string, do func(dir string)) {
	t.Helper()
	if dir := os.Getenv("INLET_TEST_NAMESPACE"); dir != "" {
		do(dir)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), "INLET_TEST_NAMESPACE="+dir)
	cmd.SysProcAttr = namespace()
	out, err := cmd.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Skip("NOT TESTED: a group outside the user namespace. There are none here:", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("in the namespace: %v\n%s", err, out)
	}
}

// A file that belongs to another user cannot be changed, but it can be copied.
func TestFileOfAnotherUserIsCopied(t *testing.T) {
	asUnprivileged(t, func(dir string) {
		src := filepath.Join(dir, "claim", "kunder.xlsx")
		_, uid, _ := look(t, src)
		if uid == uint32(os.Geteuid()) {
			t.Skip("this test needs a file of another user, which takes root")
		}
		s := Set{ID: "a", Name: "kunder.xlsx", Files: []File{{Src: src}}, Owner: files.Ownership{File: 0o660}}
		paths, err := s.Place(dir+"/done", day)
		if err != nil {
			t.Fatal(err)
		}
		if mode, uid, _ := look(t, paths[0]); mode != 0o660 || uid != uint32(os.Geteuid()) {
			t.Errorf("it is %v of user %d", mode, uid)
		}
		if there, _ := exists(src); there {
			t.Error("it is there twice")
		}
	})
}

// asUnprivileged does something as a user who is not root, in a folder of that user with a file of another user in it.
func asUnprivileged(t *testing.T, do func(dir string)) {
	t.Helper()
	const nobody = 65534
	dir := os.Getenv("INLET_TEST_NOBODY")
	if os.Geteuid() != 0 {
		if dir == "" {
			dir = t.TempDir()
			put(t, dir+"/claim/kunder.xlsx", "x")
		}
		do(dir)
		return
	}
	dir = t.TempDir()
	own, binary := dir+"/own", dir+"/test"
	put(t, own+"/claim/kunder.xlsx", "x")
	whole, err := os.ReadFile(os.Args[0])
	for _, err := range []error{err, os.WriteFile(binary, whole, 0o755), os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755),
		os.Chmod(own+"/claim/kunder.xlsx", 0o644), os.Chown(own, nobody, nobody), os.Chown(own+"/claim", nobody, nobody)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), binary, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env, cmd.Dir = append(os.Environ(), "INLET_TEST_NOBODY="+own), own
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("as user %d: %v\n%s", nobody, err, out)
	}
}
