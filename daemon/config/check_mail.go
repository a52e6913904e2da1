package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
)

// checkMail wants all that a mail needs, or nothing.
func (l *loading) checkMail(m Mail) {
	l.oneOf("mail.tls", m.TLS, mailTLS...)
	if m.Server == "" {
		for key, set := range map[string]bool{"mail.from": m.From != "", "mail.user": m.User != "", "mail.password_file": m.PasswordFile != ""} {
			if set {
				l.wrong(key, "no mail goes out without mail.server; write e.g. server: smtp.exempel.se:587")
			}
		}
		return
	}
	host, port, err := net.SplitHostPort(m.Server)
	if err != nil || host == "" || port == "" {
		l.wrong("mail.server", "%q is no server with a port; write e.g. smtp.exempel.se:587", m.Server)
	}
	if m.TLS == "none" && !loopback(host) {
		l.wrong("mail.tls", "passwords and rows would go over the net in the clear; write starttls or tls")
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		l.wrong("mail.from", "%q is no address; write e.g. Inlet <inlet@exempel.se>", m.From)
	}
	if m.User != "" && m.PasswordFile == "" {
		l.wrong("mail.password_file", "is missing; write the path of a file that holds the password of %s", m.User)
	}
	if m.PasswordFile != "" {
		l.checkSecret("mail.password_file", m.PasswordFile)
	}
}

// checkSecret reads a secret's file: one that is missing or open to others is found now and not with the first import.
func (l *loading) checkSecret(key, path string) {
	if _, err := readPassword(path); err != nil {
		l.wrong(key, "%v", err)
	}
}

// Secret reads a file that holds one line, as it is now: a password, a key or a URL.
func Secret(path string) (string, error) { return readPassword(path) }

func (l *loading) checkHooks(hooks []Webhook) {
	names := map[string]string{}
	for i, h := range hooks {
		key := fmt.Sprintf("webhooks[%d]", i)
		l.checkName(key+".name", h.Name, names)
		l.oneOf(key+".form", h.Form, hookForms...)
		switch {
		case h.URL == "" && h.URLFile == "":
			l.wrong(key+".url", "is missing; write url: https://…, or url_file")
		case h.URL != "" && h.URLFile != "":
			l.wrong(key+".url_file", "url says the same; keep one of the two")
		case h.URL != "":
			l.checkHookURL(key+".url", h.URL)
		default:
			l.checkSecret(key+".url_file", h.URLFile)
		}
		if h.SecretFile != "" {
			l.checkSecret(key+".secret_file", h.SecretFile)
		}
		if h.SecretFile != "" && h.Form != "json" {
			l.wrong(key+".secret_file", "%s knows no signature; remove the line, or write form: json", h.Form)
		}
	}
}

func (l *loading) checkHookURL(key, text string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		l.wrong(key, "is no address; write https://HOST/PATH")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		l.wrong(key, "http lets others read along; write https://")
	case u.User != nil:
		l.wrong(key, "a password in an address; use a secret_file, or name a file with the address in url_file")
	}
}

// checkWhenDone wants recipients that can be reached.
func (l *loading) checkWhenDone(inbox string, in Inbox, cfg Config) {
	key := inbox + ".when_done"
	for i, to := range in.WhenDone.Mail {
		item := fmt.Sprintf("%s.mail[%d]", key, i)
		if a, err := mail.ParseAddress(to); err != nil || a.Address != to {
			l.wrong(item, "%q is no address; write e.g. anna@exempel.se", to)
		}
	}
	if cfg.Mail.Server == "" && len(in.WhenDone.Mail) > 0 {
		l.wrong(key+".mail", "no mail goes out without a server; write mail: {server: smtp.exempel.se:587, from: inlet@exempel.se}")
	}
	l.checkHookNames(key+".webhook", in.WhenDone.Webhook, cfg.Webhooks)
	l.checkHookNames(inbox+".limits.webhooks", in.Limits.Webhooks, cfg.Webhooks)
}

func (l *loading) checkHookNames(key string, names []string, hooks []Webhook) {
	known := make([]string, len(hooks))
	for i, h := range hooks {
		known[i] = h.Name
	}
	for i, name := range names {
		switch item := fmt.Sprintf("%s[%d]", key, i); {
		case slices.Contains(known, name), !inboxName.MatchString(name), slices.Contains(names[:i], name): // said, where it is wrong
		case len(known) == 0:
			l.wrong(item, "there is no webhook %q; add it to webhooks: [{name: %s, url: https://…}]", name, strings.TrimSpace(name))
		default:
			l.wrong(item, "there is no webhook %q; %s", name, didYouMean(name, known))
		}
	}
}
