package main

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/creack/pty"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/pipeline/message"
)

// onScreen runs a command in this process with a terminal of so many columns, and returns its exit code and what the terminal received.
func onScreen(t *testing.T, columns int, args ...string) (code exitcode.Code, text string) {
	t.Helper()
	screen, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	defer screen.Close()
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 50, Cols: uint16(columns)}); err != nil {
		t.Fatal(err)
	}
	received := make(chan string)
	go func() {
		all, _ := io.ReadAll(screen) // it ends with an error when the other side is closed
		received <- string(all)
	}()
	code = run(t.Context(), args, tty, tty)
	if err := tty.Close(); err != nil {
		t.Fatal(err)
	}
	return code, strings.ReplaceAll(<-received, "\r\n", "\n")
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// fitting wants no line of a text to be wider than the screen.
func fitting(t *testing.T, columns int, what, text string) {
	t.Helper()
	for line := range strings.Lines(colours.ReplaceAllString(text, "")) {
		_, line, _ = strings.Cut("\r"+strings.TrimRight(line, "\n"), "\r")
		if i := strings.LastIndexByte(line, '\r'); i >= 0 { // a bar that was drawn over
			line = line[i+1:]
		}
		example := strings.HasPrefix(line, "  inlet ") // to be copied
		if message.Width(line) > columns && strings.Contains(strings.TrimSpace(line), " ") && !example {
			t.Errorf("%s: %d columns: %s", what, message.Width(line), line)
		}
	}
}

// TestOnScreen: on a terminal there are colours unless NO_COLOR is set, short IDs, a legend, and no line that is too wide. In a pipe there is none of it.
func TestOnScreen(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	write(t, "inlet.yaml", "inboxes: [{name: kunder, path: inbox}]\n")
	write(t, "kunder från mässan i Göteborg.csv", "Företag,Postnr,E-post,Skostorlek\nÅkeri,11122,asa@exempel.se,38\nBerga,11122,bo at exempel,44\nCirkus,,cia@exempel.se,41\n")
	const book = "kunder från mässan i Göteborg.csv"
	for _, columns := range []int{46, 80, 200} {
		for _, args := range [][]string{{"plan", book}, {"import", book}, {"list"}, {"check"}, {"check", book}, {"mapping", "suggest", book}, {"mapping", "check", book},
			{"field", "list", "--all"}, {"import", "--help"}, {"--help"}, {"imprt"}} {
			_, text := onScreen(t, columns, args...)
			if args[0] == "mapping" && args[1] == "suggest" {
				text, _, _ = strings.Cut(text, "version: 1") // the YAML is not folded
				text = strings.TrimSuffix(text[:strings.LastIndex(text, "#")], "\n")
			}
			fitting(t, columns, strings.Join(args, " "), text)
		}
	}
	_, full, _ := typed(t, "list")
	id := regexp.MustCompile(`[a-z2-7]{12}-1`).FindString(full)
	short := id[:5] + "-1"
	_, wide := onScreen(t, 200, "list")
	for _, want := range []string{short + "  ", "\x1b[32mdone", "\x1b[32m+2\x1b[0m \x1b[31m!1\x1b[0m", "+ created"} {
		if !strings.Contains(wide, want) {
			t.Errorf("the list has no %q:\n%s", want, wide)
		}
	}
	_, narrow := onScreen(t, 46, "list")
	if !regexp.MustCompile(`(?m)^\S*Import\S*  +` + short + `$`).MatchString(narrow) {
		t.Errorf("a narrow list:\n%s", narrow)
	}
	for _, name := range []string{short, strings.ToUpper(short), id} {
		if code, out, errs := typed(t, "show", name); code != exitcode.OK || !strings.Contains(out, "Import "+id) {
			t.Errorf("show %s: %d %s%s", name, code, out, errs)
		}
	}
	if code, _, errs := typed(t, "show", id[:5]); code != exitcode.Failed || !strings.Contains(errs, "may mean several imports: "+id[:12]+"-3, ") {
		t.Errorf("an ambiguous ID: %d %s", code, errs)
	}
	if _, out := onScreen(t, 80, "check"); !strings.Contains(out, "\x1b[32mok\x1b[0m    configuration") || !strings.Contains(out, "\x1b[33mnote") {
		t.Errorf("check: %q", out)
	}
	if _, out := onScreen(t, 80, "show", short); !strings.Contains(out, "\x1b[31mINVALID\x1b[0m") || !strings.Contains(out, "\x1b[33mBLANK_KEY (warning)\x1b[0m") {
		t.Errorf("problems: %q", out)
	}
	if strings.Contains(full, "created") || colours.MatchString(full) {
		t.Errorf("a list in a pipe:\n%s", full)
	}
	t.Setenv("NO_COLOR", "1")
	if _, out := onScreen(t, 80, "list"); colours.MatchString(out) {
		t.Errorf("NO_COLOR: %q", out)
	}
}

// TestPlanBeginsWithItsSummary: also where the rows are too many for memory.
func TestPlanBeginsWithItsSummary(t *testing.T) {
	t.Chdir(t.TempDir())
	var rows strings.Builder
	rows.WriteString("Företag,Postnr,Anteckning\n")
	for i := range 4000 {
		rows.WriteString("Bolag " + string(rune('A'+i%26)) + strings.Repeat("x", i%700) + ",11122," + strings.Repeat("y", 900) + "\n")
	}
	write(t, "stor.csv", rows.String())
	code, out, errs := typed(t, "plan", "stor.csv")
	first, rest, _ := strings.Cut(out, "\n")
	if code != exitcode.OK || !strings.HasPrefix(first, "Plan: accounts 4000 to create") || !strings.HasPrefix(rest, "\nstor row 2 ") {
		t.Fatalf("%d: %.300s\n%s", code, out, errs)
	}
	if n := strings.Count(out, "+ account "); n != 4000 || len(out) < 1<<20 {
		t.Errorf("%d accounts in %d bytes", n, len(out))
	}
	if left, _ := os.ReadDir(os.TempDir()); strings.Contains(strings.Join(names(left), " "), "inlet-spool-") {
		t.Error("a temporary file is left")
	}
}

func names(entries []os.DirEntry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// TestCompletion: IDs with their workbooks, names of the configuration, types, fields and kinds of file.
func TestCompletion(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "inlet.yaml", "inboxes: [{name: kunder, path: inbox}]\nsources: [{name: export, inbox: kunder, path: /srv/x.csv, every: 1h}]\n")
	write(t, "a.csv", "Företag,Postnr\nÅkeri,11122\n")
	write(t, "caps.yaml", "caps: {max_rejected: 0}\nmatch: {account: [name]}\n")
	write(t, "b.csv", "Företag,E-post\nÅkeri,x\n")
	typed(t, "import", "a.csv")
	typed(t, "import", "b.csv", "--mapping", "caps.yaml")
	for _, tt := range []struct{ line, want, not string }{
		{"show ", `(?m)^[a-z2-7]{5}-1\ta\.csv, done$`, "^$"},
		{"approve ", `(?m)^[a-z2-7]{5}-1\tb\.csv, held$`, "a.csv"},
		{"undo ", `a\.csv`, "b.csv"},
		{"source run ", `(?m)^export$`, "kunder"},
		{"pause ", `(?m)^kunder$`, "a.csv"},
		{"field add account.custom.x --type ", `(?m)^decimal$`, "a.csv"},
		{"import ", `(?m)^xlsx$`, "yaml"},
		{"import a.csv --mapping ", `(?m)^yaml$`, "xlsx"},
		{"--lang ", `(?m)^sv$`, "xlsx"},
		{"field add ", `(?m)^account\.categories\t`, "account.name"},
	} {
		args := append([]string{"__complete"}, strings.Split(tt.line, " ")...)
		code, out, errs := typed(t, args...)
		if code != exitcode.OK || !regexp.MustCompile(tt.want).MatchString(out) || strings.Contains(out, tt.not) {
			t.Errorf("%q completes to %d:\n%s%s", tt.line, code, out, errs)
		}
	}
}

// TestAsksTerminalNothing: a command that draws nothing sends a terminal its text alone. Libraries that ask for the colours at the start wait for an answer that
// some terminals do not give.
func TestAsksTerminalNothing(t *testing.T) {
	cmd := exec.Command("inlet", "--version")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	screen, err := pty.Start(cmd) // its controlling terminal
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	defer screen.Close()
	all, _ := io.ReadAll(screen) // it ends with an error when the other side is closed
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if text := string(all); !strings.HasPrefix(text, "inlet ") || strings.ContainsRune(text, '\x1b') {
		t.Errorf("the terminal received %q", text)
	}
}
