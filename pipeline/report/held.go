package report

import (
	"fmt"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// whatNow returns the commands by which a person decides about an import that is held, stuck or cancelled; "" for any other. A file that came from
// no inbox was not moved, so the command to import it is the one that was given before.
func whatNow(imp *ledger.Import, lang string) string {
	switch name := message.Plain(imp.Workbook); {
	case imp.State.Waits():
		return stuckNow(imp, lang)
	case imp.State != ledger.Held:
		return ""
	case imp.Code == ledger.NoMapping:
		return withoutMapping(imp, name, lang)
	case imp.Inbox == "" && imp.Approvable():
		return fmt.Sprintf(message.Word(lang, "To see what it would do: inlet plan %s\nTo import it anyway: inlet import %s --approve\n"), name, name)
	case imp.Inbox == "":
		return ""
	case imp.Approvable():
		return fmt.Sprintf(message.Word(lang, "To import it anyway: inlet approve %s\nTo discard it: inlet discard %s\n"), imp.ID, imp.ID)
	}
	return fmt.Sprintf(message.Word(lang, "To discard it: inlet discard %s\n"), imp.ID)
}

// withoutMapping returns the commands for a workbook of some name that is held with a suggested mapping.
func withoutMapping(imp *ledger.Import, name, lang string) string {
	switch {
	case imp.Inbox == "" && imp.Suggestion != nil && imp.Suggestion.Path != "" && !imp.Suggestion.Matches:
		return fmt.Sprintf(message.Word(lang, "To import it: complete %s, then inlet import %s\n"), message.Plain(imp.Suggestion.Path), name)
	case imp.Inbox == "" && imp.Suggestion != nil && imp.Suggestion.Path != "":
		return fmt.Sprintf(message.Word(lang, "The suggested mapping: %s\nTo import the workbook with it: inlet import %s\n"), message.Plain(imp.Suggestion.Path), name)
	case imp.Inbox == "" && imp.Beside != "":
		return fmt.Sprintf(message.Word(lang, "To import it: complete %s, then inlet import %s\n"), message.Plain(imp.Beside), name)
	case imp.Inbox == "":
		return fmt.Sprintf(message.Word(lang, "To write the suggested mapping to a file: inlet mapping suggest %s --out FILE\n"), name)
	case imp.Approvable():
		return fmt.Sprintf(message.Word(lang, "To import it with the suggested mapping: inlet approve %s\nTo change the mapping first: edit it, and put both files into the inbox\nTo discard it: inlet discard %s\n"), imp.ID, imp.ID)
	}
	return fmt.Sprintf(message.Word(lang, "To import it: complete the suggested mapping, and put both files into the inbox\nTo discard it: inlet discard %s\n"), imp.ID)
}

// stuckNow returns the commands for an import that is stuck or cancelled.
func stuckNow(imp *ledger.Import, lang string) string {
	switch {
	case imp.OtherRules():
		return fmt.Sprintf(message.Word(lang, "To undo what was written: inlet undo %s\n"), imp.ID)
	case imp.Batch == 0:
		return fmt.Sprintf(message.Word(lang, "To continue it: inlet resume %s\nTo discard it: inlet discard %s\n"), imp.ID, imp.ID)
	}
	return fmt.Sprintf(message.Word(lang, "To write the rest: inlet resume %s\nTo undo what was written: inlet undo %s\n"), imp.ID, imp.ID)
}
