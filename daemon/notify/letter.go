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

// letter is one mail to one recipient.
type letter struct {
	id     string
	to     *mail.Address
	notice *Notice
	book   enclosure
}

// message puts the letter together.
func (l *letter) message(from *mail.Address) (*gomail.Msg, error) {
	t := tell(l.notice, l.book.fate)
	text, page, err := t.bodies()
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(from.String()); err != nil {
		return nil, fmt.Errorf("put the sender into a mail: %w", err)
	}
	if err := msg.To(l.to.String()); err != nil {
		return nil, fmt.Errorf("put the recipient into a mail: %w", err)
	}
	msg.Subject(strings.ReplaceAll(t.Subject, "=?", "= ?")) // a name must not pass for an encoded word, which could hold anything
	msg.SetDate()
	_, domain, _ := strings.Cut(from.Address, "@")
	msg.SetMessageIDWithValue(token(l.id) + "@" + domain)
	msg.SetGenHeader(gomail.HeaderContentLang, t.Language)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All") // Exchange asks for this one
	msg.SetBodyString(gomail.TypeTextPlain, text)
	msg.AddAlternativeString(gomail.TypeTextHTML, page)
	if l.book.fate == attached {
		return msg, msg.AttachReader(l.book.name, bytes.NewReader(l.book.data), withHeaders(l.book.name))
	}
	return msg, nil
}

// withHeaders names an attachment as RFC 2231 has it: the library's own way, an encoded word in quotes, is shown as it stands by some
// programs.
func withHeaders(name string) gomail.FileOption {
	return func(f *gomail.File) {
		f.Header.Set("Content-Type", xlsx)
		f.Header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	}
}

// bodies returns the text and the HTML.
func (t *told) bodies() (text, page string, err error) {
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

// pad fills a word up to a width, right puts a word or number at the end of it.
func pad(s string, wide int) string {
	return s + strings.Repeat(" ", max(0, wide-utf8.RuneCountInString(s)))
}

func right(v any, wide int) string { return fmt.Sprintf("%*v", wide, v) }
