package message

// swedishUndo is what is said about imports that are undone, that wait, and that are approved or discarded.
var swedishUndo = map[string]string{
	// Why an import cannot be taken back.
	"import %s was not found; `inlet list` lists the imports":                                                 "importen %s hittades inte; `inlet list` visar importerna",
	"%s can no longer be undone: its journal was removed %s days after it ended (retention.journal)":          "%s kan inte längre ångras: dess journal togs bort %s dagar efter att den avslutades (retention.journal)",
	"%s can no longer be undone: it was removed from the store (retention.imports)":                           "%s kan inte längre ångras: den har tagits bort ur databasen (retention.imports)",
	"%s was already undone, by %s; `inlet undo %s` restores it":                                               "%s är redan ångrad, av %s; `inlet undo %s` återställer den",
	"%s is not done yet; `inlet undo %s` finishes it if it was interrupted":                                   "%s är inte klar ännu; `inlet undo %s` slutför den om den avbröts",
	"%s is not done yet: wait until it is (if it was interrupted, import it again), then undo it":             "%s är inte klar ännu: vänta tills den är klar (importera igen om den avbröts) och ångra den sedan",
	"%s is held and has written nothing: `inlet discard %s` discards it":                                      "%s väntar och har inte skrivit något: `inlet discard %s` förkastar den",
	"%s has written nothing, so there is nothing to undo":                                                     "%s har inte skrivit något, så det finns inget att ångra",
	"%s undid an import that was stuck: put its file into the inbox again instead":                            "%s ångrade en import som hade fastnat: lägg filen i inkorgen igen i stället",
	"discarded by a user before anything was written":                                                         "förkastad av en användare innan något hade skrivits",
	"cancelled by a user, and what it had written was undone":                                                 "avbruten av en användare, och det som hade skrivits ångrades",
	"it was stuck, and a user undid what it had written: fix the cause and put the file into the inbox again": "den hade fastnat, och en användare ångrade det som hade skrivits: åtgärda orsaken och lägg filen i inkorgen igen",

	// What stays.
	"%s was changed after the import and is kept as it is: restore the old value by hand if you need it":                      "%s har ändrats efter importen och lämnas som det är: ändra tillbaka för hand om det behövs",
	"%s was changed after the import, so the account is kept: delete it by hand if you do not need it":                        "%s har ändrats efter importen, så företaget behålls: ta bort det för hand om det inte behövs",
	"%s was changed after the import, so the contact is kept: delete it by hand if you do not need it":                        "%s har ändrats efter importen, så kontakten behålls: ta bort den för hand om den inte behövs",
	"the contact was moved to this account after the import, so the account is kept: delete it by hand if you do not need it": "kontakten har flyttats till det här företaget sedan dess, så den är kvar: ta bort den för hand om den ska bort",
	"another program or person changed this account after the import, so it is kept: delete it by hand if you do not need it": "någon annan har ändrat företaget efter importen, så det behålls: ta bort det för hand om det inte behövs",
	"another program or person changed this contact after the import, so it is kept: delete it by hand if you do not need it": "någon annan har ändrat kontakten efter importen, så den behålls: ta bort den för hand om den inte behövs",
	"the account has contacts that are kept (%s), so it is kept too: move or delete them, then delete the account by hand":    "företaget har kontakter som behålls (%s), så det behålls också: flytta eller ta bort dem, och ta sedan bort företaget för hand",
	"an account with this ID exists again: it is kept as it is":                                                               "det finns ett företag med detta ID igen: det lämnas som det är",
	"a contact with this ID exists again: it is kept as it is":                                                                "det finns en kontakt med detta ID igen: den lämnas som den är",
	"the account of this contact no longer exists, so the contact cannot be restored":                                         "kontaktens företag finns inte längre, så kontakten kan inte återställas",
	"the account that this contact belonged to no longer exists, so the contact stays in its new account":                     "företaget som kontakten hörde till finns inte längre, så kontakten är kvar hos sitt nya företag",
	"this account was deleted after the import, so its old values cannot be restored":                                         "företaget har tagits bort efter importen, så de gamla värdena kan inte återställas",
	"this contact was deleted after the import, so its old values cannot be restored":                                         "kontakten har tagits bort efter importen, så de gamla värdena kan inte återställas",
	"another program or person changed this account during the undo: it is kept as it is; check it":                           "någon annan ändrade företaget medan importen ångrades: det lämnas som det är; kontrollera det",
	"another program or person changed this contact during the undo: it is kept as it is; check it":                           "någon annan ändrade kontakten medan importen ångrades: den lämnas som den är; kontrollera den",

	// A workbook that is held or refused by the names of its files.
	// A mapping of nearly the right name, and two of them.
	"%s is named almost like the mapping of %s, so it was not used: rename it to %s":                                                                           "%s heter nästan som mappningen till %s och har därför inte använts: byt namn på den till %s",
	"If it is the mapping, rename it, or run the command again with --approve. If it is not, move it to another folder.":                                       "Om det är mappningen: byt namn på den, eller kör kommandot igen med --approve. Om det inte är den: flytta den till en annan mapp.",
	"If it is the mapping, rename it and put both files into the inbox again, or run `inlet approve %s`. If it is not, put the workbook alone into the inbox.": "Om det är mappningen: byt namn på den och lägg båda filerna i inkorgen igen, eller kör `inlet approve %s`. Om det inte är den: lägg bara arbetsboken i inkorgen.",
	"the workbook has two mappings, %s and %s, and only one can be used: remove the wrong one, and import the workbook again":                                  "arbetsboken har två mappningar, %s och %s, och bara en kan användas: ta bort den som är fel och importera arbetsboken igen",

	// A conflict copy.
	"By its name this is a conflict copy of %s: a program such as OneDrive, Dropbox or Syncthing makes one when a file is changed in two places at the same time.": "Att döma av namnet är det här en konfliktkopia av %s: program som OneDrive, Dropbox och Syncthing gör en sådan när en fil ändras på två ställen samtidigt.",
	"%s is held too, as import %s.":                                                    "%s väntar också på beslut, som import %s.",
	"%s is being imported, as import %s.":                                              "%s håller på att importeras, som import %s.",
	"%s was imported at %s, as import %s.":                                             "%s importerades %s, som import %s.",
	"%s is in the same folder and had not been imported.":                              "%s ligger i samma mapp och var inte importerad.",
	"%s was not imported in the last 24 hours.":                                        "%s har inte importerats det senaste dygnet.",
	"Compare the two files. To import this one, run the command again with --approve.": "Jämför de två filerna. Om det är den här som ska importeras: kör kommandot igen med --approve.",
	"Compare the two files. To import this one, run `inlet approve %s`, or rename it to %s and put it into the inbox again. Otherwise run `inlet discard %s`.": "Jämför de två filerna. Om det är den här som ska importeras: kör `inlet approve %s`, eller döp den till %s och lägg den i inkorgen igen. Annars: kör `inlet discard %s`.",

	// An import that cannot be approved or discarded.
	"it is not held, its state is %s":                               "den väntar inte, den är %s",
	"it is not held, its state is %s: %s":                           "den väntar inte, den är %s: %s",
	"it is not held, its state is %s: it has already been approved": "den väntar inte, den är %s: den är redan godkänd",
	"cannot be approved: the suggested mapping has nothing to match on, or the inbox does not allow it. Complete it, and put both files into the inbox; or discard the import":              "kan inte godkännas: den föreslagna mappningen har inget att matcha på, eller så tillåter inkorgen den inte. Komplettera den och lägg båda filerna i inkorgen; eller förkasta importen",
	"cannot be approved: the suggested mapping %s was edited. Put it and the workbook into the inbox to import with it":                                                                     "kan inte godkännas: den föreslagna mappningen %s har redigerats. Lägg den och arbetsboken i inkorgen för att importera med den",
	"A suggested mapping is in %s. Check the lines with a comment.":                                                                                                                         "En föreslagen mappning finns i %s. Kontrollera raderna med en kommentar.",
	"A suggested mapping is in %s. It cannot be used as it is: complete it first.":                                                                                                          "En föreslagen mappning finns i %s. Den kan inte användas som den är: komplettera den först.",
	"cannot be approved: %s. Set it in the mapping, or correct the file, and put both into the inbox again; or discard the import":                                                          "kan inte godkännas: %s. Ange det i mappningen, eller rätta filen, och lägg båda i inkorgen igen; eller förkasta importen",
	"its workbook is no longer at %s. Put it back there and approve again, or put it into the inbox again to have it checked again; inlet discard %s ends the import":                       "arbetsboken finns inte längre kvar som %s. Lägg tillbaka den där och godkänn igen, eller lägg den i inkorgen igen så att den kontrolleras på nytt; inlet discard %s avslutar importen",
	"its mapping is no longer at %s. Put it back there and approve again, or put the workbook with a mapping into the inbox again; inlet discard %s ends the import":                        "mappningen finns inte längre kvar som %s. Lägg tillbaka den där och godkänn igen, eller lägg arbetsboken med en mappning i inkorgen igen; inlet discard %s avslutar importen",
	"its workbook, its mapping or the configuration was changed after it was held. Put %s with its mapping into the inbox again to have it checked again; inlet discard %s ends the import": "arbetsboken, mappningen eller konfigurationen har ändrats sedan importen började vänta. Lägg %s med sin mappning i inkorgen igen så att den kontrolleras på nytt; inlet discard %s avslutar importen",
	"it has written records: `inlet undo %s` undoes them, `inlet resume %s` writes the rest":                                                                                                "den har skrivit poster: `inlet undo %s` ångrar dem, `inlet resume %s` skriver resten",
}
