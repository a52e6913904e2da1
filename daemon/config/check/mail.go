package check

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/config"
)

// checkMail wants all that a mail needs, or nothing.
func checkMail(ck *Checker, m config.Mail) {
	oneOf(ck, "mail.tls", m.TLS, config.MailTLSWords...)
	if m.Server == "" {
		for key, set := range map[string]bool{"mail.from": m.From != "", "mail.user": m.User != "", "mail.password_file": m.PasswordFile != ""} {
			if set {
				ck.Wrong(key, "has no effect without mail.server; write e.g. server: smtp.exempel.se:587")
			}
		}
		return
	}
	host, port, err := net.SplitHostPort(m.Server)
	if err != nil || host == "" || port == "" {
		ck.Wrong("mail.server", "%q is not a host with a port; write e.g. smtp.exempel.se:587", m.Server)
	}
	if m.TLS == "none" && !config.Loopback(host) {
		ck.Wrong("mail.tls", "passwords and data would be sent unencrypted; write starttls or tls")
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		ck.Wrong("mail.from", "%q is not a valid e-mail address; write e.g. Inlet <inlet@exempel.se>", m.From)
	}
	if m.User != "" && m.PasswordFile == "" {
		ck.Wrong("mail.password_file", "is missing; write the path of a file that contains the password of %s", m.User)
	}
	if m.PasswordFile != "" {
		checkSecret(ck, "mail.password_file", m.PasswordFile)
	}
}

// checkSecret reads a secret's file: one that is missing or open to others is found now and not with the first import.
func checkSecret(ck *Checker, key, path string) {
	if _, err := config.Secret(path); err != nil {
		ck.Wrong(key, "%v", err)
	}
}

func checkHooks(ck *Checker, hooks []config.Webhook) {
	names := map[string]string{}
	for i, h := range hooks {
		key := fmt.Sprintf("webhooks[%d]", i)
		checkName(ck, key+".name", h.Name, names)
		oneOf(ck, key+".form", h.Form, config.WebhookForms...)
		switch {
		case h.URL == "" && h.URLFile == "":
			ck.Wrong(key+".url", "is missing; write url: https://…, or url_file")
		case h.URL != "" && h.URLFile != "":
			ck.Wrong(key+".url_file", "url is also set; keep one of the two")
		case h.URL != "":
			checkHookURL(ck, key+".url", h.URL)
		default:
			checkSecret(ck, key+".url_file", h.URLFile)
		}
		if h.SecretFile != "" {
			checkSecret(ck, key+".secret_file", h.SecretFile)
		}
		if h.SecretFile != "" && h.Form != "json" {
			ck.Wrong(key+".secret_file", "%s does not support signatures; remove the key, or write form: json", h.Form)
		}
	}
}

func checkHookURL(ck *Checker, key, text string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		ck.Wrong(key, "is not a valid address; write https://HOST/PATH")
	case u.Scheme == "http" && !config.Loopback(u.Hostname()):
		ck.Wrong(key, "http is not encrypted; write https://")
	case u.User != nil:
		ck.Wrong(key, "contains a password; use secret_file, or write the address to a file and name it in url_file")
	}
}

// checkWhenDone wants recipients that can be reached.
func checkWhenDone(ck *Checker, inbox string, in config.Inbox, cfg config.Config) {
	key := inbox + ".when_done"
	for i, to := range in.WhenDone.Mail {
		item := fmt.Sprintf("%s.mail[%d]", key, i)
		if a, err := mail.ParseAddress(to); err != nil || a.Address != to {
			ck.Wrong(item, "%q is not a valid e-mail address; write e.g. anna@exempel.se", to)
		}
	}
	if cfg.Mail.Server == "" && len(in.WhenDone.Mail) > 0 {
		ck.Wrong(key+".mail", "no mail can be sent without a mail server; write mail: {server: smtp.exempel.se:587, from: inlet@exempel.se}")
	}
	checkHookNames(ck, key+".webhook", in.WhenDone.Webhook, cfg.Webhooks)
	checkHookNames(ck, inbox+".limits.webhooks", in.Limits.Webhooks, cfg.Webhooks)
}

func checkHookNames(ck *Checker, key string, names []string, hooks []config.Webhook) {
	known := make([]string, len(hooks))
	for i, h := range hooks {
		known[i] = h.Name
	}
	for i, name := range names {
		switch item := fmt.Sprintf("%s[%d]", key, i); {
		case slices.Contains(known, name), !NameForm.MatchString(name), slices.Contains(names[:i], name): // said, where it is wrong
		case len(known) == 0:
			ck.Wrong(item, "the webhook %q does not exist; add it to webhooks: [{name: %s, url: https://…}]", name, strings.TrimSpace(name))
		default:
			ck.Wrong(item, "the webhook %q does not exist; %s", name, config.DidYouMean(name, known))
		}
	}
}
