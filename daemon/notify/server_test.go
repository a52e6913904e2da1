package notify

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// post is a mail server that keeps what it is given.
type post struct {
	addr  string
	roots *x509.CertPool

	user, password       string // "" asks for no login
	mail, rcpt, data, in error  // what it answers
	hang                 chan struct{}

	mu     sync.Mutex
	from   string
	to     []string
	mails  [][]byte
	logins int
}

// serve starts the server; it has TLS from the start, by STARTTLS, or not at all.
func (p *post) serve(t *testing.T, way string, limit int64) *post {
	t.Helper()
	cert, roots := certificate(t)
	p.roots = roots
	s := smtp.NewServer(p)
	s.Domain, s.MaxMessageBytes, s.ErrorLog = "localhost", limit, log.New(io.Discard, "", 0)
	s.AllowInsecureAuth, s.ReadTimeout, s.WriteTimeout = way == noTLS, 30*time.Second, 30*time.Second
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	switch way {
	case startTLS:
		s.TLSConfig = config
	case implicitTLS:
		l = tls.NewListener(l, config)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		_ = l.Close() // which Close does not know of where Serve has not begun yet
		<-ended
	})
	return p
}

// certificate makes one for 127.0.0.1, signed by itself.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{post: p}, p.in }

func (p *post) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.mails)
}

// session is one connection to the server.
type session struct {
	*post
	known bool
}

func (s *session) AuthMechanisms() []string {
	if s.user == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.logins++
		if user != s.user || password != s.password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no such login: " + password}
		}
		s.known = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.hang != nil {
		<-s.hang
	}
	if s.user != "" && !s.known {
		return smtp.ErrAuthRequired
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.to = from, nil
	return s.mail
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, to)
	return s.rcpt
}

func (s *session) Data(r io.Reader) error {
	mail, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.data != nil && (!errors.Is(s.data, errBig) || len(mail) > 1<<20) {
		return s.data
	}
	s.mails = append(s.mails, mail)
	return nil
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }

// errBig is what a server answers that does not say beforehand how much it takes; what is below a megabyte it takes.
var errBig = &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "message size exceeds fixed limit"}
