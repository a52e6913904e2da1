package message

// swedishHouse is what is said of headings that changed, of IDs of other systems, and of what an inbox or the configuration says.
var swedishHouse = map[string]string{
	// Match rules of the configuration (W14).
	"no column is %s, which the configuration matches accounts on; the columns are %s. Add the column, map one to it, or write in the mapping what to match on, e.g. match: {account: [name]}, or match: {account: []} for nothing": "ingen kolumn är %s, som konfigurationen matchar företag på; kolumnerna är %s. Lägg till kolumnen, mappa en kolumn till den, eller skriv i mappningen vad som ska matchas på, t.ex. match: {account: [name]}, eller match: {account: []} för inget alls",
	"no column is %s, which the configuration matches contacts on; the columns are %s. Add the column, map one to it, or write in the mapping what to match on, e.g. match: {contact: [name]}, or match: {contact: []} for nothing": "ingen kolumn är %s, som konfigurationen matchar kontakter på; kolumnerna är %s. Lägg till kolumnen, mappa en kolumn till den, eller skriv i mappningen vad som ska matchas på, t.ex. match: {contact: [name]}, eller match: {contact: []} för inget alls",
	"match: this inbox allows accounts to be matched on %s only": "match: i den här inkorgen får företag bara matchas på %s",
	"match: this inbox allows contacts to be matched on %s only": "match: i den här inkorgen får kontakter bara matchas på %s",

	// Headings that changed (W16).
	"the last file with a name like this one also had the columns %s. If this file is right without them, approve it; otherwise discard it and drop the right one": "den senaste filen med ett liknande namn hade också kolumnerna %s. Är den här filen rätt utan dem, godkänn den; kasta den annars och lägg dit rätt fil",
	"the last file with a name like this one did not have this column; it is imported":                                                                             "den senaste filen med ett liknande namn hade inte den här kolumnen; den importeras",
	"the last file with this mapping did not have this column; it is imported":                                                                                     "den senaste filen med den här mappningen hade inte den här kolumnen; den importeras",
	"the last file with a name like this one had this column, and this one does not":                                                                               "den senaste filen med ett liknande namn hade den här kolumnen, men den här filen har den inte",
	"the last file with this mapping had this column, and this one does not":                                                                                       "den senaste filen med den här mappningen hade den här kolumnen, men den här filen har den inte",

	// IDs of another system.
	"none of the %s values in the column %s is the ID of a stored account: it is probably a number of another system. Say in a mapping what the column is: columns: {%s: ignore} leaves it out; columns: {%s: account.custom.number} keeps the numbers, in a field made by inlet field add account.custom.number. If the import is approved as it is, the rows with these values are rejected": "inget av de %s värdena i kolumnen %s är ID för ett företag som finns: det är antagligen ett nummer från ett annat system. Ange i en mappning vad kolumnen är: columns: {%s: ignore} utelämnar den; columns: {%s: account.custom.number} behåller numren, i ett fält som skapas med inlet field add account.custom.number. Om importen godkänns som den är avvisas raderna med de här värdena",
	"none of the %s values in the column %s is the ID of a stored contact: it is probably a number of another system. Say in a mapping what the column is: columns: {%s: ignore} leaves it out; columns: {%s: contact.custom.number} keeps the numbers, in a field made by inlet field add contact.custom.number. If the import is approved as it is, the rows with these values are rejected": "inget av de %s värdena i kolumnen %s är ID för en kontakt som finns: det är antagligen ett nummer från ett annat system. Ange i en mappning vad kolumnen är: columns: {%s: ignore} utelämnar den; columns: {%s: contact.custom.number} behåller numren, i ett fält som skapas med inlet field add contact.custom.number. Om importen godkänns som den är avvisas raderna med de här värdena",

	// Choices.
	"%s: write the sheet and the row, e.g. \"Kunder!17\"":          "%s: skriv bladet och raden, t.ex. \"Kunder!17\"",
	"%s: write the ID of the record that the row is, new, or wait": "%s: skriv ID för den post som raden är, new eller wait",

	// Limits.
	"%s of %s rows would be left out because they are not records, and the mapping allows %s": "%s av %s rader skulle utelämnas eftersom de inte är poster, och mappningen tillåter %s",
	"the mapped cells hold more than %s bytes of text":                                        "de mappade cellerna innehåller mer än %s byte text",
}
