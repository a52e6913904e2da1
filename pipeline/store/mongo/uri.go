package mongo

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/mongo/answer"
)

// databaseName returns the database in the path of a URI that the driver takes.
func databaseName(uri string) string {
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

// uriError says what is wrong with a URI that the driver does not take. The driver's own words may quote a password, so they
// are of the URI without its secrets; where that one is fine, the secrets are what is wrong.
func uriError(uri string) error {
	const what = "read the URI of MongoDB"
	scheme, rest, ok := strings.Cut(uri, "://")
	if !ok || scheme != "mongodb" && scheme != "mongodb+srv" {
		return errors.New(what + ": it must begin with mongodb:// or mongodb+srv://")
	}
	rest = rest[strings.LastIndex(rest, "@")+1:]
	if oddPort.MatchString(rest) {
		return errors.New(what + ": the part after a host's colon must be a number; user and password must be before the host, followed by an @")
	}
	bare := scheme + "://" + secretOption.ReplaceAllString(rest, "")
	if err := options.Client().ApplyURI(bare).Validate(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return errors.New(what + ": its user, password or an option is not valid; in user and password, write %40 for @, %3A for :, %2F for /, %25 for %")
}

// unreachable says which server does not answer, and what to do. The driver's message is left out where it contains the password.
func unreachable(hosts []string, uri string, cause error) error {
	advice := "check that it is running there, that this host can reach it, and that user and password are right"
	if answer.FaultOf(cause) == answer.Denied {
		advice = "user or password is wrong, or the user may not use this database"
	}
	at := strings.Join(hosts, ",")
	reached := error(&unreachableError{fmt.Sprintf("reach MongoDB at %s: %s (%s)", at, advice, reason(cause)), cause})
	if quotes(cause.Error(), uri) {
		reached = fmt.Errorf("reach MongoDB at %s: %s", at, advice)
	}
	switch answer.FaultOf(cause) {
	case answer.Temporary:
		return &ledger.Temporary{Err: reached}
	case answer.Denied:
		return &ledger.Denied{Err: reached}
	}
	return reached
}

// unreachableError has the driver's error as its cause, but not its description of all servers in its text.
type unreachableError struct {
	text  string
	cause error
}

func (e *unreachableError) Error() string { return e.text }

func (e *unreachableError) Unwrap() error { return e.cause }

// lastError is where the driver's description of the servers has the error of one of them.
var lastError = regexp.MustCompile(`Last error: (?:connection\(\) error occurred during connection handshake: )?(.+?) \}`)

// reason returns what an error of the driver says about the cause.
func reason(cause error) string {
	text, topology, selection := strings.Cut(cause.Error(), ", current topology: ")
	if found := lastError.FindStringSubmatch(topology); selection && found != nil {
		return found[1]
	}
	return text
}

// quotes reports whether a text holds the password of a URI, as written or as meant.
func quotes(text, uri string) bool {
	_, rest, _ := strings.Cut(uri, "://")
	user := rest[:max(0, strings.LastIndex(rest, "@"))]
	_, password, _ := strings.Cut(user, ":")
	if password == "" {
		return false
	}
	plain, err := url.PathUnescape(password)
	return strings.Contains(text, password) || err == nil && strings.Contains(text, plain)
}
