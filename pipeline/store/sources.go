package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
)

type fetched struct {
	Version string `json:"version"`
}

// Last returns which version of a source was fetched last; "" if none was.
func (s *Store) Last(ctx context.Context, source string) (string, error) {
	var f fetched
	if _, err := s.loadFrom(ctx, Sources, source, &f); err != nil {
		return "", fmt.Errorf("look up source %s: %w", source, err)
	}
	return f.Version, nil
}

// Remember notes which version of a source was fetched.
func (s *Store) Remember(ctx context.Context, source, version string) error {
	if _, err := change(ctx, s, Sources, source, func(f *fetched) { f.Version = version }); err != nil {
		return fmt.Errorf("remember source %s: %w", source, err)
	}
	return nil
}

// brought is what is known of some of a source's files. They share few documents: there may be tens of thousands, all are read with each
// poll, and a document could not be taken away again.
type brought struct {
	Files map[string]json.RawMessage `json:"files"`
}

// Files returns what was noted of the files of a source, by their keys.
func (s *Store) Files(ctx context.Context, source string) (map[string]json.RawMessage, error) {
	const page = 1000 // more than there are shelves
	docs, err := s.engine.Range(ctx, Sources, Range{Prefix: shelves(source), Limit: page})
	if err != nil {
		return nil, fmt.Errorf("look up the files of source %s: %w", source, err)
	}
	all := map[string]json.RawMessage{}
	for _, doc := range docs {
		var b brought
		if err := json.Unmarshal(doc.Body, &b); err != nil {
			return nil, fmt.Errorf("look up the files of source %s: %s: %w", source, doc.ID, err)
		}
		maps.Copy(all, b.Files)
	}
	return all, nil
}

// NoteFiles notes what changed of the files of a source; nil forgets one. Their keys are hexadecimal digits, evenly spread.
func (s *Store) NoteFiles(ctx context.Context, source string, changed map[string]json.RawMessage) error {
	of := map[string]map[string]json.RawMessage{}
	for key, note := range changed {
		shelf := shelves(source) + key[:2]
		if of[shelf] == nil {
			of[shelf] = map[string]json.RawMessage{}
		}
		of[shelf][key] = note
	}
	for shelf, notes := range of {
		_, err := change(ctx, s, Sources, shelf, func(b *brought) {
			if b.Files == nil {
				b.Files = map[string]json.RawMessage{}
			}
			for key, note := range notes {
				b.Files[key] = note
				if note == nil {
					delete(b.Files, key)
				}
			}
		})
		if err != nil {
			return fmt.Errorf("note files of source %s: %w", source, err)
		}
	}
	return nil
}

// shelves is what the IDs of the documents with a source's files begin with. A source's name has no slash.
func shelves(source string) string { return "files/" + source + "/" }

func (s *Store) loadFrom(ctx context.Context, table Table, id string, v any) (bool, error) {
	doc, ok, err := s.engine.Load(ctx, table, id)
	if err != nil || !ok {
		return false, err
	}
	return true, json.Unmarshal(doc.Body, v)
}
