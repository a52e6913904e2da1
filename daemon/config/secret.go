package config

import (
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

const masked = "***"

// WithoutSecrets masks everything in the configuration that others must not read.
func (c Config) WithoutSecrets() Config {
	c.Store = c.Store.WithoutSecrets()
	c.Stores = maps.Clone(c.Stores)
	for name, s := range c.Stores {
		c.Stores[name] = s.WithoutSecrets()
	}
	c.Webhooks = slices.Clone(c.Webhooks)
	for i, h := range c.Webhooks {
		c.Webhooks[i] = h.WithoutSecrets()
	}
	c.Sources = slices.Clone(c.Sources)
	for i, s := range c.Sources {
		c.Sources[i] = s.WithoutSecrets()
	}
	return c
}

// String is the configuration as YAML, without its secrets.
func (c Config) String() string {
	c = c.WithoutSecrets()
	text, err := yaml.Marshal(plainConfig(c))
	if err != nil {
		return "a configuration that cannot be printed: " + err.Error()
	}
	return string(text)
}

// plainConfig has no String of its own, so that printing it does not call itself.
type plainConfig Config

// GoString is String, so that %#v shows no secret either.
func (c Config) GoString() string { return c.String() }

// LogValue is what a log line contains instead of a configuration.
func (c Config) LogValue() slog.Value {
	names := make([]string, len(c.Inboxes))
	for i, in := range c.Inboxes {
		names[i] = in.Name
	}
	return slog.GroupValue(
		slog.Any("store", c.Store),
		slog.Any("stores", slices.Sorted(maps.Keys(c.Stores))),
		slog.Any("inboxes", names),
		slog.Int("sources", len(c.Sources)),
		slog.String("http", c.HTTP.Address),
	)
}

// Password reads the password of that name from its file. A name that Passwords has not is the sidecar's mistake; any other
// error is a file that has changed since Load.
func (c *Config) Password(name string) (string, error) {
	path, ok := c.Passwords[name]
	switch {
	case len(c.Passwords) == 0:
		return "", Say("the password %q does not exist, because passwords is empty; add it there", name)
	case !ok:
		return "", Say("the password %q does not exist; %s", name, DidYouMean(name, slices.Collect(maps.Keys(c.Passwords))))
	}
	password, err := Secret(path)
	if err != nil {
		return "", fmt.Errorf("read password %s: %w", name, err)
	}
	return password, nil
}

// String is the store's URI without its password.
func (s Store) String() string { return maskURI(s.URI) }

// GoString is String, so that %#v shows no secret either.
func (s Store) GoString() string { return s.String() }

// LogValue is the store's URI without its password.
func (s Store) LogValue() slog.Value { return slog.StringValue(s.String()) }

// HasSecret reports whether the URI holds what others must not read.
func (s Store) HasSecret() bool { return maskURI(s.URI) != s.URI }

// WithoutSecrets masks the password in the URI.
func (s Store) WithoutSecrets() Store {
	s.URI = maskURI(s.URI)
	return s
}

// String names the webhook, without its address.
func (h Webhook) String() string { return h.Name }

// GoString is String, so that %#v shows no secret either.
func (h Webhook) GoString() string { return h.String() }

// LogValue is String.
func (h Webhook) LogValue() slog.Value { return slog.StringValue(h.Name) }

// WithoutSecrets masks all of the address behind its host: those of chats are keys.
func (h Webhook) WithoutSecrets() Webhook {
	if scheme, rest, ok := strings.Cut(h.URL, "://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		h.URL = scheme + "://" + host[strings.LastIndexByte(host, '@')+1:] + "/" + masked
	}
	return h
}

// String names the source and where it looks, without its secrets.
func (s Source) String() string {
	s = s.WithoutSecrets()
	if s.Drive != "" {
		return s.Name + " " + s.Drive + ":" + s.Root
	}
	return s.Name + " " + s.URL + s.Path
}

// GoString is String, so that %#v shows no secret either.
func (s Source) GoString() string { return s.String() }

// LogValue is String.
func (s Source) LogValue() slog.Value { return slog.StringValue(s.String()) }

// WithoutSecrets masks every header and option and the whole query: signed links carry their key there under any name.
func (s Source) WithoutSecrets() Source {
	s.URL = maskURI(s.URL)
	if link, _, ok := strings.Cut(s.URL, "?"); ok {
		s.URL = link + "?" + masked
	}
	s.Headers, s.Options = mask(s.Headers), mask(s.Options)
	return s
}

func mask(values map[string]string) map[string]string {
	all := make(map[string]string, len(values))
	for name := range values {
		all[name] = masked
	}
	return all
}

var secretOption = regexp.MustCompile(`(?i)([?&;][^=&;]*(?:password|token|secret|key|properties)[^=&;]*=)[^&;]*`)

// maskURI hides the password and what else is secret in a URI. It takes the last @ for the end of the user: a password
// that was pasted in with its own @ and / must not show its tail.
func maskURI(uri string) string {
	scheme, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return uri
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, _, _ := strings.Cut(rest[:at], ":")
		if strings.ContainsRune(rest[:at], ':') {
			user += ":" + masked
		}
		rest = user + rest[at:]
	}
	return scheme + "://" + secretOption.ReplaceAllString(rest, "${1}"+masked)
}

// Secrets returns what the URI has that others must not read, as it is written and as it is meant.
func (s Store) Secrets() []string {
	var all []string
	_, rest, _ := strings.Cut(s.URI, "://")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		_, password, _ := strings.Cut(rest[:at], ":")
		all = append(all, bothForms(password)...)
	}
	for _, found := range secretOption.FindAllString(rest, -1) {
		_, value, _ := strings.Cut(found, "=")
		all = append(all, bothForms(value)...)
	}
	return all
}

// secretName matches the names of options of drives whose values are secrets; of the others, such as a region, an error may well speak.
var secretName = regexp.MustCompile(`(?i)pass|secret|token|key|credential`)

// Secrets returns what the source has that others must not read.
func (s Source) Secrets() []string {
	all := Store{URI: s.URL}.Secrets()
	if _, query, ok := strings.Cut(s.URL, "?"); ok {
		all = append(all, bothForms(query)...)
	}
	for _, value := range s.Headers {
		all = append(all, value)
	}
	for name, value := range s.Options {
		if _, file := s.OptionsFile[name]; file || secretName.MatchString(name) {
			all = append(all, value)
		}
	}
	return all
}

// Secrets returns what the webhook has that others must not read: the addresses of chats are keys.
func (h Webhook) Secrets() []string {
	var all []string
	address := h.URL
	if kept, err := Secret(h.URLFile); h.URLFile != "" && err == nil {
		address = kept
	}
	if _, rest, ok := strings.Cut(address, "://"); ok {
		_, path, _ := strings.Cut(rest, "/")
		all = append(Store{URI: address}.Secrets(), bothForms(path)...)
	}
	if key, err := Secret(h.SecretFile); h.SecretFile != "" && err == nil {
		all = append(all, key)
	}
	return all
}

// bothForms returns a text as it stands in a URI, and what it means where that is something else.
func bothForms(text string) []string {
	plain, err := url.QueryUnescape(text)
	if unescaped, pathErr := url.PathUnescape(text); pathErr == nil {
		return []string{text, plain, unescaped}
	}
	if err != nil {
		return []string{text}
	}
	return []string{text, plain}
}
