package notify

const svenska = "sv" // any other language means English

// words are the texts of this package in a language; report has the others.
type words struct {
	// The subject: the workbook, then why or how many.
	SubjectDone, SubjectRefused, SubjectHeld, SubjectDuplicate, SubjectOther string

	// The first lines.
	Done, Refused, Held, Duplicate, Correction string

	// The tables.
	Outcome, Accounts, Contacts                              string
	Created, Updated, Unchanged, Skipped, Rejected, Parked   string
	Counts, Remarks, Row, Problem, Warning, Quoted, And, Why string
	Rest                                                     string

	// What to do.
	Next, Attached, Large, Gone, Lies, Again, IDs string
	Look, Approve, Discard, InFile, Mend, Ask     string
	Suggested, OwnMapping                         string

	// The end.
	Import, Inbox, Ended, More, NoRows string
}

// wordsFor returns the texts in a language.
func wordsFor(lang string) *words {
	if lang == svenska {
		return &swedish
	}
	return &english
}

var english = words{
	SubjectDone:      "The import of %s is done: %s",
	SubjectRefused:   "The import of %s was stopped: %s",
	SubjectHeld:      "The import of %s waits for you: %s",
	SubjectDuplicate: "%s has been imported before",
	SubjectOther:     "The import of %s: %s",

	Done:       "The import of %s is done.",
	Refused:    "The import of %s was stopped. Nothing was written.",
	Held:       "The import of %s waits for somebody to look at it. Nothing has been written yet.",
	Duplicate:  "%s was not imported again: the same workbook with the same mapping was imported as %s. There is nothing for you to do.",
	Correction: "These are corrected rows of import %s.",

	Outcome: "Outcome", Accounts: "Accounts", Contacts: "Contacts",
	Created: "Created", Updated: "Updated", Unchanged: "Unchanged", Skipped: "Skipped", Rejected: "Rejected", Parked: "Parked",
	Counts: "How it went", Remarks: "What to look at", Row: "Row", Problem: "Problem", Warning: "Note: ", Quoted: "“%s” ", And: "… and %d more.",
	Why: "Why", Rest: "What else stands in the file",

	Next:       "What to do next",
	Attached:   "The rows that were not imported are in the attached workbook. Correct them there and drop the workbook into the same folder as the first one: then only those rows are imported.",
	Large:      "The workbook with the rows that were not imported is too large to attach. It is here: %s. Correct the rows there and drop the workbook into the same folder as the first one: then only those rows are imported.",
	Gone:       "The workbook with the rows that were not imported could not be read when this was sent. It should be here: %s. Somebody may have corrected it already.",
	Lies:       "The rows that were not imported are in this workbook: %s. Correct them there and drop the workbook into the same folder as the first one: then only those rows are imported.",
	Again:      "Correct the rows that were not imported and drop the workbook into the same folder again.",
	IDs:        "A parked row matches more than one record. Fill in the ID of the one you mean.",
	Look:       "Look whether the file is the right one.",
	Approve:    "If it is, let the import go on:",
	Discard:    "If it is not to be imported, drop it:",
	InFile:     "What holds it is in the file itself, so it cannot be approved. Correct the file, or say in its mapping what is meant, and drop it into the same folder again.",
	Suggested:  "If the suggested mapping that lies beside the file is right, import it with that:",
	OwnMapping: "If not, correct the mapping and drop both into the same folder again.",
	Mend:       "Correct the file or its mapping, and drop it into the same folder again.",
	Ask:        "If you are not sure, ask %s.",

	Import: "Import %s", Inbox: "inbox %s", Ended: "ended %s", More: "More about the import", NoRows: "no rows",
}

var swedish = words{
	SubjectDone:      "Importen av %s är klar: %s",
	SubjectRefused:   "Importen av %s stoppades: %s",
	SubjectHeld:      "Importen av %s väntar på dig: %s",
	SubjectDuplicate: "%s är redan importerad",
	SubjectOther:     "Importen av %s: %s",

	Done:       "Importen av %s är klar.",
	Refused:    "Importen av %s stoppades. Inget har skrivits.",
	Held:       "Importen av %s väntar på att någon tittar på den. Inget har skrivits ännu.",
	Duplicate:  "%s importerades inte igen: samma arbetsbok har redan importerats med samma mappning, som %s. Du behöver inte göra något.",
	Correction: "Det här är rättade rader från importen %s.",

	Outcome: "Utfall", Accounts: "Företag", Contacts: "Kontakter",
	Created: "Skapade", Updated: "Uppdaterade", Unchanged: "Oförändrade", Skipped: "Överhoppade", Rejected: "Avvisade", Parked: "Parkerade",
	Counts: "Så gick det", Remarks: "Det här behöver du titta på", Row: "Rad", Problem: "Problem", Warning: "Obs: ", Quoted: "”%s” ", And: "… och %d till.",
	Why: "Orsak", Rest: "Det här finns också i filen",

	Next:       "Gör så här",
	Attached:   "Raderna som inte kom med finns i den bifogade arbetsboken. Rätta dem där och lägg arbetsboken i samma mapp som den första filen: då importeras bara de raderna.",
	Large:      "Arbetsboken med raderna som inte kom med är för stor för att bifogas. Den ligger här: %s. Rätta raderna i den och lägg den i samma mapp som den första filen: då importeras bara de raderna.",
	Gone:       "Arbetsboken med raderna som inte kom med gick inte att läsa när det här skickades. Den ska ligga här: %s. Kanske har någon redan rättat den.",
	Lies:       "Raderna som inte kom med finns i den här arbetsboken: %s. Rätta dem där och lägg arbetsboken i samma mapp som den första filen: då importeras bara de raderna.",
	Again:      "Rätta raderna som inte kom med och lägg arbetsboken i samma mapp igen.",
	IDs:        "En parkerad rad matchar flera poster. Fyll i ID för den du menar.",
	Look:       "Se efter om det är rätt fil.",
	Approve:    "Är den det, låt importen gå vidare:",
	Discard:    "Ska den inte importeras, kasta den:",
	InFile:     "Det som stoppar den finns i själva filen, så den går inte att godkänna. Rätta filen, eller ange i mappningen vad som menas, och lägg den i samma mapp igen.",
	Suggested:  "Stämmer den föreslagna mappningen som ligger bredvid filen, importera med den:",
	OwnMapping: "Annars, rätta mappningen och lägg båda i samma mapp igen.",
	Mend:       "Rätta filen eller mappningen och lägg filen i samma mapp igen.",
	Ask:        "Är du osäker, fråga %s.",

	Import: "Import %s", Inbox: "inkorgen %s", Ended: "avslutad %s", More: "Mer om importen", NoRows: "inga rader",
}
