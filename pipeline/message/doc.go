// Package message makes the texts that people read: sentences with arguments that are put into the reader's language at the end, words of
// reports, and text that is safe to print. It knows nothing of imports; every package may import it.
//
// # Why the English sentence is the key
//
// A Text is stored and passed on as its English format and its arguments, and translated where it is shown. So the code reads as the program
// speaks, a text without a translation is still a sentence, and a stored text can be read by any later version. A test walks the code of all
// packages and requires the Swedish of each.
//
// # Why Plain
//
// What a workbook or the name of a file holds may be escape sequences. Whatever comes from outside passes Plain, or a JSON writer of this
// package, before it reaches a terminal, a page, a mail or a log.
package message
