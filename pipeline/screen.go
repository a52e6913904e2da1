package pipeline

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/rejects"
)

// acceptedHeadings has the headings that were imported with each mapping of an inbox.
type acceptedHeadings interface {
	Accepted(ctx context.Context, inbox, mapping string) ([]string, bool, error)
	Accept(ctx context.Context, inbox, mapping string, headings []string) error
}

// screener finds what speaks against a file as a whole before any of its rows is matched: its name, its headings, its IDs.
type screener struct {
	job.Opener
	records  match.Finder
	imports  rejects.Imports
	accepted acceptedHeadings

	countUnreadable func(ctx context.Context, kind crm.Kind) (n int, example string, err error) // see records.Records; nil: none is
}

// suspicion is what speaks against a file as a whole before any of its rows is matched.
type suspicion struct {
	refusal  *ledger.Refusal // why it is held; nil where it is not
	accepted bool            // a file with this mapping was imported before
}

// final reports whether no plan and no approval can change that the file is not imported.
func (s suspicion) final() bool { return s.refusal != nil && !s.refusal.Hold }

// screen examines a file as a whole before anything is written. Warnings are noted with its first row.
func (s *screener) screen(ctx context.Context, job Job, c check.Result, imp *ledger.Import) (suspicion, error) {
	_, accepted, err := s.accepted.Accepted(ctx, imp.Inbox, c.Mapping.Sum)
	if err != nil {
		return suspicion{}, err
	}
	if refusal, err := s.unreadableIDs(ctx, c); err != nil || refusal != nil {
		return suspicion{refusal, accepted}, err
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
	if job.Found.Corrects != nil {
		return suspicion{accepted: accepted}, nil
	}
	strange, err := check.StrangeIDs(ctx, &c, s.records, s.Source(job, c.Mapping))
	return suspicion{strange, accepted}, err
}

// unreadableIDs refuses a file that could create records which are there with IDs that are not read.
func (s *screener) unreadableIDs(ctx context.Context, c check.Result) (*ledger.Refusal, error) {
	if s.countUnreadable == nil || !creates(c) {
		return nil, nil
	}
	for _, kind := range crm.Kinds {
		if !slices.ContainsFunc(c.Columns, func(column *ledger.Column) bool { return column.Field.Kind == kind }) {
			continue
		}
		if n, example, err := s.countUnreadable(ctx, kind); err != nil || n > 0 {
			return ledger.UnreadableIDs(kind, n, example), err
		}
	}
	return nil, nil
}

// changedHeadings compares the headings of a file with those of the file before it, unless it corrects rows of one.
func (s *screener) changedHeadings(ctx context.Context, job Job, c check.Result, imp *ledger.Import) (*ledger.Refusal, error) {
	if job.Found.Corrects != nil || job.Headings == check.Off {
		return nil, nil
	}
	before, _, err := s.accepted.Accepted(ctx, imp.Inbox, c.ComparedBy(imp))
	if err != nil {
		return nil, err
	}
	return c.ChangedHeadings(before, job.Headings, imp.Approved), nil
}

// acceptHeadings keeps what later files are compared with.
func (s *screener) acceptHeadings(ctx context.Context, c check.Result, imp *ledger.Import) error {
	headings := c.Headings()
	if c.ByHeadings() {
		if err := s.accepted.Accept(ctx, imp.Inbox, check.FamilyKey(imp.Workbook), headings); err != nil {
			return err
		}
	}
	if !c.Mapping.Shared || !c.ByHeadings() {
		return s.accepted.Accept(ctx, imp.Inbox, c.Mapping.Sum, headings)
	}
	// A shared mapping of other headings is known as accepted, and what its own files are compared with stays.
	before, _, err := s.accepted.Accepted(ctx, imp.Inbox, c.Mapping.Sum)
	if err != nil {
		return err
	}
	return s.accepted.Accept(ctx, imp.Inbox, c.Mapping.Sum, before)
}
