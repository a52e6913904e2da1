package config

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestSwedish holds that all that is said about configurations has its Swedish, with the same places, and that no Swedish is left of what is not said.
func TestSwedish(t *testing.T) {
	said := map[string]bool{InEnvironment: true, InFlags: true}
	for _, dir := range []string{".", "check", "load"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if text, ok := sentenceOf(call); ok && regexp.MustCompile(`\pL{2}`).MatchString(regexp.MustCompile(`%\w+`).ReplaceAllString(text, "")) {
						said[text] = true
					}
				}
				return true
			})
		}
	}
	if len(said) < 150 {
		t.Fatalf("%d sentences were found; the rules below would hold of nothing", len(said))
	}
	verbs := regexp.MustCompile(`%[a-z]`)
	for text := range said {
		if sv, ok := swedish[text]; !ok {
			t.Errorf("no Swedish for %q", text)
		} else if !slices.Equal(verbs.FindAllString(text, -1), verbs.FindAllString(sv, -1)) {
			t.Errorf("%q has other places than %q", sv, text)
		}
	}
	for text := range swedish {
		if !said[text] {
			t.Errorf("%q is not said any more", text)
		}
	}
}

// sentenceOf returns the text of a call that says something: the mistakes of a Checker, and Say.
func sentenceOf(call *ast.CallExpr) (string, bool) {
	name := ""
	switch fun := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = fun.Sel.Name
	case *ast.Ident:
		name = fun.Name
	}
	at, ok := map[string]int{"Wrong": 1, "Add": 1, "At": 2, "Say": 0}[name]
	if !ok || len(call.Args) <= at {
		return "", false
	}
	lit, ok := call.Args[at].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// TestPhrase: phrases within phrases and within errors are said in the language, and errors can be found in them.
func TestPhrase(t *testing.T) {
	within := Say("the inbox %q does not exist; %s", "x", DidYouMean("kunde", []string{"kunder"}))
	if sv := within.In("sv"); sv != `inkorgen "x" finns inte; menade du kunder?` {
		t.Error(sv)
	}
	if en := within.String(); en != `the inbox "x" does not exist; did you mean kunder?` {
		t.Error(en)
	}
	wrapped := Say("%v", fmt.Errorf("option key: %w", Say("%s is not a regular file; write the path of a file that contains the password", "k")))
	if sv := wrapped.In("sv"); sv != "option key: k är ingen vanlig fil; skriv sökvägen till en fil som innehåller lösenordet" {
		t.Error(sv)
	}
	if err := Say("%v; use chown to give it to the user that inlet runs as", fs.ErrPermission); !errors.Is(err, fs.ErrPermission) {
		t.Error("the error is not found in the phrase")
	}
	m := Mistake{File: InFlags, Key: "--lang", Text: Say("unknown key; %s", "x"), Language: "sv"}
	if text := m.String(); text != "flagga: --lang: okänd nyckel; x" {
		t.Error(text)
	}
}
