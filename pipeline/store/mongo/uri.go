package mongo

import (
	"regexp"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/mongo/address"
	"inlet.example/inlet/pipeline/store/mongo/answer"
)

// unreachable says which server does not answer, and what to do. The driver's message is left out where it contains the password.
func unreachable(hosts []string, uri string, cause error) error {
	advice := message.Errorf("check that it is running there, that this host can reach it, and that user and password are right")
	if answer.FaultOf(cause) == answer.Denied {
		advice = message.Errorf("user or password is wrong, or the user may not use this database")
	}
	at := strings.Join(hosts, ",")
	reached := error(&unreachableError{message.Errorf("reach MongoDB at %s: %w (%s)", at, advice, reason(cause)), cause})
	if address.Quotes(cause.Error(), uri) {
		reached = message.Errorf("reach MongoDB at %s: %w", at, advice)
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
	error
	cause error
}

func (e *unreachableError) In(lang string) string { return message.ErrorIn(lang, e.error) }

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
