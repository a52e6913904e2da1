package settings

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// Mappings are the mappings that files were imported with, and the headings of the last file of each.
type Mappings struct {
	docs engine.Documents
}

// NewMappings returns the mappings in a database.
func NewMappings(docs engine.Documents) *Mappings { return &Mappings{docs} }

// KeepMapping keeps a mapping by its checksum, so that rejected rows that come back corrected are imported with the same mapping.
func (m *Mappings) KeepMapping(ctx context.Context, sum string, s ledger.Sidecar) error {
	if _, err := engine.LoadOrInsert(ctx, m.docs, engine.Meta, mappingID(sum), &s); err != nil {
		return fmt.Errorf("store the mapping: %w", err)
	}
	return nil
}

// Mapping returns a mapping that was kept, and whether there is one.
func (m *Mappings) Mapping(ctx context.Context, sum string) (ledger.Sidecar, bool, error) {
	var s ledger.Sidecar
	ok, err := engine.LoadInto(ctx, m.docs, engine.Meta, mappingID(sum), &s)
	return s, ok, err
}

// headings is the document with the headings of the last file that was imported with a mapping.
type headings struct {
	Headings []string `json:"headings"`
}

// Accepted returns the mapped headings of the last file of this inbox and mapping that was imported, and whether there was one.
func (m *Mappings) Accepted(ctx context.Context, inbox, mapping string) ([]string, bool, error) {
	var h headings
	ok, err := engine.LoadInto(ctx, m.docs, engine.Meta, acceptedID(inbox, mapping), &h)
	return h.Headings, ok, err
}

// Accept notes the mapped headings of a file that was imported.
func (m *Mappings) Accept(ctx context.Context, inbox, mapping string, accepted []string) error {
	err := engine.UpdateAll(ctx, m.docs, engine.Meta, engine.EditOf(acceptedID(inbox, mapping), func(h *headings) bool {
		same := h.Headings != nil && slices.Equal(h.Headings, accepted)
		h.Headings = accepted
		return !same
	}))
	if err != nil {
		return fmt.Errorf("record the headings: %w", err)
	}
	return nil
}

// UnderLease reports whether a document of settings is one of this package that is changed under the lease only. A mapping is never changed.
func UnderLease(id string) bool {
	return strings.HasPrefix(id, mappingID("")) || strings.HasPrefix(id, "accepted/")
}

// ForArrival returns the IDs of the documents of settings that are read when an arrival is taken up.
func ForArrival() []string { return []string{pausedID, additionsID} }

func mappingID(sum string) string { return "mapping/" + sum }

func acceptedID(inbox, mapping string) string { return "accepted/" + inbox + "/" + mapping }
