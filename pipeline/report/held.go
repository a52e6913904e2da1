package report

import (
	"fmt"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// whatNow says by which commands a person decides over a held import; "" where it is not held. What came from no inbox stays where it is,
// and is imported by the command that a person gave before.
func whatNow(imp *ledger.Import, lang string) string {
	switch name := message.Plain(imp.Workbook); {
	case imp.State.Waits():
		return stuckNow(imp, lang)
	case imp.State != ledger.Held:
		return ""
	case imp.Inbox == "" && imp.Approvable():
		return fmt.Sprintf(message.Word(lang, "To see what it would do: inlet plan %s\nTo import it all the same: inlet import %s --approve\n"), name, name)
	case imp.Inbox == "":
		return ""
	case imp.Approvable():
		return fmt.Sprintf(message.Word(lang, "To import it all the same: inlet approve %s\nTo drop it: inlet discard %s\n"), imp.ID, imp.ID)
	case imp.Code == "no_mapping":
		return fmt.Sprintf(message.Word(lang, "To import it with the suggested mapping: inlet approve %s\nTo drop it: inlet discard %s\n"), imp.ID, imp.ID)
	}
	return fmt.Sprintf(message.Word(lang, "To drop it: inlet discard %s\n"), imp.ID)
}

// stuckNow says what a person can do about an import that is stuck or cancelled.
func stuckNow(imp *ledger.Import, lang string) string {
	switch {
	case imp.OtherRules():
		return fmt.Sprintf(message.Word(lang, "To take back what was written: inlet undo %s\n"), imp.ID)
	case imp.Batch == 0:
		return fmt.Sprintf(message.Word(lang, "To let it go on: inlet resume %s\nTo drop it: inlet discard %s\n"), imp.ID, imp.ID)
	}
	return fmt.Sprintf(message.Word(lang, "To write the rest: inlet resume %s\nTo take back what was written: inlet undo %s\n"), imp.ID, imp.ID)
}
