package message

// swedishFeed is what is said of contacts in other accounts and of feeds, in Swedish.
var swedishFeed = map[string]string{
	// A row.
	"this contact already exists in another account (%s): correct the row's account, or write elsewhere: update or elsewhere: move in the mapping": "kontakten finns redan hos ett annat företag (%s): rätta företaget på raden, eller skriv elsewhere: update eller elsewhere: move i mappningen",
	"the contact was created although another account has a contact with the same %s (%s): check whether they are the same person":                 "kontakten skapades, fast ett annat företag har en kontakt med samma värde i %s (%s): kontrollera om det är samma person",

	// A mapping.
	"%s: reuse and reuse_in_file are the same setting: keep reuse":                                                                                                          "%s: reuse och reuse_in_file är samma inställning: behåll reuse",
	"contact_scope: profile safe searches for contacts only in the account of their row: write account, or choose another profile":                                          "contact_scope: profilen safe söker kontakter bara hos radens företag: skriv account, eller välj en annan profil",
	"contact_scope: anywhere needs a rule with email, mobile or an ID field, because a name is not unique: write e.g. match: {contact: [email]}, or contact_scope: account": "contact_scope: anywhere kräver en regel med email, mobile eller ett ID-fält, eftersom ett namn inte är unikt: skriv t.ex. match: {contact: [email]}, eller contact_scope: account",
	"elsewhere: profile safe does not move contacts: write reject or update, or choose another profile":                                                                     "elsewhere: profilen safe flyttar inga kontakter: skriv reject eller update, eller välj en annan profil",
	"contact_scope: this inbox allows only account":                                                                                                                         "contact_scope: den här inkorgen tillåter bara account",
	"elsewhere: this inbox allows only reject and update":                                                                                                                   "elsewhere: den här inkorgen tillåter bara reject och update",
	"elsewhere_id: this inbox allows only reject":                                                                                                                           "elsewhere_id: den här inkorgen tillåter bara reject",
}
