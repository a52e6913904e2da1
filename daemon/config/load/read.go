package load

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/knadh/koanf/providers/structs"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/check"
	"inlet.example/inlet/pipeline/strictyaml"
)

// read walks one node of the file against the type that stands there. It gives nil for what is wrong, having said so.
func (r reader) read(key string, t reflect.Type, node strictyaml.Node) any {
	switch node.Kind() {
	case strictyaml.Reference:
		r.At(r.position(node.Position()), key, "anchors, aliases and tags are not supported; write the value itself")
		return nil
	case strictyaml.Null:
		r.At(r.position(node.Position()), key, "the value is missing; write one, or remove the key to use the default")
		return nil
	}
	switch {
	case t == choiceType:
		return r.readChoice(key, node)
	case t.Kind() == reflect.Struct:
		return r.readStruct(key, t, node)
	case t.Kind() == reflect.Map:
		return r.readMap(key, t.Elem(), node)
	case t.Kind() == reflect.Slice:
		return r.readList(key, t.Elem(), node)
	default:
		return r.readScalar(key, t, node)
	}
}

func (r reader) readStruct(key string, t reflect.Type, node strictyaml.Node) any {
	entries, ok := r.entries(key, node)
	if !ok {
		return nil
	}
	tree := defaultsOf(t)
	for _, e := range entries {
		kt, known := keyType(t, e.name)
		if !known {
			r.At(e.Place, join(key, e.name), "unknown key; %s", config.DidYouMean(e.name, keyNames(t)))
			continue
		}
		if value := r.read(join(key, e.name), kt, e.value); value != nil {
			tree[e.name] = value
		}
	}
	return tree
}

var choiceType = reflect.TypeFor[config.Choice]()

// readChoice takes a choice with its labels, or the value alone.
func (r reader) readChoice(key string, node strictyaml.Node) any {
	if node.Kind() == strictyaml.Map {
		return r.readStruct(key, choiceType, node)
	}
	value := r.readScalar(key, reflect.TypeFor[string](), node)
	if value == nil {
		return nil
	}
	return map[string]any{"value": value}
}

func (r reader) readMap(key string, elem reflect.Type, node strictyaml.Node) any {
	entries, ok := r.entries(key, node)
	if !ok {
		return nil
	}
	tree := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[string](), carrier(elem)))
	for _, e := range entries {
		if value := r.read(join(key, e.name), elem, e.value); value != nil {
			tree.SetMapIndex(reflect.ValueOf(e.name), reflect.ValueOf(value))
		}
	}
	return tree.Interface()
}

func (r reader) readList(key string, elem reflect.Type, node strictyaml.Node) any {
	if node.Kind() != strictyaml.List {
		r.At(r.position(node.Position()), key, "is %s, but must be a list; write %s", what(node), listLike(elem))
		return nil
	}
	// An item that is wrong keeps its seat, so that the next one keeps its number.
	list := node.Items()
	items := reflect.MakeSlice(reflect.SliceOf(carrier(elem)), len(list), len(list))
	for i, n := range list {
		item := fmt.Sprintf("%s[%d]", key, i)
		r.SetAt(item, r.position(n.Start()))
		if value := r.read(item, elem, n); value != nil {
			items.Index(i).Set(reflect.ValueOf(value))
		}
	}
	return items.Interface()
}

// carrier is the type in which koanf is handed the items of a list or a map.
func carrier(elem reflect.Type) reflect.Type {
	if elem.Kind() == reflect.Struct {
		return reflect.TypeFor[map[string]any]()
	}
	return elem
}

// readScalar takes a number for text where nothing can be lost: 2026 is "2026", but 007 and 1e3 were text to whoever
// wrote them and are something else to YAML.
func (r reader) readScalar(key string, t reflect.Type, node strictyaml.Node) any {
	text, single := node.Scalar()
	switch node.Kind() {
	case strictyaml.Text:
	case strictyaml.Block:
		text = strings.TrimSuffix(text, "\n")
	case strictyaml.Integer:
		if !check.IsCap(key) {
			text = fmt.Sprint(node.Number())
		}
		if t.Kind() == reflect.String && text != node.Written() {
			r.At(r.position(node.Position()), key, "can be read as text or as the number %s; write it in quotes: %q", text, node.Written())
			return nil
		}
	default:
		if !single || t.Kind() != reflect.Bool && !check.IsCap(key) {
			r.At(r.position(node.Position()), key, "is %s, but must be %s%s", what(node), wanted(t), quoted(t, node))
			return nil
		}
	}
	value, wrong := typed(t, text)
	if !wrong.Empty() {
		r.At(r.position(node.Position()), key, "%s%s", wrong, instead(key, text))
		return nil
	}
	return value
}

// instead is the advice to set the key by its own variable, for text with a ${VAR}.
func instead(key, text string) config.Phrase {
	if _, ok := settable()[key]; ok && isUnexpanded(text) {
		return config.Say(", or remove the line and set %s", variable(key))
	}
	return config.Phrase{}
}

// entry is one key of a map of the file.
type entry struct {
	check.Place
	name  string
	value strictyaml.Node
}

// entries gives the keys of a map, each once; the second of one name is a mistake.
func (r reader) entries(key string, node strictyaml.Node) ([]entry, bool) {
	if node.Kind() != strictyaml.Map {
		r.At(r.position(node.Position()), key, "is %s, but must be a map of keys and values", what(node))
		return nil, false
	}
	var found []entry
	for _, p := range node.Pairs() {
		e := entry{Place: r.position(p.Key.Position()), name: keyText(p.Key), value: p.Value}
		if i := slices.IndexFunc(found, func(f entry) bool { return f.name == e.name }); i >= 0 {
			r.At(e.Place, join(key, e.name), "is a duplicate of line %d; keep one", found[i].Line)
			continue
		}
		r.SetAt(join(key, e.name), e.Place)
		found = append(found, e)
	}
	return found, true
}

// keyText returns a key as it is written. Only a quoted one differs from its token.
func keyText(key strictyaml.Node) string {
	if key.Kind() == strictyaml.Text {
		text, _ := key.Scalar()
		return text
	}
	return key.Written()
}

// defaultsOf is the tree that the keys of an item are laid over; koanf has the defaults of everything else.
func defaultsOf(t reflect.Type) map[string]any {
	item, ok := config.ItemDefault(t)
	if !ok {
		return map[string]any{}
	}
	tree, _ := structs.Provider(item, "yaml").Read() // it has no error to give
	return tree
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// what names a node as a person would.
func what(n strictyaml.Node) config.Phrase {
	switch n.Kind() {
	case strictyaml.Map:
		return config.Say("a map")
	case strictyaml.List:
		return config.Say("a list")
	case strictyaml.Integer, strictyaml.Float:
		return config.Say("a number")
	case strictyaml.Bool:
		return config.Say("a boolean")
	}
	return config.Say("text")
}

func wanted(t reflect.Type) config.Phrase {
	switch {
	case t == durationType:
		return config.Say("a duration such as 2s")
	case t.Kind() == reflect.String:
		return config.Say("text")
	case t.Kind() == reflect.Bool:
		return config.Say("true or false")
	}
	return config.Say("a whole number")
}

// quoted is the advice for a number or a yes or no where text is wanted.
func quoted(t reflect.Type, n strictyaml.Node) config.Phrase {
	if _, single := n.Scalar(); single && t.Kind() == reflect.String {
		return config.Say("; write it in quotes: %q", n.Written())
	}
	return config.Phrase{}
}

func listLike(elem reflect.Type) config.Phrase {
	if elem.Kind() == reflect.Struct && elem != choiceType {
		return config.Say("each item with a dash before it")
	}
	return config.Say("[a, b]")
}
