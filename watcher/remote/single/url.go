package single

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote"
)

// Timeouts of a server. There is none for a whole download: a large file over a slow connection is fine.
const (
	connectTimeout = 15 * time.Second
	answerTimeout  = time.Minute
	stallTimeout   = time.Minute // between two pieces of the content
)

// URL is a workbook on a web server.
type URL struct {
	template string // may hold dates
	zone     *time.Location
	address  *url.URL // as it was asked last
	header   map[string]string
	max      int64
	client   *http.Client
}

// NewURL makes a source of an http or https address, which may hold dates of the zone such as {2006-01-02}, and {2006-01-02 -1d} for the day
// before. The header is sent to its host only.
func NewURL(address string, header map[string]string, maxBytes int64, zone *time.Location) (*URL, error) {
	u, err := url.Parse(dated(address, time.Now().In(zone)))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, message.Errorf("url is not a valid http or https address")
	}
	if maxBytes <= 0 {
		maxBytes = remote.DefaultMaxBytes
	}
	s := &URL{template: address, zone: zone, address: u, header: header, max: maxBytes}
	s.client = &http.Client{
		CheckRedirect: s.redirect,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout:   connectTimeout,
			ResponseHeaderTimeout: answerTimeout,
			DisableKeepAlives:     true, // it is asked every few minutes at most
			ForceAttemptHTTP2:     true,
		},
	}
	return s, nil
}

// redirect leaves our headers behind when another host is asked, and does not go from https to http.
func (s *URL) redirect(req *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return message.Errorf("too many redirects (10)")
	}
	if s.address.Scheme == "https" && req.URL.Scheme != "https" {
		return message.Errorf("redirected from https to http")
	}
	if req.URL.Host != s.address.Host || req.URL.Scheme != s.address.Scheme {
		for name := range s.header {
			req.Header.Del(name)
		}
		req.Header.Del("Authorization") // made of a user name in the address
	}
	return nil
}

// edition is what is remembered of a workbook on a web server.
type edition struct {
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"`
	Sum      string `json:"sum"`
	Address  string `json:"address,omitempty"` // hash of it, for it may hold a secret; of those with a date
}

// Fetch asks for the workbook unless it is the one that was remembered.
func (s *URL) Fetch(ctx context.Context, last string, w io.Writer) (Found, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var had edition
	_ = json.Unmarshal([]byte(last), &had) // what cannot be read was nothing
	dated, err := s.today()
	if err != nil {
		return Found{}, err
	}
	if had.Address != dated {
		had.ETag, had.Modified = "", "" // they belong to the file of another day
	}
	req, err := s.request(ctx, had)
	if err != nil {
		return Found{}, err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return Found{}, s.withoutAddress(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && last != "" {
		return Found{Version: last}, nil
	}
	if err := s.checkResponse(resp); err != nil {
		return Found{}, err
	}
	sum, err := s.load(resp.Body, w, cancel)
	if err != nil {
		return Found{}, message.Errorf("load %s: %w", s.shown(), causeOf(ctx, err))
	}
	got := edition{ETag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified"), Sum: sum, Address: dated}
	version, err := json.Marshal(got)
	return Found{New: got.Sum != had.Sum, Version: string(version), Name: s.name(resp)}, err
}

// today fills in the address, and returns its hash; "" where it is always the same.
func (s *URL) today() (string, error) {
	filled := dated(s.template, time.Now().In(s.zone))
	if filled == s.template {
		return "", nil
	}
	u, err := url.Parse(filled)
	if err != nil {
		return "", message.Errorf("the address is not valid after today's date was filled in")
	}
	s.address = u
	sum := sha256.Sum256([]byte(filled))
	return hex.EncodeToString(sum[:8]), nil
}

func (s *URL) request(ctx context.Context, had edition) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address.String(), nil)
	if err != nil {
		return nil, s.withoutAddress(err)
	}
	req.Header.Set("User-Agent", "inlet")
	for name, value := range s.header {
		req.Header.Set(name, value)
	}
	if had.ETag != "" {
		req.Header.Set("If-None-Match", had.ETag)
	}
	if had.Modified != "" {
		req.Header.Set("If-Modified-Since", had.Modified)
	}
	return req, nil
}

// checkResponse returns what is wrong with a response before its content is read.
func (s *URL) checkResponse(resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		err := message.Errorf("poll %s: the server answered %s", s.shown(), resp.Status)
		if after := retryAfter(resp.Header.Get("Retry-After"), time.Now()); after > 0 {
			return &remote.Wait{After: after, Err: err}
		}
		if resp.StatusCode == http.StatusUnauthorized {
			return &remote.Denied{Err: message.Errorf("%w: the login in headers, headers_file or the address is wrong or has expired", err)}
		}
		return err
	}
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind == "text/html" {
		return s.page()
	}
	if resp.ContentLength > s.max {
		return s.tooMuch()
	}
	return nil
}

func (s *URL) page() error {
	return message.Errorf("%s returned a web page, not a workbook; the login may have expired", s.shown())
}

func (s *URL) tooMuch() error {
	return message.Errorf("%s is larger than %d bytes, the limit of this source (max_bytes)", s.shown(), s.max)
}

// load copies the content, no more than is allowed, and returns its sum. It gives up when the server stops sending.
func (s *URL) load(body io.Reader, w io.Writer, cancel context.CancelCauseFunc) (string, error) {
	stalled := time.AfterFunc(stallTimeout, func() { cancel(message.Errorf("no data was received for one minute")) })
	defer stalled.Stop()
	h := sha256.New()
	head := &heading{}
	beat := writerFunc(func(p []byte) (int, error) {
		stalled.Reset(stallTimeout)
		return len(p), nil
	})
	n, err := io.Copy(io.MultiWriter(beat, head, h, w), io.LimitReader(body, s.max+1))
	switch {
	case err != nil:
		return "", err
	case n > s.max:
		return "", s.tooMuch()
	case head.html():
		return "", s.page()
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// name is what the server calls the workbook.
func (s *URL) name(resp *http.Response) string {
	name := disposition(resp.Header.Get("Content-Disposition"))
	if name == "" {
		name = path.Base(s.address.Path)
	}
	if filename.IsWorkbook(name) {
		return name
	}
	return name + filename.EndingOf(resp.Header.Get("Content-Type"))
}

// shown is the address without what may be secret in it.
func (s *URL) shown() string {
	return s.address.Scheme + "://" + s.address.Host + s.address.EscapedPath()
}

// withoutAddress removes the address from an error, whose query may be a secret.
func (s *URL) withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return message.Errorf("poll %s: %w", s.shown(), err)
}

// causeOf returns the cause with which ctx was cancelled, if err is the result of that.
func causeOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(err, context.Canceled) && cause != nil {
		return cause
	}
	return err
}

// retryAfter parses both forms of the header, up to a day.
func retryAfter(header string, now time.Time) time.Duration {
	var after time.Duration
	if n, err := strconv.ParseInt(header, 10, 32); err == nil {
		after = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		after = at.Sub(now)
	}
	return min(max(after, 0), 24*time.Hour)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// heading keeps the first bytes of what is written.
type heading struct{ text []byte }

func (h *heading) Write(p []byte) (int, error) {
	h.text = append(h.text, p[:min(len(p), 64-len(h.text))]...)
	return len(p), nil
}

func (h *heading) html() bool {
	text := bytes.ToLower(bytes.TrimLeft(h.text, "\ufeff \t\r\n"))
	return bytes.HasPrefix(text, []byte("<!doctype html")) || bytes.HasPrefix(text, []byte("<html"))
}
