package message

// commandWords is what the commands say, in Swedish, beside reports and plans.
var commandWords = map[string]string{
	"import %s was not found; `inlet list` lists the imports":                  "importen %s hittades inte; `inlet list` visar importerna",
	"import %s was removed from the store (retention.imports)":                 "importen %s har tagits bort ur lagret (retention.imports)",
	"no import, inbox or source is named %s; `inlet list` lists the imports":   "ingen import, inkorg eller källa heter %s; `inlet list` visar importerna",
	"%s is a text file, not an Excel workbook: it was read as CSV\n":           "%s är en textfil, ingen Excelarbetsbok: den lästes som CSV\n",
	"note  inbox %s: the folder %s does not exist yet; inlet run creates it\n": "obs   inkorg %s: mappen %s finns inte ännu; inlet run skapar den\n",
}
