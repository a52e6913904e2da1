package strictyaml

import (
	"strings"
	"testing"
)

func TestMistakesHavePositions(t *testing.T) {
	strict, tolerant := Options{MaxDepth: 4}, Options{MaxDepth: 4, References: true}
	for _, tt := range []struct {
		content string
		options Options
		want    Mistake // without Detail; the zero Mistake: it is read
	}{
		{"a: 1", strict, Mistake{}},
		{"\ufeffa: 1", strict, Mistake{}},
		{"a: \x00", strict, Mistake{Reason: Binary}},
		{"", strict, Mistake{Reason: Empty}},
		{"# only a comment\n", strict, Mistake{Reason: Empty}},
		{"a: 1\n---\nb: 2", strict, Mistake{Position: Position{3, 2}, Reason: SecondDocument}},
		{"---\na: 1\n---\n", strict, Mistake{}},
		{"a: &x 1", strict, Mistake{Position: Position{1, 4}, Reason: Anchor}},
		{"a: *x", strict, Mistake{Position: Position{1, 4}, Reason: Anchor}},
		{"a: !!str 1", strict, Mistake{Position: Position{1, 4}, Reason: Tag}},
		{"a: &x 1", tolerant, Mistake{}},
		{"a: !!str 1", tolerant, Mistake{}},
		{"a: [[[[1]]]]", strict, Mistake{}},
		{"a: [[[[[1]]]]]", strict, Mistake{Position: Position{1, 8}, Reason: TooDeep}},
		{"- - - - - 1", strict, Mistake{Position: Position{1, 9}, Reason: TooDeep}},
		{"a: &a &a &a &a &a 1", tolerant, Mistake{Position: Position{1, 16}, Reason: TooDeep}},
		{"a: [1", strict, Mistake{Position: Position{1, 4}, Reason: Syntax}},
	} {
		_, got := Parse([]byte(tt.content), tt.options)
		if got == nil {
			got = &Mistake{}
		}
		if (got.Reason == Syntax) != (got.Detail != "") {
			t.Errorf("%q: the parser says %q", tt.content, got.Detail)
		}
		if got.Detail = ""; *got != tt.want {
			t.Errorf("%q: %+v, not %+v", tt.content, *got, tt.want)
		}
	}
}

func TestNodes(t *testing.T) {
	root, wrong := Parse([]byte(strings.Join([]string{
		`text: "a b"`, `block: |`, `  a`, `  b`, `number: 0x10`, `float: 1.5`, `yes: true`, `nothing:`, `list: [x, {a: 1, b: 2}]`, `alias: *x`, `"quoted key": 1`,
	}, "\n")), Options{MaxDepth: 8, References: true})
	if wrong != nil {
		t.Fatalf("%+v", wrong)
	}
	want := []struct {
		key, text string
		kind      Kind
		line      int
	}{
		{"text", "a b", Text, 1}, {"block", "a\nb\n", Block, 2}, {"number", "0x10", Integer, 5}, {"float", "1.5", Float, 6}, {"yes", "true", Bool, 7},
		{"nothing", "", Null, 8}, {"list", "", List, 9}, {"alias", "", Reference, 10}, {"quoted key", "1", Integer, 11},
	}
	pairs := root.Pairs()
	if len(pairs) != len(want) {
		t.Fatalf("%d keys, not %d", len(pairs), len(want))
	}
	for i, w := range want {
		key, _ := pairs[i].Key.Scalar()
		text, single := pairs[i].Value.Scalar()
		if key != w.key || text != w.text || pairs[i].Value.Kind() != w.kind || pairs[i].Key.Position() != (Position{w.line, 1}) {
			t.Errorf("%q: %q of kind %d at %v, not %+v", key, text, pairs[i].Value.Kind(), pairs[i].Key.Position(), w)
		}
		if single != (w.kind != List && w.kind != Reference) {
			t.Errorf("%q: single is %t", key, single)
		}
	}
	if n := pairs[2].Value; n.Number() != uint64(16) || n.Written() != "0x10" {
		t.Errorf("0x10 is %v, written %q", n.Number(), n.Written())
	}
	items := pairs[6].Value.Items()
	if len(items) != 2 || items[1].Start() != (Position{9, 12}) || items[1].Pairs()[1].Key.Written() != "b" {
		t.Errorf("the items are %v, the second at %v", items, items[1].Start())
	}
	if n := (Node{}); !n.Missing() || n.Kind() != Other || n.Position() != (Position{}) || n.Written() != "" || len(n.Pairs())+len(n.Items()) > 0 {
		t.Errorf("the zero node is %v", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: 1", "a: [1, {b: 2}]", "- - - 1", "? a\n: b", "a: |\n  b", "%YAML 1.2\n---\na: &x *x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		root, wrong := Parse([]byte(content), Options{MaxDepth: 16, References: true})
		if (wrong == nil) == root.Missing() {
			t.Errorf("%q: a node (%t) or a mistake (%+v)", content, !root.Missing(), wrong)
		}
		root.Start()
	})
}
