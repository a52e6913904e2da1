package engine

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
)

// Browsing reads records for people to look at. No import uses it.
type Browsing interface {
	// ChildrenOf returns up to limit records of a kind that belong to a parent, in any order.
	ChildrenOf(ctx context.Context, kind crm.Kind, parent string, limit int) ([]crm.Record, error)
}
