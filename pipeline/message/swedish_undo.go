package message

// swedishUndo is what an undo says, in Swedish.
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
}
