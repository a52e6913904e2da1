// Package suggest proposes a mapping for a workbook that has none: what each column seems to be, how sure that is and why, and what to
// match on (R18).
//
// It looks at headings and at the first rows, and writes the proposal as a sidecar that can be used as it stands. What is not sure enough
// is left out, with a comment; a column that is left out although it has values has a question.
//
// # How a column is read
//
//   - Package tokens splits its heading into words, package words has their meanings, package reading puts them together.
//   - Package values looks at the values, package sheetkind at all columns: is a row a company or a person?
//   - The heading gives the fields that the column may be; the values confirm or contradict them; each field goes to the surest column.
//   - Package keys chooses what to match on. Package systems names the system that the sheet was exported from.
//
// # Why a customer number is not a record ID
//
// An import selects records by their IDs, and the number of another system would select none, or the wrong one. It goes to a field of its own,
// which is declared when the suggestion is approved, and is the best key there is: the other system never gives it twice.
//
// # How good it is
//
// The tests measure it on exports whose answers are known: testdata, and a larger set in the folder that INLET_TEST_HEADINGS names. There they also
// leave out the words of each system in turn, and measure whether confidence holds what it promises.
//
// # Why its sentences have a catalogue of their own
//
// They stand as comments in a file that a person keeps. No report and no page shows them.
package suggest
