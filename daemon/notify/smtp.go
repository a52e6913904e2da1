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
	"inlet.example/inlet/pipeline/message"
)

// deliver sends a mail. The library makes the message and the connection. The SMTP commands are sent here, because the library's errors do not tell
// which command was rejected, and because nothing may fail after the server has accepted the mail.
func (m *Mail) deliver(ctx context.Context, password string, l email) error {
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
	return m.withSession(ctx, password, func(client *smtp.Client) error {
		return m.transmitIfSmallEnough(ctx, client, from.Address, l, text.Bytes(), password)
	})
}

// transmitIfSmallEnough sends the mail unless its attachment makes it larger than the server accepts.
func (m *Mail) transmitIfSmallEnough(ctx context.Context, client *smtp.Client, from string, l email, text []byte, password string) error {
	if _, most := client.Extension("SIZE"); l.attachment.state == attached {
		if n, err := strconv.Atoi(most); err == nil && n > 0 && len(text) > n {
			return errTooLarge
		}
	}
	return m.transmit(ctx, client, from, l.to.Address, text, password)
}

// Try connects to the mail server and logs in, without sending a mail.
func (m *Mail) Try(ctx context.Context) error {
	password, err := m.password()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, m.timeout())
	defer cancel()
	return m.withSession(ctx, password, func(c *smtp.Client) error {
		_ = c.Quit()
		return nil
	})
}

// withSession connects to the mail server for the time of do.
func (m *Mail) withSession(ctx context.Context, password string, do func(*smtp.Client) error) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", m.Server)
	if err != nil {
		return m.failed(ctx, "reach", err, password)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // the library ignores ctx once it is connected
	client, err := m.connect(ctx, conn, password)
	if err != nil {
		return err
	}
	return do(client)
}

// connect starts the SMTP session: greeting, TLS and login.
func (m *Mail) connect(ctx context.Context, conn net.Conn, password string) (*smtp.Client, error) {
	host, portText, _ := net.SplitHostPort(m.Server)
	port, _ := strconv.Atoi(portText)
	tlsConfig := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: m.roots}
	policy, mechanisms := gomail.TLSMandatory, []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1,
		gomail.SMTPAuthPlain, gomail.SMTPAuthLogin}
	switch m.TLS {
	case implicitTLS:
		policy, conn = gomail.NoTLS, tls.Client(conn, tlsConfig) // TLS from the first byte
	case noTLS:
		policy, mechanisms = gomail.NoTLS, []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1,
			gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
	}
	options := []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(m.timeout()), gomail.WithTLSConfig(tlsConfig), gomail.WithTLSPolicy(policy),
		gomail.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return conn, nil })}
	if m.User != "" {
		options = append(options, gomail.WithOpportunisticSMTPAuth(mechanisms...), gomail.WithUsername(m.User), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		return nil, m.failed(ctx, "prepare the connection to", err, password)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, m.connectError(ctx, err, password)
	}
	return session, nil
}

// connectError explains why no session could be started, and what to do.
func (m *Mail) connectError(ctx context.Context, err error, password string) error {
	answer, ok := errors.AsType[*textproto.Error](err)
	switch {
	case ctx.Err() != nil:
	case ok && (answer.Code == 534 || answer.Code == 535):
		return &failure{text: fmt.Sprintf("the mail server rejected the password for %s: check password_file (%s)", m.User, m.redact(err, password))}
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return explained(func(lang string) string {
			return fmt.Sprintf(message.Word(lang, "the mail server %s does not support STARTTLS: set the port that does, often 587, or tls: tls, often with port 465"), m.Server)
		})
	case strings.Contains(err.Error(), "does not support SMTP AUTH"):
		return explained(func(lang string) string {
			return fmt.Sprintf(message.Word(lang, "the mail server %s does not support logins: remove user and password_file, or set the port that does"), m.Server)
		})
	}
	return m.failed(ctx, "connect to", err, password)
}

// transmit sends the mail. Once the server has accepted it, it counts as sent whatever QUIT returns.
func (m *Mail) transmit(ctx context.Context, c *smtp.Client, from, to string, text []byte, password string) error {
	if err := c.Mail("<" + from + ">"); err != nil {
		return m.failed(ctx, "send as "+from+" by", err, password)
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return m.rejected(ctx, to, err, password)
	}
	w, err := c.Data()
	if err != nil {
		return m.rejected(ctx, to, err, password)
	}
	if _, err := w.Write(text); err != nil {
		return m.failed(ctx, "send a mail through", err, password)
	}
	if err := w.Close(); err != nil {
		return m.rejected(ctx, to, err, password)
	}
	_ = c.Quit()
	return nil
}

// rejected explains that the server does not accept this mail, permanently or for now.
func (m *Mail) rejected(ctx context.Context, to string, err error, password string) error {
	answer, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return m.failed(ctx, "send a mail through", err, password)
	}
	said := m.redact(fmt.Errorf("%d %s", answer.Code, answer.Msg), password)
	switch {
	case answer.Code == 530 || answer.Code == 503 || answer.Code == 538: // about this client, not about the recipient
		return &failure{text: fmt.Sprintf("the mail server %s requires a login: set user and password_file (%s)", m.Server, said)}
	case answer.Code < 500:
		return &failure{text: fmt.Sprintf("the mail server %s temporarily rejected the mail for %s: %s", m.Server, to, said)}
	}
	f := permanentf("the mail server %s rejected the mail for %s: %s; check the address", m.Server, to, said)
	if answer.Code == 552 || strings.HasPrefix(answer.Msg, "5.3.4") {
		f.text, f.cause = fmt.Sprintf("the mail server %s rejected the mail for %s as too large: %s", m.Server, to, said), errTooLarge
	}
	return f
}

func (m *Mail) failed(ctx context.Context, doing string, err error, password string) error {
	doing += " the mail server " + m.Server
	if err := timedOut(ctx, doing); err != nil {
		return err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) { // the connection's deadline passed just before that of ctx
		return &failure{text: doing + ": timeout, no answer", cause: context.DeadlineExceeded}
	}
	return &failure{text: doing + ": " + m.redact(err, password)}
}

// redact returns the text of an error without the password, also as the login encodes it.
func (m *Mail) redact(err error, password string) string {
	return redact(err.Error(), password, "\x00"+m.User+"\x00"+password)
}
