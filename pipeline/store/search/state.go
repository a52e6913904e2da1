package search

import (
	"context"
	"fmt"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// form is the version of what Terms returns. When it rises the index is built anew.
const form = 1

const stateID = "search"

// state is the document that says how far the index is.
type state struct {
	Form    int                   `json:"form"`
	Built   map[crm.Kind]position `json:"built"`   // of the records that were there when it was begun
	Through int64                 `json:"through"` // the number of the last import that was taken up
	Open    map[string]int        `json:"open"`    // of those up to it that may go on: how many batches of them are done
	By      string                `json:"by"`      // the process that does it
	Beat    int64                 `json:"beat"`    // rises with each write of that process
}

// position is where building is in the records of a kind.
type position struct {
	Seq  int64  `json:"seq"`
	ID   string `json:"id"`
	Done bool   `json:"done"`
}

func loadState(ctx context.Context, docs engine.Documents) (state, error) {
	var s state
	if _, err := engine.LoadInto(ctx, docs, engine.Meta, stateID, &s); err != nil {
		return s, fmt.Errorf("read how far the search index is: %w", err)
	}
	if s.Form != form {
		s = state{By: s.By, Beat: s.Beat}
	}
	return s, nil
}

// complete reports whether all records of a kind that were there when the index was begun have their terms.
func (s *state) complete(kind crm.Kind) bool { return s.Built[kind].Done }
