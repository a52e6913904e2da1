package pipeline

import (
	"context"

	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/ledger"
)

// screenedImports is what a file is compared with before it is imported.
type screenedImports interface {
	check.Finder
	Imports(ctx context.Context, before int64, limit int) ([]ledger.Import, error)
	Accepted(ctx context.Context, inbox, mapping string) ([]string, bool, error)
	Accept(ctx context.Context, inbox, mapping string, headings []string) error
}

// screener finds what speaks against a file as a whole before any of its rows is matched: its name, its headings, its IDs.
type screener struct {
	opener
	store screenedImports
}

// suspicion is what speaks against a file as a whole before any of its rows is matched.
type suspicion struct {
	refusal  *ledger.Refusal // why it is held; nil where it is not
	accepted bool            // a file with this mapping was imported before
}

// screen examines a file as a whole before anything is written. Warnings are noted with its first row.
func (s *screener) screen(ctx context.Context, job Job, c check.Result, imp *ledger.Import) (suspicion, error) {
	_, accepted, err := s.store.Accepted(ctx, imp.Inbox, c.Mapping.Sum)
	if err != nil {
		return suspicion{}, err
	}
	drift, err := s.changedHeadings(ctx, job, c, imp)
	if err != nil || imp.Approved {
		return suspicion{drift, accepted}, err
	}
	if misleading, err := s.misleadingName(ctx, &job, imp); err != nil || misleading != nil {
		return suspicion{misleading, accepted}, err
	}
	if drift != nil {
		return suspicion{drift, accepted}, nil
	}
	if job.corrects != nil {
		return suspicion{accepted: accepted}, nil
	}
	strange, err := c.StrangeIDs(ctx, s.store, s.source(job, c.Mapping))
	return suspicion{strange, accepted}, err
}

// changedHeadings compares the headings of a file with those of the file before it, unless it corrects rows of one.
func (s *screener) changedHeadings(ctx context.Context, job Job, c check.Result, imp *ledger.Import) (*ledger.Refusal, error) {
	if job.corrects != nil || job.Headings == check.Off {
		return nil, nil
	}
	before, _, err := s.store.Accepted(ctx, imp.Inbox, c.ComparedBy(imp))
	if err != nil {
		return nil, err
	}
	return c.ChangedHeadings(before, job.Headings, imp.Approved), nil
}

// acceptHeadings keeps what later files are compared with.
func (s *screener) acceptHeadings(ctx context.Context, c check.Result, imp *ledger.Import) error {
	headings := c.Headings()
	if c.ByHeadings() {
		if err := s.store.Accept(ctx, imp.Inbox, check.FamilyKey(imp.Workbook), headings); err != nil {
			return err
		}
	}
	if !c.Mapping.Shared || !c.ByHeadings() {
		return s.store.Accept(ctx, imp.Inbox, c.Mapping.Sum, headings)
	}
	// A shared mapping of other headings is known as accepted, and what its own files are compared with stays.
	before, _, err := s.store.Accepted(ctx, imp.Inbox, c.Mapping.Sum)
	if err != nil {
		return err
	}
	return s.store.Accept(ctx, imp.Inbox, c.Mapping.Sum, before)
}
