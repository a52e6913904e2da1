package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/daemon/notify/notifytest"
)

// TestSendTest tries a mail server, webhooks and sources that work and that do not.
func TestSendTest(t *testing.T) {
	t.Chdir(t.TempDir())
	box := notifytest.Serve(t)
	var posted []string
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		posted = append(posted, string(body))
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer hook.Close()
	if err := os.Mkdir("inbox", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "export.csv", "Företag,Postnr\nÅkeri,11122\n")
	mail := fmt.Sprintf("mail: {server: %q, from: inlet@exempel.se, tls: none}\n", box.Addr)
	const inbox = "inboxes: [{name: kunder, path: inbox, when_done: {mail: [anna@exempel.se], webhook: [chat]}}]\n"
	write(t, "inlet.yaml", "language: sv\n"+mail+inbox+fmt.Sprintf("webhooks: [{name: chat, url: %q, form: slack}, {name: crm, url: %q}]\n", hook.URL, hook.URL)+
		"sources: [{name: export, inbox: kunder, path: export.csv, every: 1h}]\n")
	code, out, errs := typed(t, "check", "--send-test")
	for _, want := range []string{"ok    e-postserver " + box.Addr + ": ett test skickades till anna@exempel.se\n", "ok    webhook chat: ett test skickades\n",
		"ok    webhook crm: ett test skickades\n", "ok    källa export: kan nås; arbetsböcker: 1, hämtade tidigare: 0, nya: 1\n"} {
		if code != exitcode.OK || !strings.Contains(out, want) {
			t.Errorf("%d: no %q in\n%s%s", code, want, out, errs)
		}
	}
	if mails := box.Mails(); len(mails) != 1 || !strings.Contains(mails[0].Header.Get("Subject"), "Test_fr") {
		t.Errorf("mails: %v", mails)
	}
	if len(posted) != 2 || !strings.Contains(posted[0], "Test från inlet") || !strings.Contains(posted[1], `{"text":"Det här är ett test av inlet check --send-test.`) ||
		!strings.Contains(posted[1], `"type":"test"`) {
		t.Errorf("webhooks: %s", posted)
	}
	if _, err := os.Stat("inlet.db"); err == nil {
		t.Error("the test created a store")
	}

	write(t, "wrong.yaml", strings.Replace(mail, "tls: none", "tls: starttls", 1)+inbox+fmt.Sprintf("webhooks: [{name: chat, url: %q}]\n", hook.URL+"/gone")+
		"sources: [{name: export, inbox: kunder, path: nowhere.csv, every: 1h}]\n")
	code, out, errs = typed(t, "check", "--send-test", "--config", "wrong.yaml")
	for _, want := range []string{"WRONG mail server " + box.Addr + ": the mail server " + box.Addr + " does not support STARTTLS: set the port that does",
		"WRONG webhook chat: the webhook chat answered 404", "WRONG source export: "} {
		if code != exitcode.Failed || !strings.Contains(out, want) {
			t.Errorf("%d: no %q in\n%s%s", code, want, out, errs)
		}
	}
	if code, out, _ = typed(t, "check", "--config", "wrong.yaml"); code != exitcode.OK || strings.Contains(out, "STARTTLS") {
		t.Errorf("without --send-test: %d\n%s", code, out)
	}

	write(t, "login.yaml", mail+"inboxes: [{name: kunder, path: inbox}]\n")
	if code, out, _ = typed(t, "check", "--send-test", "--config", "login.yaml"); code != exitcode.OK || !strings.Contains(out, "can be used; nothing was sent, because no inbox has when_done") {
		t.Errorf("without recipients: %d\n%s", code, out)
	}
	if len(box.Mails()) != 1 {
		t.Error("a mail was sent to nobody")
	}
	write(t, "nothing.yaml", "inboxes: []\n")
	if code, out, _ = typed(t, "check", "--send-test", "--store", "sqlite:x.db", "--config", "nothing.yaml"); code != exitcode.OK || !strings.Contains(out, "no mail server, webhooks or sources to try") {
		t.Errorf("nothing to try: %d\n%s", code, out)
	}
}
