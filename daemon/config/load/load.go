package load

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/check"
)

// Option is where else Load looks.
type Option func(*loader)

// Environment is the environment to read instead of the process's own, as os.Environ gives it.
func Environment(environ []string) Option {
	return func(l *loader) { l.environ = func() []string { return environ } }
}

// Flags has the changed flags of a set override everything else. The flag of a key is its path with dashes: http-address,
// store-uri-file; store is short for store-uri, and lang for language. Flags of other names are not ours and left alone.
func Flags(set *pflag.FlagSet) Option {
	return func(l *loader) { l.flags = set }
}

// Drives has judge say what is wrong with a drive, given its type, root and options, those of files among them. Its errors hold no secrets.
// Several joined ones are several mistakes.
func Drives(judge func(kind, root string, options map[string]string) error) Option {
	return func(l *loader) { l.JudgeDrive = judge }
}

// Fields says which fields the CRM has, by kind: those that store.collections can name, beside the site's own.
func Fields(known map[string][]string) Option {
	return func(l *loader) { l.KnownFields = known }
}

// Origins has take called with where each key was set, once the configuration is found to be right.
func Origins(take func(config.Origins)) Option {
	return func(l *loader) { l.origins = take }
}

// Load reads the file at path, then the environment, then the flags. An empty path means no file: the defaults, and paths
// relative to the working folder. The error is Mistakes, all that is wrong at once, unless the world itself is broken.
func Load(path string, opts ...Option) (config.Config, error) {
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return config.Config{}, fmt.Errorf("determine the folder of %s: %w", path, err)
	}
	l := &loader{
		Checker: check.New(path),
		folder:  folder,
		environ: os.Environ,
		layers:  koanf.New("."),
	}
	for _, opt := range opts {
		opt(l)
	}
	return l.load()
}

// loader is one call of Load.
type loader struct {
	*check.Checker
	folder  string // of the config file
	environ func() []string
	flags   *pflag.FlagSet
	layers  *koanf.Koanf
	store   string // the name of the one that a flag names; "" for all
	origins func(config.Origins)

	text        []byte // of the file
	languageSet bool   // by a variable or a flag
}

func (l *loader) load() (config.Config, error) {
	err := errors.Join(
		l.lay(structs.Provider(config.Default(), "yaml"), nil),
		l.layFile(),
		l.layEnvironment(),
		l.layFlags(),
	)
	if err != nil {
		return config.Config{}, err
	}
	cfg, err := l.decode()
	if err != nil {
		return config.Config{}, err
	}
	// Without a file that could be read, what it did not say would only hide what is wrong with it.
	if !l.unread() {
		l.resolve(&cfg)
		check.Config(l.Checker, cfg)
	}
	if l.store != "" && !l.unread() {
		cfg = l.narrow(cfg)
	}
	if len(l.Mistakes) > 0 {
		l.Mistakes.Sort()
		return config.Config{}, l.Mistakes.In(l.language())
	}
	if l.origins != nil {
		l.origins(l.Origins())
	}
	return cfg, nil
}

// language returns the language of the configuration, as far as it could be read.
func (l *loader) language() string {
	lang := cmp.Or(l.layers.String("language"), l.layers.String("import.language"))
	if l.unread() && !l.languageSet {
		if m := languageLine.FindSubmatch(l.text); m != nil {
			lang = string(m[1])
		}
	}
	return lang
}

// languageLine is the line of a file that cannot be read as a whole.
var languageLine = regexp.MustCompile(`(?m)^language:[ \t]*["']?(sv|en)["']?[ \t\r]*(?:#.*)?$`)

// narrow leaves the store that a flag names.
func (l *loader) narrow(cfg config.Config) config.Config {
	at := check.Place{File: config.InFlags, Label: "--store"}
	names := cfg.StoreNames()
	switch {
	case len(cfg.Stores) == 0:
		l.At(at, at.Label, "%q is not a valid store URI; write sqlite:inlet.db or mongodb://localhost/inlet", l.store)
	case !slices.Contains(names, l.store):
		l.At(at, at.Label, "the store %q does not exist; %s", l.store, config.DidYouMean(l.store, names))
	}
	return cfg.For(l.store)
}

// unread reports whether a mistake concerns the file as such and no key of it.
func (l *loader) unread() bool {
	for _, m := range l.Mistakes {
		if m.Key == "" {
			return true
		}
	}
	return false
}

// lay puts one layer over the others. A URI and a file with the URI are two ways to say one thing: whichever a higher
// layer has takes the place of either.
func (l *loader) lay(p koanf.Provider, parser koanf.Parser) error {
	layer := koanf.New(".")
	if err := layer.Load(p, parser); err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	uri, file := layer.String("store.uri") != "", layer.String("store.uri_file") != ""
	if uri && file {
		l.Add("store.uri_file", "store.uri is also set; keep one of the two")
	}
	if uri || file {
		l.layers.Delete("store.uri")
		l.layers.Delete("store.uri_file")
	}
	l.layLanguage(layer)
	return l.layers.Merge(layer)
}

// layLanguage does the same for the language, whose key was import.language before.
func (l *loader) layLanguage(layer *koanf.Koanf) {
	const key, former = "language", "import.language"
	if !layer.Exists(key) && !layer.Exists(former) {
		return
	}
	if layer.Exists(key) && layer.Exists(former) && layer.String(key) != layer.String(former) {
		l.Add(former, "language is also set, to something else; keep language")
	}
	l.layers.Delete(key)
	l.layers.Delete(former)
}

func (l *loader) layFile() error {
	if l.File == "" {
		return nil
	}
	content, ok := l.content()
	if !ok {
		return nil
	}
	return l.lay(rawbytes.Provider(content), reader{l.Checker})
}

// content is the file's bytes, or a mistake that says why there are none.
func (l *loader) content() ([]byte, bool) {
	file, err := os.Open(l.File)
	if err != nil {
		l.At(check.Place{File: l.File}, "", "%s", unopened(err))
		return nil, false
	}
	defer file.Close()
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		l.At(check.Place{File: l.File}, "", "is a folder; name the file in it, e.g. %s", filepath.Join(l.File, "inlet.yaml"))
		return nil, false
	}
	content, readErr := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err := errors.Join(err, readErr); err != nil {
		l.At(check.Place{File: l.File}, "", "cannot be read: %v", err)
		return nil, false
	}
	if len(content) > maxBytes {
		l.At(check.Place{File: l.File}, "", "is larger than %d KiB, the limit for a configuration", maxBytes>>10)
		return nil, false
	}
	l.Mode, l.text = info.Mode(), content
	return content, true
}

func unopened(err error) config.Phrase {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return config.Say("the file was not found; name another file with --config, or write a configuration with inlet init")
	case errors.Is(err, fs.ErrPermission):
		return config.Say("permission denied; use chown or chmod to let the user of inlet read it")
	}
	return config.Say("%v", err)
}

func (l *loader) decode() (config.Config, error) {
	var cfg config.Config
	err := l.layers.UnmarshalWithConf("", &cfg, koanf.UnmarshalConf{
		Tag:           "yaml",
		DecoderConfig: &mapstructure.DecoderConfig{ErrorUnused: true, WeaklyTypedInput: false},
	})
	if err != nil {
		return config.Config{}, fmt.Errorf("decode the configuration: %w", err)
	}
	emptyToNil(&cfg)
	return cfg, nil
}

// emptyToNil makes an empty list and one that is not there the same.
func emptyToNil(c *config.Config) {
	c.Inboxes, c.Sources, c.Fields, c.Users = orNil(c.Inboxes), orNil(c.Sources), orNil(c.Fields), orNil(c.Users)
	c.Webhooks = orNil(c.Webhooks)
	c.Campaigns = orNil(c.Campaigns)
	eachOrNil(&c.Categories)
	c.Passwords = mapOrNil(c.Passwords)
	c.Stores = mapOrNil(c.Stores)
	for name, s := range c.Stores {
		c.Stores[name] = tidied(s)
	}
	c.Store = tidied(c.Store)
	for i := range c.Fields {
		f := &c.Fields[i]
		f.Aliases, f.Choices = orNil(f.Aliases), orNil(f.Choices)
		for j := range f.Choices {
			f.Choices[j].Aliases = orNil(f.Choices[j].Aliases)
		}
	}
	for i := range c.Sources {
		s := &c.Sources[i]
		s.Headers, s.HeadersFile, s.Options, s.OptionsFile = mapOrNil(s.Headers), mapOrNil(s.HeadersFile), mapOrNil(s.Options), mapOrNil(s.OptionsFile)
	}
	c.HTTP.Roles, c.HTTP.Hosts, c.HTTP.Origins = mapOrNil(c.HTTP.Roles), orNil(c.HTTP.Hosts), orNil(c.HTTP.Origins)
	for i := range c.Inboxes {
		lim := &c.Inboxes[i].Limits
		done := &c.Inboxes[i].WhenDone
		done.Mail, done.Webhook = orNil(done.Mail), orNil(done.Webhook)
		eachOrNil(&lim.Match)
		lim.Fields, lim.MailDomains, lim.Webhooks = orNil(lim.Fields), orNil(lim.MailDomains), orNil(lim.Webhooks)
	}
}

// tidied does so for a store, and gives it the defaults of what it does not say about its collections.
func tidied(s config.Store) config.Store {
	usual := config.Default().Store.Collections
	for _, kind := range config.KindNames {
		c := s.Collections.Of(kind)
		c.Fields, c.ID = mapOrNil(c.Fields), cmp.Or(c.ID, usual.Of(kind).ID)
	}
	return s
}

func eachOrNil[T any](all *config.Kinds[[]T]) {
	for _, kind := range config.KindNames {
		list := all.Of(kind)
		*list = orNil(*list)
	}
}

func mapOrNil[T any](m map[string]T) map[string]T {
	if len(m) == 0 {
		return nil
	}
	return m
}

func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}
