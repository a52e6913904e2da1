package report

import (
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Stopped notes why an import was refused, held or stopped: in the language of its inbox, and as it can be said in any.
func Stopped(imp *ledger.Import, lang string, why *ledger.Refusal) {
	imp.Why, imp.Reason = Refused(why, lang), why
}

// StoppedHeld notes why an import was refused after it had been held. The text ends with the reason for that.
func StoppedHeld(imp *ledger.Import, lang string, text message.Text) {
	before := text
	before.Args = append(slices.Clone(text.Args), imp.Why)
	why := &ledger.Refusal{Text: before}
	if imp.Reason != nil {
		why.Text = text.Ending(imp.Reason.Text)
	}
	imp.Why, imp.Reason = message.In(lang, before), why
}
