package message

// swedishHouse is what is said of headings that changed, of IDs of other systems, and of what an inbox or the configuration says.
var swedishHouse = map[string]string{
	// Match rules of the configuration (W14).
	"no column was recognised as %s, which the configuration matches accounts on. Columns found: %s. Add the column, map a column to it, or set in the mapping what to match on, e.g. match: {account: [name]}, or match: {account: []} to match on nothing": "ingen kolumn kändes igen som %s, som konfigurationen matchar företag på. Kolumner i filen: %s. Lägg till kolumnen, mappa en kolumn till den, eller ange i mappningen vad som ska matchas på, t.ex. match: {account: [name]}, eller match: {account: []} för inget alls",
	"no column was recognised as %s, which the configuration matches contacts on. Columns found: %s. Add the column, map a column to it, or set in the mapping what to match on, e.g. match: {contact: [name]}, or match: {contact: []} to match on nothing": "ingen kolumn kändes igen som %s, som konfigurationen matchar kontakter på. Kolumner i filen: %s. Lägg till kolumnen, mappa en kolumn till den, eller ange i mappningen vad som ska matchas på, t.ex. match: {contact: [name]}, eller match: {contact: []} för inget alls",
	"match: this inbox allows matching accounts only on %s": "match: i den här inkorgen får företag bara matchas på %s",
	"match: this inbox allows matching contacts only on %s": "match: i den här inkorgen får kontakter bara matchas på %s",

	// Headings that changed (W16).
	"the last file with a similar name also had the columns %s. If this file is right without them, approve it; otherwise discard it and put the right file into the inbox": "den senaste filen med ett liknande namn hade också kolumnerna %s. Är den här filen rätt utan dem, godkänn den; förkasta den annars och lägg rätt fil i inkorgen",
	"the last file with a similar name did not have this column; it is imported":                                                                                            "den senaste filen med ett liknande namn hade inte den här kolumnen; den importeras",
	"the last file with this mapping did not have this column; it is imported":                                                                                              "den senaste filen med den här mappningen hade inte den här kolumnen; den importeras",
	"the last file with a similar name had this column, but this file does not":                                                                                             "den senaste filen med ett liknande namn hade den här kolumnen, men den här filen har den inte",
	"the last file with this mapping had this column, but this file does not":                                                                                               "den senaste filen med den här mappningen hade den här kolumnen, men den här filen har den inte",

	// IDs of another system.
	"none of the %s values in column %s is the ID of a stored account: they are probably numbers of another system. Specify in a mapping what the column is: columns: {%s: ignore} leaves it out; columns: {%s: account.custom.number} keeps the numbers, in a field that is created with inlet field add account.custom.number. If the import is approved as it is, the rows with these values are rejected": "inget av de %s värdena i kolumnen %s är ID för ett sparat företag: de är antagligen nummer från ett annat system. Ange i en mappning vad kolumnen är: columns: {%s: ignore} utelämnar den; columns: {%s: account.custom.number} behåller numren, i ett fält som skapas med inlet field add account.custom.number. Om importen godkänns som den är avvisas raderna med de här värdena",
	"none of the %s values in column %s is the ID of a stored contact: they are probably numbers of another system. Specify in a mapping what the column is: columns: {%s: ignore} leaves it out; columns: {%s: contact.custom.number} keeps the numbers, in a field that is created with inlet field add contact.custom.number. If the import is approved as it is, the rows with these values are rejected": "inget av de %s värdena i kolumnen %s är ID för en sparad kontakt: de är antagligen nummer från ett annat system. Ange i en mappning vad kolumnen är: columns: {%s: ignore} utelämnar den; columns: {%s: contact.custom.number} behåller numren, i ett fält som skapas med inlet field add contact.custom.number. Om importen godkänns som den är avvisas raderna med de här värdena",

	// Choices.
	"%s: write the sheet and the row, e.g. \"Kunder!17\"": "%s: skriv bladet och raden, t.ex. \"Kunder!17\"",
	"%s: write the ID of the record, new, or wait":        "%s: skriv ID för posten, new eller wait",

	// Limits.
	"%s of %s rows would be left out because they are not records; the mapping allows at most %s": "%s av %s rader skulle utelämnas eftersom de inte är poster; mappningen tillåter högst %s",
	"the mapped cells contain more than %s bytes of text":                                         "de mappade cellerna innehåller mer än %s byte text",
}
