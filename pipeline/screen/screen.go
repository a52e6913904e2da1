// Package screen finds what speaks against a file as a whole before any of its rows is matched: its name, its headings, its IDs. It reads the store and
// writes nothing but the headings of a file that was imported; what the rows themselves would do is for the plan to say.
package screen

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

// Screener finds what speaks against a file as a whole before any of its rows is matched.
type Screener struct {
	job.Opener
	Records  match.Finder
	Imports  rejects.Imports
	Accepted acceptedHeadings

	CountUnreadable func(ctx context.Context, kind crm.Kind) (n int, example string, err error) // see records.Records; nil: none is
}

// Suspicion is what speaks against a file as a whole before any of its rows is matched.
type Suspicion struct {
	Refusal  *ledger.Refusal // why it is held; nil where it is not
	Accepted bool            // a file with this mapping was imported before
}

// Final reports whether no plan and no approval can change that the file is not imported.
func (s Suspicion) Final() bool { return s.Refusal != nil && !s.Refusal.Hold }

// Screen examines a file as a whole before anything is written. Warnings are noted with its first row.
func (s *Screener) Screen(ctx context.Context, j job.Job, c check.Result, imp *ledger.Import) (Suspicion, error) {
	_, accepted, err := s.Accepted.Accepted(ctx, imp.Inbox, c.Mapping.Sum)
	if err != nil {
		return Suspicion{}, err
	}
	if refusal, err := s.unreadableIDs(ctx, c); err != nil || refusal != nil {
		return Suspicion{refusal, accepted}, err
	}
	drift, err := s.changedHeadings(ctx, j, c, imp)
	if err != nil || imp.Approved {
		return Suspicion{drift, accepted}, err
	}
	if misleading, err := s.misleadingName(ctx, &j, imp); err != nil || misleading != nil {
		return Suspicion{misleading, accepted}, err
	}
	if drift != nil {
		return Suspicion{drift, accepted}, nil
	}
	if j.Found.Corrects != nil {
		return Suspicion{Accepted: accepted}, nil
	}
	strange, err := check.StrangeIDs(ctx, &c, s.Records, s.Source(j, c.Mapping))
	return Suspicion{strange, accepted}, err
}

// unreadableIDs refuses a file that could create records which are there with IDs that are not read.
func (s *Screener) unreadableIDs(ctx context.Context, c check.Result) (*ledger.Refusal, error) {
	if s.CountUnreadable == nil || !c.MayCreate() {
		return nil, nil
	}
	for _, kind := range crm.Kinds {
		if !slices.ContainsFunc(c.Columns, func(column *ledger.Column) bool { return column.Field.Kind == kind }) {
			continue
		}
		if n, example, err := s.CountUnreadable(ctx, kind); err != nil || n > 0 {
			return ledger.UnreadableIDs(kind, n, example), err
		}
	}
	return nil, nil
}

// changedHeadings compares the headings of a file with those of the file before it, unless it corrects rows of one.
func (s *Screener) changedHeadings(ctx context.Context, j job.Job, c check.Result, imp *ledger.Import) (*ledger.Refusal, error) {
	if j.Found.Corrects != nil || j.Headings == check.Off {
		return nil, nil
	}
	before, _, err := s.Accepted.Accepted(ctx, imp.Inbox, c.ComparedBy(imp))
	if err != nil {
		return nil, err
	}
	return c.ChangedHeadings(before, j.Headings, imp.Approved), nil
}

// AcceptHeadings keeps what later files are compared with.
func (s *Screener) AcceptHeadings(ctx context.Context, c check.Result, imp *ledger.Import) error {
	headings := c.Headings()
	if c.ByHeadings() {
		if err := s.Accepted.Accept(ctx, imp.Inbox, check.FamilyKey(imp.Workbook), headings); err != nil {
			return err
		}
	}
	if !c.Mapping.Shared || !c.ByHeadings() {
		return s.Accepted.Accept(ctx, imp.Inbox, c.Mapping.Sum, headings)
	}
	// A shared mapping of other headings is known as accepted, and what its own files are compared with stays.
	before, _, err := s.Accepted.Accepted(ctx, imp.Inbox, c.Mapping.Sum)
	if err != nil {
		return err
	}
	return s.Accepted.Accept(ctx, imp.Inbox, c.Mapping.Sum, before)
}
