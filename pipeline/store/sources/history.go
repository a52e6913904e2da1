package sources

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"inlet.example/inlet/pipeline/store/engine"
)

// History is what was fetched from each source.
type History struct {
	docs engine.Documents
}

// NewHistory returns the history in a database.
func NewHistory(docs engine.Documents) *History { return &History{docs} }

// version is the document with the version of a source that was fetched last.
type version struct {
	Version string `json:"version"`
}

// Last returns which version of a source was fetched last; "" if none was.
func (h *History) Last(ctx context.Context, source string) (string, error) {
	var v version
	if _, err := engine.LoadInto(ctx, h.docs, engine.Sources, source, &v); err != nil {
		return "", fmt.Errorf("look up source %s: %w", source, err)
	}
	return v.Version, nil
}

// Remember notes which version of a source was fetched.
func (h *History) Remember(ctx context.Context, source, fetched string) error {
	if _, err := engine.Update(ctx, h.docs, engine.Sources, source, func(v *version) { v.Version = fetched }); err != nil {
		return fmt.Errorf("record source %s: %w", source, err)
	}
	return nil
}

// shard is the document with some of the files of a source.
type shard struct {
	Files map[string]json.RawMessage `json:"files"`
}

// shardPrefix is what the IDs of the shards of a source begin with. The name of a source has no slash.
func shardPrefix(source string) string { return "files/" + source + "/" }

// Files returns what was noted of the files of a source, by their keys.
func (h *History) Files(ctx context.Context, source string) (map[string]json.RawMessage, error) {
	const page = 1000 // more than there are shards
	docs, err := h.docs.Range(ctx, engine.Sources, engine.Range{Prefix: shardPrefix(source), Limit: page})
	if err != nil {
		return nil, fmt.Errorf("look up the files of source %s: %w", source, err)
	}
	all := map[string]json.RawMessage{}
	for _, doc := range docs {
		var s shard
		if err := json.Unmarshal(doc.Body, &s); err != nil {
			return nil, fmt.Errorf("look up the files of source %s: %s: %w", source, doc.ID, err)
		}
		maps.Copy(all, s.Files)
	}
	return all, nil
}

// NoteFiles notes what changed of the files of a source; nil removes one. Their keys are hexadecimal digits, evenly distributed.
func (h *History) NoteFiles(ctx context.Context, source string, changed map[string]json.RawMessage) error {
	byShard := map[string]map[string]json.RawMessage{}
	for key, note := range changed {
		id := shardPrefix(source) + key[:2]
		if byShard[id] == nil {
			byShard[id] = map[string]json.RawMessage{}
		}
		byShard[id][key] = note
	}
	for id, notes := range byShard {
		_, err := engine.Update(ctx, h.docs, engine.Sources, id, func(s *shard) { s.merge(notes) })
		if err != nil {
			return fmt.Errorf("record files of source %s: %w", source, err)
		}
	}
	return nil
}

func (s *shard) merge(notes map[string]json.RawMessage) {
	if s.Files == nil {
		s.Files = map[string]json.RawMessage{}
	}
	for key, note := range notes {
		s.Files[key] = note
		if note == nil {
			delete(s.Files, key)
		}
	}
}
