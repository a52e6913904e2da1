package message

// swedishReport is what is said of rejected rows that come back.
var swedishReport = map[string]string{
	"the mapping names columns by their letters, and of the columns Row, Problem and Cell some are gone or were moved: put all three first again, or delete all three": "mappningen anger kolumner med bokstav, och av kolumnerna Rad, Problem och Cell saknas några eller har flyttats: lägg alla tre först igen, eller ta bort alla tre",
	"stands in a column headed %s, so it belongs to no field: move the values of the row into their columns and empty this cell":                                       "står i en kolumn med rubriken %s och hör därför inte till något fält: flytta radens värden till rätt kolumner och töm den här cellen",
}
