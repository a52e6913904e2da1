package report

// words is what this package says, in Swedish.
var words = map[string]string{
	"account": "företag", "accounts": "företag", "contact": "kontakt", "contacts": "kontakter",
	"created": "skapade", "updated": "uppdaterade", "unchanged": "oförändrade", "skipped": "överhoppade", "rejected": "avvisade", "parked": "parkerade",
	"none": "inga",
	"yes":  "ja", "no": "nej",

	"  rejected rows, to be corrected and imported again: %s\n": "  avvisade rader, att rätta och importera igen: %s\n",
	"%s: %d rows":                       "%s: %d rader",
	", %d blank":                        ", %d tomma",
	"%s: nothing to do: %s\n":           "%s: inget att göra: %s\n",
	"%s: %s: nothing was written\n%s\n": "%s: %s: inget har skrivits\n%s\n",
	"the same workbook with the same mapping was imported as %s": "samma arbetsbok har redan importerats med samma mappning, som %s",

	"%s was not imported. Nothing was written.\n\n%s\n\nImport %s, %s\n":              "%s importerades inte. Inget har skrivits.\n\n%s\n\nImport %s, %s\n",
	"%s waits and is not imported yet. Nothing was written.\n\n%s\n\nImport %s, %s\n": "%s väntar och är inte importerad ännu. Inget har skrivits.\n\n%s\n\nImport %s, %s\n",

	"running": "pågår", "done": "klar", "refused": "avvisad", "held": "väntar", "duplicate": "dubblett", "planned": "planerad",

	"Import %s: %s\n\n": "Import %s: %s\n\n",
	"Workbook":          "Arbetsbok", "Inbox": "Inkorg", "Mapping": "Mappning", "Began": "Startade", "Took": "Tid", "Why": "Orsak", "File": "Fil", "Rows": "Rader",
	"%d, and %d blank": "%d, och %d tomma",

	"%s: rejected": "%s: avvisas", "%s: parked": "%s: parkeras", "%s: skipped": "%s: hoppas över", "%s: unchanged": "%s: ingen ändring",
	"warning": "varning", "candidates %s": "kandidater %s", " and %d more": " och %d till", "(cleared)": "(töms)",
	"belongs to": "hör till", "in account %s": "i företaget %s",

	"to create": "att skapa", "to update": "att uppdatera", "to skip": "att hoppa över", "to reject": "att avvisa", "to park": "att parkera",
	"Plan: %s; nothing was written.\n": "Plan: %s; inget har skrivits.\n",
	"nothing to do":                    "inget att göra",
	"It would be held: %s\n":           "Filen skulle få vänta på att någon godkänner den: %s\n",
}
