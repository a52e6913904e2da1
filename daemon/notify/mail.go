package notify

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"inlet.example/inlet/daemon/notify/sanitize"
	"inlet.example/inlet/pipeline/message"
)

// defaultTimeout is how long one send may take. A mail server answers within seconds, and other notices wait meanwhile.
const defaultTimeout = 30 * time.Second

// How the connection to a mail server is encrypted.
const (
	startTLS    = "starttls" // the default
	implicitTLS = "tls"
	noTLS       = "none"
)

// Mail sends mail by one mail server.
type Mail struct {
	Server   string                 // host:port
	From     string                 // an address, with or without a name
	User     string                 // "" for no login
	Password func() (string, error) // called for each mail; nil for no login
	TLS      string                 // starttls (default), tls, or none, which is allowed for this host only

	roots       *x509.CertPool // set by tests; nil: those of the system
	sendTimeout time.Duration  // set by tests; 0: patience
}

// NewMail returns a Mail with these settings, or an error with all mistakes in them.
func NewMail(m Mail) (*Mail, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	return &m, nil
}

func (m *Mail) check() error {
	var wrong []error
	host, port, err := net.SplitHostPort(m.Server)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || host == "" || n < 1 || n > 65535 {
		wrong = append(wrong, fmt.Errorf("the mail server %q is not a host with a port: write e.g. smtp.exempel.se:587", m.Server))
	}
	if _, err := address(m.From); err != nil {
		wrong = append(wrong, fmt.Errorf("the sender %q is not a valid e-mail address: write e.g. inlet@exempel.se", m.From))
	}
	switch m.TLS {
	case "", startTLS, implicitTLS:
	case noTLS:
		if !loopback(host) {
			wrong = append(wrong, fmt.Errorf("the mail server %s is another host, so tls: none is not allowed: use starttls or tls", m.Server))
		}
	default:
		wrong = append(wrong, fmt.Errorf("tls is %q for the mail server %s: write starttls, tls or none", m.TLS, m.Server))
	}
	if (m.User == "") != (m.Password == nil) {
		wrong = append(wrong, fmt.Errorf("the login of the mail server %s is incomplete: set both user and password_file, or neither", m.Server))
	}
	return errors.Join(wrong...)
}

// Send sends one mail to one recipient. The Message-ID is made of the id, so that the receiver can recognise a repeat.
func (m *Mail) Send(ctx context.Context, id, to string, n Notice) error {
	if err := m.check(); err != nil {
		return err
	}
	rcpt, err := address(to)
	if err != nil {
		return permanentf("%q is not a valid e-mail address: correct it, e.g. anna@exempel.se", sanitize.Truncate(message.Plain(to), 100))
	}
	password, err := m.password()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, m.timeout())
	defer cancel()
	book := loadAttachment(n.Rejected)
	err = m.deliver(ctx, password, email{id: id, to: rcpt, notice: &n, attachment: book})
	if book.state == attached && errors.Is(err, errTooLarge) {
		book.state = tooLarge
		err = m.deliver(ctx, password, email{id: id, to: rcpt, notice: &n, attachment: book})
	}
	return err
}

// password reads the password for the login; "" without a login.
func (m *Mail) password() (string, error) {
	if m.Password == nil {
		return "", nil
	}
	password, err := m.Password()
	if err != nil {
		return "", fmt.Errorf("read the password for the mail server %s: %w", m.Server, err)
	}
	return password, nil
}

func (m *Mail) timeout() time.Duration {
	if m.sendTimeout > 0 {
		return m.sendTimeout
	}
	return defaultTimeout
}

// address parses an address, and converts its domain to ASCII (xn--…).
func address(s string) (*mail.Address, error) {
	if s != message.Plain(s) {
		return nil, errors.New("it contains characters that are not allowed in an address")
	}
	a, err := mail.ParseAddress(s)
	if err != nil {
		return nil, err
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, domain := a.Address[:at], a.Address[at+1:]
	if strings.ContainsAny(local, " <>\"\\@") { // allowed in quotes, but it could end the SMTP command early
		return nil, errors.New("it contains characters that mail servers rarely accept")
	}
	if !strings.HasPrefix(domain, "[") { // not an address literal such as [192.0.2.1]
		if domain, err = idna.Lookup.ToASCII(domain); err != nil {
			return nil, err
		}
	}
	return &mail.Address{Name: a.Name, Address: local + "@" + domain}, nil
}

// loopback reports whether a host is this one.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
