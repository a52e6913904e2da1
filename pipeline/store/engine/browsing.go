package engine

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
)

// Browsing reads records for people to look at. No import uses it.
type Browsing interface {
	// ChildrenOf returns up to limit records of a kind that belong to a parent, in any order.
	ChildrenOf(ctx context.Context, kind crm.Kind, parent string, limit int) ([]crm.Record, error)

	// Searchable reports whether records of a kind can be given terms.
	Searchable(kind crm.Kind) bool

	// SetTerms gives records the terms that people find them by, in place of those that they have. A record that is not there has none afterwards.
	SetTerms(ctx context.Context, kind crm.Kind, all []Termed) error

	// ByTerm returns up to limit records of a kind, each once and in any order, that have a term which begins with a text, and whether these are all. It may
	// return fewer where there are more: then these are not all.
	ByTerm(ctx context.Context, kind crm.Kind, begins string, limit int) (found []crm.Record, all bool, err error)

	// StaleTerms calls do with the records of a kind in which another program has changed one of these fields since they were given terms, or that have
	// none, a page at a time in any order.
	StaleTerms(ctx context.Context, kind crm.Kind, fields []string, do func([]crm.Record) error) error
}

// Termed is a record with the terms that it is to have.
type Termed struct {
	ID    string
	Terms []string
	From  crm.Values // what they are made of
}
