package pages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"inlet.example/inlet/daemon/web/access"
)

// said returns every text of the templates and of the code.
func said(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, set := range NewChoice(Settings{}, nil, nil).templates["en"].Templates() {
		if set.Tree != nil {
			walk(set.Tree.Root, all)
		}
	}
	entries, err := fs.Glob(files, "templates/*.html")
	if err != nil || len(entries) < 5 {
		t.Fatalf("templates: %v, %v", entries, err)
	}
	set := token.NewFileSet()
	packages, err := parser.ParseDir(set, ".", func(info fs.FileInfo) bool {
		return !strings.HasSuffix(info.Name(), "_test.go") && info.Name() != "swedish.go"
	}, 0) //nolint:staticcheck // one package, whose files are all wanted
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range packages["pages"].Files {
		ast.Inspect(f, func(n ast.Node) bool { literals(n, all); return true })
	}
	return all
}

// asks are the functions that are called with texts of the pages.
var asks = []string{"say", "fail", "drawLogin", "s"}

func literals(n ast.Node, all map[string]bool) {
	switch n := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch fun := n.Fun.(type) {
		case *ast.Ident:
			name = fun.Name
		case *ast.SelectorExpr:
			name = fun.Sel.Name
		}
		if slices.Contains(asks, name) {
			for _, arg := range n.Args {
				literal(arg, all)
			}
		}
	case *ast.CompositeLit: // of tables whose texts are said later: they begin with a capital
		for _, e := range n.Elts {
			literal(e, all)
		}
	case *ast.AssignStmt:
		for _, e := range n.Rhs {
			literal(e, all)
		}
	}
}

var sentence = regexp.MustCompile(`^[A-Z%][a-z].*|^[A-Z][a-z]+$|^(today|yesterday|tomorrow|since|none|none yet|by hand|not yet|nothing written|removed|nothing|by a command|corrected rows of|template|changed later.*|inlet tries .*)$`)

func literal(e ast.Expr, all map[string]bool) {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if text, err := strconv.Unquote(lit.Value); err == nil && sentence.MatchString(text) {
			all[text] = true
		}
	}
}

// walk collects the texts that a template gives to t.
func walk(n parse.Node, all map[string]bool) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, each := range n.Nodes {
				walk(each, all)
			}
		}
	case *parse.ActionNode:
		walk(n.Pipe, all)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			walk(c, all)
		}
	case *parse.CommandNode:
		if id, ok := n.Args[0].(*parse.IdentifierNode); ok && id.Ident == "t" && len(n.Args) == 2 {
			if s, ok := n.Args[1].(*parse.StringNode); ok {
				all[s.Text] = true
			}
		}
		for _, arg := range n.Args {
			walk(arg, all)
		}
	case *parse.IfNode:
		walk(n.Pipe, all)
		walk(n.List, all)
		walk(n.ElseList, all)
	case *parse.RangeNode:
		walk(n.List, all)
		walk(n.ElseList, all)
	case *parse.WithNode:
		walk(n.List, all)
		walk(n.ElseList, all)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			walk(n.Pipe, all)
		}
	}
}

// TestSwedish: every text of the pages has a Swedish with the same places, and no Swedish is left over.
func TestSwedish(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	all := said(t)
	for _, role := range access.Roles {
		all[role] = true // which the side says
	}
	for text := range all {
		sv, ok := swedish[text]
		switch {
		case !ok:
			t.Errorf("no Swedish for %q", text)
		case ok && !slices.Equal(verbs.FindAllString(text, -1), verbs.FindAllString(sv, -1)):
			t.Errorf("%q has other places than %q", sv, text)
		}
	}
	for text := range swedish {
		if !all[text] {
			t.Errorf("%q is not used any more", text)
		}
	}
	if say("sv", "Overview") != "Översikt" || say("en", "Overview") != "Overview" {
		t.Error("the words are not those of the language")
	}
}
