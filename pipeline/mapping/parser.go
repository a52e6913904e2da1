package mapping

import (
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/strictyaml"
)

// parser reads the YAML of a sidecar and notes every mistake with its position. What reads a part of a mapping has a parser in it.
type parser struct {
	file     string
	mistakes []message.Text
}

// pair is one key of a YAML mapping with its value.
type pair struct {
	key   string
	node  strictyaml.Node // the key
	value strictyaml.Node
}

// mistake notes what is wrong with a node.
func (r *parser) mistake(n strictyaml.Node, format string, args ...any) {
	r.wrong(n, message.Say(format, args...))
}

func (r *parser) wrong(n strictyaml.Node, text message.Text) { r.wrongAt(n.Position(), text) }

func (r *parser) wrongAt(at strictyaml.Position, text message.Text) {
	text = text.At(r.file, at.Line, at.Column)
	// Several sheets may have one from what they share.
	if !slices.ContainsFunc(r.mistakes, func(other message.Text) bool { return other.String() == text.String() }) {
		r.mistakes = append(r.mistakes, text)
	}
}

const maxDepth = 32 // levels of nesting; columns: heading: values: is three

// document returns the keys of the file's one document.
func (r *parser) document(content []byte) []pair {
	root, wrong := strictyaml.Parse(content, strictyaml.Options{MaxDepth: maxDepth})
	if wrong != nil {
		r.wrongAt(wrong.Position, yamlProblem(wrong))
		return nil
	}
	return r.pairs(root, "")
}

// yamlProblem says why a sidecar cannot be read as YAML.
func yamlProblem(m *strictyaml.Mistake) message.Text {
	switch m.Reason {
	case strictyaml.Binary:
		return message.Say("is not a text file; save it as UTF-8")
	case strictyaml.Anchor:
		return message.Say("anchors and aliases (& and *) are not supported; write the content out, or put the text in quotes")
	case strictyaml.Tag:
		return message.Say("tags (!) are not supported; put the text in quotes")
	case strictyaml.TooDeep:
		return message.Say("is nested too deeply for a mapping")
	case strictyaml.SecondDocument:
		return message.Say("a second YAML document starts here; a mapping is a single document")
	case strictyaml.Empty:
		return message.Say("is empty; write at least columns and match")
	}
	return message.Say("this is not valid YAML; check indentation, quotes and brackets (%s)", m.Detail)
}

// pairs returns the keys of a YAML mapping in their order; a doubled key is a mistake. what is the key that they stand under.
func (r *parser) pairs(n strictyaml.Node, what string) []pair {
	if n.Kind() != strictyaml.Map {
		text := message.Say("write key: value lines here")
		if what != "" {
			text = text.Quoting(what)
		}
		r.wrong(n, text)
	}
	var pairs []pair
	seen := map[string]bool{}
	for _, p := range n.Pairs() {
		key := r.scalar(p.Key)
		if seen[key] {
			r.mistake(p.Key, "%s: is listed twice; keep one", key)
		}
		seen[key] = true
		pairs = append(pairs, pair{key: key, node: p.Key, value: p.Value})
	}
	return pairs
}

// scalar returns a single value as text.
func (r *parser) scalar(n strictyaml.Node) string {
	text, ok := n.Scalar()
	if !ok {
		r.mistake(n, "write one value here")
	}
	return text
}

// word returns a value that must be one of a few; "" for another, which is noted.
func (r *parser) word(n strictyaml.Node, allowed ...string) string {
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
func (r *parser) items(n strictyaml.Node) []strictyaml.Node {
	switch n.Kind() {
	case strictyaml.List:
		return n.Items()
	case strictyaml.Null:
		return nil
	}
	return []strictyaml.Node{n}
}

func (r *parser) words(n strictyaml.Node) []string {
	var words []string
	for _, item := range r.items(n) {
		words = append(words, r.scalar(item))
	}
	return words
}

// unknown notes a word that is not known, and the known one that it may be a misspelling of.
func (r *parser) unknown(n strictyaml.Node, text message.Text, word string, known []string) {
	if best := message.Nearest(word, known); best != "" {
		text.Format += "; did you mean %s?"
		text.Args = append(text.Args, best)
	}
	r.wrong(n, text)
}

func (r *parser) unknownKey(p pair, known []string) {
	r.unknown(p.node, message.Say("%s: unknown key", p.key), p.key, known)
}

func (r *parser) number(n strictyaml.Node) int {
	v, err := strconv.Atoi(r.scalar(n))
	if err != nil || v < 1 {
		r.mistake(n, "%s: write a row number from 1", r.scalar(n))
		return 1
	}
	return v
}

func (r *parser) yesNo(n strictyaml.Node) bool {
	return r.word(n, "true", "false") == "true"
}
