package message

// commandWords is what the commands say, in Swedish, beside reports and plans.
var commandWords = map[string]string{
	"import %s was not found; `inlet list` lists the imports":                  "importen %s hittades inte; `inlet list` visar importerna",
	"import %s was removed from the store (retention.imports)":                 "importen %s har tagits bort ur databasen (retention.imports)",
	"no import, inbox or source is named %s; `inlet list` lists the imports":   "ingen import, inkorg eller källa heter %s; `inlet list` visar importerna",
	"note  the configuration has no mail server, webhooks or sources to try\n": "obs   konfigurationen har ingen e-postserver, inga webhooks och inga källor att prova\n",
	"WRONG mail server %s: %s\n":                                               "FEL   e-postserver %s: %s\n", "WRONG webhook %s: %s\n": "FEL   webhook %s: %s\n", "WRONG source %s: %s\n": "FEL   källa %s: %s\n",
	"ok    mail server %s: can be used; nothing was sent, because no inbox has when_done: {mail: […]}\n": "ok    e-postserver %s: kan användas; inget skickades, eftersom ingen inkorg har when_done: {mail: […]}\n",
	"ok    mail server %s: a test was sent to %s\n":                                                      "ok    e-postserver %s: ett test skickades till %s\n",
	"ok    webhook %s: a test was sent\n":                                                                "ok    webhook %s: ett test skickades\n",
	"ok    source %s: can be reached; workbooks: %d, fetched before: %d, new: %d\n":                      "ok    källa %s: kan nås; arbetsböcker: %d, hämtade tidigare: %d, nya: %d\n",
	// inlet init
	"Which folder do people save their workbooks in? It is created if it does not exist.":                                      "I vilken mapp sparar kollegorna sina arbetsböcker? Den skapas om den inte finns.",
	"That is a file. Type the name of a folder.":                                                                               "Det är en fil. Skriv namnet på en mapp.",
	"Where are the records stored? 1: in a file here (SQLite). Or type the URI of a MongoDB database: mongodb://HOST/DATABASE": "Var lagras posterna? 1: i en fil här (SQLite). Eller skriv adressen till en MongoDB-databas: mongodb://SERVER/DATABAS",
	"Type 1, or a URI that begins with mongodb://":                                                                             "Skriv 1, eller en adress som börjar med mongodb://",
	"template": "mall", "Written:": "Skrivet:", "Next:": "Härnäst:",
	"check the configuration and the store":                                              "kontrollera konfigurationen och databasen",
	"show what an import of a workbook would do; nothing is written":                     "visa vad en import av en arbetsbok skulle göra; inget skrivs",
	"say which column is which field, where the headings are others than the template's": "ange vilken kolumn som är vilket fält, om rubrikerna är andra än mallens",
	"import what is saved in %s, until Ctrl-C":                                           "importera det som sparas i %s, tills du trycker Ctrl-C",
	"list what was imported":                                                             "lista det som har importerats",

	// inlet demo
	"The daemon watches a folder (inlet run)": "Tjänsten bevakar en mapp (inlet run)",
	"A user saves %s there":                   "En användare sparar %s där",
	"\nThe mapping beside it, kunder.mapping.yaml, says which column is which field and what to match on. One e-mail address is not valid.": "\nMappningen bredvid, kunder.mapping.yaml, anger vilken kolumn som är vilket fält och vad man matchar på. En e-postadress är ogiltig.",
	"Seconds later it is imported and moved":                                                                        "Några sekunder senare är den importerad och flyttad",
	"The rejected row is in a workbook of its own, with the cell to correct in red":                                 "Den avvisade raden finns i en egen arbetsbok, med cellen som ska rättas i rött",
	"\nThe user corrects the cell to %s and saves the workbook in the inbox. It needs no mapping:\n":                "\nAnvändaren rättar cellen till %s och sparar arbetsboken i inkorgen. Den behöver ingen mappning:\n",
	"The same %s once more: nothing is imported twice":                                                              "Samma %s en gång till: inget importeras två gånger",
	"A week later a phone number and a title have changed. The plan shows old → new, and writes nothing":            "En vecka senare har ett telefonnummer och en titel ändrats. Planen visar gammalt → nytt och skriver inget",
	"\nThe user saves it in the inbox:\n":                                                                           "\nAnvändaren sparar den i inkorgen:\n",
	"It was the wrong list: undo restores the old values":                                                           "Det var fel lista: undo återställer de gamla värdena",
	"  the phone number of %s is %s again":                                                                          "  telefonnumret till %s är %s igen",
	"Everything that happened":                                                                                      "Allt som hände",
	"The folder is %s, and the records are in the database. To look at them:\n\n  cd %s\n  inlet list --store %s\n": "Mappen är %s, och posterna finns i databasen. För att titta på dem:\n\n  cd %s\n  inlet list --store %s\n",
	"The folder is %s. To look at it:\n\n  cd %s\n  inlet list\n  inlet run\n":                                      "Mappen är %s. För att titta på den:\n\n  cd %s\n  inlet list\n  inlet run\n",
	"The folder was deleted. The records are still in the database.\n":                                              "Mappen har tagits bort. Posterna finns kvar i databasen.\n",
	"The folder was deleted.\n":                                                                                     "Mappen har tagits bort.\n",
	"To set up an inbox of your own: inlet init\n":                                                                  "För att skapa en egen inkorg: inlet init\n",

	"%s is a text file, not an Excel workbook: it was read as CSV\n":           "%s är en textfil, ingen Excelarbetsbok: den lästes som CSV\n",
	"note  inbox %s: the folder %s does not exist yet; inlet run creates it\n": "obs   inkorg %s: mappen %s finns inte ännu; inlet run skapar den\n",
}
