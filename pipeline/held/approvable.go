package held

import (
	"context"
	"errors"
	"strings"

	"inlet.example/inlet/pipeline/identify"
	"inlet.example/inlet/pipeline/job"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// CheckApprovable says why an import cannot be approved, and what to do instead.
func CheckApprovable(ctx context.Context, i *identify.Identifier, j job.Job, imp ledger.Import) error {
	approvedBefore := imp.State == ledger.Running && imp.Approved // and interrupted
	switch {
	case approvedBefore:
		return nil
	case imp.State != ledger.Held:
		return NotHeld(&imp, j.Language)
	case imp.Code == ledger.NoMapping && !imp.Approvable():
		return because(j.Language, message.Say("cannot be approved: the suggested mapping has nothing to match on, or the inbox does not allow it. Complete it, and put both files into the inbox; or discard the import"))
	case imp.Suggestion != nil && imp.Suggestion.Path != "" && edited(imp.Suggestion):
		return because(j.Language, message.Say("cannot be approved: the suggested mapping %s was edited. Put it and the workbook into the inbox to import with it", imp.Suggestion.Path))
	case !imp.Approvable():
		return because(j.Language, message.Say("cannot be approved: %s. Set it in the mapping, or correct the file, and put both into the inbox again; or discard the import",
			strings.TrimRight(imp.Why, ".")))
	case Gone(j.Workbook):
		return because(j.Language, message.Say("its workbook is no longer at %s. Put it back there and approve again, or put it into the inbox again to have it checked again; inlet discard %s ends the import",
			j.Workbook, imp.ID))
	case j.Sidecar != "" && Gone(j.Sidecar):
		return because(j.Language, message.Say("its mapping is no longer at %s. Put it back there and approve again, or put the workbook with a mapping into the inbox again; inlet discard %s ends the import",
			j.Sidecar, imp.ID))
	}
	return checkAsHeld(ctx, i, j, imp)
}

// checkAsHeld reports whether a held workbook, with what holds for it today, is still the import that a person has seen the plan of. Another one would be
// begun in its place, and leave it behind.
func checkAsHeld(ctx context.Context, i *identify.Identifier, j job.Job, imp ledger.Import) error {
	var now ledger.Import
	if err := i.Identify(ctx, &j, &now); err != nil {
		return err
	}
	if base, _, _ := strings.Cut(imp.ID, "-"); now.ID == base {
		return nil
	}
	return because(j.Language, message.Say("its workbook, its mapping or the configuration was changed after it was held. Put %s with its mapping into the inbox again to have it checked again; inlet discard %s ends the import",
		j.Workbook, imp.ID))
}

// because returns an error for a person, in the language of the import's inbox.
func because(lang string, text message.Text) error { return errors.New(message.In(lang, text)) }

// NotHeld says what became of an import that is not held.
func NotHeld(imp *ledger.Import, lang string) error {
	text := message.Say("it is not held, its state is %s", report.State(imp.State, lang))
	switch {
	case imp.Code == ledger.Discarded || imp.Code == ledger.CameAgain:
		text = message.Say("it is not held, its state is %s: %s", report.State(imp.State, lang), report.Because(imp, lang))
	case imp.Approved:
		text = message.Say("it is not held, its state is %s: it has already been approved", report.State(imp.State, lang))
	}
	return because(lang, text)
}
