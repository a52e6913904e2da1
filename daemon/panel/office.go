package panel

import (
	"context"
	"errors"

	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/settings"
)

// Office gives the pages who may do what in a store, and who did what.
type Office struct{ *Panel }

// Tokens returns the tokens of programs.
func (o Office) Tokens(ctx context.Context) ([]settings.APIToken, error) {
	parts, err := o.parts()
	if err != nil {
		return nil, err
	}
	return parts.Store.APITokens.All(ctx)
}

// CreateToken creates a token, and returns its secret.
func (o Office) CreateToken(ctx context.Context, t settings.APIToken) (secret string, err error) {
	parts, err := o.parts()
	if err != nil {
		return "", err
	}
	err = parts.Store.Audit.Do(ctx, audit.Entry{Who: t.By, What: audit.NewToken, Of: t.Name}, func() error {
		secret, err = parts.Store.APITokens.Create(ctx, t)
		return err
	})
	return secret, err
}

// ErrNoToken says that there is no token of a name.
var ErrNoToken = errors.New("there is no such token")

// RevokeToken removes a token.
func (o Office) RevokeToken(ctx context.Context, by, name string) error {
	parts, err := o.parts()
	if err != nil {
		return err
	}
	return parts.Store.Audit.Do(ctx, audit.Entry{Who: by, What: audit.RevokeToken, Of: name}, func() error {
		was, err := parts.Store.APITokens.Revoke(ctx, name)
		if err == nil && !was {
			err = ErrNoToken
		}
		return err
	})
}

// Audit returns up to limit entries of who did what, the newest first, older than the one with the ID before.
func (o Office) Audit(ctx context.Context, before string, limit int) ([]audit.Kept, error) {
	parts, err := o.parts()
	if err != nil {
		return nil, err
	}
	return parts.Store.Audit.List(ctx, before, limit)
}

// Note keeps in the audit what a person does that no other method does, and calls do.
func (o Office) Note(ctx context.Context, e audit.Entry, do func() error) error {
	parts, err := o.parts()
	if err != nil {
		return err
	}
	return parts.Store.Audit.Do(ctx, e, do)
}
