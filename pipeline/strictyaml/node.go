package strictyaml

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Position is a place in a file, counted from 1. The zero Position is the file as a whole.
type Position struct{ Line, Column int }

// Kind is what sort of value a node is.
type Kind int

// The kinds of nodes.
const (
	Other     Kind = iota // no node, or a YAML construct that no file of inlet uses
	Map                   // keys with values
	List                  // a sequence
	Text                  // a text on one line, quoted or not
	Block                 // a text over several lines, after | or >
	Integer               // a whole number
	Float                 // any other number, infinity among them
	Bool                  // true or false
	Null                  // null, ~ or nothing
	Reference             // an anchor, an alias, a tag or a directive
)

// Node is one value of a file. The zero Node stands for a value that is missing.
type Node struct{ node ast.Node }

// Pair is one key of a map with its value.
type Pair struct{ Key, Value Node }

// Kind returns what sort of value the node is.
func (n Node) Kind() Kind {
	switch n.node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return Map
	case *ast.SequenceNode:
		return List
	case *ast.StringNode:
		return Text
	case *ast.LiteralNode:
		return Block
	case *ast.IntegerNode:
		return Integer
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return Float
	case *ast.BoolNode:
		return Bool
	case *ast.NullNode:
		return Null
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.DirectiveNode:
		return Reference
	}
	return Other
}

// Missing reports whether there is no value at all.
func (n Node) Missing() bool { return n.node == nil }

// Position returns the place of the node's own token. That of a map is its first colon.
func (n Node) Position() Position {
	if n.node == nil {
		return Position{}
	}
	return positionOf(n.node.GetToken())
}

// Start returns the place at which the node begins: for a map its first key.
func (n Node) Start() Position {
	if pairs := n.Pairs(); len(pairs) > 0 {
		return pairs[0].Key.Position()
	}
	return n.Position()
}

// Pairs returns the keys of a map in their order. A key that is there twice is returned twice.
func (n Node) Pairs() []Pair {
	var values []*ast.MappingValueNode
	switch n := n.node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	}
	pairs := make([]Pair, len(values))
	for i, v := range values {
		pairs[i] = Pair{Node{v.Key}, Node{v.Value}}
	}
	return pairs
}

// Items returns the items of a list.
func (n Node) Items() []Node {
	list, ok := n.node.(*ast.SequenceNode)
	if !ok {
		return nil
	}
	items := make([]Node, len(list.Values))
	for i, v := range list.Values {
		items[i] = Node{v}
	}
	return items
}

// Scalar returns a single value as text; false for a map, a list or a reference. Null is the empty text.
func (n Node) Scalar() (text string, ok bool) {
	switch node := n.node.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		return node.Value.Value, true
	case *ast.NullNode:
		return "", true
	case *ast.MappingKeyNode: // a key written as "? key"
		return Node{node.Value}.Scalar()
	case *ast.AliasNode: // is a scalar to the parser
		return "", false
	case ast.ScalarNode:
		return n.Written(), true
	}
	return "", false
}

// Written returns the value of the node's token: a number with the digits and signs that the file has.
func (n Node) Written() string {
	if n.node == nil {
		return ""
	}
	return n.node.GetToken().Value
}

// Number returns what an integer means: int64 or uint64; nil for any other node.
func (n Node) Number() any {
	if number, ok := n.node.(*ast.IntegerNode); ok {
		return number.Value
	}
	return nil
}

func positionOf(tk *token.Token) Position {
	if tk == nil || tk.Position == nil {
		return Position{}
	}
	return Position{tk.Position.Line, tk.Position.Column}
}
