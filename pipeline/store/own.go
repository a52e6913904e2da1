package store

import (
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/crm"
)

// Own is what a site has added with commands to what its configuration lists: fields, choices of fields, users.
type Own struct {
	Fields  []crm.Field             `json:"fields,omitempty"`
	Choices map[string][]crm.Option `json:"choices,omitempty"` // by a built-in or configured field's path
	Users   []crm.Person            `json:"users,omitempty"`
}

// Schema returns the configuration's fields and the site's own as one schema.
func (o Own) Schema(configured []crm.Field, users []crm.Person, choices map[string][]crm.Option) (*crm.Schema, error) {
	fields := slices.Clone(configured)
	for _, f := range o.Fields {
		f.Choices = crm.AddOptions(nil, f.Choices...) // a store may hold one twice: it was not always refused
		fields = append(fields, f)
	}
	schema, err := crm.NewSchema(fields...)
	if err != nil {
		return nil, err
	}
	if schema, err = schema.With(users, choices); err != nil {
		return nil, err
	}
	return schema.With(o.Users, o.Choices)
}

// Own returns what was added.
func (s *Store) Own(ctx context.Context) (Own, error) {
	var o Own
	if _, err := s.load(ctx, "own", &o); err != nil {
		return o, fmt.Errorf("read the site's own fields: %w", err)
	}
	return o, nil
}

// EditOwn changes what was added. It calls edit again should somebody else have changed it meanwhile.
func (s *Store) EditOwn(ctx context.Context, edit func(*Own)) error {
	if _, err := change(ctx, s, Meta, "own", edit); err != nil {
		return fmt.Errorf("change the site's own fields: %w", err)
	}
	return nil
}
