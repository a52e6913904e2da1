package load

import (
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/spf13/pflag"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/check"
)

const prefix = "INLET_"

// notOurs are variables that begin with our prefix and mean something else: the file's own name, the token of inlet push, and the tests' wishes.
var notOurs = []string{"INLET_CONFIG", "INLET_TOKEN", "INLET_TEST_*"}

// ofService are the names of the variables that Kubernetes sets in every container beside a Service whose name begins with inlet, and
// ofServiceURL is the one of them that a person may also mean for ours: only its value says which it is.
var (
	ofService    = regexp.MustCompile(`^INLET_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)
	ofServiceURL = regexp.MustCompile(`^INLET_(\w+_)?PORT=(tcp|udp|sctp)://`)
)

// layEnvironment reads the variables. An empty one counts as not set: compose files leave those behind.
func (l *loader) layEnvironment() error {
	keys := map[string]string{}
	for key := range settable() {
		keys[variable(key)] = key
	}
	names := make([]string, 0, len(keys))
	for name := range keys {
		names = append(names, name)
	}
	read := func(name, text string) (string, any) {
		key, known := keys[name]
		switch {
		case text == "" || !known && notOursVariable(name, text):
			return "", nil
		case !known:
			l.At(check.Place{File: config.InEnvironment}, name, "%s", unknownVariable(name, names))
			return "", nil
		}
		return l.override(check.Place{File: config.InEnvironment, Label: name}, key, text)
	}
	return l.lay(env.Provider(".", env.Opt{
		Prefix:        prefix,
		TransformFunc: read,
		EnvironFunc:   func() []string { return slices.Sorted(slices.Values(l.environ())) },
	}), nil)
}

// notOursVariable reports whether a variable with our prefix belongs to another program.
func notOursVariable(name, text string) bool {
	return ofService.MatchString(name) || ofServiceURL.MatchString(name+"="+text) || slices.ContainsFunc(notOurs, func(pattern string) bool {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	})
}

func unknownVariable(name string, known []string) config.Phrase {
	for key, t := range keysOf(reflect.TypeFor[config.Config]()) {
		if inFileOnly(t) && strings.HasPrefix(name+"_", variable(key)+"_") {
			return config.Say("a list or map cannot be set by a variable; write %s in the file", key)
		}
	}
	return config.Say("unknown variable; %s", config.DidYouMean(name, known))
}

// layFlags reads the flags that the person gave. Their paths are relative to where the person stands.
func (l *loader) layFlags() error {
	if l.flags == nil {
		return nil
	}
	keys := map[string]string{"store": "store.uri", "lang": "language"}
	for key := range settable() {
		keys[flagName(key)] = key
	}
	read := func(f *pflag.Flag) (string, any) {
		key, ours := keys[f.Name]
		if !ours || !f.Changed {
			return "", nil
		}
		if text := flagText(f); f.Name == "store" && !strings.Contains(text, ":") {
			l.store = text // a name: URIs have a colon
			return "", nil
		}
		return l.override(check.Place{File: config.InFlags, Label: "--" + f.Name}, key, fromHere(key, flagText(f)))
	}
	return l.lay(posflag.ProviderWithFlag(l.flags, ".", nil, read), nil)
}

func flagText(f *pflag.Flag) string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return strings.Join(list.GetSlice(), ",")
	}
	return f.Value.String()
}

func fromHere(key, text string) string {
	here, err := filepath.Abs(".")
	if err != nil || text == "" {
		return text // the folder of the config file will have to do
	}
	switch key {
	case "store.uri":
		return absoluteURI(here, text)
	case "store.uri_file":
		return absolute(here, text)
	}
	return text
}

// override is one key set by a variable or a flag.
func (l *loader) override(at check.Place, key, text string) (string, any) {
	value, wrong := typed(settable()[key], text)
	if !wrong.Empty() {
		l.At(at, at.Label, "%s", wrong)
		return "", nil
	}
	l.languageSet = l.languageSet || key == "language" || key == "import.language"
	l.SetAt(key, at)
	return key, value
}
