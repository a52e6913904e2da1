package report

// words is what this package says, in Swedish.
var words = map[string]string{
	"account": "företag", "accounts": "företag", "contact": "kontakt", "contacts": "kontakter",
	"created": "skapade", "updated": "uppdaterade", "unchanged": "oförändrade", "removed": "borttagna", "kept": "kvar som de är", "skipped": "överhoppade", "rejected": "avvisade", "parked": "parkerade",
	"none": "inga",
	"yes":  "ja", "no": "nej",

	"  rejected rows, to be corrected and imported again: %s\n": "  avvisade rader, att rätta och importera igen: %s\n",
	"%s: %d rows":                       "%s: %d rader",
	"%s: import %s taken back, %d rows": "%s: import %s är ångrad, %d rader",
	", %d blank":                        ", %d tomma",
	"%s: nothing to do: %s\n":           "%s: inget att göra: %s\n",
	"%s: %s: nothing was written\n%s\n": "%s: %s: inget har skrivits\n%s\n",
	"the same workbook with the same mapping was imported as %s": "samma arbetsbok har redan importerats med samma mappning, som %s",

	"%s was not imported. Nothing was written.\n\n%s\n\nImport %s, %s\n":              "%s importerades inte. Inget har skrivits.\n\n%s\n\nImport %s, %s\n",
	"If you are not sure, ask %s.":                                                    "Är du osäker, fråga %s.",
	"%s waits and is not imported yet. Nothing was written.\n\n%s\n\nImport %s, %s\n": "%s väntar och är inte importerad ännu. Inget har skrivits.\n\n%s\n\nImport %s, %s\n",

	"running": "pågår", "done": "klar", "refused": "avvisad", "held": "väntar", "duplicate": "dubblett", "planned": "planerad", "stuck": "fastnat", "undone": "ångrad",

	"Import %s: %s\n\n": "Import %s: %s\n\n",
	"Workbook":          "Arbetsbok", "Inbox": "Inkorg", "Mapping": "Mappning", "Began": "Startade", "Took": "Tid", "Why": "Orsak", "File": "Fil", "Rows": "Rader",
	"Undoes": "Ångrar", "Undone by": "Ångrad av",
	"%d, and %d blank":                      "%d, och %d tomma",
	"Told":                                  "Meddelat",
	"%s, %s":                                "%s, %s",
	"%s: given up after %d tries: %s":       "%s: gav upp efter %d försök: %s",
	"%s: waits for the daemon to send it":   "%s: väntar på att tjänsten skickar det",
	"%s: tried %d times and again soon: %s": "%s: försökt %d gånger, snart igen: %s",

	"%s: stays": "%s: lämnas kvar", "%s: rejected": "%s: avvisas", "%s: parked": "%s: parkeras", "%s: skipped": "%s: hoppas över", "%s: unchanged": "%s: ingen ändring",
	"warning": "varning", "candidates %s": "kandidater %s", " and %d more": " och %d till", "(cleared)": "(töms)",
	"belongs to": "hör till", "in account %s": "i företaget %s",

	"to create": "att skapa", "to update": "att uppdatera", "to remove": "att ta bort", "to keep": "att lämna som de är", "to skip": "att hoppa över", "to reject": "att avvisa", "to park": "att parkera",
	"Plan: %s; nothing was written.\n":     "Plan: %s; inget har skrivits.\n",
	"nothing to do":                        "inget att göra",
	"… %d KB more: inlet plan shows all\n": "… %d kB till: inlet plan visar allt\n",

	// What the commands say.
	"Import": "Import", "When": "När", "State": "Status", "Accounts": "Företag", "Contacts": "Kontakter", "No imports yet.": "Inga importer ännu.", "%s, undo of %s": "%s, ångrar %s",
	"Column": "Kolumn", "Heading": "Rubrik", "Field": "Fält", "Type": "Typ", "Match": "Matchas", "Sure": "Säkert",
	"%d of %d rows, %.0f rows/s": "%d av %d rader, %.0f rader/s", ", %s left": ", %s kvar",
	"  … and %d more\n": "  … och %d till\n", "  … and %d more: inlet show %s\n": "  … och %d till: inlet show %s\n",
	"ok    configuration\n": "ok    konfiguration\n", "ok    store\n": "ok    databas\n", "WRONG store: %s\n": "FEL   databas: %s\n",
	"note  importing is paused since %s: %s\n": "obs   importen är pausad sedan %s: %s\n", "inlet resume lets it go on": "inlet resume låter den fortsätta",
	"ok    store: %s is not there yet; the first import makes it\n": "ok    databas: %s finns inte ännu; den första importen skapar den\n",
	"ok    inbox %s: %s\n": "ok    inkorg %s: %s\n", "WRONG inbox %s: %s\n": "FEL   inkorg %s: %s\n",
	"the folder %s is not there; inlet run makes it, if the folder above is there":                                              "mappen %s finns inte; inlet run skapar den, om mappen ovanför finns",
	"\n%d rows, %d blank, %d that would be rejected as they stand\n":                                                            "\n%d rader, %d tomma, %d som skulle avvisas som de ser ut nu\n",
	"%d rows, %d that would be rejected as they stand\n":                                                                        "%d rader, %d som skulle avvisas som de ser ut nu\n",
	"\nNot imported, because no field goes by these headings: %s\n":                                                             "\nTas inte med, eftersom inget fält har någon av dessa rubriker: %s\n",
	"These are the rows that were rejected by import %s of %s. They are imported as it was, and need no mapping beside them.\n": "Det här är raderna som avvisades av import %s av %s. De importeras på samma sätt som den, och behöver ingen mappning bredvid sig.\n",
	"They belong into its inbox: %s\n":                                                                                          "De hör hemma i dess inkorg: %s\n",
	"These columns say what was wrong, and are left out: %s\n":                                                                  "De här kolumnerna säger vad som var fel, och tas inte med: %s\n",
	"Nothing to say about the mapping.":                                                                                         "Inget att anmärka på mappningen.",
	"It would be held: %s\n":                                                                                                    "Filen skulle få vänta på att någon godkänner den: %s\n",
}
