package words

import "maps"

// settingsWords are the texts of the page of settings.
var settingsWords = map[string]string{
	"Configuration": "Konfiguration", "What inlet was started with, and where each value came from. It is changed in the file.": "Det som inlet startades med, och var varje värde kommer ifrån. Det ändras i filen.",
	"Users and roles": "Användare och roller", "Who may open these pages, and what each may do.": "Vilka som får öppna sidorna, och vad var och en får göra.",
	"Tokens": "Nycklar", "Tokens let programs use the API, in some inboxes and until some day.": "En nyckel låter ett program använda API:t, i några inkorgar och till en viss dag.",
	"Who did what": "Vem gjorde vad", "What was done on the pages, by the API and with commands.": "Det som har gjorts på sidorna, genom API:t och med kommandon.",
	"Test": "Test", "Everybody whom inboxes notify gets a test, by the mail server and the webhooks of the configuration.": "Ett test går till alla som inkorgarna meddelar, genom konfigurationens e-postserver och webhooks.",
	"default": "standard", "From": "Från", "Key": "Nyckelord", "Passwords, keys and addresses that are secrets are shown as ***.": "Lösenord, nycklar och adresser som är hemliga visas som ***.",
	"Role": "Roll", "May": "Får", "No logins are configured.": "Inga inloggningar är konfigurerade.", "http.login is none: everybody who is logged in to this computer may do everything.": "http.login är none: alla som är inloggade på den här datorn får göra allt.",
	"Logins stand in http.web_config_file, and roles in http.roles of the configuration.": "Inloggningar står i http.web_config_file och roller i http.roles i konfigurationen.",
	"Reads the metrics, and no page.": "Läser mätvärdena, och ingen sida.", "Reads every page.": "Läser alla sidor.", "Reads every page, uploads, approves, discards, undoes, cancels and pauses.": "Läser alla sidor, laddar upp, godkänner, förkastar, ångrar, avbryter och pausar.", "May do everything.": "Får göra allt.",
	"Look at imports, inboxes and sources": "Titta på importer, inkorgar och källor", "Send workbooks": "Skicka arbetsböcker", "Approve, discard and tick off": "Godkänna, förkasta och bocka av", "Undo imports": "Ångra importer", "Cancel, pause, resume and poll": "Avbryta, pausa, fortsätta och hämta",
	"all": "alla", "This is the token of": "Det här är nyckeln för", "Copy it now: it cannot be shown again.": "Kopiera den nu: den kan inte visas igen.", "Expires": "Går ut", "Created on": "Skapad", "has expired": "har gått ut", "Revoke": "Återkalla", "No tokens yet.": "Inga nycklar ännu.",
	"New token": "Ny nyckel", "Name of the program": "Programmets namn", "Days until it expires": "Dagar tills den går ut", "all, also those of later": "alla, även framtida", "What it may do": "Vad den får göra", "Create token": "Skapa nyckel",
	"The name has 1 to 60 letters, digits, spaces, dots, hyphens and underscores.": "Namnet har 1 till 60 bokstäver, siffror, mellanslag, punkter, bindestreck och understreck.",
	"There is a token of this name. Revoke it first, or choose another name.":      "Det finns redan en nyckel med det namnet. Återkalla den först, eller välj ett annat namn.",
	"Choose at least one inbox, and at least one thing that the program may do.":   "Välj minst en inkorg, och minst en sak som programmet får göra.",
	"Tokens expire after 1 day at the earliest, and after 730 days at the latest.": "En nyckel går ut tidigast efter 1 dag och senast efter 730 dagar.",
	"Who": "Vem", "About": "Gäller", "not done": "blev inte gjort", "Nothing has been done yet.": "Inget har gjorts ännu.",
	"It says in its text that it is a test.": "Det står i texten att det är ett test.", "Send a test": "Skicka ett test",
}

func init() { maps.Copy(swedish, settingsWords) }
