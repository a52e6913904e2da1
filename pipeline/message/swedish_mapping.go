package message

// swedishMapping is what package mapping says of a sidecar that cannot be used. The keys and words of a sidecar stay as they are typed.
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
}
