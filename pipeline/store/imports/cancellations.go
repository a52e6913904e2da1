package imports

import (
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/engine"
)

const cancelledID = "cancel"

// Cancellations are the requests of people to end an import after the batch in hand.
type Cancellations struct {
	docs engine.Documents
}

// NewCancellations returns the requests in a database.
func NewCancellations(docs engine.Documents) *Cancellations { return &Cancellations{docs} }

// cancelled is the document with the imports that are to end.
type cancelled struct {
	Imports []string `json:"imports,omitempty"`
}

// Request asks the daemon that applies an import to end it after the batch in hand.
func (c *Cancellations) Request(ctx context.Context, id string) error {
	_, err := engine.Update(ctx, c.docs, engine.Meta, cancelledID, func(now *cancelled) {
		if !slices.Contains(now.Imports, id) {
			now.Imports = append(now.Imports, id)
		}
	})
	if err != nil {
		return message.Errorf("cancel %s: %w", id, err)
	}
	return nil
}

// All returns the imports that are to end.
func (c *Cancellations) All(ctx context.Context) ([]string, error) {
	var now cancelled
	if _, err := engine.LoadInto(ctx, c.docs, engine.Meta, cancelledID, &now); err != nil {
		return nil, fmt.Errorf("read which imports are cancelled: %w", err)
	}
	return now.Imports, nil
}

// Remove removes the request to end an import.
func (c *Cancellations) Remove(ctx context.Context, id string) error {
	_, err := engine.Update(ctx, c.docs, engine.Meta, cancelledID, func(now *cancelled) {
		now.Imports = slices.DeleteFunc(now.Imports, func(other string) bool { return other == id })
	})
	if err != nil {
		return fmt.Errorf("remove the cancellation of %s: %w", id, err)
	}
	return nil
}
