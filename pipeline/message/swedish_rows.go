package message

// swedishRows is what is said of rows, headings and sheets that are not imported, in Swedish.
var swedishRows = map[string]string{
	"is to the right of the last heading, so the values before it may be in the wrong columns: put the value that contains the delimiter in quotes, or set extra_cells: warn in the mapping": "står till höger om den sista rubriken, så värdena före kan ha hamnat i fel kolumner: sätt värdet som innehåller skiljetecknet inom citattecken, eller ange extra_cells: warn i mappningen",
	"is to the right of the last heading and was not imported":                                                            "står till höger om den sista rubriken och togs inte med",
	"column %s has values but no heading, so it was not imported: give it a heading, or map it as \"=%s\" in the mapping": "kolumn %s har värden men ingen rubrik och togs därför inte med: ge den en rubrik, eller mappa den som \"=%s\" i mappningen",
	"this contact has no account: its cells are merged with those of row %s, and only the first row of merged cells has their value. Set unmerge: fill in the mapping, or fill in the account's columns on each row": "kontakten har inget företag: cellerna är sammanfogade med dem på rad %s, och bara den första raden i sammanfogade celler har värdet. Ange unmerge: fill i mappningen, eller fyll i företagets kolumner på varje rad",

	"all %s rows would be left out, so nothing would be imported: check rows: in the mapping, and that this is the right file":                "alla %s rader skulle utelämnas, så inget skulle importeras: kontrollera rows: i mappningen, och att det är rätt fil",
	"the file has no rows below the headings, and the mapping refuses an empty file (empty: refuse)":                                          "filen har inga rader under rubrikerna, och mappningen avvisar en tom fil (empty: refuse)",
	"row %s looks like headings, but a row above it has as many filled cells: set header_row: %s in the mapping if it is the row of headings": "rad %s ser ut som rubriker, men en rad ovanför har lika många ifyllda celler: ange header_row: %s i mappningen om det är rubrikraden",
	"only one of the headings %s was recognised, too few to tell headings from values: specify in a mapping which column is which field":      "bara en av rubrikerna %s kändes igen, för få för att skilja rubriker från värden: ange i en mappning vilken kolumn som är vilket fält",
	"the heading %s, which the mapping uses in rows: where:, was not found. Headings found: %s":                                               "rubriken %s, som mappningen använder i rows: where:, hittades inte. Rubriker i filen: %s",

	"skip: %s: write how many rows below the headings are not records, e.g. 1":                              "skip: %s: skriv hur många rader under rubrikerna som inte är poster, t.ex. 1",
	"where: has %s conditions; at most %s are allowed":                                                      "where: har %s villkor; högst %s är tillåtna",
	"%s: %s: write filled, blank, \"= text\" or \"!= text\"":                                                "%s: %s: skriv filled, blank, \"= text\" eller \"!= text\"",
	"%s: \"= …\" and \"!= …\" cannot be in the same list":                                                   "%s: \"= …\" och \"!= …\" kan inte stå i samma lista",
	"extra_cells: this inbox allows only reject":                                                            "extra_cells: den här inkorgen tillåter bara reject",
	"sheet: names one sheet, and sheets: all imports every sheet with known headings; write one of the two": "sheet: nämner ett blad, och sheets: all importerar alla blad med kända rubriker; skriv bara det ena",
}
