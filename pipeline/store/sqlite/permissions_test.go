//go:build unix

package sqlite_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// user is a user who is not root.
type user struct{ id, group uint32 }

const ours = 4711 // the group of the service and of the people who work beside it

// as makes a command that is a part of process_test, run by another user.
func as(t *testing.T, binary, path, part string, u user) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "-test.run=^$")
	cmd.Env, cmd.Dir = append(os.Environ(), partEnv+"="+part, fileEnv+"="+path), "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: u.id, Gid: u.group}}
	return cmd
}

// forAll gives a copy of the test binary that everybody may run, and a folder.
func forAll(t *testing.T) (binary, folder string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("this test becomes several users, which takes root")
	}
	dir := t.TempDir()
	whole, err := os.ReadFile(os.Args[0])
	binary, folder = filepath.Join(dir, "test"), filepath.Join(dir, "store")
	err = errors.Join(err, os.WriteFile(binary, whole, 0o755), os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755), os.Mkdir(folder, 0o700))
	if err != nil {
		t.Fatal(err)
	}
	return binary, folder
}

// The service and a person of its group use one file at once, and the one that comes later finds -wal and -shm of the other.
func TestTwoUsersOfAGroup(t *testing.T) {
	binary, folder := forAll(t)
	path := filepath.Join(folder, "inlet.db")
	insertCount(t, path)
	err := errors.Join(os.Chown(folder, 65533, ours), os.Chmod(folder, 0o770|os.ModeSetgid), os.Chown(path, 65533, ours), os.Chmod(path, 0o660))
	if err != nil {
		t.Fatal(err)
	}
	service, person := as(t, binary, path, "count", user{65533, ours}), as(t, binary, path, "count", user{65534, 65534})
	person.SysProcAttr.Credential.Groups = []uint32{ours}
	var said strings.Builder
	service.Stderr, person.Stderr = &said, os.Stderr
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	if err := person.Run(); err != nil {
		t.Errorf("the person: %v", err)
	}
	if err := service.Wait(); err != nil {
		t.Errorf("the service: %v %s", err, &said)
	}
	if n := len(ids(t, opened(t, path))); n != 2*counts {
		t.Errorf("%d records", n)
	}
}

// insertCount makes a database with the document that counting counts in.
func insertCount(t *testing.T, path string) {
	t.Helper()
	e, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Insert(t.Context(), engine.Meta, engine.Doc{ID: "count", Order: "count", Body: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestOpenSaysWhoseTheFileIs(t *testing.T) {
	binary, folder := forAll(t)
	path := filepath.Join(folder, "inlet.db")
	for name, c := range map[string]struct {
		folder, file, shm os.FileMode
		want              []string
	}{
		"file":   {0o777, 0o600, 0, []string{"user nobody may not read and write " + path + ", which belongs to root:root -rw-------", "chmod 660"}},
		"reader": {0o777, 0o644, 0, []string{path + ", which belongs to root:root -rw-r--r--"}},
		"shm":    {0o777, 0o666, 0o600, []string{path + "-shm, which belongs to root:root -rw-------"}},
		"folder": {0o755, 0o666, 0, []string{"may not create files in " + folder + ", which belongs to root:root drwxr-xr-x", "chmod 2770"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, end := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(path + end); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
			insertCount(t, path)
			if c.shm > 0 {
				e := opened(t, path) // -wal and -shm are there while a process has it open
				put(t, e, 1)
				if err := errors.Join(os.Chmod(path+"-shm", c.shm), os.Chmod(path+"-wal", 0o666)); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(os.Chmod(folder, c.folder), os.Chmod(path, c.file)); err != nil {
				t.Fatal(err)
			}
			out, err := as(t, binary, path, "count", user{65534, 65534}).CombinedOutput()
			if err == nil {
				t.Fatal("it went on")
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("it does not say %q but %s", want, out)
				}
			}
			t.Logf("%s", out)
		})
	}
}
