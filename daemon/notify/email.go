package notify

import (
	"bytes"
	_ "embed" // the two templates
	"fmt"
	"html/template"
	"mime"
	"net/mail"
	"strings"
	texttemplate "text/template"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"inlet.example/inlet/daemon/notify/sanitize"
)

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

var (
	//go:embed mail.txt
	textSource string
	//go:embed mail.html
	htmlSource string

	textForm = texttemplate.Must(texttemplate.New("mail.txt").Funcs(texttemplate.FuncMap{"pad": pad, "right": right}).Parse(textSource))
	htmlForm = template.Must(template.New("mail.html").Parse(htmlSource))
)

// email is a mail to one recipient.
type email struct {
	id         string
	to         *mail.Address
	notice     *Notice
	attachment attachment
}

// message composes the mail.
func (m *email) message(from *mail.Address) (*gomail.Msg, error) {
	t := render(m.notice, m.attachment.state)
	text, page, err := t.bodies()
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(from.String()); err != nil {
		return nil, fmt.Errorf("set the sender of the mail: %w", err)
	}
	if err := msg.To(m.to.String()); err != nil {
		return nil, fmt.Errorf("set the recipient of the mail: %w", err)
	}
	msg.Subject(strings.ReplaceAll(t.Subject, "=?", "= ?")) // a name must not look like an encoded word, which could contain anything
	msg.SetDate()
	_, domain, _ := strings.Cut(from.Address, "@")
	msg.SetMessageIDWithValue(sanitize.HeaderToken(m.id) + "@" + domain)
	msg.SetGenHeader(gomail.HeaderContentLang, t.Language)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All") // for Exchange
	msg.SetBodyString(gomail.TypeTextPlain, text)
	msg.AddAlternativeString(gomail.TypeTextHTML, page)
	if m.attachment.state == attached {
		return msg, msg.AttachReader(m.attachment.name, bytes.NewReader(m.attachment.data), attachmentHeaders(m.attachment.name))
	}
	return msg, nil
}

// attachmentHeaders names an attachment by RFC 2231. The library would use an encoded word in quotes, which some programs show undecoded.
func attachmentHeaders(name string) gomail.FileOption {
	return func(f *gomail.File) {
		f.Header.Set("Content-Type", xlsx)
		f.Header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	}
}

// bodies returns the text and the HTML.
func (t *rendered) bodies() (text, page string, err error) {
	var b strings.Builder
	if err := textForm.Execute(&b, t); err != nil {
		return "", "", err
	}
	text = b.String()
	b.Reset()
	if err := htmlForm.Execute(&b, t); err != nil {
		return "", "", err
	}
	return text, b.String(), nil
}

// pad pads a word on the right to a width; right pads a word or number on the left.
func pad(s string, wide int) string {
	return s + strings.Repeat(" ", max(0, wide-utf8.RuneCountInString(s)))
}

func right(v any, wide int) string { return fmt.Sprintf("%*v", wide, v) }
