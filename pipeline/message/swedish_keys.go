package message

// swedishKeys is about keys that identify nothing, and about changes of the rules.
var swedishKeys = map[string]string{
	"in %s does not identify an account: fill in the right value": "i %s pekar inte ut något företag: fyll i rätt värde",
	"in %s does not identify a contact: fill in the right value":  "i %s pekar inte ut någon kontakt: fyll i rätt värde",
	"in %s does not identify an account, so it was treated as blank and a new account was created. If the row is not a record, leave it out in the mapping: rows: {where: {%s: '!= %s'}}": "i %s pekar inte ut något företag, så det räknas som tomt och ett nytt företag skapades. Är raden ingen post, uteslut den i mappningen: rows: {where: {%s: '!= %s'}}",
	"in %s does not identify a contact, so it was treated as blank and a new contact was created. If the row is not a record, leave it out in the mapping: rows: {where: {%s: '!= %s'}}":  "i %s pekar inte ut någon kontakt, så det räknas som tomt och en ny kontakt skapades. Är raden ingen post, uteslut den i mappningen: rows: {where: {%s: '!= %s'}}",
	"an older version of inlet with other rules started this import, so it cannot be continued: undo what it wrote with `inlet undo %s`, then put the file into the inbox again":          "importen påbörjades av en äldre version av inlet med andra regler och kan inte fortsätta: ångra det som skrevs med `inlet undo %s` och lägg sedan filen i inkorgen igen",
}
