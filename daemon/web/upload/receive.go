package upload

import (
	"cmp"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"unicode"
	"unicode/utf8"

	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/incoming"
	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/message"
)

var (
	errTooMany = errors.New("too many files")
	errNoFile  = errors.New("no file")
)

const (
	mostFiles  = 20
	mostFields = 20
	mostField  = 4 << 10 // bytes
)

// request is the files of one request.
type request struct {
	pages   *Pages
	lang    string
	owner   string
	fields  map[string]string // that came so far
	kept    []uploads.Upload
	refused []refusedFile
	code    int // of the first refusal
}

// receive keeps the files that a browser sends.
func (p *Pages) receive(w http.ResponseWriter, r *http.Request) error {
	lang := words.LanguageOf(r)
	body, leave, ok := p.Gate.Enter(w, r)
	if !ok {
		w.Header().Set("Retry-After", "10")
		return p.drawChoose(w, r, http.StatusServiceUnavailable, []refusedFile{{"", words.Say(lang, "Several files are being uploaded right now. Wait a moment and try again.")}})
	}
	defer leave()
	r.Body = body
	parts, err := r.MultipartReader()
	if err != nil {
		return p.drawChoose(w, r, http.StatusBadRequest, []refusedFile{{"", words.Say(lang, "No file was chosen.")}})
	}
	in := &request{pages: p, lang: lang, owner: access.Of(r.Context()).Name, fields: map[string]string{}}
	if err := in.read(r.Context(), parts); err != nil {
		return err
	}
	incoming.Drain(body) // see the comment of the package
	switch {
	case len(in.refused) > 0:
		return p.drawChoose(w, r, in.code, in.refused)
	case len(in.kept) == 1:
		to := "/import/" + in.kept[0].ID
		if in.kept[0].State == uploads.Mapped {
			to += "/plan"
		}
		return Redirect(w, r, to)
	}
	return Redirect(w, r, Way)
}

// read reads all parts. An error is that of the surroundings.
func (in *request) read(ctx context.Context, parts *multipart.Reader) error {
	files := 0
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			in.refuse("", cmp.Or(incoming.Stalled(err), errNoFile))
			return nil
		}
		if part.FileName() == "" {
			if err := in.field(part); err != nil || n > mostFields+mostFiles {
				in.refuse("", errTooMany)
				return nil
			}
			continue
		}
		if files++; files > mostFiles {
			in.refuse("", errTooMany)
			return nil
		}
		if err := in.file(ctx, part); err != nil {
			return err
		}
		if len(in.refused) > 0 && in.code != http.StatusUnprocessableEntity && in.code != http.StatusBadRequest {
			return nil // what follows would fail likewise, or never come
		}
	}
	if files == 0 {
		in.refuse("", errNoFile)
	}
	return nil
}

func (in *request) field(part *multipart.Part) error {
	if part.FormName() == "file" { // the browser sends one without a name where no file was chosen
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(part, mostField))
	in.fields[part.FormName()] = string(text)
	return err
}

// file keeps one file. An error is that of the surroundings.
func (in *request) file(ctx context.Context, part *multipart.Part) error {
	name := part.FileName() // without folders
	u, err := in.pages.Keeper.Receive(ctx, uploads.Upload{Inbox: in.inbox(), Owner: in.owner, Name: name, Mode: in.mode()}, incoming.Part(part))
	if err == nil && in.fields["as"] == "usual" && u.State == uploads.Unmapped {
		u, err = in.pages.Keeper.MapAsUsual(ctx, u)
	}
	if err == nil {
		in.kept = append(in.kept, u)
		return nil
	}
	if text, _ := in.pages.sentence(in.lang, err); text == "" {
		return err
	}
	in.refuse(name, err)
	return nil
}

// inbox returns the inbox that was chosen; the only one if there is no choice.
func (in *request) inbox() string {
	if all := in.pages.Keeper.Inboxes(); in.fields["inbox"] == "" && len(all) == 1 {
		return all[0].Name
	}
	return in.fields["inbox"]
}

func (in *request) mode() string {
	switch mode := in.fields["mode"]; mode {
	case "update", "create":
		return mode
	}
	return "upsert"
}

func (in *request) refuse(name string, err error) {
	text, code := in.pages.sentence(in.lang, err)
	if len(in.refused) == 0 {
		in.code = code
	}
	in.refused = append(in.refused, refusedFile{message.Plain(name), text})
}

// UpperFirst begins a sentence with a capital letter.
func UpperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
