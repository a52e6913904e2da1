package spoken

// swedish has the Swedish of each sentence of a suggestion; %s are filled in order.
var swedish = map[string]string{
	"Suggested for %s from its first %s rows. Check each line that has a comment.": "Förslag för %s utifrån dess första %s rader. Kontrollera varje rad som har en kommentar.",
	"numbers written as text have this format, not %s":                             "tal som är skrivna som text har det här formatet, inte %s",

	"the heading of the template": "mallens rubrik",
	"a synonym of %s":             "en synonym till %s",
	"could also be %s":            "kan också vara %s",
	"%s is another column, and the heading could be of an account or a contact": "%s är en annan kolumn, och rubriken kan gälla företag eller kontakt",
	"unclear what %s means for the values":                                      "oklart vad %s betyder för värdena",
	"%s and %s in one column: split it into two columns":                        "%s och %s i en kolumn: dela upp den i två kolumner",
	"like %s (one letter apart)":                                                "som %s (en bokstav skiljer)",
	"like %s (two letters apart)":                                               "som %s (två bokstäver skiljer)",

	"two columns could be this field, and this column is to the right of those of the account": "två kolumner kan vara det här fältet, och den här kolumnen står efter företagets",
	"two columns could be this field, and this column is to the right of those of the contact": "två kolumner kan vara det här fältet, och den här kolumnen står efter kontaktens",
	"column %s is equally likely":                 "kolumn %s är lika trolig",
	"column %s is equally likely and comes first": "kolumn %s är lika trolig och står först",
	"column %s is more likely":                    "kolumn %s är mer trolig",
	"the confidence is too low":                   "det är inte tillräckligt säkert",
	"may be %s":                                   "kan vara %s",

	"%s can be %s or %s: replace this line with the right one of the lines below": "%s kan vara %s eller %s: ersätt den här raden med den rätta av raderna nedanför",
	"%s is not an unambiguous date: set layouts for the column":                   "%s är inte ett entydigt datum: ange layouts för kolumnen",

	"%s of %s rows have an org number, and no two names have the same one":                                       "%s av %s rader har organisationsnummer, och inga två namn har samma",
	"%s of %s rows have an org number; no column is the name, which a new account needs":                         "%s av %s rader har organisationsnummer; ingen kolumn är namnet, som ett nytt företag måste ha",
	"no column is an org number, which would be better; %s of %s rows have a postcode":                           "ingen kolumn är organisationsnummer, vilket hade varit bättre; %s av %s rader har postnummer",
	"only %s of %s rows have a postcode, and a blank value never matches":                                        "bara %s av %s rader har postnummer, och ett tomt värde matchar aldrig",
	"no column is more unique; names are often misspelt, an org number would be better":                          "ingen kolumn är mer unik; namn stavas ofta fel, ett organisationsnummer hade varit bättre",
	"the org number is not unique: %s of %s rows have the same one as a row with another name":                   "organisationsnumret är inte unikt: %s av %s rader har samma som en rad med ett annat namn",
	"only %s of %s rows have an org number, and a blank value never matches":                                     "bara %s av %s rader har organisationsnummer, och ett tomt värde matchar aldrig",
	"no column identifies accounts: match on a name or an org number, otherwise every row creates a new account": "ingen kolumn identifierar företag: matcha på namn eller organisationsnummer, annars skapar varje rad ett nytt företag",

	"%s of %s rows have an e-mail address":                                                                           "%s av %s rader har e-postadress",
	"%s of %s rows have the same e-mail address as another name in the account":                                      "%s av %s rader har samma e-postadress som ett annat namn i företaget",
	"only %s of %s rows have an e-mail address, %s have a name":                                                      "bara %s av %s rader har e-postadress, %s har namn",
	"no column is an e-mail address, which would be better: names are often misspelt":                                "ingen kolumn är e-postadress, vilket hade varit bättre: namn stavas ofta fel",
	"only %s of %s rows have an e-mail address, and no column is the name":                                           "bara %s av %s rader har e-postadress, och ingen kolumn är namnet",
	"no column identifies contacts: match on a name or an e-mail address, otherwise every row creates a new contact": "ingen kolumn identifierar kontakter: matcha på namn eller e-postadress, annars skapar varje rad en ny kontakt",

	"no row of headings was found: add a row above the values that names each column, e.g. Företag, Postnr, Kontakt, E-post": "ingen rad ser ut som rubriker: sätt en rad ovanför värdena som säger vad varje kolumn är, t.ex. Företag, Postnr, Kontakt, E-post",
	"the heading is a known word":                                "rubriken är ett känt ord",
	"the heading contains a known word: %s":                      "rubriken innehåller ett känt ord: %s",
	"the heading ends with a known word: %s":                     "rubriken slutar med ett känt ord: %s",
	"the heading was not recognised":                             "rubriken känns inte igen",
	"the heading is about something else: %s":                    "rubriken handlar om något annat: %s",
	"%s of %s rows have a value: should the column be left out?": "%s av %s rader har ett värde: ska kolumnen utelämnas?",

	"the heading is about another place or person, e.g. home, delivery or an assistant":     "rubriken gäller en annan plats eller person, t.ex. hem, leverans eller en assistent",
	"the values identify the contact in another system; contacts have no field for that":    "värdena identifierar kontakten i ett annat system; kontakter har inget fält för det",
	"accounts have no mobile number, and no column names a contact":                         "företag har inget mobilnummer, och ingen kolumn namnger en kontakt",
	"the heading names the owner of the contact, and only accounts have an account manager": "rubriken anger kontaktens ägare, och bara företag har kontoansvarig",
	"no column has the contact's name or e-mail address, so the row would be rejected":      "ingen kolumn har kontaktens namn eller e-postadress, så raden skulle avvisas",
	"contacts have no fax number":  "kontakter har inget faxnummer",
	"the values are not yes or no": "värdena är inte ja eller nej",
	"the column is blank":          "kolumnen är tom",
	"the values are not codes":     "värdena är inte koder",
	"the heading says address, but no value has a number, and another column is the street":                                                    "rubriken säger adress, men inget värde har en siffra, och en annan kolumn är gatan",
	"the values are customer numbers of another system. To keep them and match on them, run: inlet field add %s --type id, then write %s here": "värdena är kundnummer i ett annat system. För att behålla dem och matcha på dem, kör: inlet field add %s --type id, och skriv sedan %s här",

	"%s of %s rows have a customer number, and each number belongs to one name": "%s av %s rader har kundnummer, och varje nummer hör till ett namn",

	"%s of %s values are identifiers that a program made": "%s av %s värden är beteckningar som ett program har skapat",
	"%s of %s values are forms of address":                "%s av %s värden är titlar som Herr eller Fru",
	"%s of %s values are names of companies":              "%s av %s värden är namn på företag",
	"%s of %s values are legal forms":                     "%s av %s värden är bolagsformer",
	"%s of %s values are points of the compass":           "%s av %s värden är väderstreck",
	"%s of %s values are ranges of numbers":               "%s av %s värden är intervall av tal",
	"%s of %s values are pages of a social network":       "%s av %s värden är sidor i ett socialt nätverk",
	"the values are those of the company's name":          "värdena är de i företagets namn",
	"only %s of %s values are different":                  "bara %s av %s värden skiljer sig åt",

	"The headings are those of an export from %s.": "Rubrikerna är de i en export från %s.",
	"No column is the company's name: known companies are updated, and the rows of all others are rejected. Set account.name for the column that has it.": "Ingen kolumn är företagets namn: kända företag uppdateras, och alla andras rader avvisas. Skriv account.name för den kolumn som har det.",
	"No column is the company's name: every row would be rejected. Set account.name for the column that has it.":                                          "Ingen kolumn är företagets namn: varje rad skulle avvisas. Skriv account.name för den kolumn som har det.",
	"the org numbers are not those of %s": "organisationsnumren är inte från %s",
}

// swedishAppearances has the Swedish of what the values look like.
var swedishAppearances = map[string]string{
	"%s of %s values are e-mail addresses":                     "%s av %s värden är e-postadresser",
	"only %s of %s values are e-mail addresses":                "bara %s av %s värden är e-postadresser",
	"%s of %s values are web addresses":                        "%s av %s värden är webbadresser",
	"only %s of %s values are web addresses":                   "bara %s av %s värden är webbadresser",
	"%s of %s values are phone numbers":                        "%s av %s värden är telefonnummer",
	"only %s of %s values are phone numbers":                   "bara %s av %s värden är telefonnummer",
	"%s of %s values are org numbers with a valid check digit": "%s av %s värden är organisationsnummer med rätt kontrollsiffra",
	"only %s of %s values are org numbers":                     "bara %s av %s värden är organisationsnummer",
	"%s of %s values are postcodes":                            "%s av %s värden är postnummer",
	"only %s of %s values are postcodes":                       "bara %s av %s värden är postnummer",
	"%s of %s values are dates":                                "%s av %s värden är datum",
	"only %s of %s values are dates":                           "bara %s av %s värden är datum",
	"%s of %s values are numbers":                              "%s av %s värden är tal",
	"only %s of %s values are numbers":                         "bara %s av %s värden är tal",
	"%s of %s values are yes or no":                            "%s av %s värden är ja eller nej",
	"only %s of %s values are yes or no":                       "bara %s av %s värden är ja eller nej",
	"%s of %s values are record IDs":                           "%s av %s värden är ID för poster",
	"only %s of %s values are record IDs: a row with an ID that is not in the store is rejected": "bara %s av %s värden är ID för poster: en rad med ett ID som inte finns avvisas",
	"%s of %s values are among the choices":                                                      "%s av %s värden finns bland alternativen",
	"only %s of %s values are among the choices":                                                 "bara %s av %s värden finns bland alternativen",
	"%s of %s values are users":                                                                  "%s av %s värden är användare",
	"only %s of %s values are users":                                                             "bara %s av %s värden är användare",
}

// Swedish returns the Swedish of a sentence of a suggestion.
func Swedish(format string) (sv string, ok bool) {
	if sv, ok = swedishAppearances[format]; !ok {
		sv, ok = swedish[format]
	}
	return sv, ok
}
