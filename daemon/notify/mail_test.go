package notify

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"inlet.example/inlet/daemon/notify/sanitize"
)

const password = "öppna sesam 17"

// way returns the way to a server of a test.
func (p *post) way(t *testing.T, tls string) *Mail {
	t.Helper()
	m := Mail{Server: p.addr, From: "Inlet på kontoret <inlet@exempel.se>", TLS: tls, roots: p.roots}
	if p.user != "" {
		m.User, m.Password = p.user, func() (string, error) { return p.password, nil }
	}
	made, err := NewMail(m)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// arrived is a mail as its reader has it.
type arrived struct {
	mail.Header
	text, html, name, kind string
	book                   []byte
}

// open reads the last mail that the server was given.
func (p *post) open(t *testing.T) arrived {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.mails) == 0 {
		t.Fatal("no mail arrived")
	}
	raw := p.mails[len(p.mails)-1]
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n") {
			t.Errorf("a line that mail does not allow: %q", line)
		}
	}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	a := arrived{Header: msg.Header}
	a.part(t, msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), "", msg.Body)
	return a
}

func (a *arrived) part(t *testing.T, contentType, encoding, disposition string, r io.Reader) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(r, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			a.part(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p)
		}
	}
	switch encoding {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	switch kind {
	case "text/plain":
		a.text = strings.ReplaceAll(string(data), "\r\n", "\n")
	case "text/html":
		a.html = strings.ReplaceAll(string(data), "\r\n", "\n")
	default:
		_, params, err := mime.ParseMediaType(disposition)
		if err != nil {
			t.Fatal(err)
		}
		a.kind, a.name, a.book = kind, params["filename"], data
	}
}

// rejected writes a rejected workbook of a size.
func rejected(t *testing.T, name string, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, bytes.Repeat([]byte("PK\x03\x04.\r\n."), size/8), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMailArrives(t *testing.T) {
	for _, way := range []string{startTLS, implicitTLS, noTLS} {
		t.Run(way, func(t *testing.T) {
			p := (&post{user: "inlet", password: password}).serve(t, way, 0)
			n := imported()
			n.Rejected = rejected(t, "kunder å.rejected.xlsx", 10000)
			if err := p.way(t, way).Send(t.Context(), "k3vq7ra2mxce-1.mail.1", "sara@exempel.se", n); err != nil {
				t.Fatal(err)
			}
			got := p.open(t)
			for header, want := range map[string]string{
				"Message-Id": "<k3vq7ra2mxce-1.mail.1@exempel.se>", "Auto-Submitted": "auto-generated", "To": "<sara@exempel.se>",
				"Content-Language": "sv", "User-Agent": "", "X-Mailer": "", "Bcc": "",
			} {
				if got.Get(header) != want {
					t.Errorf("%s: %q, want %q", header, got.Get(header), want)
				}
			}
			if at, err := got.Date(); err != nil || time.Since(at) > time.Minute {
				t.Errorf("date %v, %v", at, err)
			}
			if from, err := got.AddressList("From"); err != nil || from[0].Name != "Inlet på kontoret" || from[0].Address != "inlet@exempel.se" {
				t.Errorf("from %v, %v", from, err)
			}
			rendered := render(&n, attached)
			text, page, _ := rendered.bodies()
			if subject, err := new(mime.WordDecoder).DecodeHeader(got.Get("Subject")); err != nil || subject != rendered.Subject {
				t.Errorf("subject %q, %v", subject, err)
			}
			if got.text != text || got.html != page {
				t.Errorf("text %q\nHTML %q", got.text, got.html)
			}
			want, _ := os.ReadFile(n.Rejected)
			if got.name != "kunder å.rejected.xlsx" || got.kind != xlsx || !bytes.Equal(got.book, want) {
				t.Errorf("attached %q, %s, %d bytes", got.name, got.kind, len(got.book))
			}
			if p.from != "inlet@exempel.se" || len(p.to) != 1 || p.to[0] != "sara@exempel.se" {
				t.Errorf("from %s to %v", p.from, p.to)
			}
		})
	}
}

func TestVileNamesArrive(t *testing.T) {
	p := (&post{}).serve(t, noTLS, 0)
	for name, s := range vile {
		n := imported()
		n.Import.Workbook, n.Import.ID = s, s
		m := p.way(t, noTLS)
		book := attachment{state: attached, name: sanitize.FileName(s), data: []byte("x")}
		to, _ := address("sara@exempel.se")
		if err := m.deliver(t.Context(), "", email{id: s, to: to, notice: &n, attachment: book}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := p.open(t)
		subject, err := new(mime.WordDecoder).DecodeHeader(got.Get("Subject"))
		if err != nil || strings.ContainsAny(subject, "\r\n\u202E") || !strings.HasPrefix(subject, "Importen av ") {
			t.Errorf("%s: subject %q, %v", name, subject, err)
		}
		if got.Get("Bcc") != "" || strings.ContainsAny(got.name, "\r\n\u202E/\\\"") || !strings.HasSuffix(got.name, "xlsx") && name != "encoded" {
			t.Errorf("%s: attached %q, Bcc %q", name, got.name, got.Get("Bcc"))
		}
	}
}

func TestRejectedWorkbookThatCannotCome(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone.rejected.xlsx")
	for name, try := range map[string]struct {
		path  string
		limit int64 // the server says it
		data  error // the server says it afterwards
		says  string
	}{
		"gone":                {path: gone, says: "gick inte att läsa"},
		"a folder":            {path: t.TempDir(), says: "gick inte att läsa"},
		"over 10 MB":          {path: rejected(t, "a.xlsx", maxAttachment+8), says: "för stor"},
		"more than announced": {path: rejected(t, "b.xlsx", 2<<20), limit: 1 << 20, says: "för stor"},
		"more than is taken":  {path: rejected(t, "c.xlsx", 2<<20), data: errBig, says: "för stor"},
	} {
		t.Run(name, func(t *testing.T) {
			p := (&post{data: try.data}).serve(t, noTLS, try.limit)
			n := imported()
			n.Rejected = try.path
			if err := p.way(t, noTLS).Send(t.Context(), "1", "sara@exempel.se", n); err != nil {
				t.Fatal(err)
			}
			if got := p.open(t); got.name != "" || !strings.Contains(got.text, try.says) || !strings.Contains(got.text, try.path) || p.count() != 1 {
				t.Errorf("attached %q to: %s", got.name, got.text)
			}
		})
	}
}

func TestMailThatIsRefused(t *testing.T) {
	refusal := func(code int, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
	}
	for name, try := range map[string]struct {
		post      *post
		to        string
		permanent bool
		says      string
	}{
		"no such recipient": {post: &post{rcpt: refusal(550, "no such user")}, permanent: true, says: "rejected the mail for sara@exempel.se: 550 5.1.1 no such user"},
		"greylisted":        {post: &post{rcpt: refusal(451, "try later")}, says: "temporarily rejected the mail"},
		"sender refused":    {post: &post{mail: refusal(550, "who are you")}, says: "send as inlet@exempel.se"},
		"not the content":   {post: &post{data: refusal(554, "spam")}, permanent: true, says: "554"},
		"full":              {post: &post{data: refusal(452, "no room")}, says: "temporarily rejected the mail"},
		"closed":            {post: &post{in: refusal(421, "closed")}, says: "421"},
		"no address":        {to: "sara exempel.se", permanent: true, says: "is not a valid e-mail address"},
		"two addresses":     {to: "a@exempel.se, b@exempel.se", permanent: true, says: "is not a valid e-mail address"},
		"injected":          {to: "a@exempel.se>\r\nRCPT TO:<b@exempel.se", permanent: true, says: "is not a valid e-mail address"},
		"in quotes":         {to: `"a> SIZE=1 <"@exempel.se`, permanent: true, says: "is not a valid e-mail address"},
	} {
		t.Run(name, func(t *testing.T) {
			p := try.post
			if p == nil {
				p = &post{}
			}
			p.serve(t, noTLS, 0)
			to := try.to
			if to == "" {
				to = "sara@exempel.se"
			}
			err := p.way(t, noTLS).Send(t.Context(), "1", to, imported())
			if err == nil || !strings.Contains(err.Error(), try.says) || IsPermanent(err) != try.permanent {
				t.Errorf("%v, permanent %v", err, IsPermanent(err))
			}
			if p.count() != 0 {
				t.Error("a mail arrived all the same")
			}
		})
	}
}

func TestSwedishDomain(t *testing.T) {
	p := (&post{}).serve(t, noTLS, 0)
	if err := p.way(t, noTLS).Send(t.Context(), "1", "sara@malmö.se", imported()); err != nil {
		t.Fatal(err)
	}
	if p.to[0] != "sara@xn--malm-8qa.se" {
		t.Errorf("to %v", p.to)
	}
}

func TestLogin(t *testing.T) {
	p := (&post{user: "inlet", password: password}).serve(t, startTLS, 0)
	m := p.way(t, "")
	wrong := "fel lösenord"
	m.Password = func() (string, error) { return wrong, nil }
	err := m.Send(t.Context(), "1", "sara@exempel.se", imported())
	if err == nil || !strings.Contains(err.Error(), "rejected the password for inlet: check password_file") || IsPermanent(err) {
		t.Errorf("%v, permanent %v", err, IsPermanent(err))
	}
	if err != nil && strings.Contains(err.Error(), wrong) {
		t.Errorf("the password is in the error, as the server returned it: %v", err)
	}
	wrong = password // it is read anew
	if err := m.Send(t.Context(), "1", "sara@exempel.se", imported()); err != nil {
		t.Error(err)
	}
	m.User, m.Password = "", nil
	if err := m.Send(t.Context(), "1", "sara@exempel.se", imported()); err == nil || IsPermanent(err) {
		t.Errorf("without a login: %v", err)
	}
	m.User, m.Password = "inlet", func() (string, error) { return "", os.ErrNotExist }
	if err := m.Send(t.Context(), "1", "sara@exempel.se", imported()); !errors.Is(err, os.ErrNotExist) || IsPermanent(err) {
		t.Errorf("no password file: %v", err)
	}
}

func TestNoPasswordInTheClear(t *testing.T) {
	plain := (&post{user: "inlet", password: password}).serve(t, noTLS, 0)
	for _, way := range []string{startTLS, implicitTLS} {
		m := plain.way(t, way)
		m.sendTimeout = 5 * time.Second
		if err := m.Send(t.Context(), "1", "sara@exempel.se", imported()); err == nil || plain.logins > 0 {
			t.Errorf("%s: %v, %d logins", way, err, plain.logins)
		}
	}
	strange := (&post{user: "inlet", password: password}).serve(t, startTLS, 0)
	m := strange.way(t, startTLS)
	m.roots = nil
	if err := m.Send(t.Context(), "1", "sara@exempel.se", imported()); err == nil || !strings.Contains(err.Error(), "certificate") || strange.logins > 0 {
		t.Errorf("an unknown certificate: %v, %d logins", err, strange.logins)
	}
}

func TestMailServerHangs(t *testing.T) {
	p := &post{hang: make(chan struct{})}
	p.serve(t, noTLS, 0)
	t.Cleanup(func() { close(p.hang) })
	m := p.way(t, noTLS)
	m.sendTimeout = 100 * time.Millisecond
	if err := m.Send(t.Context(), "1", "sara@exempel.se", imported()); !errors.Is(err, context.DeadlineExceeded) || IsPermanent(err) {
		t.Errorf("own deadline: %v", err)
	}
	m.sendTimeout = 0
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := m.Send(ctx, "1", "sara@exempel.se", imported()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's deadline: %v", err)
	}
}

// A server that says nothing at all holds a send no longer than one that stops in the middle.
func TestMailServerDoesNotAnswer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, way := range []string{startTLS, implicitTLS, noTLS} {
		m := Mail{Server: l.Addr().String(), From: "inlet@exempel.se", TLS: way}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if err := m.Send(ctx, "1", "sara@exempel.se", imported()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", way, err)
		}
		cancel()
	}
}

func TestNewMailRefuses(t *testing.T) {
	secret := func() (string, error) { return password, nil }
	for says, m := range map[string]Mail{
		"is not a host with a port":           {Server: "smtp.exempel.se", From: "inlet@exempel.se"},
		"the sender \"inlet\" is not a valid": {Server: "smtp.exempel.se:587", From: "inlet"},
		"is another host":                     {Server: "smtp.exempel.se:25", From: "inlet@exempel.se", TLS: noTLS},
		"write starttls":                      {Server: "smtp.exempel.se:587", From: "inlet@exempel.se", TLS: "ssl"},
		"is incomplete":                       {Server: "smtp.exempel.se:587", From: "inlet@exempel.se", Password: secret},
	} {
		if _, err := NewMail(m); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want: %s", err, says)
		}
	}
	for _, m := range []Mail{
		{Server: "smtp.exempel.se:587", From: "inlet@exempel.se", User: "inlet", Password: secret},
		{Server: "localhost:25", From: "inlet@exempel.se", TLS: noTLS},
		{Server: "[::1]:25", From: "Inlet <inlet@exempel.se>", TLS: noTLS},
	} {
		if _, err := NewMail(m); err != nil {
			t.Error(err)
		}
	}
}
