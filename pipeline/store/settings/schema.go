package settings

import (
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

const additionsID = "own"

// Settings are the fields, choices and users of a site.
type Settings struct {
	docs engine.Documents
}

// New returns the settings in a database.
func New(docs engine.Documents) *Settings { return &Settings{docs} }

// Additions are what a site has added with commands to what its configuration lists.
type Additions struct {
	Fields  []crm.Field             `json:"fields,omitempty"`
	Choices map[string][]crm.Option `json:"choices,omitempty"` // by the path of a built-in or configured field
	Users   []crm.Person            `json:"users,omitempty"`
}

// Schema returns the fields of the configuration and the added ones as one schema.
func (a Additions) Schema(configured []crm.Field, users []crm.Person, choices map[string][]crm.Option) (*crm.Schema, error) {
	fields := slices.Clone(configured)
	for _, f := range a.Fields {
		f.Choices = crm.AddOptions(nil, f.Choices...) // a store may hold one twice: earlier versions did not refuse that
		fields = append(fields, f)
	}
	schema, err := crm.NewSchema(fields...)
	if err != nil {
		return nil, err
	}
	if schema, err = schema.With(users, choices); err != nil {
		return nil, err
	}
	return schema.With(a.Users, a.Choices)
}

// Additions returns what was added.
func (s *Settings) Additions(ctx context.Context) (Additions, error) {
	var a Additions
	if _, err := engine.LoadInto(ctx, s.docs, engine.Meta, additionsID, &a); err != nil {
		return a, fmt.Errorf("read the custom fields: %w", err)
	}
	return a, nil
}

// Edit changes what was added. It calls edit again where another process changed it meanwhile.
func (s *Settings) Edit(ctx context.Context, edit func(*Additions)) error {
	if _, err := engine.Update(ctx, s.docs, engine.Meta, additionsID, edit); err != nil {
		return fmt.Errorf("change the custom fields: %w", err)
	}
	return nil
}
