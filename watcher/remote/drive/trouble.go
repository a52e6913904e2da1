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

// doing is what was tried when trouble came.
type doing string

const (
	opening  doing = "open"
	listing  doing = "list"
	fetching doing = "fetch"
	changing doing = "move or remove"
)

// busy is how long to wait where the place says that it is busy and not for how long.
const busy = time.Minute

// trouble says what went wrong with one thing, and of which kind it is.
func (d *Drive) trouble(did doing, what string, err error) error {
	if err == nil {
		return nil
	}
	if what == "" {
		what = "/"
	}
	text := fmt.Sprintf("%s %s: %s", did, what, d.discreet(err.Error()))
	if notTheirs(err) {
		return &told{text: text, cause: err}
	}
	status, header := answerOf(err)
	return d.judge(did, text, status, header, err)
}

// judge tells the kinds of trouble apart that a place may give.
func (d *Drive) judge(did doing, text string, status int, header http.Header, err error) error {
	switch after := after(err, header); {
	case after > 0:
		return &remote.Wait{After: after, Err: &told{text: text, cause: err}}
	case busyNow(status, err):
		return &remote.Wait{After: d.askWhen(), Err: &told{text: text, cause: err}}
	case advice(err) != "":
		return &told{text: text + "; " + advice(err), cause: err}
	case shutOut(status, err):
		return &remote.Denied{Err: &told{text: text + d.wayIn(err), cause: err}}
	case forbidden(status, err):
		return &told{text: text + ": " + d.right(did), cause: err}
	case errors.Is(err, fs.ErrorDirNotFound) || status == http.StatusNotFound || says(err, []string{"itemNotFound"}):
		return &told{text: text + d.missing(), cause: err}
	}
	return &told{text: text, cause: err}
}

// askWhen asks a WebDAV server for how long it is busy: rclone throws away the header that said so. Nextcloud sends one while it is maintained.
func (d *Drive) askWhen() time.Duration {
	if d.place.Type != "webdav" {
		return busy
	}
	ctx, cancel := context.WithTimeout(d.base, d.patience.connect)
	defer cancel()
	o := d.place.Options
	req, err := http.NewRequestWithContext(ctx, http.MethodOptions, o["url"], nil)
	if err != nil {
		return busy
	}
	if o["user"] != "" || o["pass"] != "" {
		req.SetBasicAuth(o["user"], o["pass"])
	} else if o["bearer_token"] != "" {
		req.Header.Set("Authorization", "Bearer "+o["bearer_token"])
	}
	resp, err := fshttp.NewClient(ctx).Do(req)
	if err != nil {
		return busy
	}
	defer resp.Body.Close()
	if after := after(errBusy, resp.Header); after > 0 {
		return after
	}
	return busy
}

var errBusy = errors.New("busy")

// notTheirs are errors that no place gave.
func notTheirs(err error) bool {
	return errors.Is(err, remote.ErrChanged) || errors.Is(err, remote.ErrGone) || errors.Is(err, context.Canceled) || errors.Is(err, errNoAnswer)
}

// advice is what to do about troubles that look like others.
func advice(err error) string {
	switch {
	case says(err, []string{"RequestTimeTooSkewed"}):
		return "set the clock of this machine"
	case says(err, []string{"signed by unknown authority"}):
		return "give the certificate of its CA as ca_cert, or put it into the system's store"
	case smbCode(err) == noSuchShare:
		return "is the share there, and spelt like this in root?"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there: is the server running, and are host and port right?"
	case says(err, []string{"no such host"}):
		return "no host has this name: is it spelt right, and can this machine look names up?"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "this machine has no way there: is the network up, and the address right?"
	}
	return ""
}

// wayIn says what to do about being shut out.
func (d *Drive) wayIn(err error) string {
	switch {
	case strings.Contains(err.Error(), "knownhosts: key is unknown"):
		return "; the server's key is not in known_hosts_file: ask whose it is before you add it"
	case hostKey(err):
		return "; the server is not the one it was: ask why before you trust the new key"
	case d.kind.login != nil:
		return "; log in again"
	}
	return "; mend what it logs in with (user, password or key)"
}

func (d *Drive) right(did doing) string {
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
		return fmt.Sprintf("; is the %s there, and spelt like this in root?", d.kind.bucket)
	}
	return "; make the folder, or correct root"
}

// told is an error in our words. What rclone said is its cause, for errors.Is only: its text may hold secrets.
type told struct {
	text  string
	cause error
}

func (t *told) Error() string { return t.text }

// Unwrap gives the cause.
func (t *told) Unwrap() error { return t.cause }

// What is taken out of texts.
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

// discreet makes one line of a text, without secrets and without what rclone advises about its own command line.
func (d *Drive) discreet(text string) string {
	text = tags.ReplaceAllString(d.hide.Replace(text), " ")
	text = withoutQueries(blanks.ReplaceAllString(strings.TrimSpace(text), " "))
	text = inner.ReplaceAllString(numbers.ReplaceAllString(text, ""), "")
	text = strings.TrimRight(advised.ReplaceAllString(text, ""), ":;. ")
	if runes := []rune(text); len(runes) > 400 {
		text = string(runes[:400]) + "…"
	}
	return text
}

// hiding knows the secrets of the settings.
func hiding(s remote.Location) *strings.Replacer {
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

// secretsOf are those in the value of an option. Names of users and hosts are none, though rclone thinks so.
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
