package daemon_test

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/notify/notifytest"
)

const notifying = "import: {language: sv}\nmail: {server: %MAIL%, from: inlet@exempel.se, tls: none}\nwebhooks: [{name: crm-hook, url: \"%HOOK%\"}]\n"

// hook is a web server that keeps what it is sent.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []map[string]any
	deny   int // so many calls are answered with 503 and a second to wait
	calls  []time.Time
}

func serveHook(t *testing.T) *hook {
	h := &hook{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		var body map[string]any
		if err == nil {
			err = json.Unmarshal(text, &body)
		}
		if err != nil {
			t.Error(err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.calls = append(h.calls, time.Now())
		if h.deny > 0 {
			h.deny--
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		h.bodies = append(h.bodies, body)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) got() []map[string]any {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.bodies)
}

// soon waits until something is so, for half a minute.
func soon(t *testing.T, r *running, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within half a minute\n%s", what, r.log)
		}
	}
}

// TestNotifications sends notifications for an inbox and a mapping: done, refused, held and then approved, a mail and a call for each.
func TestNotifications(t *testing.T) {
	t.Parallel()
	box, crm := notifytest.Serve(t), serveHook(t)
	box.Deny(2)
	crm.deny = 2
	cfg := configured(t, strings.NewReplacer("%MAIL%", box.Addr, "%HOOK%", crm.URL).Replace(notifying))
	cfg.Inboxes[0].WhenDone.Mail = []string{"anna@exempel.se"}
	cfg.Inboxes[0].WhenDone.Webhook = []string{"crm-hook"}
	cfg.Inboxes[0].Limits.MailDomains = []string{"exempel.se"}
	if err := os.Mkdir(cfg.Inboxes[0].Path, 0o755); err != nil {
		t.Fatal(err)
	}
	r := run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
	r.drop("kunder.mapping.yaml", "match: {account: [name], contact: [email]}\nwhen_done: {mail: [bo@exempel.se, anna@exempel.se]}\n")
	r.drop("kunder.csv", "Företag,Kontakt,E-post\nAcme,Anna,anna@acme.se\nBeta,Bo,fel\n")
	soon(t, r, "the import is notifying", func() bool { return len(box.Mails()) == 2 && len(crm.got()) == 1 })
	r.drop("fel.xlsx", "this is not a workbook")
	soon(t, r, "the refusal is notifying", func() bool { return len(box.Mails()) == 3 && len(crm.got()) == 2 })

	to := map[string]int{}
	ids := map[string]bool{}
	for _, m := range box.Mails() {
		to[m.Header.Get("To")]++
		ids[m.Header.Get("Message-ID")] = true
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || !strings.Contains(subject, "kunder.csv") && !strings.Contains(subject, "fel.xlsx") {
			t.Errorf("subject %q, %v", subject, err)
		}
	}
	if to["<anna@exempel.se>"] != 2 || to["<bo@exempel.se>"] != 1 || len(ids) != 3 {
		t.Errorf("mails to %v, %d IDs", to, len(ids))
	}
	if wait := crm.calls[1].Sub(crm.calls[0]); wait < time.Second || crm.calls[2].Sub(crm.calls[1]) < time.Second {
		t.Errorf("called again after %v, and was asked to wait a second", wait)
	}
	calls := crm.got()
	if calls[0]["state"] != "done" || calls[0]["workbook"] != "kunder.csv" || calls[1]["state"] != "refused" || calls[1]["why"] == "" {
		t.Errorf("calls %v", calls)
	}
	got := map[string]float64{}
	soon(t, r, "the notifications are counted", func() bool { // after they have arrived
		for _, m := range r.metrics()["inlet_notifications_total"].GetMetric() {
			got[m.GetLabel()[0].GetValue()+" "+m.GetLabel()[1].GetValue()] = m.GetCounter().GetValue()
		}
		return got["mail posted"] >= 3 && got["webhook posted"] >= 2
	})
	if got["mail posted"] != 3 || got["mail failed"] != 2 || got["webhook posted"] != 2 || got["webhook failed"] != 2 || got["mail given_up"] != 0 {
		t.Errorf("notifications %v", got)
	}
}
