// Package address reads the URI of a database, and says what is wrong with one without its password.
package address

import (
	"net/url"
	"regexp"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/message"
)

// Database returns the database in the path of a URI that the driver takes.
func Database(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	if _, hosts, ok := strings.Cut(rest, "@"); ok {
		rest = hosts
	}
	_, name, _ := strings.Cut(rest, "/")
	name, _, _ = strings.Cut(name, "?")
	if plain, err := url.PathUnescape(name); err == nil && plain != "" {
		return plain
	}
	return "inlet"
}

// secretOption matches the options of a URI that hold secrets: passwords of key files and proxies, session tokens.
var secretOption = regexp.MustCompile(`(?i)[?&][^=&]*(password|mechanismproperties)[^&]*`)

// oddPort matches a port that is not a number: perhaps a password whose host was forgotten.
var oddPort = regexp.MustCompile(`^[^\[/?]*:[0-9]*[^0-9,/?]`)

// Error says what is wrong with a URI that the driver does not take. The driver's own words may quote a password, so they
// are of the URI without its secrets; where that one is fine, the secrets are what is wrong.
func Error(uri string) error {
	wrong := func(why error) error { return message.Errorf("read the URI of MongoDB: %w", why) }
	scheme, rest, ok := strings.Cut(uri, "://")
	if !ok || scheme != "mongodb" && scheme != "mongodb+srv" {
		return wrong(message.Errorf("it must begin with mongodb:// or mongodb+srv://"))
	}
	rest = rest[strings.LastIndex(rest, "@")+1:]
	if oddPort.MatchString(rest) {
		return wrong(message.Errorf("the part after a host's colon must be a number; user and password must be before the host, followed by an @"))
	}
	bare := scheme + "://" + secretOption.ReplaceAllString(rest, "")
	if err := options.Client().ApplyURI(bare).Validate(); err != nil {
		return wrong(err)
	}
	return wrong(message.Errorf("its user, password or an option is not valid; in user and password, write %%40 for @, %%3A for :, %%2F for /, %%25 for %%"))
}

// Quotes reports whether a text holds the password of a URI, as written or as meant.
func Quotes(text, uri string) bool {
	_, rest, _ := strings.Cut(uri, "://")
	user := rest[:max(0, strings.LastIndex(rest, "@"))]
	_, password, _ := strings.Cut(user, ":")
	if password == "" {
		return false
	}
	plain, err := url.PathUnescape(password)
	return strings.Contains(text, password) || err == nil && strings.Contains(text, plain)
}
