package naming

import (
	"fmt"
	"time"

	"inlet.example/inlet/pipeline/message"
)

// Importing returns the text beside the place of a workbook whose import takes long.
func Importing(name string, since time.Time, ask, lang string) string {
	return fmt.Sprintf(message.Word(lang, "%s was received at %s and is not finished yet: it is being imported, or it waits for its turn.\n\nYou need not do anything. When it is finished, this text disappears, and the file is in the folder done, or in failed or held with the reason.\nIf this text is still here tomorrow, ask %s.\n"),
		message.Plain(name), since.Local().Format("2006-01-02 15:04"), whom(ask, lang))
}

// Ignored returns the text beside a file that no import will ever read.
func Ignored(name, ask, lang string) string {
	return fmt.Sprintf(message.Word(lang, "%s is not a workbook, so nothing will be imported from it. It stays as it is.\n\nIf it has rows to import, save it as .xlsx or .csv in this folder. If it is here for other reasons, leave it: you can delete this text, and it does not come back until inlet is started again.\nIf you are not sure, ask %s.\n"),
		message.Plain(name), whom(ask, lang))
}

func whom(ask, lang string) string {
	if ask == "" {
		return message.Word(lang, "the person who runs inlet")
	}
	return message.Plain(ask)
}
