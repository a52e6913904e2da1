package message

// swedishCSV is what is said about CSV files: their quotes, encodings and delimiters.
var swedishCSV = map[string]string{
	// Quotes.
	`a quote (") starts a field in line %s, column %s, that is never closed: close it, or double the quote if it belongs to the text`: "ett citattecken (\") inleder ett fält på rad %s, kolumn %s, som sedan inte avslutas: " +
		"avsluta det, eller dubblera citattecknet om det hör till texten",
	`a quoted field starts in line %s and ends in line %s, and each of these lines looks like a row of its own. If the field is correct, approve the import; if there is a quote (") too many, correct the line and put the file into the inbox again`: "ett fält inom citattecken börjar på rad %s och slutar på rad %s, och var och en av raderna ser ut som en egen rad i tabellen. " +
		"Är fältet riktigt, godkänn importen; är ett citattecken (\") för mycket, rätta raden och lägg in filen igen",
	`the file has quotes (") out of place, and line %s has %s fields where the headings have %s: %s. Double each quote that belongs to the text, or export the table again as .xlsx`: "filen har citattecken (\") på fel ställen, och rad %s får %s fält där rubrikerna är %s: %s. " +
		"Dubblera varje citattecken som hör till texten, eller exportera tabellen igen som .xlsx",
	`line %s has quotes (") that can be read in two ways: %s or %s. Double each quote that belongs to the text, or export the table again as .xlsx`: "rad %s har citattecken (\") som kan läsas på två sätt: %s eller %s. " +
		"Dubblera varje citattecken som hör till texten, eller exportera tabellen igen som .xlsx",
	`line %s has a doubled quote (") within a field, and line %s has one that is not doubled, so the meaning is not certain. Double each quote that belongs to the text, or export the table again as .xlsx`: "rad %s dubblerar ett citattecken (\") inne i ett fält, och rad %s har ett som inte är dubblerat, så det är inte säkert vad som menas. " +
		"Dubblera varje citattecken som hör till texten, eller exportera tabellen igen som .xlsx",
	`a quoted field of several lines starts in line %s, and line %s has a quote (") that is not doubled, so it is not certain where the field ends. Double each quote that belongs to the text, or export the table again as .xlsx`: "på rad %s börjar ett fält inom citattecken som går över flera rader, och rad %s har ett citattecken (\") som inte är dubblerat, så det är inte säkert var fältet slutar. " +
		"Dubblera varje citattecken som hör till texten, eller exportera tabellen igen som .xlsx",

	// Encodings.
	"the encoding %s is not supported: use one of %s":                                                                                           "teckenkodningen %s är okänd: använd någon av %s",
	"the encoding is set to %s, but the file begins with the byte order mark of %s and was read as that":                                        "teckenkodningen är angiven som %s, men filen börjar med byteordningsmärket för %s och lästes så",
	"line %s contains the replacement character (U+FFFD): a letter was lost before the file reached inlet. Export the table again as CSV UTF-8": "rad %s innehåller ersättningstecknet (U+FFFD): en bokstav gick förlorad innan filen kom hit. Exportera tabellen igen som CSV UTF-8",
	"the encoding is set to %s, but the text is UTF-8: remove encoding: from the mapping, or from the inbox":                                    "teckenkodningen är angiven som %s, men texten är UTF-8: ta bort encoding: ur mappningen eller inkorgen",
	"the encoding is set to UTF-8, but the text has bytes that are not, the first in line %s: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8": "teckenkodningen är angiven som UTF-8, men texten har byte som inte är det, de första på rad %s: " +
		"ange filens teckenkodning med encoding: i mappningen eller för inkorgen, eller spara den som CSV UTF-8",
	"the text is UTF-8 except for some bytes, the first in line %s: correct that line, or set encoding: in the mapping or for the inbox": "texten är UTF-8 utom några byte, de första på rad %s: rätta raden, eller ange encoding: i mappningen eller för inkorgen",
	"the encoding is set to %s, but line %s has a byte that is not a character of it: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8": "teckenkodningen är angiven som %s, men rad %s har en byte som inte är något tecken i den: " +
		"ange filens teckenkodning med encoding: i mappningen eller för inkorgen, eller spara den som CSV UTF-8",
	"the text was read as %s, but line %s has bytes that are not characters of it: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8": "texten lästes som %s, men rad %s har byte som inte är tecken i den: " +
		"ange filens teckenkodning med encoding: i mappningen eller för inkorgen, eller spara den som CSV UTF-8",
	"the text is not UTF-8, and line %s does not match any of the encodings that are tried: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8": "texten är inte UTF-8, och rad %s passar ingen av de teckenkodningar som prövas: " +
		"ange filens teckenkodning med encoding: i mappningen eller för inkorgen, eller spara den som CSV UTF-8",
	"the text is not UTF-8, and its encoding could not be detected. A value of line %s would be: %s. Set encoding: in the mapping, or for the inbox, to the right one, or save the file as CSV UTF-8": "texten är inte UTF-8, och det framgår inte vilken teckenkodning den har. Ett värde på rad %s blir: %s. " +
		"Ange den rätta med encoding: i mappningen eller för inkorgen, eller spara filen som CSV UTF-8",

	// The end, and the delimiter.
	"the file ends with %s bytes that are not text (NUL or end-of-file), which were left out. If rows are missing, export it again": "filen slutar med %s byte som inte är text (NUL eller filslut), och de togs inte med. Saknas rader, exportera den igen",
	"delimiter: %s: write one ASCII character in quotes, or tab, or auto":                                                           "delimiter: %s: skriv ett ASCII-tecken inom citattecken, eller tab, eller auto",
	"the delimiter %s is not a single ASCII character, or tab":                                                                      "avgränsaren %s är inte ett ASCII-tecken, eller tab",
}
