package suggest

// swedish has the Swedish of each sentence of a suggestion; %s are filled in order.
var swedish = map[string]string{
	"Suggested for %s from its first %s rows. Check each line that has a comment.": "Förslag för %s utifrån dess första %s rader. Kontrollera varje rad som har en kommentar.",
	"numbers written as text have this format, not %s":                             "tal som är skrivna som text har det här formatet, inte %s",

	"the heading of the template": "mallens rubrik",
	"a synonym of %s":             "en synonym till %s",
	"could also be %s":            "kan också vara %s",
	"%s is another column, and the heading could be of an account or a contact": "%s är en annan kolumn, och rubriken kan gälla företag eller kontakt",
	"unclear what %s means for the values":                                      "oklart vad %s betyder för värdena",
	"%s of the account":                                                         "%s hos företaget",
	"%s of the contact":                                                         "%s hos kontakten",
	"%s and %s in one column: split it into two columns":                        "%s och %s i en kolumn: dela upp den i två kolumner",
	"both parts of the heading mean %s":                                         "varje del av rubriken betyder %s",
	"like %s (one letter apart)":                                                "som %s (en bokstav skiljer)",
	"like %s (two letters apart)":                                               "som %s (två bokstäver skiljer)",
	"the heading contains %s":                                                   "%s finns i rubriken",

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
}
