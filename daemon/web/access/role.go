package access

import (
	"context"
	"fmt"
	"slices"
)

// Role is what a person may do. A role may do all that a lower one may.
type Role int

// The roles, the lowest first.
const (
	Nobody   Role = iota
	Metrics       // reads /metrics
	Viewer        // reads every page
	Operator      // uploads, approves, discards, undoes, runs, pauses
	Admin         // also changes fields, users and tokens
)

// Roles are the words of the configuration, the lowest first.
var Roles = []string{"metrics", "viewer", "operator", "admin"}

// ParseRole returns the role of a word of the configuration.
func ParseRole(word string) (Role, error) {
	i := slices.Index(Roles, word)
	if i < 0 {
		return Nobody, fmt.Errorf("%q is not a role", word)
	}
	return Role(i + 1), nil
}

// String returns the word of the configuration; "" for Nobody.
func (r Role) String() string {
	if r < Metrics || r > Admin {
		return ""
	}
	return Roles[r-1]
}

// Person is who has made a request.
type Person struct {
	Name  string // "" where no login is asked for
	Role  Role
	Token *Token // of a program that has shown one: it has no role, and only the API knows what it may do
	login bool   // by a session, which can be ended
}

// May reports whether the person has at least a role.
func (p Person) May(r Role) bool { return p.Role >= r }

// LoggedIn reports whether the person can log out.
func (p Person) LoggedIn() bool { return p.login }

type personKey struct{}

// Of returns the person of a request that has passed Access.Wrap.
func Of(ctx context.Context) Person {
	p, _ := ctx.Value(personKey{}).(Person)
	return p
}

func withPerson(ctx context.Context, p Person) context.Context {
	return context.WithValue(ctx, personKey{}, p)
}
