package notify

const svenska = "sv" // any other language means English

// words are the texts of this package in a language; report has the others.
type words struct {
	// The subject: the workbook, then why or how many.
	SubjectDone, SubjectRefused, SubjectHeld, SubjectDuplicate, SubjectOther, SubjectTest string

	// The first lines.
	Done, Refused, Held, Duplicate, Correction, Test string

	// The tables.
	Outcome                                                  string
	Created, Updated, Unchanged, Skipped, Rejected, Parked   string
	Counts, Remarks, Row, Problem, Warning, Quoted, And, Why string
	Rest, Pruned, Forgotten                                  string

	// What to do.
	Next, Attached, Large, Gone, OnDisk, Again, IDs string
	Look, Approve, Discard, InFile, Mend, Ask       string
	Suggested, OwnMapping, Complete                 string

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
	SubjectRefused:   "The import of %s was refused: %s",
	SubjectHeld:      "The import of %s is held for approval: %s",
	SubjectDuplicate: "%s has been imported before",
	SubjectOther:     "The import of %s: %s",
	SubjectTest:      "Test from inlet: notifications arrive",

	Done:       "The import of %s is done.",
	Refused:    "%s was not imported. Nothing was written.",
	Held:       "The import of %s is held until a user approves or discards it. Nothing has been written yet.",
	Duplicate:  "%s was not imported again: the same workbook with the same mapping was imported as %s. No action is needed.",
	Correction: "These are the corrected rows of import %s.",
	Test:       "This is a test by inlet check --send-test. No workbook was imported, and there is nothing to do.",

	Outcome: "Outcome",
	Created: "Created", Updated: "Updated", Unchanged: "Unchanged", Skipped: "Skipped", Rejected: "Rejected", Parked: "Parked",
	Counts: "Result", Remarks: "Problems and notes", Row: "Row", Problem: "Problem", Warning: "Note: ", Quoted: "“%s” ", And: "… and %d more.",
	Why: "Why", Rest: "Other notes on the file",
	Pruned:    "The rows can no longer be listed: the journal of the import was removed %d days after it ended.",
	Forgotten: "The details of that import were removed.",

	Next:       "What to do next",
	Attached:   "The rows that were not imported are in the attached workbook. Correct them there and put the workbook into the same folder as the original file: only those rows are then imported.",
	Large:      "The workbook with the rows that were not imported is too large to attach. It is here: %s. Correct the rows there and put the workbook into the same folder as the original file: only those rows are then imported.",
	Gone:       "The workbook with the rows that were not imported could not be read when this message was sent. It should be here: %s. It may already have been corrected.",
	OnDisk:     "The rows that were not imported are in this workbook: %s. Correct them there and put the workbook into the same folder as the original file: only those rows are then imported.",
	Again:      "Correct the rows that were not imported and put the workbook into the same folder again.",
	IDs:        "A parked row matches more than one record. Fill in the ID of the right one.",
	Look:       "Check that this is the right file.",
	Approve:    "To import it, run:",
	Discard:    "To discard it, run:",
	InFile:     "The cause is in the file itself, so it cannot be approved. Correct the file, or its mapping, and put it into the same folder again.",
	Suggested:  "If the suggested mapping, in the same folder as the file, is right, import the file with it:",
	OwnMapping: "If it is not, correct the mapping and put both files into the inbox.",
	Complete:   "Complete the suggested mapping, in the same folder as the file, and put both files into the inbox.",
	Mend:       "Correct the file or its mapping, and put it into the same folder again.",
	Ask:        "If you are not sure, ask %s.",

	Import: "Import %s", Inbox: "inbox %s", Ended: "ended %s", More: "More about the import", NoRows: "no rows",
}

var swedish = words{
	SubjectDone:      "Importen av %s är klar: %s",
	SubjectRefused:   "Importen av %s avvisades: %s",
	SubjectHeld:      "Importen av %s väntar på godkännande: %s",
	SubjectDuplicate: "%s är redan importerad",
	SubjectOther:     "Importen av %s: %s",
	SubjectTest:      "Test från inlet: meddelanden kommer fram",

	Done:       "Importen av %s är klar.",
	Refused:    "%s importerades inte. Inget har skrivits.",
	Held:       "Importen av %s väntar på att någon godkänner eller förkastar den. Inget har skrivits ännu.",
	Duplicate:  "%s importerades inte igen: samma arbetsbok har redan importerats med samma mappning, som %s. Du behöver inte göra något.",
	Correction: "Det här är de rättade raderna från importen %s.",
	Test:       "Det här är ett test av inlet check --send-test. Ingen arbetsbok importerades, och du behöver inte göra något.",

	Outcome: "Utfall",
	Created: "Skapade", Updated: "Uppdaterade", Unchanged: "Oförändrade", Skipped: "Överhoppade", Rejected: "Avvisade", Parked: "Parkerade",
	Counts: "Resultat", Remarks: "Problem och anmärkningar", Row: "Rad", Problem: "Problem", Warning: "Obs: ", Quoted: "”%s” ", And: "… och %d till.",
	Why: "Orsak", Rest: "Övrigt om filen",
	Pruned:    "Raderna kan inte längre visas: importens journal togs bort %d dagar efter att den avslutades.",
	Forgotten: "Uppgifterna om den importen har tagits bort.",

	Next:       "Gör så här",
	Attached:   "Raderna som inte importerades finns i den bifogade arbetsboken. Rätta dem där och lägg arbetsboken i samma mapp som den ursprungliga filen: då importeras bara de raderna.",
	Large:      "Arbetsboken med raderna som inte importerades är för stor för att bifogas. Den ligger här: %s. Rätta raderna i den och lägg den i samma mapp som den ursprungliga filen: då importeras bara de raderna.",
	Gone:       "Arbetsboken med raderna som inte importerades gick inte att läsa när det här meddelandet skickades. Den ska ligga här: %s. Den kan redan ha rättats.",
	OnDisk:     "Raderna som inte importerades finns i den här arbetsboken: %s. Rätta dem där och lägg arbetsboken i samma mapp som den ursprungliga filen: då importeras bara de raderna.",
	Again:      "Rätta raderna som inte importerades och lägg arbetsboken i samma mapp igen.",
	IDs:        "En parkerad rad matchar flera poster. Fyll i ID för den rätta.",
	Look:       "Kontrollera att det är rätt fil.",
	Approve:    "För att importera den, kör:",
	Discard:    "För att förkasta den, kör:",
	InFile:     "Orsaken finns i själva filen, så den går inte att godkänna. Rätta filen, eller dess mappning, och lägg den i samma mapp igen.",
	Suggested:  "Om den föreslagna mappningen, som ligger i samma mapp som filen, stämmer: importera filen med den:",
	OwnMapping: "Annars, rätta mappningen och lägg båda filerna i inkorgen.",
	Complete:   "Komplettera den föreslagna mappningen, som ligger i samma mapp som filen, och lägg båda filerna i inkorgen.",
	Mend:       "Rätta filen eller mappningen och lägg filen i samma mapp igen.",
	Ask:        "Är du osäker, fråga %s.",

	Import: "Import %s", Inbox: "inkorgen %s", Ended: "avslutad %s", More: "Mer om importen", NoRows: "inga rader",
}
