package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// reader walks a sidecar and notes every mistake with its place.
type reader struct {
	file     string
	schema   *crm.Schema
	mistakes []message.Text
	fallback Fallback
	where    map[*Mapping]map[string]ast.Node // of the keys that are set
}

// pair is one key of a YAML mapping with its value.
type pair struct {
	key   string
	node  ast.Node // the key
	value ast.Node
}

// mistake notes what is wrong with a node.
func (r *reader) mistake(n ast.Node, format string, args ...any) {
	r.wrong(n, message.Say(format, args...))
}

func (r *reader) wrong(n ast.Node, text message.Text) {
	var tk *token.Token
	if n != nil {
		tk = n.GetToken()
	}
	r.wrongAt(tk, text)
}

func (r *reader) wrongAt(tk *token.Token, text message.Text) {
	var at token.Position
	if tk != nil && tk.Position != nil {
		at = *tk.Position
	}
	text = text.At(r.file, at.Line, at.Column)
	// Several sheets may have one from what they share.
	if !slices.ContainsFunc(r.mistakes, func(other message.Text) bool { return other.String() == text.String() }) {
		r.mistakes = append(r.mistakes, text)
	}
}

// document returns the keys of the file's one document.
func (r *reader) document(content []byte) []pair {
	text := strings.TrimPrefix(string(content), "\ufeff")
	if strings.ContainsRune(text, 0) {
		r.mistake(nil, "is no text file; save it as UTF-8")
		return nil
	}
	if !r.harmless(text) {
		return nil
	}
	file, err := parse(text)
	if err != nil {
		r.notYAML(err)
		return nil
	}
	var body ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.CommentType:
		case body != nil:
			r.mistake(doc.Body, "a second document begins; a mapping is one")
			return nil
		default:
			body = doc.Body
		}
	}
	if body == nil {
		r.mistake(nil, "is empty; write at least columns and match")
		return nil
	}
	return r.pairs(body, "")
}

const deepest = 32 // columns: heading: values: is three; the parser calls itself once a level

// harmless refuses what could cost without end before the parser follows it: anchors, aliases, tags, and deep nesting.
func (r *reader) harmless(text string) bool {
	flow, dashes, line := 0, 0, 0
	for _, tk := range lexer.Tokenize(text) {
		if tk.Position.Line != line {
			line, dashes = tk.Position.Line, 0
		}
		var what message.Text
		switch tk.Type {
		case token.AnchorType, token.AliasType:
			what = message.Say("anchors and aliases (& and *) are not read; write it out, or put the text in quotes")
		case token.TagType:
			what = message.Say("tags (!) are not read; put the text in quotes")
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType:
			dashes++
		}
		if flow+dashes > deepest || tk.Position.IndentLevel > deepest {
			what = message.Say("nested too deep for a mapping")
		}
		if what.Format != "" {
			r.wrongAt(tk, what)
			return false
		}
	}
	return true
}

// parse turns a panic of the YAML parser into an error: a broken sidecar is a person's typing, never a crash.
func parse(text string) (file *ast.File, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("cannot be read: %v", caught)
		}
	}()
	return parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
}

func (r *reader) notYAML(err error) {
	var tk *token.Token
	text := err.Error()
	if broken, ok := errors.AsType[yaml.Error](err); ok {
		tk, text = broken.GetToken(), broken.GetMessage()
	}
	r.wrongAt(tk, message.Say("this is no YAML; look at indentation, quotes and brackets (%s)", text))
}

// pairs returns the keys of a YAML mapping in their order; a doubled key is a mistake. what is the key that they stand under.
func (r *reader) pairs(n ast.Node, what string) []pair {
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		text := message.Say("write key: value lines here")
		if what != "" {
			text = text.Quoting(what)
		}
		r.wrong(n, text)
	}
	var pairs []pair
	seen := map[string]bool{}
	for _, v := range values {
		key := r.scalar(v.Key)
		if seen[key] {
			r.mistake(v.Key, "%s: stands there twice", key)
		}
		seen[key] = true
		pairs = append(pairs, pair{key: key, node: v.Key, value: v.Value})
	}
	return pairs
}

// scalar returns a single value as the text that stands there.
func (r *reader) scalar(n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.NullNode:
		return ""
	case *ast.MappingKeyNode:
		return r.scalar(n.Value)
	case ast.ScalarNode:
		return n.GetToken().Value
	}
	r.mistake(n, "write one value here")
	return ""
}

// word returns a value that must be one of a few; "" for another, which is noted.
func (r *reader) word(n ast.Node, allowed ...string) string {
	s := r.scalar(n)
	for _, w := range allowed {
		if s == w {
			return s
		}
	}
	r.mistake(n, "%s: write one of %s", strconv.Quote(s), strings.Join(allowed, ", "))
	return allowed[0]
}

// items returns the nodes of a list; a single value is a list of one.
func (r *reader) items(n ast.Node) []ast.Node {
	if list, ok := n.(*ast.SequenceNode); ok {
		return list.Values
	}
	if _, ok := n.(*ast.NullNode); ok {
		return nil
	}
	return []ast.Node{n}
}

func (r *reader) words(n ast.Node) []string {
	var words []string
	for _, item := range r.items(n) {
		words = append(words, r.scalar(item))
	}
	return words
}

// unknown notes a word that nobody knows, and the known one that is a slip or two away.
func (r *reader) unknown(n ast.Node, text message.Text, word string, known []string) {
	if best := message.Nearest(word, known); best != "" {
		text.Format += "; did you mean %s?"
		text.Args = append(text.Args, best)
	}
	r.wrong(n, text)
}
