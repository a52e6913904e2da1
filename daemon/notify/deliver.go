package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// deliver brings one letter to the mail server. The library makes the message and the connection; the dialogue is held here, because what
// it says of a refusal does not tell the command from the answer, and because after the server has taken the mail nothing may fail.
func (m *Mail) deliver(ctx context.Context, password string, l letter) error {
	from, err := address(m.From)
	if err != nil {
		return err
	}
	msg, err := l.message(from)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if _, err := msg.WriteTo(&text); err != nil {
		return fmt.Errorf("write the mail to %s: %w", l.to.Address, err)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", m.Server)
	if err != nil {
		return m.failed(ctx, "reach", err, password)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // the library does not look at ctx once it is connected
	client, err := m.begin(ctx, conn, password)
	if err != nil {
		return err
	}
	if _, most := client.Extension("SIZE"); l.book.fate == attached {
		if n, err := strconv.Atoi(most); err == nil && n > 0 && text.Len() > n {
			return errTooLarge
		}
	}
	return m.talk(ctx, client, from.Address, l.to.Address, text.Bytes(), password)
}

// begin greets the server, takes the connection to TLS and logs in.
func (m *Mail) begin(ctx context.Context, conn net.Conn, password string) (*smtp.Client, error) {
	host, portText, _ := net.SplitHostPort(m.Server)
	port, _ := strconv.Atoi(portText)
	safely := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: m.roots}
	policy, mechanisms := gomail.TLSMandatory, []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1,
		gomail.SMTPAuthPlain, gomail.SMTPAuthLogin}
	switch m.TLS {
	case implicitTLS:
		policy, conn = gomail.NoTLS, tls.Client(conn, safely) // nothing more to begin
	case noTLS:
		policy, mechanisms = gomail.NoTLS, []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1,
			gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
	}
	options := []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(m.limit()), gomail.WithTLSConfig(safely), gomail.WithTLSPolicy(policy),
		gomail.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return conn, nil })}
	if m.User != "" {
		options = append(options, gomail.WithOpportunisticSMTPAuth(mechanisms...), gomail.WithUsername(m.User), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		return nil, m.failed(ctx, "get ready for", err, password)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, m.notBegun(ctx, err, password)
	}
	return session, nil
}

// notBegun says what to do about a server that one cannot talk to.
func (m *Mail) notBegun(ctx context.Context, err error, password string) error {
	answer, ok := errors.AsType[*textproto.Error](err)
	switch {
	case ctx.Err() != nil:
	case ok && (answer.Code == 534 || answer.Code == 535):
		return &failure{text: fmt.Sprintf("the mail server refused the password for %s: check password_file (%s)", m.User, m.shown(err, password))}
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return &failure{text: fmt.Sprintf("the mail server %s offers no STARTTLS: give the port that has it, often 587, or tls: tls, often with port 465", m.Server)}
	case strings.Contains(err.Error(), "does not support SMTP AUTH"):
		return &failure{text: fmt.Sprintf("the mail server %s asks for no login: leave user and password_file out, or give the port that has one", m.Server)}
	}
	return m.failed(ctx, "begin with", err, password)
}

// talk hands the mail over. From the answer to the mail on it is sent, whatever the goodbye gives.
func (m *Mail) talk(ctx context.Context, c *smtp.Client, from, to string, text []byte, password string) error {
	if err := c.Mail("<" + from + ">"); err != nil {
		return m.failed(ctx, "send as "+from+" by", err, password)
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return m.refused(ctx, to, err, password)
	}
	w, err := c.Data()
	if err != nil {
		return m.refused(ctx, to, err, password)
	}
	if _, err := w.Write(text); err != nil {
		return m.failed(ctx, "hand a mail to", err, password)
	}
	if err := w.Close(); err != nil {
		return m.refused(ctx, to, err, password)
	}
	_ = c.Quit()
	return nil
}

// refused says that the server does not take this mail, for ever or for now.
func (m *Mail) refused(ctx context.Context, to string, err error, password string) error {
	answer, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return m.failed(ctx, "hand a mail to", err, password)
	}
	said := m.shown(fmt.Errorf("%d %s", answer.Code, answer.Msg), password)
	switch {
	case answer.Code == 530 || answer.Code == 503 || answer.Code == 538: // it speaks of us, not of the recipient
		return &failure{text: fmt.Sprintf("the mail server %s asks for a login: give user and password_file (%s)", m.Server, said)}
	case answer.Code < 500:
		return &failure{text: fmt.Sprintf("the mail server %s does not take mail for %s now, later it may: %s", m.Server, to, said)}
	}
	f := never("the mail server %s does not take mail for %s: %s; check the address", m.Server, to, said)
	if answer.Code == 552 || strings.HasPrefix(answer.Msg, "5.3.4") {
		f.text, f.cause = fmt.Sprintf("the mail server %s finds the mail for %s too large: %s", m.Server, to, said), errTooLarge
	}
	return f
}

func (m *Mail) failed(ctx context.Context, doing string, err error, password string) error {
	doing += " the mail server " + m.Server
	if err := cutOff(ctx, doing); err != nil {
		return err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) { // the connection ran out just before its context
		return &failure{text: doing + ": no answer in time", cause: context.DeadlineExceeded}
	}
	return &failure{text: doing + ": " + m.shown(err, password)}
}

// shown is an error without the password, also not as the login sends it.
func (m *Mail) shown(err error, password string) string {
	return shown(err.Error(), password, "\x00"+m.User+"\x00"+password)
}
