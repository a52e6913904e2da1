package settings

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
)

const apiTokensID = "api-tokens"

// AllInboxes stands among the inboxes of a token for every one.
const AllInboxes = "*"

// tokenPrefix begins every secret, so that one that was published by mistake is recognised by those who look for such.
const tokenPrefix = "inlet_"

// APIToken is what a program may do that shows its secret, of which only the hash is kept.
type APIToken struct {
	Name    string    `json:"name"`
	Hash    string    `json:"hash"` // SHA-256; a secret of 130 random bits needs no slow one
	Inboxes []string  `json:"inboxes"`
	Verbs   []string  `json:"verbs"`
	By      string    `json:"by,omitempty"` // who created it
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// Over reports whether a token has expired.
func (t *APIToken) Over(now time.Time) bool { return !now.Before(t.Expires) }

// APITokens are the tokens of a store.
type APITokens struct {
	docs engine.Documents
}

// NewAPITokens returns the tokens in a database.
func NewAPITokens(docs engine.Documents) *APITokens { return &APITokens{docs} }

// apiTokens is the document with all tokens.
type apiTokens struct {
	Tokens []APIToken `json:"tokens"`
}

// Why a token cannot be created.
var (
	ErrTokenName   = errors.New("the name of a token has 1 to 60 letters, digits, spaces, dots, hyphens and underscores")
	ErrTokenExists = errors.New("there is a token of this name: revoke it first, or choose another name")
	ErrTokenScope  = errors.New("a token needs at least one inbox and one verb")
	ErrTokenTime   = errors.New("a token expires after 1 day at the earliest, and after 730 days at the latest")
)

var tokenName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,59}$`)

// maxTokenAge is how long a token may be used: long enough for a yearly routine, with room to be late.
const maxTokenAge = 730 * 24 * time.Hour

// Create keeps a token, and returns its secret, which is known nowhere else afterwards.
func (a *APITokens) Create(ctx context.Context, t APIToken) (secret string, err error) {
	t.Created = time.Now().UTC().Truncate(time.Second)
	age := t.Expires.Sub(t.Created)
	switch {
	case !tokenName.MatchString(t.Name):
		return "", ErrTokenName
	case len(t.Inboxes) == 0 || len(t.Verbs) == 0:
		return "", ErrTokenScope
	case age < 24*time.Hour-time.Minute || age > maxTokenAge+time.Minute:
		return "", ErrTokenTime
	}
	secret = tokenPrefix + strings.ToLower(rand.Text())
	t.Hash = hashOf(secret)
	exists := false
	_, err = engine.Update(ctx, a.docs, engine.Meta, apiTokensID, func(all *apiTokens) {
		exists = slices.ContainsFunc(all.Tokens, func(other APIToken) bool { return other.Name == t.Name })
		if !exists {
			all.Tokens = append(all.Tokens, t)
		}
	})
	switch {
	case err != nil:
		return "", fmt.Errorf("create the token: %w", err)
	case exists:
		return "", ErrTokenExists
	}
	return secret, nil
}

// Revoke removes a token by its name, and reports whether there was one.
func (a *APITokens) Revoke(ctx context.Context, name string) (bool, error) {
	was := false
	_, err := engine.Update(ctx, a.docs, engine.Meta, apiTokensID, func(all *apiTokens) {
		n := len(all.Tokens)
		all.Tokens = slices.DeleteFunc(all.Tokens, func(t APIToken) bool { return t.Name == name })
		was = len(all.Tokens) < n
	})
	if err != nil {
		return false, fmt.Errorf("revoke the token: %w", err)
	}
	return was, nil
}

// All returns the tokens, those that have expired too, in the order in which they were created.
func (a *APITokens) All(ctx context.Context) ([]APIToken, error) {
	var all apiTokens
	if _, err := engine.LoadInto(ctx, a.docs, engine.Meta, apiTokensID, &all); err != nil {
		return nil, fmt.Errorf("read the tokens: %w", err)
	}
	return all.Tokens, nil
}

// Find returns the token of a secret, and whether there is one that has not expired.
func (a *APITokens) Find(ctx context.Context, secret string) (APIToken, bool, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return APIToken{}, false, nil
	}
	all, err := a.All(ctx)
	hash, now := hashOf(secret), time.Now()
	for _, t := range all {
		if t.Hash == hash { // hashes tell nothing of a secret, however long they are compared
			return t, !t.Over(now), err
		}
	}
	return APIToken{}, false, err
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
