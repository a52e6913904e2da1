package message

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/crm/sentence"
	"inlet.example/inlet/pipeline/message/errorwords"
)

// spoken returns the packages whose sentences people read: all of the pipeline that has code, and the editor of mappings.
func spoken(t *testing.T) []string { return append(packages(t, ".."), "../../cmd/inlet/mappingedit") }

// packages returns the folders with code below one.
func packages(t *testing.T, root string) []string {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || d.Name() == "testdata" {
			return err
		}
		if code, err := filepath.Glob(filepath.Join(path, "*.go")); err != nil || len(code) == 0 {
			return err
		}
		dirs = append(dirs, path)
		return nil
	})
	if err != nil || len(dirs) < 4 {
		t.Fatalf("%d packages were found: %v", len(dirs), err)
	}
	return dirs
}

// TestCatalogue checks that every text has a Swedish translation with as many placeholders, and that no translation is unused.
// What package mapping says about its suggestions is in its own catalogue, which has its own test.
func TestCatalogue(t *testing.T) {
	said, theirs := map[string]string{}, map[string]bool{}
	for _, dir := range spoken(t) {
		p := parse(t, dir)
		for format, at := range p.formats(t) {
			said[format] = at
		}
		for _, format := range append(literals(p.vars["swedish"]), literals(p.vars["swedishAppearances"])...) {
			theirs[format] = true
		}
	}
	if len(said) < 30 {
		t.Fatalf("%d sentences were found; the rules below would hold of nothing", len(said))
	}
	for format, at := range said {
		sv, ok := catalogue(format)
		if !ok && !theirs[format] {
			t.Errorf("%s: no Swedish for %q", at, format)
		}
		if ok && strings.Count(sv, "%s") != strings.Count(format, "%s") {
			t.Errorf("%s: %q has other places than %q", at, sv, format)
		}
	}
	for _, sentences := range catalogues {
		for format, sv := range sentences {
			if said[format] == "" {
				t.Errorf("%q is not used any more", format)
			}
			if verb := regexp.MustCompile(`%[^s]`).FindString(strings.ReplaceAll(sv, "%%", "")); verb != "" {
				t.Errorf("%q: a Text knows %%s only", sv)
			}
		}
	}
}

// source is a package as it is written.
type source struct {
	fset  *token.FileSet
	files map[string]*ast.File
	vars  map[string]ast.Expr // of the package, with their initial values
}

func parse(t *testing.T, dir string) *source {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no code in %s: %v", dir, err)
	}
	p := &source{token.NewFileSet(), map[string]*ast.File{}, map[string]ast.Expr{}}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(p.fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		p.files[name] = f
		for _, decl := range f.Decls {
			decl, ok := decl.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR && decl.Tok != token.CONST {
				continue
			}
			for _, spec := range decl.Specs {
				spec := spec.(*ast.ValueSpec)
				for i, name := range spec.Names {
					if i < len(spec.Values) {
						p.vars[name.Name] = spec.Values[i]
					}
				}
			}
		}
	}
	return p
}

// formats returns what the package says, and where.
func (p *source) formats(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, f := range p.files {
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				for _, format := range formatsOf(n) {
					at := p.fset.Position(format.Pos()).String()
					texts, sees := p.texts(fn, format)
					if !sees {
						t.Errorf("%s: it does not show what is said here: write the sentence into the call", at)
					}
					for _, text := range ofKinds(texts) {
						if regexp.MustCompile(`\pL`).MatchString(strings.ReplaceAll(text, "%s", "")) {
							all[text] = at
						}
					}
				}
				return true
			})
		}
	}
	return all
}

// ofKinds returns sentences as they are said about each kind: see sentence.About.
func ofKinds(sentences []string) []string {
	var all []string
	for _, about := range sentences {
		for _, kind := range crm.Kinds {
			if kind.Parent() != "" || !strings.Contains(about, "{parent}") {
				all = append(all, sentence.About(kind, about))
			}
		}
	}
	return all
}

// formatsOf returns the texts of a call that makes one, and what is appended to one.
func formatsOf(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if to, ok := n.Lhs[0].(*ast.SelectorExpr); ok && n.Tok == token.ADD_ASSIGN && to.Sel.Name == "Format" {
			return n.Rhs
		}
	case *ast.CallExpr:
		name := ""
		switch fun := n.Fun.(type) {
		case *ast.Ident:
			name = fun.Name
		case *ast.SelectorExpr:
			if x, ok := fun.X.(*ast.Ident); ok {
				if name = fun.Sel.Name; x.Name == "fault" && name == "New" {
					name = "unreadable"
				}
			}
		}
		switch strings.ToLower(name) {
		case "say", "invalid", "corrupt", "wrongtype":
			return n.Args[:1]
		case "mistake", "notencoded", "blame", "classify":
			return n.Args[1:2]
		case "unreadable": // package pipeline has one that takes an error
			if len(n.Args) > 1 {
				return n.Args[1:2]
			}
		case "sayof", "sayeach":
			return n.Args[1:2]
		}
	}
	return nil
}

// texts returns what an expression can be: its text, or that of the variable of the package or of the function it is taken from. What
// the function itself was given is seen where that was written.
func (p *source) texts(fn *ast.FuncDecl, e ast.Expr) (texts []string, sees bool) {
	root := e
	for {
		switch x := root.(type) {
		case *ast.SelectorExpr:
			root = x.X
			continue
		case *ast.IndexExpr:
			root = x.X
			continue
		case *ast.Ident:
			if given(fn, x.Name) {
				return nil, true
			}
			if v, ok := p.vars[ranged(fn, x.Name)]; ok {
				return literals(v), true
			}
			for _, text := range literals(fn.Body) {
				if strings.Contains(text, "%s") {
					texts = append(texts, text)
				}
			}
			return texts, len(texts) > 0
		}
		texts = literals(root)
		return texts, len(texts) > 0
	}
}

func given(fn *ast.FuncDecl, name string) bool {
	return slices.ContainsFunc(fn.Type.Params.List, func(f *ast.Field) bool {
		return slices.ContainsFunc(f.Names, func(id *ast.Ident) bool { return id.Name == name })
	})
}

// ranged returns the name of what a variable goes through, or the name itself.
func ranged(fn *ast.FuncDecl, name string) string {
	ast.Inspect(fn, func(n ast.Node) bool {
		if loop, ok := n.(*ast.RangeStmt); ok {
			key, _ := loop.Key.(*ast.Ident)
			if through, ok := loop.X.(*ast.Ident); ok && key != nil && key.Name == name {
				name = through.Name
			}
		}
		return true
	})
	return name
}

// literals returns the texts in a part of the code; of a map those are the keys.
func literals(n ast.Node) []string {
	var all []string
	if n == nil {
		return nil
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.BasicLit); ok {
				all = append(all, literals(key)...)
				return false
			}
		case *ast.BinaryExpr: // a text over two lines is one
			if before, behind := literals(n.X), literals(n.Y); n.Op == token.ADD && len(before) == 1 && len(behind) == 1 {
				all = append(all, before[0]+behind[0])
				return false
			}
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				all = append(all, text)
			}
		}
		return true
	})
	return all
}

// wordOf returns the text of a call of Word or Errorf; nil of any other.
func wordOf(call *ast.CallExpr) ast.Expr {
	name := ""
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		name = fun.Name
	case *ast.SelectorExpr:
		if x, ok := fun.X.(*ast.Ident); ok && x.Name == "message" {
			name = fun.Sel.Name
		}
	}
	switch name {
	case "Word":
		return call.Args[1]
	case "Errorf":
		return call.Args[0]
	}
	return nil
}

// TestWords holds the same of the words of reports, plans and commands.
func TestWords(t *testing.T) {
	said, verbs := map[string]bool{}, regexp.MustCompile(`%[a-z]`)
	for _, kind := range crm.Kinds { // which reports name by their own words
		said[string(kind)], said[kind.Plural()] = true, true
	}
	letters := regexp.MustCompile(`\pL`)
	allWords := maps.Clone(words)
	maps.Copy(allWords, commandWords)
	maps.Copy(allWords, errorwords.Formats)
	for _, dir := range slices.Concat(spoken(t), packages(t, "../../cmd/inlet"), packages(t, "../../daemon"), packages(t, "../../watcher")) {
		for _, f := range parse(t, dir).files {
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && wordOf(call) != nil {
					for _, text := range ofKinds(literals(wordOf(call))) {
						if _, known := allWords[text]; known || letters.MatchString(verbs.ReplaceAllString(text, "")) {
							said[text] = true
						}
					}
				}
				return true
			})
		}
	}
	for text := range said {
		if sv, ok := allWords[text]; !ok {
			t.Errorf("no Swedish for %q", text)
		} else if !slices.Equal(verbs.FindAllString(text, -1), verbs.FindAllString(sv, -1)) {
			t.Errorf("%q has other places than %q", sv, text)
		}
	}
	for text := range allWords {
		if !said[text] {
			t.Errorf("%q is not used any more", text)
		}
	}
}

// TestDiscard: what a person discards is "förkastat" everywhere; a file that inlet refuses is "avvisad".
func TestDiscard(t *testing.T) {
	n := 0
	for _, texts := range append(slices.Clone(catalogues), words, commandWords, errorwords.Formats) {
		for en, sv := range texts {
			if !strings.Contains(strings.ToLower(strings.ReplaceAll(en, "inlet discard", "")), "discard") {
				continue
			}
			if n++; !strings.Contains(strings.ToLower(sv), "förkast") {
				t.Errorf("%q is %q", en, sv)
			}
		}
	}
	if n < 8 {
		t.Errorf("%d texts were found", n)
	}
}
