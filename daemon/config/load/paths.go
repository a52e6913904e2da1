package load

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"inlet.example/inlet/daemon/config"
)

// resolve makes every path absolute, reads the file that holds the URI, and hands the language down.
func (l *loader) resolve(cfg *config.Config) {
	cfg.Language = cmp.Or(cfg.Language, cfg.Import.Language)
	cfg.Import.Language = cfg.Language
	l.resolveStores(cfg)
	for i := range cfg.Inboxes {
		l.resolveInbox(fmt.Sprintf("inboxes[%d]", i), &cfg.Inboxes[i])
		if cfg.Inboxes[i].Language == "" {
			cfg.Inboxes[i].Language = cfg.Language
		}
	}
	for name, path := range cfg.Passwords {
		cfg.Passwords[name] = l.absolute("passwords."+name, path)
	}
	cfg.HTTP.WebConfigFile = l.absolute("http.web_config_file", cfg.HTTP.WebConfigFile)
	cfg.Mail.PasswordFile = l.absolute("mail.password_file", cfg.Mail.PasswordFile)
	for i := range cfg.Webhooks {
		key, h := fmt.Sprintf("webhooks[%d]", i), &cfg.Webhooks[i]
		h.URLFile, h.SecretFile = l.absolute(key+".url_file", h.URLFile), l.absolute(key+".secret_file", h.SecretFile)
	}
	for i := range cfg.Sources {
		key, s := fmt.Sprintf("sources[%d]", i), &cfg.Sources[i]
		s.Path = l.absolute(key+".path", s.Path)
		s.Mapping = l.absolute(key+".mapping", s.Mapping)
		for header, path := range s.HeadersFile {
			s.HeadersFile[header] = l.absolute(key+".headers_file."+header, path)
		}
		for option, path := range s.OptionsFile {
			s.OptionsFile[option] = l.absolute(key+".options_file."+option, path)
		}
	}
}

// resolveStores removes the default store where nothing is said about it and there are others.
func (l *loader) resolveStores(cfg *config.Config) {
	if len(cfg.Stores) > 0 && (!l.IsSetBelow("store") || cfg.Store.URI+cfg.Store.URIFile == "") {
		cfg.Store.URI = ""
	} else {
		l.resolveStore("store", &cfg.Store)
	}
	for name, s := range cfg.Stores {
		if s.URI != "" && s.URIFile != "" {
			l.Wrong("stores."+name+".uri_file", "uri is also set; keep one of the two")
		}
		l.resolveStore("stores."+name, &s)
		cfg.Stores[name] = s
	}
}

func (l *loader) resolveStore(key string, s *config.Store) {
	s.URIFile = l.absolute(key+".uri_file", s.URIFile)
	l.readURIFile(key+".uri_file", s)
	s.URI = absoluteURI(l.folder, s.URI)
	s.TokenKeyFile = l.absolute(key+".token_key_file", s.TokenKeyFile)
}

func (l *loader) resolveInbox(key string, in *config.Inbox) {
	in.Path = l.absolute(key+".path", in.Path)
	in.Mapping = l.absolute(key+".mapping", in.Mapping)
	if in.Path == "" {
		return // said by the check; its folders would be anywhere
	}
	// An empty one becomes the inbox itself, which the check refuses with the right word.
	in.Done = l.absoluteIn(in.Path, key+".done", cmp.Or(in.Done, "."))
	in.Failed = l.absoluteIn(in.Path, key+".failed", cmp.Or(in.Failed, "."))
	in.Held = l.absoluteIn(in.Path, key+".held", cmp.Or(in.Held, "."))
}

func (l *loader) absolute(key, path string) string {
	if name, ok := strings.CutPrefix(path, "credential:"); ok {
		return l.credential(key, name)
	}
	if strings.HasPrefix(path, config.FromVariable) {
		return path
	}
	return l.absoluteIn(l.folder, key, path)
}

// credential is the path of what systemd hands to its service alone.
func (l *loader) credential(key, name string) string {
	const variable = "CREDENTIALS_DIRECTORY"
	for _, pair := range l.environ() {
		if folder, ok := strings.CutPrefix(pair, variable+"="); ok && filepath.IsAbs(folder) && name == filepath.Base(name) {
			return filepath.Join(folder, name)
		}
	}
	l.Add(key, "the credential %q does not exist; it needs LoadCredential=%s:PATH in the unit, which sets %s", name, name, variable)
	return ""
}

func (l *loader) absoluteIn(folder, key, path string) string {
	switch {
	case path == "~" || strings.HasPrefix(path, "~/"):
		l.Add(key, "~ is not expanded here; write the full path, e.g. /home/anna%s", path[1:])
	case strings.ContainsRune(path, 0):
		l.Add(key, "contains a NUL byte, which is not allowed in a path")
	}
	return absolute(folder, path)
}

func absolute(folder, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return cleaned(path)
	}
	return filepath.Join(folder, path)
}

func cleaned(path string) string {
	if path == "" {
		return ""
	}
	return filepath.Clean(path)
}

// absoluteURI makes the path of an embedded store absolute; other URIs have none.
func absoluteURI(folder, uri string) string {
	path, ok := config.Store{URI: uri}.Embedded()
	if !ok || path == "" || strings.HasPrefix(path, "~") || strings.HasPrefix(path, ":") {
		return uri
	}
	if strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///") {
		return uri // sqlite://x is either a host or a path; the check asks
	}
	return config.EmbeddedURI(absolute(folder, path))
}

// readURIFile puts the first line of uri_file in the URI's place.
func (l *loader) readURIFile(key string, s *config.Store) {
	if s.URIFile == "" {
		return
	}
	content, err := os.ReadFile(s.URIFile)
	if err != nil {
		l.Wrong(key, "cannot be read: %v; write the path of a file that contains the store's URI", err)
		return
	}
	uri := strings.TrimSpace(string(content))
	if uri == "" || strings.ContainsAny(uri, "\r\n\x00") || len(uri) > 4096 {
		l.Wrong(key, "%s must contain one line, the store's URI", s.URIFile)
		return
	}
	s.URI = uri
}
