package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// A config of 100 inboxes is 30 KiB; more than this is another file.
	largest = 256 << 10
	// inboxes[0].name is four deep. The YAML parser calls itself once per level and a stack that overflows is no panic
	// that could be caught.
	deepest = 64
)

// reader is koanf's parser for our file: YAML in, a tree of the right Go types out, mistakes noted with their lines.
type reader struct {
	*finding
}

// Marshal is asked for by koanf and never called.
func (r reader) Marshal(map[string]any) ([]byte, error) {
	return nil, errors.New("the configuration is never written")
}

// Unmarshal reads what it can; what it cannot is in the mistakes and left out of the tree.
func (r reader) Unmarshal(content []byte) (map[string]any, error) {
	root := r.parse(strings.TrimPrefix(string(content), "\ufeff")) // Notepad writes the mark
	if root == nil {
		return map[string]any{}, nil
	}
	tree, _ := r.read("", reflect.TypeFor[Config](), root).(map[string]any)
	return tree, nil
}

// parse gives the one document of the file, or nil and a mistake.
func (r reader) parse(content string) ast.Node {
	top := place{file: r.file}
	if strings.ContainsRune(content, 0) {
		r.at(top, "", "this is no YAML file: it holds zero bytes; save it as UTF-8 text")
		return nil
	}
	if at, ok := tooDeep(content); ok {
		r.at(r.position(at), "", "nested more than %d deep; no key of inlet is", deepest)
		return nil
	}
	file, err := parseSafely(content)
	if err != nil {
		r.notYAML(err)
		return nil
	}
	docs := slices.DeleteFunc(file.Docs, func(d *ast.DocumentNode) bool { return d.Body == nil || d.Body.Type() == ast.CommentType })
	switch {
	case len(docs) == 0:
		r.at(top, "", "the file is empty; write at least inboxes: [{name: kunder, path: inbox}]")
		return nil
	case len(docs) > 1:
		r.at(r.position(docs[1].Body.GetToken()), "", "a second document begins; inlet reads one: remove the line ---")
		return nil
	}
	return docs[0].Body
}

// parseSafely turns a panic of the YAML parser into an error: a broken config is a person's typing, never a crash.
func parseSafely(content string) (file *ast.File, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("cannot be read: %v", caught)
		}
	}()
	return parser.ParseBytes([]byte(content), 0, parser.AllowDuplicateMapKey())
}

// tooDeep finds nesting that the YAML parser would follow to the end of the stack. It counts upward only where a
// level can begin, so it may refuse too early, never too late.
func tooDeep(content string) (at *token.Token, found bool) {
	flow, dashes, line := 0, 0, 0
	for _, tk := range lexer.Tokenize(content) {
		if tk.Position.Line != line {
			line, dashes = tk.Position.Line, 0
		}
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.TagType, token.AnchorType:
			dashes++
		}
		if flow+dashes > deepest || tk.Position.IndentLevel > deepest {
			return tk, true
		}
	}
	return nil, false
}

func (r reader) notYAML(err error) {
	at := place{file: r.file}
	text := err.Error()
	if broken, ok := errors.AsType[yaml.Error](err); ok {
		text = broken.GetMessage()
		if tk := broken.GetToken(); tk != nil {
			at = r.position(tk)
		}
	}
	if strings.Contains(text, "\t") || strings.Contains(text, "tab character") {
		text = "a tab stands where a line begins; indent with spaces"
	}
	r.at(at, "", "this is no YAML: %s", text)
}

func (r reader) position(tk *token.Token) place {
	if tk == nil || tk.Position == nil {
		return place{file: r.file}
	}
	return place{file: r.file, line: tk.Position.Line, column: tk.Position.Column}
}
