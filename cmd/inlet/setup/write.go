package setup

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/mapping/template"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/strictyaml"
)

//go:embed files
var contents embed.FS

// site is a configuration that is being made.
type site struct {
	answers
	Config string // path of the configuration
}

// secretFile has the URI of a store if it contains a password.
const secretFile = "store.uri"

// writeConfig writes the configuration, and the store's URI into a file beside it if it contains a password. It returns what it wrote.
func (s site) writeConfig() (written []string, err error) {
	store := "uri: " + strictyaml.Quote(s.Store)
	if (config.Store{URI: s.Store}).HasSecret() {
		path := filepath.Join(filepath.Dir(s.Config), secretFile)
		if err := files.WriteNew(path, []byte(s.Store+"\n"), 0o600); err != nil {
			return nil, err
		}
		written, store = append(written, path), "uri_file: "+secretFile
	}
	text := s.text("inlet."+s.Language+".yaml", "%STORE%", store, "%NAME%", strictyaml.Quote(s.name()), "%PATH%", strictyaml.Quote(s.inboxInConfig()))
	if err := files.WriteNew(s.Config, []byte(text), 0o644); err != nil {
		return nil, errors.Join(err, removeAll(written))
	}
	return append(written, s.Config), nil
}

// removeAll removes files that were written.
func removeAll(written []string) error {
	var errs []error
	for _, path := range written {
		errs = append(errs, os.Remove(path))
	}
	return errors.Join(errs...)
}

// writeInbox makes the inbox with its read-me and its template. It returns what it wrote.
func (s site) writeInbox(schema *crm.Schema) (written []string, err error) {
	folder := filepath.Join(s.Inbox, filename.TemplateFolder(s.Language))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("create the inbox: %w", err)
	}
	readMe := filepath.Join(s.Inbox, filename.ReadMe(s.Language))
	text := s.text("readme."+s.Language+".txt", "%TEMPLATE%", filepath.Base(folder))
	text = "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n") // Notepad of older Windows
	switch err := files.WriteNew(readMe, []byte(text), 0o644); {
	case err == nil:
		written = append(written, readMe)
	case !errors.Is(err, fs.ErrExist):
		return written, err
	}
	book := filepath.Join(folder, message.Word(s.Language, "template")+".xlsx")
	if _, err := os.Lstat(book); err == nil {
		return written, nil
	}
	return append(written, book), template.Write(book, schema, s.Language)
}

// text returns an embedded file with its placeholders filled in.
func (s site) text(name string, pairs ...string) string {
	content, err := contents.ReadFile("files/" + name)
	if err != nil {
		panic(err) // it is a part of the program
	}
	return strings.NewReplacer(pairs...).Replace(string(content))
}

// name is the inbox's name: that of its folder, as far as names may have such characters.
func (s site) name() string {
	base := filepath.Base(absolute(s.Inbox))
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|#{}[],&!%@`+"`'", r) || r <= ' ' {
			return '-'
		}
		return r
	}, base)
	if name = strings.Trim(name, "-."); name == "" {
		return defaultInbox
	}
	return strings.ToLower(name)
}

// inboxInConfig is the inbox's path as the configuration has it: relative to its folder if it is below that.
func (s site) inboxInConfig() string {
	path := absolute(s.Inbox)
	rel, err := filepath.Rel(filepath.Dir(absolute(s.Config)), path)
	if err != nil || !filepath.IsLocal(rel) {
		return path
	}
	return filepath.ToSlash(rel)
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// printNext prints what was written and what to do now.
func (s site) printNext(screen io.Writer, written []string) {
	out := terminal.Fold(screen)
	fmt.Fprintln(out, terminal.Bold.PaintFor(screen, message.Word(s.Language, "Written:")))
	for _, path := range written {
		fmt.Fprintln(out, "  "+message.Plain(path))
	}
	named := ""
	if s.Config != open.DefaultConfig {
		named = " --config " + s.Config
	}
	fmt.Fprintln(out, "\n"+terminal.Bold.PaintFor(screen, message.Word(s.Language, "Next:")))
	for _, step := range []struct{ command, text string }{
		{"inlet check" + named, message.Word(s.Language, "check the configuration and the store")},
		{"inlet plan BOOK" + named, message.Word(s.Language, "show what an import of a workbook would do; nothing is written")},
		{"inlet mapping edit BOOK" + named, message.Word(s.Language, "say which column is which field, where the headings are others than the template's")},
		{"inlet run" + named, fmt.Sprintf(message.Word(s.Language, "import what is saved in %s, until Ctrl-C; the pages are at http://127.0.0.1:9464"), message.Plain(filepath.Clean(s.Inbox)))},
		{"inlet list" + named, message.Word(s.Language, "list what was imported")},
	} {
		fmt.Fprintln(out, "  "+message.Pad(step.command, len("inlet mapping edit BOOK"+named))+"  "+step.text)
	}
}
