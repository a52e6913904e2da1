package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"inlet.example/inlet/daemon/notify/sanitize"
)

// Formats of a webhook's message.
const (
	formJSON  = "json" // the default
	formSlack = "slack"
	formTeams = "teams"
)

// Hook sends notices to a webhook.
type Hook struct {
	Name   string                 // for errors
	URL    func() (string, error) // called for each send; it may be a secret, as with Slack and Teams
	Form   string                 // json (default), slack or teams
	Secret func() (string, error) // the key of the signature; nil: not signed. Only for json

	transport   http.RoundTripper // set by tests; nil: http.DefaultTransport
	sendTimeout time.Duration     // set by tests; 0: patience
}

// NewHook returns a Hook with these settings, or an error with all mistakes in them. The URL is read and checked with each send.
func NewHook(h Hook) (*Hook, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	return &h, nil
}

func (h *Hook) check() error {
	var wrong []error
	if h.URL == nil {
		wrong = append(wrong, fmt.Errorf("the webhook %s has no URL: set url or url_file", h.Name))
	}
	switch h.Form {
	case "", formJSON:
	case formSlack, formTeams:
		if h.Secret != nil {
			wrong = append(wrong, fmt.Errorf("the webhook %s has a key, but the form %s is not signed: remove secret_file", h.Name, h.Form))
		}
	default:
		wrong = append(wrong, fmt.Errorf("the webhook %s has the form %q: write json, slack or teams", h.Name, h.Form))
	}
	return errors.Join(wrong...)
}

// Send sends a notice. The id is the same for each repeat of that notice.
func (h *Hook) Send(ctx context.Context, id string, n Notice) error {
	if err := h.check(); err != nil {
		return err
	}
	target, err := h.target()
	if err != nil {
		return err
	}
	body, err := h.body(&n)
	if err != nil {
		return fmt.Errorf("write the notification for the webhook %s: %w", h.Name, err)
	}
	limit := defaultTimeout
	if h.sendTimeout > 0 {
		limit = h.sendTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the webhook %s: its URL is not valid: correct it", h.Name) // err contains the URL
	}
	req.Close = true // notices are rare, so no connection is kept
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "inlet")
	if err := h.sign(req, sanitize.HeaderToken(id), body); err != nil {
		return err
	}
	return h.post(req, target)
}

// target returns the URL. What is wrong with it is said without it.
func (h *Hook) target() (*url.URL, error) {
	text, err := h.URL()
	if err != nil {
		return nil, fmt.Errorf("read the URL of the webhook %s: %w", h.Name, err)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return nil, fmt.Errorf("the webhook %s: its URL is not valid: write https://HOST/PATH", h.Name)
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return u, nil
	}
	return nil, fmt.Errorf("the webhook %s: its URL must begin with https://, because %s is another host", h.Name, u.Hostname())
}

func (h *Hook) body(n *Notice) ([]byte, error) {
	switch h.Form {
	case formSlack:
		return slack(n)
	case formTeams:
		return teams(n)
	}
	if n.Test {
		return json.Marshal(object{"type": "test", "text": wordsFor(n.Language).Test})
	}
	return webhookJSON(&n.Import, n.Page)
}

// sign adds the headers that the package comment describes.
func (h *Hook) sign(req *http.Request, id string, body []byte) error {
	if user := req.URL.User; user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	if h.Form == formSlack || h.Form == formTeams {
		return nil
	}
	now := strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("Inlet-Id", id)
	req.Header.Set("Inlet-Timestamp", now)
	if h.Secret == nil {
		return nil
	}
	key, err := h.Secret()
	if err != nil {
		return fmt.Errorf("read the key of the webhook %s: %w", h.Name, err)
	}
	if key == "" {
		return fmt.Errorf("the key of the webhook %s is empty: write a key of at least 32 characters, or remove secret_file", h.Name)
	}
	req.Header.Set("Inlet-Signature", signature(key, now, id, body))
	return nil
}

// signature is the value of Inlet-Signature.
func signature(key, timestamp, id string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(timestamp + "." + id + "."))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

// post sends the request and reads the response. It uses the transport itself, which follows no redirects and has no URL in its errors.
func (h *Hook) post(req *http.Request, target *url.URL) error {
	by := h.transport
	if by == nil {
		by = http.DefaultTransport
	}
	doing := "send to the webhook " + h.Name
	resp, err := by.RoundTrip(req)
	if err != nil {
		if err := timedOut(req.Context(), doing); err != nil {
			return err
		}
		password, _ := target.User.Password()
		return &failure{text: doing + ": " + redact(err.Error(), target.RequestURI(), target.EscapedPath(), target.Path, target.RawQuery, password)}
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the server sees its response read; the content is never shown
	if resp.StatusCode/100 == 2 {
		return nil
	}
	if err != nil {
		if err := timedOut(req.Context(), doing); err != nil {
			return err
		}
	}
	return h.statusError(resp)
}

// statusError explains a response that is not a success, and what to do.
func (h *Hook) statusError(resp *http.Response) error {
	status := fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	f := &failure{after: parseRetryAfter(resp.Header.Get("Retry-After"), time.Now())}
	switch code := resp.StatusCode; {
	case code/100 == 3:
		f.permanent = true
		f.text = fmt.Sprintf("the webhook %s answered %s: redirects are not followed, so set the URL that it redirects to", h.Name, status)
	case code == http.StatusRequestTimeout || code == http.StatusTooEarly || code == http.StatusTooManyRequests || code/100 != 4:
		f.text = fmt.Sprintf("the webhook %s answered %s: it will be called again", h.Name, status)
	default:
		f.permanent = true
		f.text = fmt.Sprintf("the webhook %s answered %s: check its URL, and its key if it has one", h.Name, status)
	}
	return f
}

// parseRetryAfter parses the header, seconds or a date. It returns a day at most.
func parseRetryAfter(s string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if n, err := strconv.ParseInt(s, 10, 32); err == nil {
		wait = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(s); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), 24*time.Hour)
}
