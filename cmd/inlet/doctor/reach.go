package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"inlet.example/inlet/cmd/inlet/sourceview"
	ways "inlet.example/inlet/daemon/channels"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
)

// reachTimeout is how long a mail server or the host of a webhook may take to answer.
const reachTimeout = 8 * time.Second

// source says what a source answered last, as the daemon noted it.
func (s *storeExamination) source(source config.Source) {
	is := sourceview.StatusOf(source, s.is.Store.Sources[source.Name].State)
	facts := map[string]any{"kind": is.Kind, "inbox": is.Inbox, "schedule": is.Schedule, "state": is.State}
	text := fmt.Sprintf(message.Word(s.lang, "%s (%s, %s, into %s)"), is.Name, is.Kind, is.Schedule, is.Inbox)
	state := OK
	switch {
	case is.Asked.IsZero():
		state, text = Note, text+": "+message.Word(s.lang, "never polled")
	case is.Why != "":
		facts["why"], facts["asked"] = is.Why, is.Asked
		state, text = Wrong, fmt.Sprintf("%s: %s, %s", text, is.Asked.Local().Format(time.DateTime), is.Why)
	default:
		facts["asked"] = is.Asked
		text = fmt.Sprintf(message.Word(s.lang, "%s: polled %s, %s"), text, is.Asked.Local().Format(time.DateTime), is.Outcome)
	}
	if !is.Next.IsZero() {
		facts["next"] = is.Next
		text = fmt.Sprintf(message.Word(s.lang, "%s; next %s"), text, is.Next.Local().Format(time.DateTime))
	}
	s.add(partSource, source.Name, state, facts, text)
}

// channels tries to log in to the mail server and to reach the hosts of the webhooks. Nothing is sent.
func channels(ctx context.Context, e *examination) {
	mail(ctx, e)
	for _, hook := range e.site.Config.Webhooks {
		webhook(ctx, e, hook)
	}
}

func mail(ctx context.Context, e *examination) {
	m := e.site.Config.Mail
	server, err := ways.Mail(m)
	if server == nil && err == nil {
		e.add(partMail, "", OK, map[string]any{"server": ""}, message.Word(e.lang, "no mail server is configured"))
		return
	}
	facts := map[string]any{"server": m.Server, "tls": m.TLS, "user": m.User}
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, reachTimeout)
		defer cancel()
		err = server.Try(ctx)
	}
	if err != nil {
		e.add(partMail, "", Wrong, facts, err.Error())
		return
	}
	e.add(partMail, "", OK, facts, fmt.Sprintf(message.Word(e.lang, "the mail server %s can be reached (tls: %s)"), m.Server, m.TLS))
}

// webhook connects to the host of a webhook, and asks it nothing.
func webhook(ctx context.Context, e *examination, hook config.Webhook) {
	facts := map[string]any{"form": hook.Form}
	host, err := hostOf(hook)
	if err == nil {
		facts["host"] = host
		var conn net.Conn
		if conn, err = (&net.Dialer{Timeout: reachTimeout}).DialContext(ctx, "tcp", host); err == nil {
			err = conn.Close()
		}
	}
	if err != nil {
		e.add(partWebhook, hook.Name, Wrong, facts, fmt.Sprintf(message.Word(e.lang, "webhook %s: %s"), hook.Name, err))
		return
	}
	e.add(partWebhook, hook.Name, OK, facts, fmt.Sprintf(message.Word(e.lang, "webhook %s: %s can be reached"), hook.Name, host))
}

// hostOf returns the host and port that a webhook is called at: those of the proxy, if there is one.
func hostOf(hook config.Webhook) (string, error) {
	address := hook.URL
	if hook.URLFile != "" {
		kept, err := config.Secret(hook.URLFile)
		if err != nil {
			return "", err
		}
		address = kept
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "", errors.New("its URL is not valid")
	}
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u}); err == nil && proxy != nil {
		u = proxy
	}
	usual := "443"
	if u.Scheme == "http" {
		usual = "80"
	}
	return net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), usual)), nil
}
