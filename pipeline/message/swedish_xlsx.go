package message

// swedishXLSX is what package sheet says of workbooks that something stands before, and of what it looks for beside the cells.
var swedishXLSX = map[string]string{
	"the file has 1 byte before the workbook, and the workbook after it cannot be read: download, copy or export the file again":     "filen har 1 byte före arbetsboken, och arbetsboken efter den går inte att läsa: ladda ner, kopiera eller exportera filen igen",
	"the file has %s bytes before the workbook, and the workbook after them cannot be read: download, copy or export the file again": "filen har %s byte före arbetsboken, och arbetsboken efter dem går inte att läsa: ladda ner, kopiera eller exportera filen igen",
	"this is a tar archive: unpack it first": "det här är ett tar-arkiv: packa upp det först",
	"the sheet has too many merged cells to fill them: unmerge them in Excel, or leave unmerge out of the mapping": "bladet har för många sammanfogade celler för att de ska kunna fyllas: dela upp dem i Excel, eller ta bort unmerge ur mappningen",
}
