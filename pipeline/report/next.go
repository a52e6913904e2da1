package report

import (
	"fmt"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// nextStep says what the person who put a workbook into an inbox does now that it was not imported.
func nextStep(imp *ledger.Import, plan, lang string) string {
	switch {
	case imp.Code == ledger.Discarded, imp.Code == ledger.CameAgain:
		return ""
	case imp.State != ledger.Held:
		return message.Word(lang, "What to do: correct the file, and put it into the inbox again.")
	case imp.Code == ledger.NoMapping:
		return ""
	case imp.Code == "dates":
		return message.Word(lang, "What to do: write the dates as 2026-04-03, or set layouts in the mapping, and put the file into the inbox again. There is no plan, because the dates can be read in two ways.")
	case !imp.Approvable():
		return message.Word(lang, "What to do: correct the file, and put it into the inbox again.")
	case plan == "":
		return message.Word(lang, "What to do: if the file is right as it is, have it approved. If not, correct it, and put it into the inbox again.")
	}
	return fmt.Sprintf(message.Word(lang, "What to do: look at %s, which shows what the import would do. If that is right, have it approved. If not, correct the file, and put it into the inbox again."),
		message.Plain(plan))
}

// whomToAsk says who helps.
func whomToAsk(imp *ledger.Import, lang string) string {
	if imp.Ask == "" {
		return message.Word(lang, "If you are not sure, ask the person who runs inlet.")
	}
	return fmt.Sprintf(message.Word(lang, "If you are not sure, ask %s."), message.Plain(imp.Ask))
}

// Receipt returns the text beside a workbook that was imported before. first is the import that did; zero where it was removed from the store.
func Receipt(imp, first *ledger.Import, lang string) string {
	name := message.Plain(imp.Workbook)
	text := fmt.Sprintf(message.Word(lang, "%s was not imported again. Nothing was written.\n\n"), name) + capital(why(imp, lang)) + ".\n"
	if first.ID != "" {
		text += fmt.Sprintf(message.Word(lang, "That was at %s: %s.\n"), first.Ended.Local().Format(time.DateTime), Rows(first, lang))
	}
	return text + message.Word(lang, "\nWhat to do: nothing, if you put it there twice. If you have changed the file, check that you saved it, and put it into the inbox again. To import the same rows once more, write duplicates: import in its mapping.\n") +
		"\n" + whomToAsk(imp, lang) + "\n" + fmt.Sprintf(message.Word(lang, "\nImport %s, %s\n"), imp.ID, imp.Ended.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// correction says what became of an import of rejected rows.
func correction(c *ledger.Correction, lang string) string {
	switch {
	case c.Undone:
		return fmt.Sprintf(message.Word(lang, "%s: undone"), c.Import)
	case c.Rows == 0:
		return fmt.Sprintf(message.Word(lang, "%s: not finished"), c.Import)
	}
	return fmt.Sprintf(message.Word(lang, "%s: %d of %d rejected rows were imported"), c.Import, c.Applied, c.Rows)
}
