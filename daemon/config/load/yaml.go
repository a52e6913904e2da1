package load

import (
	"errors"
	"reflect"
	"strings"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/check"
	"inlet.example/inlet/pipeline/strictyaml"
)

const (
	// A config of 100 inboxes is 30 KiB; more than this is another file.
	maxBytes = 256 << 10
	// inboxes[0].name is four deep.
	maxDepth = 64
)

// reader is koanf's parser for our file: YAML in, a tree of the right Go types out, mistakes noted with their lines.
type reader struct {
	*check.Checker
}

// Marshal is asked for by koanf and never called.
func (r reader) Marshal(map[string]any) ([]byte, error) {
	return nil, errors.New("the configuration is never written")
}

// Unmarshal reads what it can; what it cannot is in the mistakes and left out of the tree.
func (r reader) Unmarshal(content []byte) (map[string]any, error) {
	root, ok := r.parse(content)
	if !ok {
		return map[string]any{}, nil
	}
	tree, _ := r.read("", reflect.TypeFor[config.Config](), root).(map[string]any)
	return tree, nil
}

// parse returns the one document of the file. Where there is none, the mistake is noted and ok is false.
func (r reader) parse(content []byte) (root strictyaml.Node, ok bool) {
	root, wrong := strictyaml.Parse(content, strictyaml.Options{MaxDepth: maxDepth, References: true})
	if wrong == nil {
		return root, true
	}
	at := r.position(wrong.Position)
	switch wrong.Reason {
	case strictyaml.Binary:
		r.At(at, "", "not a valid YAML file: it contains NUL bytes; save it as UTF-8 text")
	case strictyaml.TooDeep:
		r.At(at, "", "is nested more than %d levels deep, which no key of inlet needs", maxDepth)
	case strictyaml.Empty:
		r.At(at, "", "the file is empty; write at least inboxes: [{name: kunder, path: inbox}]")
	case strictyaml.SecondDocument:
		r.At(at, "", "a second YAML document starts here, but inlet reads only one; remove the line ---")
	default:
		text := config.Say("%s", wrong.Detail)
		if strings.Contains(wrong.Detail, "\t") || strings.Contains(wrong.Detail, "tab character") {
			text = config.Say("the line is indented with a tab; indent with spaces")
		}
		r.At(at, "", "not valid YAML: %s", text)
	}
	return root, false
}

func (r reader) position(at strictyaml.Position) check.Place {
	return check.Place{File: r.File, Line: at.Line, Column: at.Column}
}
