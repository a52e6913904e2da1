package strictyaml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Options are what a file may contain.
type Options struct {
	MaxDepth   int  // levels of nesting
	References bool // anchors, aliases and tags are parsed, as nodes of that kind; otherwise they are a mistake
}

// Reason is why a file cannot be read as YAML.
type Reason int

// The reasons.
const (
	Binary         Reason = iota + 1 // it contains zero bytes
	TooDeep                          // nested deeper than Options allow
	Anchor                           // an anchor or an alias
	Tag                              // a tag
	Syntax                           // not valid YAML; Detail is what the parser says
	Empty                            // there is no document in it
	SecondDocument                   // there is more than one
)

// Mistake is why a file cannot be read as YAML, and where.
type Mistake struct {
	Position
	Reason Reason
	Detail string
}

// Parse returns the one document of a file. A byte order mark before it is ignored.
func Parse(content []byte, o Options) (Node, *Mistake) {
	text := strings.TrimPrefix(string(content), "\ufeff") // Notepad writes the mark
	if strings.ContainsRune(text, 0) {
		return Node{}, &Mistake{Reason: Binary}
	}
	if err := checkTokens(text, o); err != nil {
		return Node{}, err
	}
	file, err := parse(text)
	if err != nil {
		return Node{}, syntaxMistake(err)
	}
	var body ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.CommentType:
		case body != nil:
			return Node{}, &Mistake{Position: positionOf(doc.Body.GetToken()), Reason: SecondDocument}
		default:
			body = doc.Body
		}
	}
	if body == nil {
		return Node{}, &Mistake{Reason: Empty}
	}
	return Node{body}, nil
}

// checkTokens refuses what could cost the parser memory or stack without limit. It counts a level wherever one can begin, so it may refuse
// too early, never too late.
func checkTokens(text string, o Options) *Mistake {
	flow, dashes, line := 0, 0, 0
	for _, tk := range lexer.Tokenize(text) {
		if tk.Position.Line != line {
			line, dashes = tk.Position.Line, 0
		}
		var reason Reason
		switch tk.Type {
		case token.AnchorType, token.AliasType:
			reason = Anchor
		case token.TagType:
			reason = Tag
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType:
			dashes++
		}
		if o.References {
			if reason != 0 && tk.Type != token.AliasType {
				dashes++
			}
			reason = 0
		}
		if flow+dashes > o.MaxDepth || tk.Position.IndentLevel > o.MaxDepth {
			reason = TooDeep
		}
		if reason != 0 {
			return &Mistake{Position: positionOf(tk), Reason: reason}
		}
	}
	return nil
}

func parse(text string) (file *ast.File, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("cannot be read: %v", caught)
		}
	}()
	return parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
}

func syntaxMistake(err error) *Mistake {
	m := &Mistake{Reason: Syntax, Detail: err.Error()}
	if broken, ok := errors.AsType[yaml.Error](err); ok {
		m.Position, m.Detail = positionOf(broken.GetToken()), broken.GetMessage()
	}
	return m
}
