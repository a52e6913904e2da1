// Package words has the texts of the pages in both languages, and writes numbers, days and durations as a reader of a language does.
//
// The English text is the key of the Swedish, as in pipeline/message; a test walks the templates and the code of all pages and requires the Swedish of each.
package words
