package doctor

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"inlet.example/inlet/daemon/config"
)

// TestUnreadable: the report names the owner of a folder and of a store that its user may not read, and examines the rest.
func TestUnreadable(t *testing.T) {
	const variable, nobody = "INLET_TEST_DOCTOR_DIR", 65534
	if dir := os.Getenv(variable); dir != "" { // as another user
		cfg := config.Default()
		cfg.HTTP.Address, cfg.Store.URI = "127.0.0.1:1", config.EmbeddedURI(filepath.Join(dir, "inlet.db"))
		for _, name := range []string{"closed", "open"} {
			inbox := config.DefaultInbox()
			inbox.Name, inbox.Path = name, filepath.Join(dir, name)
			inbox.Done, inbox.Failed, inbox.Held = filepath.Join(inbox.Path, "done"), filepath.Join(inbox.Path, "failed"), filepath.Join(inbox.Path, "held")
			cfg.Inboxes = append(cfg.Inboxes, inbox)
		}
		_, text := examine(t, cfg)
		t.Log(text)
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("NOT TESTED: another user. Only root can run as one")
	}
	dir := t.TempDir()
	fill(t, filepath.Join(dir, "inlet.db"))
	program := filepath.Join(dir, "test")
	text, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{os.WriteFile(program, text, 0o755), os.Mkdir(filepath.Join(dir, "closed"), 0o700), os.Mkdir(filepath.Join(dir, "open"), 0o777),
		os.Chmod(filepath.Join(dir, "open"), 0o777), os.Chmod(dir, 0o755), os.Chmod(filepath.Dir(dir), 0o755)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "-test.run", "^TestUnreadable$", "-test.v")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), variable+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"WRONG closed: user nobody may not read and change " + filepath.Join(dir, "closed") + " (root:root drwx------)",
		"inlet.db: user nobody may not read and write " + filepath.Join(dir, "inlet.db") + ", which belongs to root:root -rw-------",
		"ok    open: " + filepath.Join(dir, "open") + ", root:root drwxrwxrwx, workbooks in it: 0, claimed: 0",
		"findings that need a person: 2,",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
}
