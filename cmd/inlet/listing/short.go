package listing

import (
	"context"
	"fmt"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
)

// An import's ID is a hash and a running number: k3vq7ra2mxce-1. Its short form has the first letters of the hash: k3vq7-1.
const shortest = 5

// split returns the hash and the number of an ID; the number may be missing.
func split(id string) (hash, number string) {
	hash, number, _ = strings.Cut(strings.ToLower(id), "-")
	return hash, number
}

// Shortener returns a func that shortens the IDs of imports to forms that differ from each other.
func Shortener(imports []ledger.Import) func(id string) string {
	letters := shortest
	for first := map[string]string{}; ; letters++ {
		clear(first)
		unique := true
		for i := range imports {
			hash, _ := split(imports[i].ID)
			start := hash[:min(letters, len(hash))]
			if other, ok := first[start]; ok && other != hash {
				unique = false
			}
			first[start] = hash
		}
		if unique {
			break
		}
	}
	return func(id string) string {
		hash, number := split(id)
		if number == "" {
			return id
		}
		return hash[:min(letters, len(hash))] + "-" + number
	}
}

// means reports whether a person who typed word may mean the import of an ID.
func means(word, id string) bool {
	start, wanted := split(word)
	hash, number := split(id)
	return start != "" && strings.HasPrefix(hash, start) && (wanted == "" || wanted == number)
}

// Imports are the imports of a store.
type Imports interface {
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
	List(ctx context.Context, before int64, limit int) ([]ledger.Import, error)
}

// AmbiguousError says that a short ID may mean several imports.
type AmbiguousError struct {
	Word string
	IDs  []string // the newest of them
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s may mean several imports: %s; type more of the ID", e.Word, strings.Join(e.IDs, ", "))
}

// Resolve returns the ID of the import that a word means: the ID itself, or the beginning of its hash with or without its number. A word that means none
// is returned as it is.
func Resolve(ctx context.Context, imports Imports, word string) (string, error) {
	if _, ok, err := imports.Import(ctx, word); err != nil || ok {
		return word, err
	}
	var found []string
	err := each(ctx, imports, func(imp *ledger.Import) bool {
		if means(word, imp.ID) {
			found = append(found, imp.ID)
		}
		return len(found) < 5 // enough to choose from
	})
	switch {
	case err != nil || len(found) == 0:
		return word, err
	case len(found) > 1:
		return word, &AmbiguousError{word, found}
	}
	return found[0], nil
}

// each calls do with the imports, the newest first, until it returns false.
func each(ctx context.Context, imports Imports, do func(*ledger.Import) bool) error {
	const page = 500
	for before := int64(0); ; {
		some, err := imports.List(ctx, before, page)
		if err != nil {
			return err
		}
		for i := range some {
			if !do(&some[i]) {
				return nil
			}
		}
		if len(some) < page {
			return nil
		}
		before = some[len(some)-1].No
	}
}
