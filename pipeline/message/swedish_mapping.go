package message

// swedishMapping is what package mapping says about a sidecar that cannot be used. The keys and words of a sidecar stay as they are typed.
var swedishMapping = map[string]string{
	"; did you mean %s?": "; menade du %s?",

	// The file.
	"%s: is larger than %s KiB, the limit for a mapping":                                                "%s: är större än %s KiB, som är gränsen för en mappning",
	"is not a text file; save it as UTF-8":                                                              "är inte en textfil; spara den som UTF-8",
	"is empty; write at least columns and match":                                                        "är tom; skriv åtminstone columns och match",
	"a second YAML document starts here; a mapping is a single document":                                "här börjar ett andra YAML-dokument; en mappning är ett enda",
	"this is not valid YAML; check indentation, quotes and brackets (%s)":                               "det här är inte giltig YAML; kontrollera indrag, citattecken och parenteser (%s)",
	"is nested too deeply for a mapping":                                                                "är för djupt nästlat för en mappning",
	"anchors and aliases (& and *) are not supported; write the content out, or put the text in quotes": "ankare och alias (& och *) stöds inte; skriv ut innehållet, eller sätt texten inom citattecken",
	"tags (!) are not supported; put the text in quotes":                                                "taggar (!) stöds inte; sätt texten inom citattecken",
	"write key: value lines here":                                                                       "skriv rader av formen nyckel: värde här",
	"write one value here":                                                                              "skriv ett enda värde här",

	// A key and its value.
	"%s: unknown key":            "%s: okänd nyckel",
	"%s: unknown key of a sheet": "%s: okänd nyckel för ett blad",
	"%s: unknown key; the keys of match are account and contact":              "%s: okänd nyckel; nycklarna i match är account och contact",
	"%s: unknown key; the keys of account_manager are user and apply_to":      "%s: okänd nyckel; nycklarna i account_manager är user och apply_to",
	"%s: unknown key; the keys of when_done are mail and webhook":             "%s: okänd nyckel; nycklarna i when_done är mail och webhook",
	"%s: is listed twice; keep one":                                           "%s: står två gånger; behåll en",
	"%s: write one of %s":                                                     "%s: skriv något av %s",
	"%s: write a row number from 1":                                           "%s: skriv ett radnummer, från 1",
	"%s: %s: write a count or a percentage, e.g. 100 or 5%":                   "%s: %s: skriv ett antal eller en procentsats, t.ex. 100 eller 5%",
	"version: %s: is not supported; this version of inlet supports version 1": "version: %s: stöds inte; den här versionen av inlet stöder version 1",
	"region: %s: write the country's two letters, e.g. SE":                    "region: %s: skriv landets två bokstäver, t.ex. SE",
	"layout %s: %s is not one of yyyy yy mm m dd d hh mm ss":                  "layouten %s: %s är inget av yyyy yy mm m dd d hh mm ss",
	"layout %s: must contain yyyy, mm and dd, e.g. dd/mm/yyyy":                "layouten %s: måste innehålla yyyy, mm och dd, t.ex. dd/mm/yyyy",

	// Columns, fields and sheets.
	"%s: this field does not exist; to create it: inlet field add %s":           "%s: fältet finns inte; skapa det så här: inlet field add %s",
	"%s: this field does not exist":                                             "%s: fältet finns inte",
	"%s: accounts have no such field":                                           "%s: företag har inget sådant fält",
	"%s: contacts have no such field":                                           "%s: kontakter har inget sådant fält",
	"%s: %s is already mapped from %s; map only one column to a field":          "%s: %s är redan mappat från %s; mappa bara en kolumn till ett fält",
	"%s: is not a valid column; write e.g. \"=C\"":                              "%s: är ingen giltig kolumn; skriv t.ex. \"=C\"",
	"%s: the field is missing; write e.g. {field: account.zip}":                 "%s: fältet saknas; skriv t.ex. {field: account.zip}",
	"%s: is set by the system only; remove the column, or write ignore":         "%s: fylls bara i av systemet; ta bort kolumnen, eller skriv ignore",
	"sheets: the sheet is missing; write e.g. - {sheet: Kunder, columns: …}":    "sheets: bladet saknas; skriv t.ex. - {sheet: Kunder, columns: …}",
	"%s: cannot apply to all sheets that sheets lists; write it for each sheet": "%s: kan inte gälla alla blad som sheets listar; skriv det för varje blad",

	// Users, passwords, mail.
	"account_manager: the user is missing; write e.g. {user: anna@exempel.se, apply_to: new}":                     "account_manager: användaren saknas; skriv t.ex. {user: anna@exempel.se, apply_to: new}",
	"%s: no users are configured; list them under users in the configuration, or add them with inlet user add":    "%s: inga användare är inlagda; lista dem under users i konfigurationen, eller lägg till dem med inlet user add",
	"%s: is not a known user, or several users have this name; write the ID, e-mail address or login of one user": "%s: är ingen känd användare, eller så har flera användare det namnet; skriv ID, e-post eller inloggningsnamn för en av dem",
	"%s: no passwords are configured; ask an administrator to add this one under passwords in the configuration":  "%s: inga lösenord är inlagda; be en administratör lägga till det under passwords i konfigurationen",
	"%s: the configuration has no password of this name; use one of its passwords (%s)":                           "%s: konfigurationen har inget lösenord med det namnet; använd något av dess lösenord (%s)",
	"%s: is not a valid e-mail address": "%s: är inte en giltig e-postadress",
	"%s: the configuration does not allow mappings to send mail to %s; ask an administrator to add the domain to the inbox's limits": "%s: konfigurationen tillåter ingen e-post till %s från en mappning; be en administratör lägga till domänen bland inkorgens gränser",
	"%s: the configuration does not allow mappings to call this webhook; ask an administrator to add it to the inbox's limits":       "%s: konfigurationen tillåter inte att en mappning anropar den webhooken; be en administratör lägga till den bland inkorgens gränser",

	// What the inbox allows.
	"mode: this inbox allows only %s":                                           "mode: den här inkorgen tillåter bara %s",
	"ambiguous: this inbox allows only park and reject":                         "ambiguous: den här inkorgen tillåter bara park och reject",
	"blank_key: this inbox allows only reject":                                  "blank_key: den här inkorgen tillåter bara reject",
	"on_blank: this inbox allows only keep and default":                         "on_blank: den här inkorgen tillåter bara keep och default",
	"columns: this inbox does not allow writing to %s, only to %s":              "columns: i den här inkorgen får %s inte fyllas i, bara %s",
	"columns: this inbox does not allow on_blank: clear, only keep and default": "columns: den här inkorgen tillåter inte on_blank: clear, bara keep och default",
	"caps: this inbox allows at most %s: %s":                                    "caps: den här inkorgen tillåter högst %s: %s",

	// Contacts in other accounts, and feeds.
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

	// The configuration, and limits of an inbox.
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
