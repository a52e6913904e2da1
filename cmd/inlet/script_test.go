package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "6") // they wait more than they work; the flag on the command line comes after this
	testscript.Main(m, map[string]func(){"inlet": mortal})
}

// TestScript runs the program as a user does. Besides testscript's own, a story has these commands:
//
//	book SRC.csv DST           a workbook of a text as package sheettest reads it; no sheet is typed by hand
//	rows N DST.csv             a workbook of N rows, each with an account and a contact of its own
//	hexfile HEX DST            a file of these bytes
//	expand FILE                put variables in a file's text: $URL is a web server of the folder www
//	exits CODE ARGS…           inlet ARGS, which must end with that code
//	start ARGS…                inlet ARGS in the background, what it says in the file log
//	end [-SIGNAL] CODE         send a signal (TERM) to what was started, and see it end with that code; KILL has no code
//	until exists|gone GLOB     wait for a file
//	until ready                wait for the daemon to say that it is
//	until metric|log REGEXP    wait for a line of /metrics, or of the log
//	until says REGEXP ARGS…    wait until inlet ARGS prints it
//	capture NAME REGEXP        the first group, found in the last output, as a variable
//
// ARGS that begin with -unmapped have inlet run in a user namespace that has no group but its own; [namespaces] says whether the kernel makes any.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUpScript,
		Condition: func(name string) (bool, error) {
			if name != "namespaces" {
				return false, fmt.Errorf("unknown condition %s", name)
			}
			return unmapped(exec.Command("true")).Run() == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"book": cmdBook, "rows": cmdRows, "hexfile": cmdHex, "expand": cmdExpand, "exits": cmdExits,
			"start": cmdStart, "end": cmdEnd, "until": cmdUntil, "capture": cmdCapture,
		},
	})
}

// started is what the script has running.
type started struct {
	cmd  *exec.Cmd
	log  string
	done chan struct{} // closed when it has ended
}

type startedKey struct{}

func setUpScript(env *testscript.Env) error {
	env.Values[startedKey{}] = &started{}
	www := httptest.NewServer(served(filepath.Join(env.WorkDir, "www")))
	env.Defer(www.Close)
	env.Setenv("URL", www.URL)
	env.Setenv("TZ", "UTC")
	return nil
}

// served gives the files of a folder by their content: what is written twice within a second is two versions.
func served(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := os.ReadFile(filepath.Join(dir, filepath.Base(r.URL.Path)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(content)))
		http.ServeContent(w, r, r.URL.Path, time.Time{}, bytes.NewReader(content))
	})
}

func wellFormed(ts *testscript.TestScript, right bool, text string) {
	if !right {
		ts.Fatalf("usage: %s", text)
	}
}

func cmdBook(ts *testscript.TestScript, _ bool, args []string) {
	wellFormed(ts, len(args) == 2, "book SRC.csv DST")
	text := []byte(ts.ReadFile(args[0]))
	if strings.EqualFold(filepath.Ext(args[1]), ".xlsx") {
		var err error
		text, err = sheettest.XLSX(string(text))
		ts.Check(err)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o644))
}

func cmdRows(ts *testscript.TestScript, _ bool, args []string) {
	wellFormed(ts, len(args) == 2, "rows N DST.csv")
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("Företag,Postnr,Kontakt,E-post\n")
	for i := range n {
		fmt.Fprintf(&b, "Bolag %d,%05d,Anna %d,anna%d@exempel.se\n", i, 10000+i, i, i)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o644))
}

func cmdHex(ts *testscript.TestScript, _ bool, args []string) {
	wellFormed(ts, len(args) == 2, "hexfile HEX DST")
	var content []byte
	_, err := fmt.Sscanf(args[0], "%x", &content)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), content, 0o644))
}

func cmdExpand(ts *testscript.TestScript, _ bool, args []string) {
	wellFormed(ts, len(args) == 1, "expand FILE")
	text := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	wellFormed(ts, len(args) > 1, "exits CODE ARGS…")
	cmd := inlet(ts, args[1:])
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		ts.Check(err)
	}
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("exit code %s, not %s", got, args[0])
	}
}

// inlet is the binary, as the script's shell would start it.
func inlet(ts *testscript.TestScript, args []string) *exec.Cmd {
	cmd := exec.Command("inlet", args...)
	if args[0] == "-unmapped" {
		cmd = unmapped(exec.Command("inlet", args[1:]...))
	}
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TZ", "INLET_IMPORT_BATCH", "INLET_STORE_URI", "INLET_HTTP_ADDRESS"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	return cmd
}

func running(ts *testscript.TestScript) *started { return ts.Value(startedKey{}).(*started) }

func cmdStart(ts *testscript.TestScript, _ bool, args []string) {
	wellFormed(ts, len(args) > 0, "start ARGS…")
	r := running(ts)
	r.log = ts.MkAbs("log")
	log, err := os.Create(r.log)
	ts.Check(err)
	r.cmd, r.done = inlet(ts, args), make(chan struct{})
	r.cmd.Stdout, r.cmd.Stderr = log, log
	ts.Check(r.cmd.Start())
	ts.Check(log.Close())
	cmd, done := r.cmd, r.done
	go func() {
		defer close(done)
		_ = cmd.Wait() // how it ended is in its ProcessState
	}()
	ts.Defer(func() {
		_ = cmd.Process.Kill() // unless it has ended, as it should
		<-done
	})
}

var signals = map[string]os.Signal{"-TERM": syscall.SIGTERM, "-INT": os.Interrupt, "-KILL": os.Kill}

func cmdEnd(ts *testscript.TestScript, _ bool, args []string) {
	signal := "-TERM"
	if len(args) > 0 && strings.HasPrefix(args[0], "-") {
		signal, args = args[0], args[1:]
	}
	wellFormed(ts, signals[signal] != nil && (len(args) == 1 || signal == "-KILL"), "end [-TERM|-INT|-KILL] CODE")
	r := running(ts)
	ts.Check(r.cmd.Process.Signal(signals[signal]))
	select {
	case <-r.done:
	case <-time.After(patience):
		ts.Fatalf("it runs on after %s:\n%s", signal, r.said())
	}
	if got := r.cmd.ProcessState.ExitCode(); signal != "-KILL" && strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, not %s:\n%s", got, args[0], r.said())
	}
}

func (r *started) said() string {
	text, _ := os.ReadFile(r.log) // empty is what it has said before there is one
	return string(text)
}

func (r *started) page(path string) string {
	address := regexp.MustCompile(`address=(http://\S+)`).FindStringSubmatch(r.said())
	if address == nil {
		return ""
	}
	resp, err := http.Get(address[1] + path)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return ""
	}
	return string(text)
}

// How long a story waits for what must come, and how often it looks.
const (
	patience = 30 * time.Second
	look     = 20 * time.Millisecond
)

func cmdUntil(ts *testscript.TestScript, _ bool, args []string) {
	met := condition(ts, args)
	ticks := time.NewTicker(look)
	defer ticks.Stop()
	end := time.After(patience)
	for !met() {
		select {
		case <-ticks.C:
		case <-end:
			ts.Fatalf("it did not come to: %s\n%s", strings.Join(args, " "), running(ts).said())
		}
	}
}

// condition is what until waits for.
func condition(ts *testscript.TestScript, args []string) func() bool {
	const help = "until ready | exists GLOB | gone GLOB | metric REGEXP | log REGEXP | says REGEXP ARGS…"
	wellFormed(ts, len(args) == 1 && args[0] == "ready" || len(args) == 2 || len(args) > 2 && args[0] == "says", help)
	r := running(ts)
	if args[0] == "ready" {
		return func() bool { return r.page("/readyz") != "" }
	}
	matches := func(text string) bool { return regexp.MustCompile(`(?m)` + args[1]).MatchString(text) }
	exists := func() bool {
		found, err := filepath.Glob(ts.MkAbs(args[1]))
		ts.Check(err)
		return len(found) > 0
	}
	switch args[0] {
	case "exists":
		return exists
	case "gone":
		return func() bool { return !exists() }
	case "metric":
		return func() bool { return matches(r.page("/metrics")) }
	case "log":
		return func() bool { return matches(r.said()) }
	case "says":
		return func() bool {
			text, _ := inlet(ts, args[2:]).Output() // not yet, is what an error means
			return matches(string(text))
		}
	}
	ts.Fatalf("usage: %s", help)
	return nil
}

func cmdCapture(ts *testscript.TestScript, _ bool, args []string) {
	wellFormed(ts, len(args) == 2, "capture NAME REGEXP")
	found := regexp.MustCompile(`(?m)` + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("no %s in:\n%s", args[1], ts.ReadFile("stdout"))
	}
	ts.Setenv(args[0], found[1])
}
