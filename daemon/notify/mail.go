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
	"inlet.example/inlet/pipeline/message"
)

// patience is how long one send may take: a server that takes mail at all answers in seconds, and the next notice waits meanwhile.
const patience = 30 * time.Second

// The ways to a mail server.
const (
	startTLS    = "starttls" // also if nothing is said
	implicitTLS = "tls"
	noTLS       = "none"
)

// Mail is the way to a mail server.
type Mail struct {
	Server   string                 // host:port
	From     string                 // an address, with a name or without
	User     string                 // "" if the server asks for no login
	Password func() (string, error) // read anew for each mail; nil without a login
	TLS      string                 // starttls (default), tls, or none, which goes to this host only

	roots    *x509.CertPool // of a test; nil: those of the system
	patience time.Duration  // of a test; 0: patience
}

// NewMail returns the way to a mail server, or all that is wrong with it.
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
		wrong = append(wrong, fmt.Errorf("the mail server %q is no host with a port: write e.g. smtp.exempel.se:587", m.Server))
	}
	if _, err := address(m.From); err != nil {
		wrong = append(wrong, fmt.Errorf("mail cannot be from %q: write an address, e.g. inlet@exempel.se", m.From))
	}
	switch m.TLS {
	case "", startTLS, implicitTLS:
	case noTLS:
		if !loopback(host) {
			wrong = append(wrong, fmt.Errorf("the mail server %s is another host, so tls: none is not for it: use starttls or tls", m.Server))
		}
	default:
		wrong = append(wrong, fmt.Errorf("tls is %q for the mail server %s: write starttls, tls or none", m.TLS, m.Server))
	}
	if (m.User == "") != (m.Password == nil) {
		wrong = append(wrong, fmt.Errorf("the login of the mail server %s is half: give user and password_file, or neither", m.Server))
	}
	return errors.Join(wrong...)
}

// Send sends one mail to one recipient. The id makes the Message-ID, so that a repeat is known as one by whoever receives it.
func (m *Mail) Send(ctx context.Context, id, to string, n Notice) error {
	if err := m.check(); err != nil {
		return err
	}
	rcpt, err := address(to)
	if err != nil {
		return never("%q is no address that mail can be sent to: correct it, e.g. anna@exempel.se", cut(message.Plain(to), 100))
	}
	password := ""
	if m.Password != nil {
		if password, err = m.Password(); err != nil {
			return fmt.Errorf("read the password for the mail server %s: %w", m.Server, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, m.limit())
	defer cancel()
	book := enclose(n.Rejected)
	err = m.deliver(ctx, password, letter{id: id, to: rcpt, notice: &n, book: book})
	if book.fate == attached && errors.Is(err, errTooLarge) {
		book.fate = large
		err = m.deliver(ctx, password, letter{id: id, to: rcpt, notice: &n, book: book})
	}
	return err
}

func (m *Mail) limit() time.Duration {
	if m.patience > 0 {
		return m.patience
	}
	return patience
}

// address reads an address; its domain is then written as mail servers know it: xn--….
func address(s string) (*mail.Address, error) {
	if s != message.Plain(s) {
		return nil, errors.New("it has signs that no address has")
	}
	a, err := mail.ParseAddress(s)
	if err != nil {
		return nil, err
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, domain := a.Address[:at], a.Address[at+1:]
	if strings.ContainsAny(local, " <>\"\\@") { // in quotes it may be; nobody has one, and it must not end the SMTP command early
		return nil, errors.New("it has signs that few addresses have")
	}
	if !strings.HasPrefix(domain, "[") { // [192.0.2.1] is one too
		if domain, err = idna.Lookup.ToASCII(domain); err != nil {
			return nil, err
		}
	}
	return &mail.Address{Name: a.Name, Address: local + "@" + domain}, nil
}

// loopback says that a host is this one.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
