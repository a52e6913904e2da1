package pipeline

import (
	"context"
	"errors"
	"fmt"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// ErrStuck says that an import does not go on by itself. It goes on when a person says so.
var ErrStuck = message.Errorf("the import is stuck: inlet stopped unexpectedly several times during it; `inlet resume` continues it, `inlet undo` undoes it")

// The codes of an import that is stuck for another reason than that it ended inlet.
const (
	codeOldRules = "old_rules" // an older inlet began it
	codeUnknown  = "unknown"   // an error that is neither its workbook's nor the world's
)

// OldRulesError says that an import is stuck because an older version of inlet wrote its first rows: the others would go by rules that do not
// fit them. It is an ErrStuck that cannot be resumed.
type OldRulesError struct{ Import string }

// Error says what to do.
func (e *OldRulesError) Error() string { return e.In("en") }

// In is the text in a language.
func (e *OldRulesError) In(lang string) string {
	return fmt.Sprintf(message.Word(lang, "import %s was started by an older version of inlet with other rules and cannot be continued: undo what it wrote with `inlet undo %s`, then put its file into the inbox again"), e.Import, e.Import)
}

// Is says that the import is stuck.
func (e *OldRulesError) Is(target error) bool { return target == ErrStuck }

// UnknownError says that an import is stuck because of an error of which inlet does not know whose it is. It is an ErrStuck.
type UnknownError struct{ Import, Why string }

// Error says what to do.
func (e *UnknownError) Error() string { return e.In("en") }

// In is the text in a language.
func (e *UnknownError) In(lang string) string {
	return fmt.Sprintf(message.Word(lang, "import %s is stuck: %s. `inlet resume %s` tries it again, `inlet discard %s` discards it if nothing was written, `inlet undo %s` undoes what was written"), e.Import, e.Why, e.Import, e.Import, e.Import)
}

// Is says that the import is stuck.
func (e *UnknownError) Is(target error) bool { return target == ErrStuck }

// CancelledError says that a person has ended an import after a batch. It is an ErrStuck: it goes on when a person says so.
type CancelledError struct{ Import string }

// Error says what to do.
func (e *CancelledError) Error() string { return e.In("en") }

// In is the text in a language.
func (e *CancelledError) In(lang string) string {
	return fmt.Sprintf(message.Word(lang, "import %s is cancelled: `inlet resume %s` writes the rest, `inlet undo %s` undoes what was written"), e.Import, e.Import, e.Import)
}

// Is says that the import does not go on by itself.
func (e *CancelledError) Is(target error) bool { return target == ErrStuck }

// stuck returns why an import does not go on.
func stuck(imp *ledger.Import) error {
	switch {
	case imp.OtherRules():
		return &OldRulesError{imp.ID}
	case imp.State == ledger.Cancelled:
		return &CancelledError{imp.ID}
	case imp.Code == codeUnknown:
		return &UnknownError{imp.ID, imp.Why}
	}
	return ErrStuck
}

// stopper notes that an import does not go on by itself.
type stopper interface {
	Stop(ctx context.Context, imp *ledger.Import, state ledger.State) error
}

// stopOldRules gives an error where a begun import must not be carried on with: it is stuck, or other rules wrote its first rows. Then it becomes
// stuck, with the lease held, and so after the last batch that was begun.
func stopOldRules(ctx context.Context, store stopper, job Job, imp *ledger.Import) error {
	switch {
	case imp.State.Waits():
		return stuck(imp)
	case imp.State.Ended() || !imp.OtherRules():
		return nil
	}
	imp.Code = codeOldRules
	report.Stopped(imp, job.Language, &ledger.Refusal{Text: message.Say("an older version of inlet with other rules started this import, so it cannot be continued: undo what it wrote with `inlet undo %s`, then put the file into the inbox again", imp.ID)})
	return errors.Join(store.Stop(ctx, imp, ledger.Stuck), stuck(imp))
}
