package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
)

//go:embed testdata/axe-core-4.10.3/axe.min.js
var axe string

// chromium returns the path of the browser, or skips the test.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	fmt.Fprintf(os.Stderr, "NO BROWSER: %s is skipped; install Debian's chromium\n", t.Name())
	t.Skip("there is no chromium")
	return ""
}

// tab is a window of a browser that looks at a daemon.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string
}

// open starts a daemon and a browser in a language.
func open(t *testing.T, lang, more string) (*tab, config.Config) {
	t.Helper()
	chromium(t)
	cfg := configured(t, more)
	return show(t, lang, start(t, cfg)), cfg
}

// show starts a browser in a language, and opens the pages at an address.
func show(t *testing.T, lang, url string) *tab {
	t.Helper()
	path := chromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1280, 1000), chromedp.Flag("lang", lang),
		chromedp.Flag("accept-lang", lang), chromedp.UserDataDir(t.TempDir()))
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	w := &tab{t, ctx, url}
	w.goTo("/")
	return w
}

func configured(t *testing.T, more string, options ...load.Option) config.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inlet.yaml")
	text := "inboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms, limits: {mail_domains: [exempel.se]}}]\nhttp: {address: \"127.0.0.1:0\", login: none}\n" +
		"users: [{id: u1, name: Petra Alm}]\ncampaigns: [Hösten 2026]\n" + more
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := load.Load(path, append(options, load.Environment(nil))...)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// start starts a daemon, and returns its address once it imports files.
func start(t *testing.T, cfg config.Config, with ...func(*daemon.Daemon)) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	d := daemon.New(cfg, slog.New(slog.DiscardHandler))
	for _, set := range with {
		set(d)
	}
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	url := "http://" + d.Addr().String()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get(url + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return url
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("it never imports files")
		}
	}
}

// do does something in the page.
func (w *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, steps...); err != nil {
		w.t.Fatalf("%v on a page that says %s", err, w.text())
	}
}

// goTo opens a page.
func (w *tab) goTo(path string) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.url + path))
}

// click clicks on the first element of a selector.
func (w *tab) click(selector string) {
	w.t.Helper()
	w.waitFor(selector)
	w.until("a click on "+selector, func() bool { // the page may load itself again between the search and the click
		ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
		defer cancel()
		return chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector))) == nil
	})
}

// text is what the content of the page says; "" while it is being loaded.
func (w *tab) text() string {
	said, _ := chromedp.Run(w.ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? (document.querySelector("main")?.innerText ?? "").replace(/\s+/g, " ") : ""`))
	return said
}

// eval returns the value of a script in the page.
func eval[T any](w *tab, script string, options ...chromedp.EvaluateOption) T {
	w.t.Helper()
	value, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](script, options...))
	for range 10 {
		if err == nil || !strings.Contains(err.Error(), "navigated") { // the next page came just then
			break
		}
		w.waitFor("body")
		value, err = chromedp.Run(w.ctx, chromedp.Evaluate[T](script, options...))
	}
	if err != nil {
		w.t.Fatalf("%v on a page that says %s", err, w.text())
	}
	return value
}

// until waits for something; the page may be another one meanwhile.
func (w *tab) until(what string, holds func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("%s is not so on a page that says %s", what, w.text())
		}
	}
}

// says waits until the content of the page has a text.
func (w *tab) says(text string) {
	w.t.Helper()
	w.until(text, func() bool { return strings.Contains(w.text(), text) })
}

// waitFor waits for an element.
func (w *tab) waitFor(selector string) {
	w.t.Helper()
	script := fmt.Sprintf("document.readyState === 'complete' && document.querySelector(%q) !== null", selector)
	w.until(selector, func() bool {
		there, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](script))
		return err == nil && there
	})
}

// drop drops a file somewhere on the page, as a person does from a folder.
func (w *tab) drop(name string, content []byte) {
	w.t.Helper()
	bytes := make([]int, len(content))
	for i, b := range content {
		bytes[i] = int(b)
	}
	list, err := json.Marshal(bytes)
	if err != nil {
		w.t.Fatal(err)
	}
	eval[bool](w, fmt.Sprintf(`{const dt = new DataTransfer(); dt.items.add(new File([new Uint8Array(%s)], %q)); document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: dt, bubbles: true, cancelable: true})); true}`, list, name))
}

// looks are how each page is looked at: colours differ by the theme, and what stands where by the width.
var looks = []struct {
	theme string
	width int64
}{{"dark", 390}, {"light", 1280}}

// accessible has axe look at the page, and sees that it does not scroll sideways.
func (w *tab) accessible(name string) {
	w.t.Helper()
	eval[bool](w, axe+"; true")
	for _, l := range looks {
		w.look(l.theme, l.width)
		found := eval[[]violation](w, `axe.run({resultTypes: ["violations"]}).then((r) => r.violations)`, chromedp.EvalAwaitPromise)
		for _, v := range found {
			for _, n := range v.Nodes {
				w.t.Errorf("%s, %s, %d px: %s (%s): %s\n%s", name, l.theme, l.width, v.ID, v.Help, n.HTML, n.FailureSummary)
			}
		}
		if wide := eval[int](w, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
			w.t.Errorf("%s, %d px: the page is %d px wider than its window", name, l.width, wide)
		}
		w.picture(fmt.Sprintf("%s.%s.%d", name, l.theme, l.width))
	}
}

// violation is what axe finds.
type violation struct {
	ID, Help string
	Nodes    []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	}
}

// look sets the theme and the width of the page.
func (w *tab) look(theme string, width int64) {
	w.t.Helper()
	if _, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}); err != nil {
		w.t.Fatal(err)
	}
	w.do(chromedp.EmulateViewport(width, 1000))
}

// picture keeps how the page looks in the folder of the variable INLET_PICTURES, if that is set.
func (w *tab) picture(name string) {
	w.t.Helper()
	dir := os.Getenv("INLET_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		w.t.Fatal(err)
	}
}
