package audit

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
)

// Act is what a person or program does.
type Act string

// The acts.
const (
	Import      Act = "import"
	Undo        Act = "undo"
	Approve     Act = "approve"
	Discard     Act = "discard"
	Cancel      Act = "cancel"
	Continue    Act = "continue" // an import that was cancelled or is stuck
	TickOff     Act = "tick off" // rejected rows
	Again       Act = "run again"
	Pause       Act = "pause"
	Resume      Act = "resume"
	Poll        Act = "poll"
	Login       Act = "log in to a source"
	Upload      Act = "upload"
	Hand        Act = "import an upload"
	Remove      Act = "remove an upload"
	AddField    Act = "add a field"
	RemoveField Act = "remove a field"
	AddUser     Act = "add a user"
	RemoveUser  Act = "remove a user"
	NewToken    Act = "create a token"
	RevokeToken Act = "revoke a token"
	Test        Act = "test mail and webhooks"
	Index       Act = "index records"
	PruneIndex  Act = "remove unused match rules"
)

// Acts are all of them.
var Acts = []Act{Import, Undo, Approve, Discard, Cancel, Continue, TickOff, Again, Pause, Resume, Poll, Login, Upload, Hand, Remove, AddField, RemoveField,
	AddUser, RemoveUser, NewToken, RevokeToken, Test, Index, PruneIndex}

// Entry is one act of one person or program.
type Entry struct {
	At     time.Time `json:"at"`
	Who    string    `json:"who,omitempty"` // a login, a token or user@host; "" for whoever is on the host, where the pages ask for no login
	What   Act       `json:"what"`
	Import string    `json:"import,omitempty"`
	Inbox  string    `json:"inbox,omitempty"`
	Of     string    `json:"of,omitempty"`     // what else it is about: the name of a file, a field, a source, a token
	Failed string    `json:"failed,omitempty"` // why it was not done
}

// Kept is an entry with its ID, by which lists go on.
type Kept struct {
	ID string
	Entry
}

// Audit is the entries of a store.
type Audit struct {
	docs engine.Documents
}

// New returns the entries in a database.
func New(docs engine.Documents) *Audit { return &Audit{docs} }

// prefix is that of the entries among the settings. Behind it stands the time, so that they are sorted by it.
const prefix = "audit/"

const stamp = "20060102T150405.000000000Z"

// mostText bounds the bytes of what is kept of a text.
const mostText = 300

// Add keeps an entry as one of now, and returns its ID.
func (a *Audit) Add(ctx context.Context, e Entry) (id string, err error) {
	e.At = time.Now().UTC()
	e.Of, e.Who = cut(e.Of), cut(e.Who)
	body, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	id = prefix + e.At.Format(stamp) + "-" + strings.ToLower(rand.Text()[:10])
	if _, err := a.docs.Insert(ctx, engine.Meta, engine.Doc{ID: id, Order: id, Body: body}); err != nil {
		return "", fmt.Errorf("record who does what: %w", err)
	}
	return id, nil
}

// Fail notes why an act was not done.
func (a *Audit) Fail(ctx context.Context, id string, why error) error {
	_, err := engine.Update(ctx, a.docs, engine.Meta, id, func(e *Entry) { e.Failed = cut(why.Error()) })
	if err != nil {
		return fmt.Errorf("record what failed: %w", err)
	}
	return nil
}

// Do keeps an entry and calls do; if that fails, the entry says so.
func (a *Audit) Do(ctx context.Context, e Entry, do func() error) error {
	id, err := a.Add(ctx, e)
	if err != nil {
		return err
	}
	if err = do(); err != nil {
		_ = a.Fail(context.WithoutCancel(ctx), id, err) // the first error is the one to know
	}
	return err
}

func cut(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), mostText)], "")
}

// List returns up to limit entries, the newest first, older than the one with the ID before ("": from the newest).
func (a *Audit) List(ctx context.Context, before string, limit int) ([]Kept, error) {
	if before != "" && !strings.HasPrefix(before, prefix) {
		return nil, nil
	}
	docs, err := a.docs.Range(ctx, engine.Meta, engine.Range{Prefix: prefix, After: before, Down: true, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("read who did what: %w", err)
	}
	all := make([]Kept, len(docs))
	for i, doc := range docs {
		all[i].ID = doc.ID
		if err := json.Unmarshal(doc.Body, &all[i].Entry); err != nil {
			return nil, fmt.Errorf("read who did what: %w", err)
		}
	}
	return all, nil
}

// pruned is how many entries are removed with one command.
const pruned = 500

// Prune removes the entries that are older than a time, and returns how many.
func (a *Audit) Prune(ctx context.Context, before time.Time) (n int, err error) {
	last := prefix + before.UTC().Format(stamp)
	for {
		docs, err := a.docs.Range(ctx, engine.Meta, engine.Range{Prefix: prefix, Limit: pruned})
		if err != nil {
			return n, fmt.Errorf("remove old entries of who did what: %w", err)
		}
		var old []string
		for _, doc := range docs {
			if doc.ID < last {
				old = append(old, doc.ID)
			}
		}
		if len(old) == 0 {
			return n, nil
		}
		if err := a.docs.Delete(ctx, engine.Meta, slices.Clone(old)); err != nil {
			return n, fmt.Errorf("remove old entries of who did what: %w", err)
		}
		if n += len(old); len(old) < pruned {
			return n, nil
		}
	}
}
