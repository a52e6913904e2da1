package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// messageCell is the first cell of a row of troubleshooting.md.
var messageCell = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

// TestTroubleshootingNamesRealMessages: each message that deploy/troubleshooting.md explains is one that the program has.
func TestTroubleshootingNamesRealMessages(t *testing.T) {
	t.Parallel()
	texts := literals(t)
	found := messageCell.FindAllStringSubmatch(readDocument(t, "deploy/troubleshooting.md"), -1)
	if len(found) < 30 {
		t.Fatalf("only %d messages were found", len(found))
	}
	for _, m := range found {
		if !anyHas(texts, strings.Split(m[1], "…")) {
			t.Errorf("nothing in the program says %q", m[1])
		}
	}
}

// anyHas reports whether one of some texts has these parts in this order.
func anyHas(texts []string, parts []string) bool {
	for _, text := range texts {
		rest, all := text, true
		for _, part := range parts {
			_, after, ok := strings.Cut(rest, part)
			if rest = after; !ok {
				all = false
				break
			}
		}
		if all {
			return true
		}
	}
	return false
}

// literals returns the texts in the source of the program, without its tests; concatenated ones are one text.
func literals(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "deploy" || strings.HasPrefix(d.Name(), ".") && path != "../.."):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if text := constant(e); text != "" {
					all = append(all, text)
					return false
				}
			}
			return true
		})
		return nil
	})
	if err != nil || len(all) < 5000 {
		t.Fatalf("%d texts were found: %v", len(all), err)
	}
	return all
}

// constant returns the text of a literal, or of several that + joins; what is no literal among them is left out.
func constant(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		if e.Kind == token.STRING {
			return text
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return constant(e.X) + constant(e.Y)
		}
	}
	return ""
}
