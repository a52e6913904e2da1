package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a package, a type and an interface may have. Larger ones are named below with the reason; a new one is split instead.
const (
	maxLines         = 1600 // of a package, without tests
	maxFiles         = 15   // of a package, without tests
	maxMethodFiles   = 2    // that hold methods of one type
	maxInterface     = 8    // methods of an interface
	maxFunctionLines = 60
)

// larger are the packages that may have more lines or files, with their limits, which may only fall.
var larger = map[string]struct{ lines, files int }{
	"pipeline/crm":    {1700, 15}, // nouns of the CRM
	"pipeline/ledger": {1650, 15}, // nouns of imports
	"pipeline/files":  {1200, 20}, // pairs of files for each platform
}

// spread are the types whose methods may be in more files, with how many.
var spread = map[string]int{
	"daemon/assembly.Parts":            4,
	"daemon/config/load.loader":        3, // a file for each source of settings
	"daemon/notify.rendered":           3, // notice, mail, chat
	"daemon/web/pages.Pages":           5, // a file for each page
	"daemon/web/api.API":               4, // a file for each group of operations
	"pipeline/mapping/suggest.guesser": 4,
}

// wide are the interfaces that may have more methods, with how many.
var wide = map[string]int{}

// TestSizes holds that packages, types, interfaces and functions stay small.
func TestSizes(t *testing.T) {
	for dir, p := range packageSources(t, "../..") {
		limit := larger[dir]
		if most := max(maxLines, limit.lines); p.lines > most {
			t.Errorf("%s has %d lines, at most %d", dir, p.lines, most)
		}
		if most := max(maxFiles, limit.files); len(p.files) > most {
			t.Errorf("%s has %d files, at most %d", dir, len(p.files), most)
		}
		for name, in := range p.methodFiles() {
			if most := max(maxMethodFiles, spread[dir+"."+name]); len(in) > most {
				t.Errorf("the methods of %s.%s are in %d files, at most %d", dir, name, len(in), most)
			}
		}
		p.eachInterface(func(name string, methods int) {
			if most := max(maxInterface, wide[dir+"."+name]); methods > most {
				t.Errorf("the interface %s.%s has %d methods, at most %d", dir, name, methods, most)
			}
		})
		p.eachFunction(func(name string, lines int) {
			if lines > maxFunctionLines {
				t.Errorf("%s in %s has %d lines, at most %d", name, dir, lines, maxFunctionLines)
			}
		})
	}
}

// packageCode is the code of a package without its tests.
type packageCode struct {
	set   *token.FileSet
	files map[string]*ast.File
	lines int
}

// packageSources returns the packages below a folder, by their paths there.
func packageSources(t *testing.T, root string) map[string]*packageCode {
	t.Helper()
	all := map[string]*packageCode{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root) {
			if err == nil {
				err = fs.SkipDir
			}
			return err
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		if strings.HasSuffix(dir, "test") {
			return nil
		}
		if all[dir] == nil {
			all[dir] = &packageCode{set: token.NewFileSet(), files: map[string]*ast.File{}}
		}
		return all[dir].add(path)
	})
	if err != nil || len(all) < 20 {
		t.Fatalf("%d packages were found: %v", len(all), err)
	}
	return all
}

func (s *packageCode) add(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	s.lines += bytes.Count(text, []byte("\n"))
	s.files[path], err = parser.ParseFile(s.set, path, text, parser.SkipObjectResolution)
	return err
}

// methodFiles returns the files that hold methods of each type.
func (s *packageCode) methodFiles() map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for path, f := range s.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil {
				continue
			}
			name := receiver(fn.Recv.List[0].Type)
			if all[name] == nil {
				all[name] = map[string]bool{}
			}
			all[name][path] = true
		}
	}
	return all
}

func receiver(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// eachInterface calls do with the methods that each interface declares itself.
func (s *packageCode) eachInterface(do func(name string, methods int)) {
	for _, f := range s.files {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if is, ok := spec.Type.(*ast.InterfaceType); ok {
				methods := 0
				for _, m := range is.Methods.List {
					methods += len(m.Names)
				}
				do(spec.Name.Name, methods)
			}
			return true
		})
	}
}

// eachFunction calls do with the lines of each function.
func (s *packageCode) eachFunction(do func(name string, lines int)) {
	for _, f := range s.files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				do(fn.Name.Name, s.set.Position(fn.End()).Line-s.set.Position(fn.Pos()).Line+1)
			}
		}
	}
}
