// Package columns is what a person chooses of an upload: which sheet and row of headings, which column is which field, what to match on, and what else
// holds for all rows. It reads the first rows of a workbook, and writes the choice as a mapping, the same that one would write by hand.
//
// # Why a mapping that there was is taken apart
//
// It may contain what the page does not show, such as the meaning of values or the layouts of dates. Those stay: the options of a
// column as long as it is the same field, and every other key word for word.
//
// # Why unique does not mean that no value comes twice
//
// A company with three contacts stands in three rows. A value counts as unique where all rows that have it speak of one company, or of one person: they
// have the same name, and those of one name the same org number or postcode.
package columns
