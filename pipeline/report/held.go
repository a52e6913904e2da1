package report

import (
	"fmt"

	"inlet.example/inlet/pipeline/ledger"
)

// whatNow says by which commands a person decides over a held import; "" where it is not held. What came from no inbox stays where it is,
// and is imported by the command that a person gave before.
func whatNow(imp *ledger.Import, lang string) string {
	switch name := plain(imp.Workbook); {
	case imp.State != ledger.Held:
		return ""
	case imp.Inbox == "" && imp.Approvable():
		return fmt.Sprintf(word(lang, "To see what it would do: inlet plan %s\nTo import it all the same: inlet import %s --approve\n"), name, name)
	case imp.Inbox == "":
		return ""
	case imp.Approvable():
		return fmt.Sprintf(word(lang, "To import it all the same: inlet approve %s\nTo drop it: inlet discard %s\n"), imp.ID, imp.ID)
	case imp.Code == "no_mapping":
		return fmt.Sprintf(word(lang, "To import it with the suggested mapping: inlet approve %s\nTo drop it: inlet discard %s\n"), imp.ID, imp.ID)
	}
	return fmt.Sprintf(word(lang, "To drop it: inlet discard %s\n"), imp.ID)
}
