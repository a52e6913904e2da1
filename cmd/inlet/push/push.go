package push

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/pipeline/message"
)

// Client sends workbooks to a daemon.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client

	Language string        // of what the daemon answers
	Retry    time.Duration // how long a daemon that does not answer is tried
	Progress func(done, total int)
	Pause    func(ctx context.Context, d time.Duration) error // between two attempts or questions; backoff.Sleep but in tests
}

// New returns a client of the daemon at an address. ca is a file of certificates to trust besides those of the system; "" for none.
func New(address, token, ca string) (*Client, error) {
	base, err := url.Parse(address)
	switch {
	case err != nil || base.Host == "" || base.User != nil || base.RawQuery != "":
		return nil, message.Errorf("%q is not a valid address; write e.g. https://inlet.example.se", address)
	case base.Scheme == "http" && !loopback(base.Hostname()):
		return nil, message.Errorf("%s: the token would be sent unencrypted; write https://%s", address, base.Host)
	case base.Scheme != "http" && base.Scheme != "https":
		return nil, message.Errorf("%q is not a valid address; it begins with https://", address)
	case token == "":
		return nil, message.Errorf("the token is missing; put it into the variable INLET_TOKEN, or name a file with --token-file")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one
	transport.ResponseHeaderTimeout = 2 * time.Minute            // the daemon looks at the workbook before it answers
	if ca != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		content, err := os.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		if !roots.AppendCertsFromPEM(content) {
			return nil, message.Errorf("%s has no certificates in PEM form", ca)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return &Client{base: base, token: token, Retry: time.Minute, Progress: func(int, int) {}, Pause: backoff.Sleep, http: &http.Client{Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Upload is a workbook that was sent, as far as it is shown.
type Upload struct {
	ID       string  `json:"id"`
	Inbox    string  `json:"inbox"`
	Workbook string  `json:"workbook"`
	SHA256   string  `json:"sha256"`
	Checks   *Checks `json:"checks"`
	Import   *Import `json:"import"`

	Text json.RawMessage `json:"-"` // the whole answer
}

// Checks are what the daemon knows before the rows are read.
type Checks struct {
	Columns []struct{ Letter, Heading, Field string } `json:"columns"`
	Unknown []string                                  `json:"unknown"`
	Problem string                                    `json:"problem"`
}

// Import is the import of a workbook.
type Import struct {
	ID          string            `json:"id"`
	State       string            `json:"state"`
	Why         string            `json:"why"`
	Rows        int               `json:"rows"`
	Counts      map[string]Counts `json:"counts"`
	DuplicateOf string            `json:"duplicate_of"`
}

// Counts are the outcomes of the parts of rows of one kind.
type Counts struct{ Created, Updated, Unchanged, Skipped, Rejected, Parked int }

// NotApplied returns how many parts of rows did not come in.
func (i *Import) NotApplied() (n int) {
	for _, c := range i.Counts {
		n += c.Rejected + c.Parked
	}
	return n
}

// RefusedError is an answer that another attempt would get again.
type RefusedError struct {
	Code int
	Text string
}

func (e *RefusedError) Error() string { return e.Text }

// UnreachedError is why the daemon could not be asked, however often that was tried.
type UnreachedError struct{ cause error }

func (e *UnreachedError) Error() string { return e.cause.Error() }
func (e *UnreachedError) Unwrap() error { return e.cause }

// Send sends a workbook, with a mapping unless that is "".
func (c *Client) Send(ctx context.Context, inbox, key, book, mapping string) (up Upload, err error) {
	var side []byte
	if mapping != "" {
		if side, err = os.ReadFile(mapping); err != nil {
			return up, err
		}
	}
	sum := ""
	err = c.retrying(ctx, func() error {
		up, sum, err = c.send(ctx, inbox, key, book, side)
		return err
	})
	if err == nil && up.SHA256 != sum {
		err = message.Errorf("%s was changed while it was sent, or before an earlier attempt: send it again", filepath.Base(book))
	}
	return up, err
}

// send makes one attempt, and returns the checksum of what was read.
func (c *Client) send(ctx context.Context, inbox, key, book string, mapping []byte) (up Upload, sum string, err error) {
	f, err := os.Open(book)
	if err != nil {
		return up, "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return up, "", err
	}
	before, after, kind, err := around(filepath.Base(book), mapping)
	if err != nil {
		return up, "", err
	}
	hash := sha256.New()
	counted := &counter{from: io.TeeReader(f, hash), total: int(info.Size()), report: c.Progress}
	body := io.MultiReader(bytes.NewReader(before), counted, bytes.NewReader(after))
	req, err := c.request(ctx, http.MethodPost, "/api/v1/inboxes/"+url.PathEscape(inbox)+"/uploads", body)
	if err != nil {
		return up, "", err
	}
	req.ContentLength = int64(len(before)) + info.Size() + int64(len(after))
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Idempotency-Key", key)
	up, err = c.ask(req)
	if err == nil { // the daemon may have known it already, and answered before all of it was read
		if _, err = f.Seek(0, io.SeekStart); err == nil {
			hash.Reset()
			_, err = io.Copy(hash, f)
		}
	}
	return up, hex.EncodeToString(hash.Sum(nil)), err
}

// around returns what stands before and behind the workbook in the body.
func around(name string, mapping []byte) (before, after []byte, kind string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if mapping != nil {
		part, err := w.CreateFormFile("mapping", "mapping.yaml")
		if err == nil {
			_, err = part.Write(mapping)
		}
		if err != nil {
			return nil, nil, "", err
		}
	}
	if _, err := w.CreateFormFile("workbook", name); err != nil {
		return nil, nil, "", err
	}
	n := b.Len()
	if err := w.Close(); err != nil {
		return nil, nil, "", err
	}
	return b.Bytes()[:n:n], b.Bytes()[n:], w.FormDataContentType(), nil
}

// counter reports how much was read.
type counter struct {
	from        io.Reader
	done, total int
	report      func(done, total int)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.done += n
	c.report(c.done, c.total)
	return n, err
}

// Await waits until the import of an upload has ended.
func (c *Client) Await(ctx context.Context, id string) (up Upload, err error) {
	const first, most = 200 * time.Millisecond, 2 * time.Second
	for pause := first; ; pause = min(2*pause, most) {
		err := c.retrying(ctx, func() error {
			req, err := c.request(ctx, http.MethodGet, "/api/v1/uploads/"+url.PathEscape(id), http.NoBody)
			if err == nil {
				up, err = c.ask(req)
			}
			return err
		})
		if err != nil || up.Import != nil && up.Import.State != "running" {
			return up, err
		}
		if err := c.Pause(ctx, pause); err != nil {
			return up, err
		}
	}
}

func (c *Client) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.JoinPath(path).String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept-Language", c.Language)
	return req, nil
}

// ask sends a request, and reads the answer.
func (c *Client) ask(req *http.Request) (up Upload, err error) {
	const most = 16 << 20
	resp, err := c.http.Do(req)
	if err != nil {
		return up, &UnreachedError{err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil {
		return up, &UnreachedError{err}
	}
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusAccepted {
		return up, c.refusal(resp.StatusCode, resp.Status, text)
	}
	if err := json.Unmarshal(text, &up); err != nil || up.ID == "" {
		return up, &RefusedError{resp.StatusCode, fmt.Sprintf("what answers at %s is not inlet", c.base)}
	}
	up.Text = text
	return up, nil
}

// refusal returns the error of an answer: some are worth another attempt.
func (c *Client) refusal(code int, status string, text []byte) error {
	var problem struct{ Detail string }
	if json.Unmarshal(text, &problem) != nil || problem.Detail == "" {
		problem.Detail = status
	}
	switch code {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		http.StatusInsufficientStorage:
		return &UnreachedError{errors.New(problem.Detail)}
	}
	return &RefusedError{code, problem.Detail}
}

// retrying calls do until it succeeds, fails for good, or has been tried for long enough.
func (c *Client) retrying(ctx context.Context, do func() error) error {
	pauses, began := backoff.New(), time.Now()
	for {
		err := do()
		if _, again := errors.AsType[*UnreachedError](err); !again || ctx.Err() != nil {
			return err
		}
		pause := pauses.Next()
		if time.Since(began)+pause > c.Retry {
			return err
		}
		if err := c.Pause(ctx, pause); err != nil {
			return err
		}
	}
}
