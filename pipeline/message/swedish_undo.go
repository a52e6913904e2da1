package message

// swedishUndo is what an undo says, in Swedish.
var swedishUndo = map[string]string{
	// Why an import cannot be taken back.
	"there is no import %s; `inlet list` has them":                                                           "det finns ingen import %s; `inlet list` visar vilka som finns",
	"%s was taken back already, by %s; `inlet undo %s` brings it back":                                       "%s är redan ångrad, av %s; `inlet undo %s` tar tillbaka det",
	"%s is not done yet; `inlet undo %s` finishes it if it was interrupted":                                  "%s är inte klar ännu; `inlet undo %s` slutför den om den avbröts",
	"%s is not done yet: let it end (if it was interrupted, import it again), and undo it then":              "%s är inte klar ännu: låt den bli klar (importera igen om den avbröts) och ångra den sedan",
	"%s is held and has written nothing: `inlet discard %s` drops it":                                        "%s väntar och har inte skrivit något: `inlet discard %s` kastar den",
	"%s has written nothing, so there is nothing to take back":                                               "%s har inte skrivit något, så det finns inget att ångra",
	"%s took back an import that was stuck halfway: drop its file again instead":                             "%s ångrade en import som hade fastnat halvvägs: släpp filen igen i stället",
	"a person discarded it before anything was written":                                                      "någon kastade den innan något hade skrivits",
	"a person cancelled it and took back what it had written":                                                "någon avbröt den och ångrade det den hade skrivit",
	"it was stuck, and a person took back what it had written: drop the file again when the cause is mended": "den hade fastnat, och någon ångrade det den hade skrivit: släpp filen igen när orsaken är åtgärdad",

	// What stays.
	"%s was changed since, so it stays as it is: change it by hand if it is to be as before":                        "%s har ändrats sedan dess och lämnas som det är: ändra för hand om det ska bli som förut",
	"%s was changed since, so the account stays: delete it by hand if it is to go":                                  "%s har ändrats sedan dess, så företaget är kvar: ta bort det för hand om det ska bort",
	"%s was changed since, so the contact stays: delete it by hand if it is to go":                                  "%s har ändrats sedan dess, så kontakten är kvar: ta bort den för hand om den ska bort",
	"the contact was moved to this account since, so it stays: delete it by hand if it is to go":                    "kontakten har flyttats till det här företaget sedan dess, så den är kvar: ta bort den för hand om den ska bort",
	"somebody else wrote into this account since, so it stays: delete it by hand if it is to go":                    "någon annan har skrivit i företaget sedan dess, så det är kvar: ta bort det för hand om det ska bort",
	"somebody else wrote into this contact since, so it stays: delete it by hand if it is to go":                    "någon annan har skrivit i kontakten sedan dess, så den är kvar: ta bort den för hand om den ska bort",
	"the account has contacts that stay (%s), so it stays too: move or delete them, and delete the account by hand": "företaget har kontakter som är kvar (%s), så det är också kvar: flytta eller ta bort dem, och ta bort företaget för hand",
	"there is an account with this ID again: it stays as it is":                                                     "det finns ett företag med detta ID igen: det lämnas som det är",
	"there is a contact with this ID again: it stays as it is":                                                      "det finns en kontakt med detta ID igen: den lämnas som den är",
	"the account of this contact is not there any more, so the contact cannot come back":                            "kontaktens företag finns inte längre, så kontakten kan inte komma tillbaka",
	"the account that this contact was in is not there any more, so the contact stays in its new one":               "företaget som kontakten hörde till finns inte längre, så kontakten är kvar i sitt nya",
	"somebody deleted this account since: there is nothing to put its old values into":                              "någon har tagit bort företaget sedan dess: det finns inget att lägga tillbaka de gamla värdena i",
	"somebody deleted this contact since: there is nothing to put its old values into":                              "någon har tagit bort kontakten sedan dess: det finns inget att lägga tillbaka de gamla värdena i",
	"somebody else changed this account while the import was taken back: it stays as it is; look at it":             "någon annan ändrade företaget medan importen ångrades: det lämnas som det är; se efter hur det ska vara",
	"somebody else changed this contact while the import was taken back: it stays as it is; look at it":             "någon annan ändrade kontakten medan importen ångrades: den lämnas som den är; se efter hur den ska vara",
}
