package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/pipeline/crm"
)

// said returns every text of the templates and of the code of all pages.
func said(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, role := range access.Roles {
		all[role] = true // which the side says
	}
	templates, err := filepath.Glob("../*/templates/*.html")
	if err != nil || len(templates) < 5 {
		t.Fatalf("templates: %v, %v", templates, err)
	}
	for _, path := range templates {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		tree := parse.New(path)
		tree.Mode = parse.SkipFuncCheck
		set := map[string]*parse.Tree{}
		if _, err := tree.Parse(string(text), "", "", set); err != nil {
			t.Fatal(err)
		}
		for _, each := range set {
			walk(each.Root, all)
		}
	}
	sources, err := filepath.Glob("../*/*.go")
	if err != nil || len(sources) < 10 {
		t.Fatalf("sources: %v, %v", sources, err)
	}
	for _, path := range sources {
		if strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "swedish.go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		inPages := !slices.Contains([]string{"access", "assets"}, f.Name.Name)
		ast.Inspect(f, func(n ast.Node) bool { literals(n, inPages, all); return true })
	}
	return all
}

// asks are the functions that are called with texts of the pages.
var asks = []string{"Say", "say", "SayOf", "sayOf", "fail", "drawLogin", "s"}

// literals collects the texts that are given to one of asks, and those of tables that are said later.
func literals(n ast.Node, inPages bool, all map[string]bool) {
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
				literal(arg, anyText, all)
			}
		}
	case *ast.CompositeLit:
		if inPages {
			for _, e := range n.Elts {
				literal(e, sentence, all)
			}
		}
	}
}

var (
	anyText   = regexp.MustCompile(`[A-Za-z]{2}`)
	aboutKind = regexp.MustCompile(`\{([Kk]inds?|a kind)\}`)
	sentence  = regexp.MustCompile(`^[A-Z%][a-z].*`)
	notText   = []string{"amber", "green", "grey", "red", "blue", "undo", "run", "clock", "warn", "stop", "same", "ok"} // colours and icons
)

func literal(e ast.Expr, form *regexp.Regexp, all map[string]bool) {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		text, err := strconv.Unquote(lit.Value)
		switch {
		case err == nil && aboutKind.MatchString(text):
			for _, kind := range crm.Kinds {
				all[About(kind, text)] = true
			}
		case err == nil && form.MatchString(text) && !slices.Contains(notText, text):
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
	case *parse.TemplateNode:
		walk(n.Pipe, all)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				walk(c, all)
			}
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
		branch(&n.BranchNode, all)
	case *parse.RangeNode:
		branch(&n.BranchNode, all)
	case *parse.WithNode:
		branch(&n.BranchNode, all)
	}
}

func branch(n *parse.BranchNode, all map[string]bool) {
	walk(n.Pipe, all)
	walk(n.List, all)
	walk(n.ElseList, all)
}

// TestSwedish: every text of the pages has a Swedish with the same places, and no Swedish is left over.
func TestSwedish(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	all := said(t)
	for text := range all {
		sv, ok := swedish[text]
		switch {
		case !ok:
			t.Errorf("no Swedish for %q", text)
		case !slices.Equal(verbs.FindAllString(text, -1), verbs.FindAllString(sv, -1)):
			t.Errorf("%q has other places than %q", sv, text)
		}
	}
	for text := range swedish {
		if !all[text] {
			t.Errorf("%q is not used any more", text)
		}
	}
	if Say("sv", "Overview") != "Översikt" || Say("en", "Overview") != "Overview" {
		t.Error("the words are not those of the language")
	}
}
