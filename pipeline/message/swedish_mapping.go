package message

// swedishMapping is what package mapping says of a sidecar that cannot be used. The keys and words of a sidecar stay as they are typed.
var swedishMapping = map[string]string{
	"; did you mean %s?": "; menade du %s?",

	// The file.
	"%s: is larger than %s KiB, the most a mapping has":                                   "%s: är större än %s KiB, det mesta en mappning kan vara",
	"is no text file; save it as UTF-8":                                                   "är ingen textfil; spara den som UTF-8",
	"is empty; write at least columns and match":                                          "är tom; skriv åtminstone columns och match",
	"a second document begins; a mapping is one":                                          "här börjar ett andra dokument; en mappning är ett enda",
	"this is no YAML; look at indentation, quotes and brackets (%s)":                      "det här är inte YAML; se över indrag, citattecken och parenteser (%s)",
	"nested too deep for a mapping":                                                       "det här är för djupt nästlat för en mappning",
	"anchors and aliases (& and *) are not read; write it out, or put the text in quotes": "ankare och alias (& och *) läses inte; skriv ut innehållet, eller sätt texten inom citattecken",
	"tags (!) are not read; put the text in quotes":                                       "taggar (!) läses inte; sätt texten inom citattecken",
	"write key: value lines here":                                                         "skriv rader av formen nyckel: värde här",
	"write one value here":                                                                "skriv ett enda värde här",

	// A key and its value.
	"%s: unknown key":                                        "%s: okänd nyckel",
	"%s: unknown key of a sheet":                             "%s: okänd nyckel för ett blad",
	"%s: unknown key; match has account and contact":         "%s: okänd nyckel; match har account och contact",
	"%s: unknown key; account_manager has user and apply_to": "%s: okänd nyckel; account_manager har user och apply_to",
	"%s: unknown key; when_done has mail and webhook":        "%s: okänd nyckel; when_done har mail och webhook",
	"%s: stands there twice":                                 "%s: står där två gånger",
	"%s: write one of %s":                                    "%s: skriv något av %s",
	"%s: write a row number from 1":                          "%s: skriv ett radnummer, från 1",
	"%s: %s: write a count or a percentage, e.g. 100 or 5%":  "%s: %s: skriv ett antal eller en procentsats, t.ex. 100 eller 5%",
	"version: %s: this inlet knows version 1":                "version: %s: den här versionen av inlet känner till version 1",
	"region: %s: write the country's two letters, e.g. SE":   "region: %s: skriv landets två bokstäver, t.ex. SE",
	"layout %s: %s is none of yyyy yy mm m dd d hh mm ss":    "layouten %s: %s är inget av yyyy yy mm m dd d hh mm ss",
	"layout %s: a date has yyyy, mm and dd, e.g. dd/mm/yyyy": "layouten %s: ett datum har yyyy, mm och dd, t.ex. dd/mm/yyyy",

	// Columns, fields and sheets.
	"%s: there is no such field":                                                  "%s: det finns inget sådant fält",
	"%s: there is no such field of accounts":                                      "%s: företag har inget sådant fält",
	"%s: there is no such field of contacts":                                      "%s: kontakter har inget sådant fält",
	"%s: %s is %s already; one column a field":                                    "%s: %s är redan %s; ett fält har bara en kolumn",
	"%s: no column has these letters; write for example \"=C\"":                   "%s: ingen kolumn har de bokstäverna; skriv till exempel \"=C\"",
	"%s: say which field it is, e.g. {field: account.zip}":                        "%s: ange vilket fält det är, t.ex. {field: account.zip}",
	"%s: is written by the store alone (F7); take the column out or write ignore": "%s: fylls bara i av systemet självt (F7); ta bort kolumnen eller skriv ignore",
	"sheets: say which sheet each is, e.g. - {sheet: Kunder, columns: …}":         "sheets: ange vilket blad varje del är, t.ex. - {sheet: Kunder, columns: …}",
	"%s: where sheets lists several, each has its own; write it there":            "%s: när sheets listar flera blad har varje blad sitt eget; skriv det där",

	// Users, passwords, mail.
	"account_manager: say which user, e.g. {user: anna@exempel.se, apply_to: new}":                          "account_manager: ange vilken användare, t.ex. {user: anna@exempel.se, apply_to: new}",
	"%s: no users are known; list them in the configuration under users, or with inlet user add":            "%s: inga användare är kända; lista dem i konfigurationen under users, eller med inlet user add",
	"%s: there is no such user, or several of that name; write the ID, e-mail or login of one of the users": "%s: det finns ingen sådan användare, eller flera med det namnet; skriv ID, e-post eller inloggningsnamn för en av användarna",
	"%s: the configuration knows no password file of this name; name one of its passwords (%s)":             "%s: konfigurationen har ingen lösenordsfil med det namnet; ange något av dess lösenord (%s)",
	"%s: is not a valid e-mail address": "%s: är inte en giltig e-postadress",
	"%s: the configuration allows no mail to %s from a mapping; an administrator adds the domain to the inbox's limits": "%s: konfigurationen tillåter ingen e-post till %s från en mappning; be en administratör lägga till domänen bland inkorgens gränser",
	"%s: the configuration allows no webhook of this name to a mapping; an administrator adds it to the inbox's limits": "%s: konfigurationen tillåter ingen webhook med det namnet i en mappning; be en administratör lägga till den bland inkorgens gränser",

	// What the inbox allows.
	"mode: this inbox allows %s at the most":                                          "mode: den här inkorgen tillåter bara %s",
	"ambiguous: this inbox allows park or reject at the most":                         "ambiguous: den här inkorgen tillåter bara park eller reject",
	"blank_key: this inbox allows reject at the most":                                 "blank_key: den här inkorgen tillåter bara reject",
	"on_blank: this inbox allows keep and default at the most":                        "on_blank: den här inkorgen tillåter bara keep och default",
	"columns: this inbox allows no writing to %s, but %s at the most":                 "columns: den här inkorgen tillåter inte att %s fylls i, bara %s",
	"columns: this inbox allows no on_blank: clear, but keep and default at the most": "columns: den här inkorgen tillåter inte on_blank: clear, bara keep och default",
	"caps: this inbox allows %s: %s at the most":                                      "caps: den här inkorgen tillåter högst %s: %s",
}
