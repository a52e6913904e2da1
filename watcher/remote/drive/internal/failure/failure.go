// Package failure says what an error of a place means: in words that say what to do, without secrets, and of a type that callers recognise (a login
// that was rejected, a place that is busy). It makes no calls but one: a WebDAV server is asked for how long it is busy.
package failure

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/fs/fshttp"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
	"inlet.example/inlet/watcher/remote/drive/internal/guard"
	"inlet.example/inlet/watcher/remote/drive/settings"
)

// Operation is what was tried when an error occurred.
type Operation int

// The operations.
const (
	Opening Operation = iota
	Listing
	Fetching
	Changing
)

// Explainer explains the errors of one place.
type Explainer struct {
	Place   remote.Location
	Kind    settings.Kind
	Secrets *strings.Replacer
	Base    context.Context // rclone's settings for the place
	Timeout time.Duration   // of the question for how long the place is busy
}

// busyWait is how long to wait where the place says that it is busy but not for how long.
const busyWait = time.Minute

// Explain makes an error of one that a call returned: with what was tried, without secrets, and of a type that callers recognise.
func (e *Explainer) Explain(did Operation, what string, err error) error {
	if err == nil {
		return nil
	}
	if what == "" {
		what = "/"
	}
	said := message.Errorf("%s %s: %s", did.in, what, e.Redacted(err))
	if isOurs(err) {
		return &explained{said, err}
	}
	status, header := statusOf(err)
	return e.classify(did, said, status, header, err)
}

// classify recognises the kinds of errors that a place may return.
func (e *Explainer) classify(did Operation, said error, status int, header http.Header, err error) error {
	switch after := retryAfter(err, header); {
	case after > 0:
		return &remote.Wait{After: after, Err: &explained{said, err}}
	case isBusy(status, err):
		return &remote.Wait{After: e.askRetryAfter(), Err: &explained{said, err}}
	case advice(err) != nil:
		return &explained{message.Errorf("%w; %w", said, advice(err)), err}
	case loginRejected(status, err):
		return &remote.Denied{Err: &explained{message.Errorf("%w; %w", said, e.loginAdvice(err)), err}}
	case isForbidden(status, err):
		return &explained{message.Errorf("%w: %w", said, e.right(did)), err}
	case errors.Is(err, fs.ErrorDirNotFound) || status == http.StatusNotFound || containsAny(err, []string{"itemNotFound"}):
		return &explained{message.Errorf("%w; %w", said, e.missing()), err}
	}
	return &explained{said, err}
}

// askRetryAfter asks a WebDAV server for how long it is busy: rclone drops the header that said so. Nextcloud sends one during maintenance.
func (e *Explainer) askRetryAfter() time.Duration {
	if e.Place.Type != "webdav" {
		return busyWait
	}
	ctx, cancel := context.WithTimeout(e.Base, e.Timeout)
	defer cancel()
	o := e.Place.Options
	req, err := http.NewRequestWithContext(ctx, http.MethodOptions, o["url"], nil)
	if err != nil {
		return busyWait
	}
	if o["user"] != "" || o["pass"] != "" {
		req.SetBasicAuth(o["user"], o["pass"])
	} else if o["bearer_token"] != "" {
		req.Header.Set("Authorization", "Bearer "+o["bearer_token"])
	}
	resp, err := fshttp.NewClient(ctx).Do(req)
	if err != nil {
		return busyWait
	}
	defer resp.Body.Close()
	if after := retryAfter(errBusy, resp.Header); after > 0 {
		return after
	}
	return busyWait
}

var errBusy = errors.New("busy")

// isOurs reports whether an error does not come from the place.
func isOurs(err error) bool {
	return errors.Is(err, remote.ErrChanged) || errors.Is(err, remote.ErrGone) || errors.Is(err, context.Canceled) || errors.Is(err, guard.ErrNoAnswer)
}

// in is the word for an operation in a language.
func (o Operation) in(lang string) string {
	switch o {
	case Opening:
		return message.Word(lang, "open")
	case Listing:
		return message.Word(lang, "list")
	case Fetching:
		return message.Word(lang, "fetch")
	}
	return message.Word(lang, "move or remove")
}

// advice is what to do about errors that would be taken for others.
func advice(err error) error {
	switch {
	case containsAny(err, []string{"RequestTimeTooSkewed"}):
		return message.Errorf("set the clock of this machine")
	case containsAny(err, []string{"signed by unknown authority"}):
		return message.Errorf("set ca_cert to the certificate of its CA, or add it to the certificate store of the system")
	case smbCode(err) == noSuchShare:
		return message.Errorf("check that the share exists and is spelt correctly in root")
	case errors.Is(err, syscall.ECONNREFUSED):
		return message.Errorf("no server is listening there: check that it is running, and that host and port are right")
	case containsAny(err, []string{"no such host"}):
		return message.Errorf("the host name cannot be resolved: check its spelling, and the name resolution of this machine")
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return message.Errorf("the host cannot be reached: check the network and the address")
	}
	return nil
}

// loginAdvice is what to do about a rejected login.
func (e *Explainer) loginAdvice(err error) error {
	switch {
	case strings.Contains(err.Error(), "knownhosts: key is unknown"):
		return message.Errorf("the server's key is not in known_hosts_file: verify the key before you add it")
	case isHostKeyError(err):
		return message.Errorf("the server's key has changed: find out why before you trust the new key")
	case e.Kind.Login != nil:
		return message.Errorf("run %q", LoginCommand(e.Place.Source))
	}
	return message.Errorf("correct its login (user, password or key)")
}

// LoginCommand is the command that logs in to a drive in the browser.
func LoginCommand(source string) string { return "inlet source login " + source }

func (e *Explainer) right(did Operation) error {
	switch did {
	case Fetching:
		return e.Kind.Rights.Fetch
	case Changing:
		return e.Kind.Rights.Change
	}
	return e.Kind.Rights.List
}

func (e *Explainer) missing() error {
	if e.Kind.Bucket != "" {
		return message.Errorf("check that the %s exists and is spelt correctly in root", e.Kind.Bucket)
	}
	return message.Errorf("create the folder, or correct root")
}

// explained is an error in our words. The error of rclone is its cause, for errors.Is only: its text may contain secrets.
type explained struct {
	said  error
	cause error
}

func (t *explained) Error() string { return t.said.Error() }

// In is the text in a language.
func (t *explained) In(lang string) string { return message.ErrorIn(lang, t.said) }

// Unwrap returns the cause.
func (t *explained) Unwrap() error { return t.cause }

// What is removed from texts.
var (
	query   = regexp.MustCompile(`\?[^\s"'<>]*[=&][^\s"'<>]*`)
	nameOf  = regexp.MustCompile(`//[^/\s"'@]+@`)
	blanks  = regexp.MustCompile(`\s+`)
	tags    = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)
	numbers = regexp.MustCompile(`RequestID: [^,]*, (HostID: [^,]*, )?|-{8,} ?|ERROR CODE UNAVAILABLE |Response contained no body ?`)
	inner   = regexp.MustCompile(`(NewFs: |couldn't connect SSH: |Dial [^:]* failed: )+|, no supported methods remain`)
	advised = regexp.MustCompile(` *-* *(if the server key has|maybe token expired|please run|manually refresh|try refreshing|;? ?re-run with).*$`)
)

// WithoutQueries removes the queries and the user names from the addresses in a text.
func WithoutQueries(text string) string {
	return nameOf.ReplaceAllString(query.ReplaceAllString(text, "?…"), "//…@")
}

// Redacted says an error without secrets, in a language.
func (e *Explainer) Redacted(err error) func(lang string) string {
	return func(lang string) string { return e.Redact(message.ErrorIn(lang, err)) }
}

// Redact makes one line of a text, without secrets and without advice about rclone's own command line.
func (e *Explainer) Redact(text string) string {
	text = tags.ReplaceAllString(e.Secrets.Replace(text), " ")
	text = WithoutQueries(blanks.ReplaceAllString(strings.TrimSpace(text), " "))
	text = inner.ReplaceAllString(numbers.ReplaceAllString(text, ""), "")
	text = strings.TrimRight(advised.ReplaceAllString(text, ""), ":;. ")
	if runes := []rune(text); len(runes) > 400 {
		text = string(runes[:400]) + "…"
	}
	return text
}
