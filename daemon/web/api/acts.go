package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/pages"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
)

// UndoPlan is what an undo would do.
type UndoPlan struct {
	Digest  string            `json:"digest" doc:"to be sent with the undo, which is refused if its plan is another by then"`
	Counts  map[string]Counts `json:"counts"`
	Changes []Change          `json:"changes" doc:"the first of them"`
}

// Seen is what a person or a program has seen before it acts.
type Seen struct {
	Digest string `json:"digest"`
}

type seenInput struct {
	OneInput
	Body Seen
}

// Undone names the undo of an import.
type Undone struct {
	Undo string `json:"undo" doc:"the import that undoes; that which is undone while the undo is still running"`
}

func (a *API) acts(api huma.API) {
	huma.Register(api, operation(access.Operator, access.Undo, http.MethodGet, "/imports/{id}/undo", "Plan the undo of an import"), func(ctx context.Context, in *OneInput) (*body[UndoPlan], error) {
		plan, _, err := a.planUndo(ctx, in)
		if err != nil {
			return nil, err
		}
		return answer(plan), nil
	})
	huma.Register(api, operation(access.Operator, access.Undo, http.MethodPost, "/imports/{id}/undo", "Undo an import, as its plan was seen"), a.undo)
	for path, do := range map[string]func(pages.Control, context.Context, string, string) error{"approve": pages.Control.Approve, "discard": pages.Control.Discard} {
		huma.Register(api, operation(access.Operator, access.Decide, http.MethodPost, "/imports/{id}/"+path, "Let a held import go on, or end it: "+path), func(ctx context.Context, in *seenInput) (*body[Import], error) {
			s, imp, err := a.one(ctx, in.Of, in.ID)
			if err != nil {
				return nil, err
			}
			if in.Body.Digest != pages.DigestOf(&imp, s.Status.Plan(&imp)) {
				return nil, huma.Error409Conflict("the file or its plan has changed since it was seen")
			}
			if err := do(s.Control, ctx, access.Of(ctx).Name, imp.ID); err != nil {
				return nil, failed(err, in.lang())
			}
			return a.now(ctx, in.Of, in.ID)
		})
	}
	a.simply(api, operation(access.Operator, access.Run, http.MethodPost, "/imports/{id}/cancel", "End a running import after its batch"), func(s Store, ctx context.Context, by, id string) error {
		return s.Control.Cancel(ctx, by, id)
	})
	a.simply(api, operation(access.Operator, access.Decide, http.MethodPost, "/imports/{id}/tick-off", "Note that the rejected rows of an import need no more work"), func(s Store, ctx context.Context, by, id string) error {
		return s.Ticker.TickOff(ctx, by, id)
	})
}

// simply registers an act on an import that needs to know no more than which.
func (a *API) simply(api huma.API, op huma.Operation, do func(s Store, ctx context.Context, by, id string) error) {
	huma.Register(api, op, func(ctx context.Context, in *OneInput) (*body[Import], error) {
		s, imp, err := a.one(ctx, in.Of, in.ID)
		if err != nil {
			return nil, err
		}
		if err := do(s, ctx, access.Of(ctx).Name, imp.ID); err != nil {
			return nil, failed(err, in.lang())
		}
		return a.now(ctx, in.Of, in.ID)
	})
}

// now returns an import as it is after an act.
func (a *API) now(ctx context.Context, of Of, id string) (*body[Import], error) {
	s, imp, err := a.one(ctx, of, id)
	if err != nil {
		return nil, err
	}
	return answer(importOf(&imp, s.Status.Plan(&imp))), nil
}

// planUndo plans an undo. All changes are part of the digest; only the first are shown.
func (a *API) planUndo(ctx context.Context, in *OneInput) (UndoPlan, Store, error) {
	const most = 100
	plan := UndoPlan{Counts: map[string]Counts{}, Changes: []Change{}}
	s, imp, err := a.one(ctx, in.Of, in.ID)
	if err != nil {
		return plan, s, err
	}
	digest := report.NewPlanDigest()
	planned, err := s.Control.PlanUndo(ctx, imp.ID, in.lang(), func(changes []ledger.Change) error {
		for i := range changes {
			if len(plan.Changes) < most {
				plan.Changes = append(plan.Changes, changeOf(&changes[i]))
			}
		}
		return digest.Add(changes)
	})
	if err != nil {
		return plan, s, failed(err, in.lang())
	}
	plan.Digest = digest.String()
	for _, kind := range crm.Kinds {
		c := planned.Tally.Of(kind)
		plan.Counts[string(kind)] = Counts{c.Created, c.Updated, c.Unchanged, c.Skipped, c.Rejected, c.Parked, c.Removed}
	}
	return plan, s, nil
}

func (a *API) undo(ctx context.Context, in *seenInput) (*body[Undone], error) {
	plan, s, err := a.planUndo(ctx, &in.OneInput)
	if err != nil {
		return nil, err
	}
	if plan.Digest != in.Body.Digest {
		return nil, huma.Error409Conflict("the plan of the undo has changed since it was seen")
	}
	undo, err := s.Control.Undo(ctx, access.Of(ctx).Name, in.ID, in.lang())
	if err != nil {
		return nil, failed(err, in.lang())
	}
	return answer(Undone{undo}), nil
}
