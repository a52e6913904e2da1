// Package channels makes the ways that notifications go out by, as a configuration describes them: the mail server and the webhooks.
package channels

import (
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/notify"
)

// Mail returns the mail server; nil if none is configured.
func Mail(m config.Mail) (*notify.Mail, error) {
	if m.Server == "" {
		return nil, nil
	}
	return notify.NewMail(notify.Mail{Server: m.Server, From: m.From, User: m.User, TLS: m.TLS, Password: secret(m.PasswordFile)})
}

// Webhook returns one webhook.
func Webhook(h config.Webhook) (*notify.Hook, error) {
	url := secret(h.URLFile)
	if h.URL != "" {
		url = func() (string, error) { return h.URL, nil }
	}
	return notify.NewHook(notify.Hook{Name: h.Name, URL: url, Form: h.Form, Secret: secret(h.SecretFile)})
}

// secret returns a func that reads a file with each call, so that a secret can be changed while inlet runs.
func secret(path string) func() (string, error) {
	if path == "" {
		return nil
	}
	return func() (string, error) { return config.Secret(path) }
}
