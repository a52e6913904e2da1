package drive

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/fs/fshttp"
	"inlet.example/inlet/watcher/remote"
)

// operation is what was tried when an error occurred.
type operation string

const (
	opening  operation = "open"
	listing  operation = "list"
	fetching operation = "fetch"
	changing operation = "move or remove"
)

// busyWait is how long to wait where the place says that it is busy but not for how long.
const busyWait = time.Minute

// explain makes an error of one that a call returned: with what was tried, without secrets, and of a type that callers recognise.
func (d *Drive) explain(did operation, what string, err error) error {
	if err == nil {
		return nil
	}
	if what == "" {
		what = "/"
	}
	text := fmt.Sprintf("%s %s: %s", did, what, d.redact(err.Error()))
	if isOurs(err) {
		return &explained{text: text, cause: err}
	}
	status, header := statusOf(err)
	return d.classify(did, text, status, header, err)
}

// classify recognises the kinds of errors that a place may return.
func (d *Drive) classify(did operation, text string, status int, header http.Header, err error) error {
	switch after := retryAfter(err, header); {
	case after > 0:
		return &remote.Wait{After: after, Err: &explained{text: text, cause: err}}
	case isBusy(status, err):
		return &remote.Wait{After: d.askRetryAfter(), Err: &explained{text: text, cause: err}}
	case advice(err) != "":
		return &explained{text: text + "; " + advice(err), cause: err}
	case loginRejected(status, err):
		return &remote.Denied{Err: &explained{text: text + d.loginAdvice(err), cause: err}}
	case isForbidden(status, err):
		return &explained{text: text + ": " + d.right(did), cause: err}
	case errors.Is(err, fs.ErrorDirNotFound) || status == http.StatusNotFound || containsAny(err, []string{"itemNotFound"}):
		return &explained{text: text + d.missing(), cause: err}
	}
	return &explained{text: text, cause: err}
}

// askRetryAfter asks a WebDAV server for how long it is busy: rclone drops the header that said so. Nextcloud sends one during maintenance.
func (d *Drive) askRetryAfter() time.Duration {
	if d.place.Type != "webdav" {
		return busyWait
	}
	ctx, cancel := context.WithTimeout(d.base, d.timeouts.connect)
	defer cancel()
	o := d.place.Options
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
	return errors.Is(err, remote.ErrChanged) || errors.Is(err, remote.ErrGone) || errors.Is(err, context.Canceled) || errors.Is(err, errNoAnswer)
}

// advice is what to do about errors that would be taken for others.
func advice(err error) string {
	switch {
	case containsAny(err, []string{"RequestTimeTooSkewed"}):
		return "set the clock of this machine"
	case containsAny(err, []string{"signed by unknown authority"}):
		return "set ca_cert to the certificate of its CA, or add it to the certificate store of the system"
	case smbCode(err) == noSuchShare:
		return "check that the share exists and is spelt correctly in root"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "no server is listening there: check that it is running, and that host and port are right"
	case containsAny(err, []string{"no such host"}):
		return "the host name cannot be resolved: check its spelling, and the name resolution of this machine"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "the host cannot be reached: check the network and the address"
	}
	return ""
}

// loginAdvice is what to do about a rejected login.
func (d *Drive) loginAdvice(err error) string {
	switch {
	case strings.Contains(err.Error(), "knownhosts: key is unknown"):
		return "; the server's key is not in known_hosts_file: verify the key before you add it"
	case isHostKeyError(err):
		return "; the server's key has changed: find out why before you trust the new key"
	case d.kind.login != nil:
		return fmt.Sprintf("; run %q", loginCommand(d.place.Source))
	}
	return "; correct its login (user, password or key)"
}

// loginCommand is the command that logs in to a drive in the browser.
func loginCommand(source string) string { return "inlet source login " + source }

func (d *Drive) right(did operation) string {
	switch did {
	case fetching:
		return d.kind.rights.fetch
	case changing:
		return d.kind.rights.change
	}
	return d.kind.rights.list
}

func (d *Drive) missing() string {
	if d.kind.bucket != "" {
		return fmt.Sprintf("; check that the %s exists and is spelt correctly in root", d.kind.bucket)
	}
	return "; create the folder, or correct root"
}

// explained is an error in our words. The error of rclone is its cause, for errors.Is only: its text may contain secrets.
type explained struct {
	text  string
	cause error
}

func (t *explained) Error() string { return t.text }

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

func withoutQueries(text string) string {
	return nameOf.ReplaceAllString(query.ReplaceAllString(text, "?…"), "//…@")
}

// redact makes one line of a text, without secrets and without advice about rclone's own command line.
func (d *Drive) redact(text string) string {
	text = tags.ReplaceAllString(d.secrets.Replace(text), " ")
	text = withoutQueries(blanks.ReplaceAllString(strings.TrimSpace(text), " "))
	text = inner.ReplaceAllString(numbers.ReplaceAllString(text, ""), "")
	text = strings.TrimRight(advised.ReplaceAllString(text, ""), ":;. ")
	if runes := []rune(text); len(runes) > 400 {
		text = string(runes[:400]) + "…"
	}
	return text
}

// secretReplacer replaces the secrets of the settings.
func secretReplacer(s remote.Location) *strings.Replacer {
	var pairs []string
	for name, value := range s.Options {
		for _, secret := range secretsOf(s.Type, name, value) {
			if len(secret) > 3 {
				pairs = append(pairs, secret, "…")
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

// secretsOf are the secrets in the value of an option. Names of users and hosts are not secrets, though rclone treats them so.
func secretsOf(kind, name, value string) []string {
	option := optionOf(kind, name)
	switch {
	case option == nil || strings.HasPrefix(name, "user") || name == "host" || name == "account":
		return nil
	case name == "headers":
		return strings.Split(value, ",")
	case option.IsPassword || option.Sensitive:
		return []string{value}
	}
	return nil
}
