// Package notifytest is a mail server for tests.
package notifytest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/mail"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Mailbox is a mail server on this host that takes all mail without a login, and keeps it.
type Mailbox struct {
	Addr string

	mu    sync.Mutex
	mails []*mail.Message
	deny  int
}

// Serve starts a mail server that ends with the test.
func Serve(t testing.TB) *Mailbox {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &Mailbox{Addr: l.Addr().String()}
	s := smtp.NewServer(b)
	s.Domain, s.ErrorLog, s.ReadTimeout, s.WriteTimeout = "localhost", log.New(io.Discard, "", 0), time.Minute, time.Minute
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		_ = l.Close() // which Close does not know of where Serve has not begun yet
		if err := <-ended; err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return b
}

// Deny has the next n mails turned away for the time being.
func (b *Mailbox) Deny(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.deny = n
}

// Mails returns what has come so far.
func (b *Mailbox) Mails() []*mail.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]*mail.Message(nil), b.mails...)
}

// NewSession begins a connection.
func (b *Mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return session{b}, nil }

type session struct{ *Mailbox }

func (s session) Mail(string, *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deny > 0 {
		s.deny--
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come back later"}
	}
	return nil
}

func (s session) Rcpt(string, *smtp.RcptOptions) error { return nil }

func (s session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
	return nil
}

func (s session) Reset()        {}
func (s session) Logout() error { return nil }
