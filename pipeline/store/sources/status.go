package sources

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
)

// The prefixes of the IDs of these documents. The name of a source has no slash, so none of them is the ID of a version.
const (
	statePrefix   = "state/"
	requestPrefix = "request/"
)

// Status is how sources stand, and which of them are to be polled now.
type Status struct {
	docs engine.Documents
}

// NewStatus returns the status of the sources in a database.
func NewStatus(docs engine.Documents) *Status { return &Status{docs} }

// State is what a daemon last noted of a source.
type State struct {
	Asked   time.Time `json:"asked,omitzero"`    // when it was last polled
	Outcome string    `json:"outcome,omitempty"` // of that poll
	Files   int       `json:"files,omitempty"`   // that the poll fetched
	Waiting int       `json:"waiting,omitempty"` // that were found and are fetched only if the next poll finds them unchanged
	Why     string    `json:"why,omitempty"`     // why the poll failed
	Next    time.Time `json:"next,omitzero"`     // when the source is polled next
	Ran     int64     `json:"ran,omitempty"`     // the number of the request that this poll answers
}

// Poll is one poll of a source.
type Poll struct {
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome"`
	Files   int       `json:"files,omitempty"` // that it fetched
}

// KeptPolls is how many polls are kept of a source.
const KeptPolls = 30

// Known is the document with what is known of a source.
type Known struct {
	State
	Polls []Poll `json:"polls,omitempty"` // the last ones, the newest last
}

// Set notes the state of a source, and the polls since it was last noted, the newest last.
func (s *Status) Set(ctx context.Context, source string, state State, polls ...Poll) error {
	_, err := engine.Update(ctx, s.docs, engine.Sources, statePrefix+source, func(was *Known) {
		state.Ran = max(state.Ran, was.Ran)
		all := slices.Clone(was.Polls)
		for _, p := range polls {
			if n := len(all); n == 0 || p.At.After(all[n-1].At) { // it may have been noted, and the answer lost
				all = append(all, p)
			}
		}
		*was = Known{state, all[max(0, len(all)-KeptPolls):]}
	})
	if err != nil {
		return fmt.Errorf("record the state of source %s: %w", source, err)
	}
	return nil
}

// All returns what is known of the sources, by name.
func (s *Status) All(ctx context.Context) (map[string]Known, error) {
	all, err := bySource[Known](ctx, s.docs, statePrefix)
	if err != nil {
		return nil, fmt.Errorf("read the states of the sources: %w", err)
	}
	return all, nil
}

// pollRequest is the document with a person's requests to poll a source now.
type pollRequest struct {
	Wanted    int64 `json:"wanted"`              // number of the last request
	Taken     int64 `json:"taken"`               // of the last one that a daemon has taken, or that was withdrawn
	Withdrawn int64 `json:"withdrawn,omitempty"` // of the last one that was withdrawn
}

// RequestPoll asks the daemons to poll a source now, and returns the number of the request.
func (s *Status) RequestPoll(ctx context.Context, source string) (int64, error) {
	r, err := engine.Update(ctx, s.docs, engine.Sources, requestPrefix+source, func(r *pollRequest) { r.Wanted++ })
	if err != nil {
		return 0, fmt.Errorf("request a poll of source %s: %w", source, err)
	}
	return r.Wanted, nil
}

// Requests returns the sources with a request that no daemon has taken.
func (s *Status) Requests(ctx context.Context) ([]string, error) {
	all, err := bySource[pollRequest](ctx, s.docs, requestPrefix)
	if err != nil {
		return nil, fmt.Errorf("read which sources are to be polled: %w", err)
	}
	var names []string
	for name, r := range all {
		if r.Wanted > r.Taken {
			names = append(names, name)
		}
	}
	return names, nil
}

// TakeRequest returns the number of the last request to poll a source, and whether this caller is the one to carry it out.
func (s *Status) TakeRequest(ctx context.Context, source string) (no int64, ok bool, err error) {
	_, err = engine.Update(ctx, s.docs, engine.Sources, requestPrefix+source, func(r *pollRequest) {
		no, ok = r.Wanted, r.Wanted > r.Taken
		r.Taken = max(r.Taken, r.Wanted)
	})
	if err != nil {
		return 0, false, fmt.Errorf("take the request to poll source %s: %w", source, err)
	}
	return no, ok, nil
}

// Withdraw withdraws the last request to poll a source, and reports whether that was in time: no daemon had taken it.
func (s *Status) Withdraw(ctx context.Context, source string) (bool, error) {
	var inTime bool
	_, err := engine.Update(ctx, s.docs, engine.Sources, requestPrefix+source, func(r *pollRequest) {
		if inTime = r.Wanted > r.Taken; inTime {
			r.Taken, r.Withdrawn = r.Wanted, r.Wanted
		}
	})
	if err != nil {
		return false, fmt.Errorf("withdraw the request to poll source %s: %w", source, err)
	}
	return inTime, nil
}

// Unanswered returns the numbers of the requests that a daemon has taken and not carried out, by source: it may have ended meanwhile.
func (s *Status) Unanswered(ctx context.Context) (map[string]int64, error) {
	all, err := bySource[pollRequest](ctx, s.docs, requestPrefix)
	if err != nil {
		return nil, fmt.Errorf("read which sources were to be polled: %w", err)
	}
	states, err := s.All(ctx)
	if err != nil {
		return nil, err
	}
	unanswered := map[string]int64{}
	for name, r := range all {
		if r.Taken > max(r.Withdrawn, states[name].Ran) {
			unanswered[name] = r.Taken
		}
	}
	return unanswered, nil
}

// RequestTaken reports whether a daemon has taken a request.
func (s *Status) RequestTaken(ctx context.Context, source string, no int64) (bool, error) {
	var r pollRequest
	if _, err := engine.LoadInto(ctx, s.docs, engine.Sources, requestPrefix+source, &r); err != nil {
		return false, fmt.Errorf("read who polls source %s: %w", source, err)
	}
	return r.Taken >= no, nil
}

// bySource returns the documents with a prefix, by the name of their source.
func bySource[T any](ctx context.Context, docs engine.Documents, prefix string) (map[string]T, error) {
	const most = 10_000 // sources
	found, err := docs.Range(ctx, engine.Sources, engine.Range{Prefix: prefix, Limit: most})
	if err != nil {
		return nil, err
	}
	all := map[string]T{}
	for _, doc := range found {
		var v T
		if err := json.Unmarshal(doc.Body, &v); err != nil {
			return nil, fmt.Errorf("%s: %w", doc.ID, err)
		}
		all[strings.TrimPrefix(doc.ID, prefix)] = v
	}
	return all, nil
}
