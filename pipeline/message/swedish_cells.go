package message

// swedishCells is what is said of cells that are no values of their fields.
var swedishCells = map[string]string{
	// Errors of spreadsheets, and damaged cells.
	"is an error of the spreadsheet. Correct the formula or type the value, and save or export the file again":                                                                         "är ett fel i kalkylarket. Rätta formeln eller skriv in värdet, och spara eller exportera filen igen",
	"is an error of the spreadsheet: a formula did not find a value. Correct the formula or type the value, and save or export the file again":                                         "är ett fel i kalkylarket: en formel hittade inget värde. Rätta formeln eller skriv in värdet, och spara eller exportera filen igen",
	"is an error of the spreadsheet: a formula refers to cells that no longer exist. Correct the formula or type the value, and save or export the file again":                         "är ett fel i kalkylarket: en formel hänvisar till celler som inte längre finns. Rätta formeln eller skriv in värdet, och spara eller exportera filen igen",
	"is an error of the spreadsheet: a formula was given the wrong type of value. Correct the formula or type the value, and save or export the file again":                            "är ett fel i kalkylarket: en formel fick fel slags värde. Rätta formeln eller skriv in värdet, och spara eller exportera filen igen",
	"is an error of the spreadsheet: a formula divides by zero. Correct the formula or type the value, and save or export the file again":                                              "är ett fel i kalkylarket: en formel delar med noll. Rätta formeln eller skriv in värdet, och spara eller exportera filen igen",
	"is an error of the spreadsheet: a formula uses a name that is not known. Correct the formula or type the value, and save or export the file again":                                "är ett fel i kalkylarket: en formel använder ett okänt namn. Rätta formeln eller skriv in värdet, och spara eller exportera filen igen",
	"is an error of the spreadsheet: a formula gives a number that is not valid. Correct the formula or type the value, and save or export the file again":                             "är ett fel i kalkylarket: en formel ger ett ogiltigt tal. Rätta formeln eller skriv in värdet, och spara eller exportera filen igen",
	"is not a value: the column was too narrow to show it. Widen the column and export the file again":                                                                                 "är inget värde: kolumnen var för smal för att visa det. Gör kolumnen bredare och exportera filen igen",
	"is damaged: the cell refers to a number format that the file does not contain, so it could be a number or a date. Open the file in Excel, check the cell and save the file again": "är skadat: cellen hänvisar till ett talformat som inte finns i filen, så det kan vara ett tal eller ett datum. Öppna filen i Excel, kontrollera cellen och spara filen igen",
	"is damaged: the cell refers to a text that the file does not contain. Open the file in Excel, check the cell and save the file again":                                             "är skadat: cellen hänvisar till en text som inte finns i filen. Öppna filen i Excel, kontrollera cellen och spara filen igen",
	"is damaged: the cell should contain a number, but its content in the file is not a valid number. Open the file in Excel, check the cell and save the file again":                  "är skadat: cellen ska innehålla ett tal, men det som står där i filen är inget giltigt tal. Öppna filen i Excel, kontrollera cellen och spara filen igen",

	// Numbers that were spoiled.
	"was shortened by Excel, which has lost digits: format the column as text and export the file again":              "har förkortats av Excel, och siffror har gått förlorade: formatera kolumnen som text och exportera filen igen",
	"was read as %s: a program turned it into a decimal number. Format the column as text before you export the file": "lästes som %s: ett program har gjort om det till ett decimaltal. Formatera kolumnen som text innan du exporterar filen",
	"is a percentage, but the column contains whole numbers: write the number without the percent sign":               "är en procentsats, men kolumnen innehåller heltal: skriv talet utan procenttecken",

	// Several values.
	"contains %s values, but the field holds only one: keep one of them in the cell, or write split: first for the column %s in the mapping": "innehåller %s värden, men fältet rymmer bara ett: lämna kvar ett av dem i cellen, eller skriv split: first för kolumnen %s i mappningen",
	"contains %s values: %s was used; left out: %s":                                                                                          "innehåller %s värden: %s användes; utelämnat: %s",
	"contains %s values: %s was used; added to %s: %s":                                                                                       "innehåller %s värden: %s användes; tillagt i %s: %s",
	"split: %s is not an e-mail address, phone number, web address, org number or ID: only such a column can be split":                       "split: %s är inte en e-postadress, ett telefonnummer, en webbadress, ett org.nr eller ett ID: bara en sådan kolumn kan delas",
	"rest: is only used with split: first: add split: first to the column":                                                                   "rest: används bara tillsammans med split: first: lägg till split: first för kolumnen",
	"rest: ignore is not a field: leave rest out, and the other values are left out with a warning":                                          "rest: ignore är inget fält: ta bort rest, så utelämnas de andra värdena med en varning",
	"rest: %s cannot receive the other values: name a field with several values and without fixed choices, of the same kind of record as %s": "rest: %s kan inte ta emot de andra värdena: ange ett fält med flera värden och utan fasta alternativ, av samma slags post som %s",
	"rest: %s is already mapped from column %s: name another field, or write ignore for that column":                                         "rest: %s är redan mappat från kolumnen %s: ange ett annat fält, eller skriv ignore för den kolumnen",
	"the column %s is %s, which receives the other values of %s (rest): write ignore for that column, or name another field for rest":        "kolumnen %s är %s, som tar emot de andra värdena från %s (rest): skriv ignore för den kolumnen, eller ange ett annat fält för rest",
	"%s is matched on, so it cannot receive the other values of %s (rest): name another field for rest":                                      "%s används för matchning, så det kan inte ta emot de andra värdena från %s (rest): ange ett annat fält för rest",

	// Currencies.
	"is an amount in %s, but %s in this row is %s: correct one of them":                                                                                   "är ett belopp i %s, men %s på raden är %s: rätta det som är fel",
	"is an amount in %s, but where %s is blank, amounts are in %s: fill it in":                                                                            "är ett belopp i %s, men där %s är tomt är beloppen i %s: fyll i det",
	"is an amount in %s, but where %s is blank, amounts are in the currency of region %s: fill it in":                                                     "är ett belopp i %s, men där %s är tomt är beloppen i valutan för region %s: fyll i det",
	"is an amount in %s, but without a column Valuta or Currency, amounts are in the currency of region %s: add the column, or set region in the mapping": "är ett belopp i %s, men utan en kolumn Valuta eller Currency är beloppen i valutan för region %s: lägg till kolumnen, eller ange region i mappningen",
	"is an amount in %s, but amounts of contacts are in the currency of region %s: convert it, or set region in the mapping":                              "är ett belopp i %s, men belopp för kontakter är i valutan för region %s: räkna om det, eller ange region i mappningen",
}
