// Package convert reads the text or the number of a cell as a value of a field: numbers, amounts, dates, yes and no, choices, users,
// e-mail addresses and phone numbers, as they are written in a locale.
//
// It knows one cell at a time. Which column is which field is for package bind; the one exception is the currency of an amount, which
// another cell of the row may have.
//
// # Why a date needs a layout unless it is in ISO form
//
// 03/04/25 is two days. Such a date is never read by a guess: the file is held until the mapping says which layout is meant.
//
// # Why the errors of spreadsheets are recognised as text
//
// Exported files have them as plain text, in the language of the spreadsheet: #SAKNAS! in a name would be stored as a name.
//
// # Why a Converter has the currency column
//
// An amount with a sign of another currency than its row's must not be stored as if it were in that one. The Converter therefore looks at
// the row's currency column, and only for cells that show a currency.
package convert
