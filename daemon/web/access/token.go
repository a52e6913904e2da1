package access

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// The verbs of tokens.
const (
	Read   = "read"   // imports, inboxes and sources; records only with all inboxes
	Upload = "upload" // workbooks, and what becomes of them
	Decide = "decide" // approve, discard, tick off
	Undo   = "undo"
	Run    = "run" // cancel, pause, resume, poll
)

// Verbs are those of tokens.
var Verbs = []string{Read, Upload, Decide, Undo, Run}

// AllInboxes stands among the inboxes of a token for every one of its store.
const AllInboxes = "*"

// Token is what a program may do that has shown its secret.
type Token struct {
	Name, Store    string
	Inboxes, Verbs []string
}

// May reports whether a token has a verb.
func (t *Token) May(verb string) bool { return slices.Contains(t.Verbs, verb) }

// Everywhere reports whether a token is for all inboxes, and for what is of none.
func (t *Token) Everywhere() bool { return slices.Contains(t.Inboxes, AllInboxes) }

// For reports whether a token is for an inbox.
func (t *Token) For(inbox string) bool {
	return t.Everywhere() || inbox != "" && slices.Contains(t.Inboxes, inbox)
}

// bearerOf returns the token of a request. It is looked for in that header alone: the query of an address stands in logs and in histories.
func bearerOf(r *http.Request) (secret string, ok bool) {
	const scheme = "bearer "
	value := r.Header.Get("Authorization")
	if len(value) < len(scheme) || !strings.EqualFold(value[:len(scheme)], scheme) {
		return "", false
	}
	return strings.TrimSpace(value[len(scheme):]), true
}

// bearer returns the program of a token; no program if there is no token.
func (a *Access) bearer(ctx context.Context, secret string) (Person, error) {
	if a.settings.Tokens == nil || secret == "" {
		return Person{}, nil
	}
	t, ok, err := a.settings.Tokens(ctx, secret)
	if err != nil || !ok {
		return Person{}, err
	}
	return Person{Name: "token " + t.Name, Token: &t}, nil
}
