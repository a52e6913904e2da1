package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// SourceState is what a daemon last said of a source.
type SourceState struct {
	Asked   time.Time `json:"asked,omitzero"`    // when it was last asked
	Outcome string    `json:"outcome,omitempty"` // what came of it
	Files   int       `json:"files,omitempty"`   // that it brought then
	Waiting int       `json:"waiting,omitempty"` // that were there and are to be seen once more before they are taken
	Why     string    `json:"why,omitempty"`     // why it failed
	Next    time.Time `json:"next,omitzero"`     // when it is asked next
	Ran     int64     `json:"ran,omitempty"`     // the number of the person's request that this answers
}

// SayOfSource writes down how a source stands.
func (s *Store) SayOfSource(ctx context.Context, source string, state SourceState) error {
	_, err := change(ctx, s, Sources, statePrefix+source, func(was *SourceState) {
		state.Ran = max(state.Ran, was.Ran)
		*was = state
	})
	if err != nil {
		return fmt.Errorf("note how source %s stands: %w", source, err)
	}
	return nil
}

// SourceStates returns how the sources stand, by name.
func (s *Store) SourceStates(ctx context.Context) (map[string]SourceState, error) {
	all, err := ofSources[SourceState](ctx, s, statePrefix)
	if err != nil {
		return nil, fmt.Errorf("look how the sources stand: %w", err)
	}
	return all, nil
}

// request is a person's word that a source is to be asked now.
type request struct {
	Wanted int64 `json:"wanted"` // number of the last request
	Taken  int64 `json:"taken"`  // of the last that a daemon has taken
}

// AskSource has a daemon ask a source now, and returns the number of the request.
func (s *Store) AskSource(ctx context.Context, source string) (int64, error) {
	r, err := change(ctx, s, Sources, requestPrefix+source, func(r *request) { r.Wanted++ })
	if err != nil {
		return 0, fmt.Errorf("have source %s asked: %w", source, err)
	}
	return r.Wanted, nil
}

// Requests returns the sources that are to be asked now.
func (s *Store) Requests(ctx context.Context) ([]string, error) {
	all, err := ofSources[request](ctx, s, requestPrefix)
	if err != nil {
		return nil, fmt.Errorf("look which sources are to be asked: %w", err)
	}
	var names []string
	for name, r := range all {
		if r.Wanted > r.Taken {
			names = append(names, name)
		}
	}
	return names, nil
}

// TakeRequest returns the number of the request to ask a source, and whether it is this caller who is to carry it out.
func (s *Store) TakeRequest(ctx context.Context, source string) (no int64, ok bool, err error) {
	_, err = change(ctx, s, Sources, requestPrefix+source, func(r *request) {
		no, ok = r.Wanted, r.Wanted > r.Taken
		r.Taken = max(r.Taken, r.Wanted)
	})
	if err != nil {
		return 0, false, fmt.Errorf("take the request to ask source %s: %w", source, err)
	}
	return no, ok, nil
}

// RequestTaken says whether a daemon has taken a request.
func (s *Store) RequestTaken(ctx context.Context, source string, no int64) (bool, error) {
	var r request
	if _, err := s.loadFrom(ctx, Sources, requestPrefix+source, &r); err != nil {
		return false, fmt.Errorf("look who asks source %s: %w", source, err)
	}
	return r.Taken >= no, nil
}

// What the IDs of these documents begin with. A source's name has no slash, so none is that of what was fetched last.
const (
	statePrefix   = "state/"
	requestPrefix = "request/"
)

func ofSources[T any](ctx context.Context, s *Store, prefix string) (map[string]T, error) {
	const most = 10_000 // sources
	docs, err := s.engine.Range(ctx, Sources, Range{Prefix: prefix, Limit: most})
	if err != nil {
		return nil, err
	}
	all := map[string]T{}
	for _, doc := range docs {
		var v T
		if err := json.Unmarshal(doc.Body, &v); err != nil {
			return nil, fmt.Errorf("%s: %w", doc.ID, err)
		}
		all[strings.TrimPrefix(doc.ID, prefix)] = v
	}
	return all, nil
}
