package report

import (
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
)

// approvable are the codes of what is held and imported as it is once a person says so (section 17).
var approvable = []string{"cap", "headings", "quotes", "conflict_copy", "mapping_name", "ids"}

// Approvable says whether a person's word is enough for what is held under a code to be imported as it is.
func Approvable(code string) bool { return slices.Contains(approvable, code) }

// whatNow says by which commands a person decides over a held import; "" where it is not held. What came from no inbox stays where it is,
// and is imported by the command that a person gave before.
func whatNow(imp *ledger.Import, lang string) string {
	switch name := plain(imp.Workbook); {
	case imp.State != ledger.Held:
		return ""
	case imp.Inbox == "" && Approvable(imp.Code):
		return fmt.Sprintf(word(lang, "To see what it would do: inlet plan %s\nTo import it all the same: inlet import %s --approve\n"), name, name)
	case imp.Inbox == "":
		return ""
	case Approvable(imp.Code):
		return fmt.Sprintf(word(lang, "To import it all the same: inlet approve %s\nTo drop it: inlet discard %s\n"), imp.ID, imp.ID)
	case imp.Code == "no_mapping":
		return fmt.Sprintf(word(lang, "To import it with the suggested mapping: inlet approve %s\nTo drop it: inlet discard %s\n"), imp.ID, imp.ID)
	}
	return fmt.Sprintf(word(lang, "To drop it: inlet discard %s\n"), imp.ID)
}
