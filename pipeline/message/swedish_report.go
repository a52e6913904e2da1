package message

// swedishReport is what is said of rejected rows that come back.
var swedishReport = map[string]string{
	"the mapping names columns by their letters, but some of the columns Row, Problem and Cell were deleted or moved: put all three first again, or delete all three":                                "mappningen anger kolumner med bokstav, men några av kolumnerna Rad, Problem och Cell har tagits bort eller flyttats: lägg alla tre först igen, eller ta bort alla tre",
	"the workbook contains rejected rows of import %s, which was removed from the store (retention.imports), so its mapping is not known: put the mapping next to the workbook, and import it again": "arbetsboken innehåller avvisade rader från importen %s, som har tagits bort ur databasen (retention.imports), så dess mappning är inte känd: lägg mappningen bredvid arbetsboken och importera den igen",
	"is in a column headed %s, which is not a field: move the values of the row into their columns and empty this cell":                                                                              "står i en kolumn med rubriken %s och hör därför inte till något fält: flytta radens värden till rätt kolumner och töm den här cellen",
}
