// Package systems recognises by its headings which system a sheet was exported from.
package systems

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"inlet.example/inlet/pipeline/mapping/suggest/tokens"
)

// System is what a sheet was exported from.
type System struct {
	Name  string
	Holds string // in English: companies, contacts, …
}

// signature is headings that only the exports of one system have together.
type signature struct {
	System
	headings []string
}

//go:embed systems.txt
var text string

var signatures = sync.OnceValue(func() []signature {
	all, err := parse(text)
	if err != nil {
		panic(err) // the text is part of the program, and a test reads it
	}
	return all
})

func parse(text string) ([]signature, error) {
	var all []signature
	for n, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, " | ")
		if len(parts) != 3 {
			return nil, fmt.Errorf("systems line %d: %q does not have three parts", n+1, line)
		}
		s := signature{System: System{parts[0], parts[1]}}
		for heading := range strings.SplitSeq(parts[2], ", ") {
			s.headings = append(s.headings, tokens.Fold(heading))
		}
		all = append(all, s)
	}
	return all, nil
}

// Of returns the system that a sheet with some headings comes from.
func Of(headings []string) (found System, ok bool) {
	has := map[string]bool{}
	for _, h := range headings {
		has[tokens.Fold(h)] = true
	}
	most := 0
	for _, s := range signatures() {
		if len(s.headings) > most && s.in(has) {
			found, most = s.System, len(s.headings)
		}
	}
	return found, most > 0
}

func (s *signature) in(has map[string]bool) bool {
	for _, h := range s.headings {
		if !has[h] {
			return false
		}
	}
	return true
}
