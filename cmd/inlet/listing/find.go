package listing

import (
	"cmp"
	"context"
	"fmt"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Find returns the import that a person names by its ID, or by a short form of it.
func Find(ctx context.Context, parts *assembly.Parts, word string) (ledger.Import, error) {
	id, err := Resolve(ctx, parts.Store.Imports, word)
	if err != nil {
		return ledger.Import{}, err
	}
	imp, ok, err := parts.Store.Imports.Import(ctx, id)
	if err != nil || ok {
		return imp, err
	}
	if removed, err := parts.Store.Imports.Removed(ctx, id); err != nil || removed {
		return imp, cmp.Or(err, fmt.Errorf(message.Word(parts.Language, "import %s was removed from the store (retention.imports)"), id))
	}
	return imp, fmt.Errorf(message.Word(parts.Language, "import %s was not found; `inlet list` lists the imports"), id)
}
