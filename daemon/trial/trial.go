// Package trial tries what a configuration connects inlet with: it sends a test by the mail server and the webhooks, and polls the sources without
// fetching anything. Otherwise a mistake there is found when the first import has ended.
package trial

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"inlet.example/inlet/daemon/channels"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/notify"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
)

// Peek polls a source without changing anything.
type Peek func(ctx context.Context, s config.Source) (remote.Preview, error)

// Run tries everything, prints a line for each, and reports whether something is wrong.
func Run(ctx context.Context, w io.Writer, cfg config.Config, peek Peek) (wrong bool) {
	t := run{w: w, lang: cfg.Language, id: "test-" + strconv.FormatInt(time.Now().Unix(), 10)}
	t.mail(ctx, cfg)
	for _, h := range cfg.Webhooks {
		t.webhook(ctx, h)
	}
	for _, s := range cfg.Sources {
		t.source(ctx, s, peek)
	}
	if cfg.Mail.Server == "" && len(cfg.Webhooks)+len(cfg.Sources) == 0 {
		fmt.Fprint(w, message.Word(t.lang, "note  the configuration has no mail server, webhooks or sources to try\n"))
	}
	return t.wrong
}

// run is one trial of everything.
type run struct {
	w     io.Writer
	lang  string
	id    string // of the notification: a receiver that has seen one drops its repeats
	wrong bool
}

// failed prints what is wrong.
func (t *run) failed(format, name string, err error) {
	t.wrong = true
	fmt.Fprintf(t.w, format, name, message.PlainLines(message.ErrorIn(t.lang, err)))
}

// mail sends a test to all recipients of the inboxes. Without recipients it only logs in.
func (t *run) mail(ctx context.Context, cfg config.Config) {
	wrong := message.Word(t.lang, "WRONG mail server %s: %s\n")
	server, err := channels.Mail(cfg.Mail)
	switch to := recipients(cfg); {
	case err != nil:
		t.failed(wrong, cfg.Mail.Server, err)
	case server == nil:
	case len(to) == 0:
		if err := server.Try(ctx); err != nil {
			t.failed(wrong, cfg.Mail.Server, err)
			return
		}
		fmt.Fprintf(t.w, message.Word(t.lang, "ok    mail server %s: can be used; nothing was sent, because no inbox has when_done: {mail: […]}\n"), cfg.Mail.Server)
	default:
		for _, address := range to {
			if err := server.Send(ctx, t.id, address, notify.TestNotice(t.lang)); err != nil {
				t.failed(wrong, cfg.Mail.Server, err)
				continue
			}
			fmt.Fprintf(t.w, message.Word(t.lang, "ok    mail server %s: a test was sent to %s\n"), cfg.Mail.Server, message.Plain(address))
		}
	}
}

// recipients returns everybody whom inboxes send mail to.
func recipients(cfg config.Config) []string {
	var all []string
	for _, in := range cfg.Inboxes {
		all = append(all, in.WhenDone.Mail...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (t *run) webhook(ctx context.Context, h config.Webhook) {
	hook, err := channels.Webhook(h)
	if err == nil {
		err = hook.Send(ctx, t.id, notify.TestNotice(t.lang))
	}
	if err != nil {
		t.failed(message.Word(t.lang, "WRONG webhook %s: %s\n"), h.Name, err)
		return
	}
	fmt.Fprintf(t.w, message.Word(t.lang, "ok    webhook %s: a test was sent\n"), h.Name)
}

func (t *run) source(ctx context.Context, s config.Source, peek Peek) {
	found, err := peek(ctx, s)
	if err != nil {
		t.failed(message.Word(t.lang, "WRONG source %s: %s\n"), s.Name, err)
		return
	}
	fmt.Fprintf(t.w, message.Word(t.lang, "ok    source %s: can be reached; workbooks: %d, fetched before: %d, new: %d\n"), s.Name, found.Listed, found.Known, len(found.New))
}
