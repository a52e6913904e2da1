package main

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// logKey is what the attributes of log lines are called: log collectors make fields of them.
var logKey = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// TestLogMessages: a message says what happened, in more than one word, and what differs from line to line is in attributes with plain names.
func TestLogMessages(t *testing.T) {
	messages, keys := 0, 0
	for dir, p := range packageSources(t, "../..") {
		for _, f := range p.files {
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if text, ok := logMessage(call); ok {
					messages++
					if !strings.Contains(text, " ") || text[:1] != strings.ToUpper(text[:1]) && !strings.HasPrefix(text, "systemd ") {
						t.Errorf("%s logs %q: write a sentence that begins with a capital letter", dir, text)
					}
				}
				if key, ok := attrKey(call); ok {
					keys++
					if !logKey.MatchString(key) {
						t.Errorf("%s logs an attribute %q: write lower-case words with _", dir, key)
					}
				}
				return true
			})
		}
	}
	if messages < 60 || keys < 100 {
		t.Errorf("only %d messages and %d keys were found", messages, keys)
	}
}

// logMessage returns the message of a call that logs, if it is written there.
func logMessage(call *ast.CallExpr) (string, bool) {
	fn, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	at := 0
	switch {
	case fn.Sel.Name == "LogAttrs":
		at = 2
	case !slices.Contains([]string{"Debug", "Info", "Warn", "Error"}, fn.Sel.Name) || len(call.Args) == 0:
		return "", false
	}
	return literal(call.Args[at])
}

// attrKey returns the key of a call that makes an attribute of a log line.
func attrKey(call *ast.CallExpr) (string, bool) {
	fn, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) < 2 {
		return "", false
	}
	if pkg, ok := fn.X.(*ast.Ident); !ok || pkg.Name != "slog" {
		return "", false
	}
	return literal(call.Args[0])
}

func literal(expr ast.Expr) (string, bool) {
	lit, ok := expr.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil && text != ""
}
