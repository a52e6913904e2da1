package message

// swedishArrive is why a workbook is held or refused by the names of its files, in Swedish.
var swedishArrive = map[string]string{
	// A mapping of nearly the right name, and two of them.
	"%s is named almost like the mapping of %s, so it was not used: rename it to %s":                                                                           "%s heter nästan som mappningen till %s och har därför inte använts: byt namn på den till %s",
	"If it is the mapping, rename it, or run the command again with --approve. If it is not, move it to another folder.":                                       "Om det är mappningen: byt namn på den, eller kör kommandot igen med --approve. Om det inte är den: flytta den till en annan mapp.",
	"If it is the mapping, rename it and put both files into the inbox again, or run `inlet approve %s`. If it is not, put the workbook alone into the inbox.": "Om det är mappningen: byt namn på den och lägg båda filerna i inkorgen igen, eller kör `inlet approve %s`. Om det inte är den: lägg bara arbetsboken i inkorgen.",
	"the workbook has two mappings, %s and %s, and only one can be used: remove the wrong one, and import the workbook again":                                  "arbetsboken har två mappningar, %s och %s, och bara en kan användas: ta bort den som är fel och importera arbetsboken igen",

	// A conflict copy.
	"By its name this is a conflict copy of %s: a program such as OneDrive, Dropbox or Syncthing makes one when a file is changed in two places at the same time.": "Att döma av namnet är det här en konfliktkopia av %s: program som OneDrive, Dropbox och Syncthing gör en sådan när en fil ändras på två ställen samtidigt.",
	"%s is held too, as import %s.":                                                    "%s väntar också på beslut, som import %s.",
	"%s is being imported, as import %s.":                                              "%s håller på att importeras, som import %s.",
	"%s was imported at %s, as import %s.":                                             "%s importerades %s, som import %s.",
	"%s is in the same folder and had not been imported.":                              "%s ligger i samma mapp och var inte importerad.",
	"%s was not imported in the last 24 hours.":                                        "%s har inte importerats det senaste dygnet.",
	"Compare the two files. To import this one, run the command again with --approve.": "Jämför de två filerna. Om det är den här som ska importeras: kör kommandot igen med --approve.",
	"Compare the two files. To import this one, run `inlet approve %s`, or rename it to %s and put it into the inbox again. Otherwise run `inlet discard %s`.": "Jämför de två filerna. Om det är den här som ska importeras: kör `inlet approve %s`, eller döp den till %s och lägg den i inkorgen igen. Annars: kör `inlet discard %s`.",
}
