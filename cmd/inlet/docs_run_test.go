package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// standIns are programs that a document calls and a test must not: "go build" is checked and gives the program that is tested, and systemctl looks
// whether the unit is where systemd reads it.
var standIns = map[string]string{
	"go": `#!/bin/sh
out=.
[ "$1" = build ] || { echo "go $1 is not for this test" >&2; exit 1; }
shift
for arg; do
  case $arg in -o) next=1 ;; *) [ -z "${next:-}" ] || { out=$arg; next=; } ;; esac
done
(cd "$REPOSITORY" && PATH=$REAL_PATH go build -n "$@" >/dev/null 2>&1) || { echo "go build $* would fail" >&2; exit 1; }
[ ! -d "$out" ] || out=$out/inlet
cat >"$out" <<END
#!/bin/sh
[ "\$1" != run ] || exec $(command -v inlet) "\$@"
$(command -v inlet) "\$@" || [ \$? = 3 ] # rows were rejected: the example has one
END
chmod 755 "$out"
`,
	"systemctl": `#!/bin/sh
case "$*" in
daemon-reload) ;;
"enable --now inlet") [ -s /etc/systemd/system/inlet.service ] && [ -x "$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' /etc/systemd/system/inlet.service)" ] && inlet check --config /etc/inlet/inlet.yaml ;;
*) echo "systemctl $* is not for this test" >&2; exit 1 ;;
esac
`,
}

// onSystem runs a command with /etc, /srv, /usr/local/bin, /var/lib and /var/backups of its own, so that it can install something. It needs root.
const onSystem = `set -e
cp -a /etc "$SANDBOX/etc"; echo crm:x:39999: >>"$SANDBOX/etc/group"; mount --bind "$SANDBOX/etc" /etc
mkdir -p "$SANDBOX/lib/inlet" "$SANDBOX/bin" "$SANDBOX/srv" "$SANDBOX/backups"
mount --bind "$SANDBOX/lib" /var/lib; mount --bind "$SANDBOX/bin" /usr/local/bin; mount --bind "$SANDBOX/srv" /srv; mount --bind "$SANDBOX/backups" /var/backups
exec sh -eu "$1"`

// shell runs the blocks of one section of a document, one after the other, as a person would who reads it.
type shell struct {
	t      *testing.T
	home   string
	cwd    string
	mongo  string            // what stands for the addresses of MongoDB in the text
	ids    map[string]string // the IDs of imports in the document, and those that came out
	output string            // of the last block
	daemon *started
}

var (
	importID   = regexp.MustCompile(`\b[a-z2-7]{12}-\d+\b`)
	mongoURI   = regexp.MustCompile(`mongodb://[a-z0-9]+(:27017)?/crm\b`)
	systemPath = regexp.MustCompile(`/etc/|/usr/local/|/srv/|/var/lib/|/var/backups/`)
	timestamp  = regexp.MustCompile(`\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?`)
	spaces     = regexp.MustCompile(` +`)
)

// TestDocumentedCommandsRun runs the commands of the documents, section by section, and compares what they print with what the document shows.
func TestDocumentedCommandsRun(t *testing.T) {
	t.Parallel()
	ran := 0
	for _, doc := range documents {
		sections := map[string][]*block{}
		for _, b := range blocks(t, doc) {
			if b.lang == "sh" && b.notRun == "" {
				ran++
			}
			sections[b.section] = append(sections[b.section], b)
		}
		for name, all := range sections {
			t.Run(doc+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := newShell(t, all)
				for _, b := range all {
					s.block(b)
				}
			})
		}
	}
	if ran < 12 {
		t.Errorf("only %d blocks are run", ran)
	}
}

func newShell(t *testing.T, all []*block) *shell {
	t.Helper()
	s := &shell{t: t, home: t.TempDir(), ids: map[string]string{}}
	for _, b := range all {
		if b.lang == "sh" && b.notRun == "" && mongoURI.MatchString(b.setup+b.text) && s.mongo == "" {
			if os.Getenv("INLET_TEST_MONGODB") == "" {
				t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
			}
			s.mongo = newDatabase(t)
		}
	}
	s.cwd = filepath.Join(s.home, "checkout")
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{s.cwd, filepath.Join(s.home, ".bin")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"deploy", "README.md", "config.example.yaml"} {
		if err := os.Symlink(filepath.Join(repository, name), filepath.Join(s.cwd, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, script := range standIns {
		if err := os.WriteFile(filepath.Join(s.home, ".bin", name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(s.stop)
	return s
}

func (s *shell) block(b *block) {
	s.t.Helper()
	switch {
	case b.lang == "text" && b.notRun == "" && s.output != "":
		s.compare(b)
	case b.lang != "sh" || b.notRun != "":
	case strings.TrimSpace(b.text) == "./inlet run":
		s.start(b)
	default:
		s.run(b)
	}
}

// script is the text of a block for this test: with IDs that came out, and a database of its own.
func (s *shell) script(text string) string {
	if s.mongo != "" {
		text = mongoURI.ReplaceAllString(text, s.mongo)
	}
	return importID.ReplaceAllStringFunc(text, func(id string) string {
		if mine := s.ids[id]; mine != "" {
			return mine
		}
		return id
	})
}

func (s *shell) env() []string {
	repository, _ := filepath.Abs("../..")
	path := os.Getenv("PATH")
	return append(slices.Concat(os.Environ(), goEnv()), "HOME="+s.home, "PATH="+filepath.Join(s.home, ".bin")+":"+path, "REAL_PATH="+path, "REPOSITORY="+repository,
		"SANDBOX="+filepath.Join(s.home, ".system"), "GOFLAGS=-buildvcs=false", "TZ=UTC", "INLET_TEST_MONGODB=")
}

// goEnv are the folders of Go of who runs the test: the home folder is another one.
var goEnv = sync.OnceValue(func() []string {
	out, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE", "GOPATH").Output()
	folders := strings.Fields(string(out))
	if err != nil || len(folders) != 3 {
		return nil // "go build" says then what is wrong
	}
	return []string{"GOCACHE=" + folders[0], "GOMODCACHE=" + folders[1], "GOPATH=" + folders[2]}
})

func (s *shell) run(b *block) {
	s.t.Helper()
	where := filepath.Join(s.home, ".cwd")
	script := filepath.Join(s.home, ".script")
	text := s.script(b.text)
	if b.setup != "" {
		text = s.script(b.setup) + "\n" + text
	}
	text = "inlet() { command inlet \"$@\" || [ $? = 3 ]; }\ntrap 'pwd >" + where + "' EXIT\n" + text
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command("sh", "-eu", script)
	if systemPath.MatchString(b.text) {
		if os.Getuid() != 0 {
			s.t.Skipf("NOT TESTED: %s installs something, which needs root", b)
		}
		if err := os.Mkdir(filepath.Join(s.home, ".system"), 0o755); err != nil {
			s.t.Fatal(err)
		}
		cmd = exec.Command("unshare", "--mount", "sh", "-c", onSystem, "sh", script)
	}
	cmd.Dir, cmd.Env = s.cwd, s.env()
	out, err := cmd.CombinedOutput()
	s.output = string(out)
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", b, err, out)
	}
	if cwd, err := os.ReadFile(where); err == nil {
		s.cwd = strings.TrimSpace(string(cwd))
	}
	s.imported()
}

// compare holds that what the document shows was printed: these lines, in this order, with the ID and the time of now.
func (s *shell) compare(b *block) {
	s.t.Helper()
	shown := importID.FindAllString(b.text, -1)
	printed := importID.FindAllString(s.output, -1)
	for i, id := range shown {
		if s.ids[id] == "" && i < len(printed) {
			s.ids[id] = printed[i]
		}
	}
	plain := func(text string) string {
		return strings.TrimSpace(spaces.ReplaceAllString(timestamp.ReplaceAllString(text, "TIME"), " "))
	}
	rest := strings.Split(s.output, "\n")
	for line := range strings.Lines(s.script(b.text)) {
		line = plain(line)
		for len(rest) > 0 && plain(rest[0]) != line {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			s.t.Fatalf("%s: nothing prints %q. What was printed:\n%s", b, line, s.output)
		}
	}
}

// start starts the daemon, as in a terminal that it keeps.
func (s *shell) start(b *block) {
	s.t.Helper()
	s.stop()
	log, err := os.Create(filepath.Join(s.home, "log"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command("./inlet", "run", "--http-address", "127.0.0.1:0") // another daemon may run on this computer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.cwd, s.env(), log, log
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("%s: %v", b, err)
	}
	s.daemon = &started{cmd: cmd, log: log.Name(), done: make(chan struct{})}
	go func() {
		defer close(s.daemon.done)
		_ = cmd.Wait() // how it ended is in its ProcessState
	}()
	s.until("the daemon is ready", func() bool { return s.daemon.page("/readyz") != "" })
}

func (s *shell) stop() {
	if s.daemon == nil {
		return
	}
	_ = s.daemon.cmd.Process.Kill() // unless it has ended
	<-s.daemon.done
	s.daemon = nil
}

// imported waits until the daemon has imported what is in its inbox.
func (s *shell) imported() {
	s.t.Helper()
	if s.daemon == nil {
		return
	}
	inbox := filepath.Join(s.daemon.cmd.Dir, "inbox")
	s.until("the inbox is empty", func() bool {
		files, err := filepath.Glob(filepath.Join(inbox, "*.xlsx"))
		claims, err2 := filepath.Glob(filepath.Join(inbox, ".inlet", "*", "*.xlsx"))
		return err == nil && err2 == nil && len(files)+len(claims) == 0
	})
}

func (s *shell) until(what string, holds func() bool) {
	s.t.Helper()
	ticks := time.NewTicker(look)
	defer ticks.Stop()
	for end := time.Now().Add(patience); !holds(); <-ticks.C {
		if time.Now().After(end) {
			s.t.Fatalf("%s: not after %v\n%s", what, patience, s.daemon.said())
		}
	}
}
