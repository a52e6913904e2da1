// Package lint gives advice on a mapping: where what is matched on is blank, not unique, or more than is needed (R18).
//
// It is shown the drafts of a workbook's rows and never the store.
//
// # What it costs
//
// It keeps hashes of keys, no texts. At its dearest, every row another account and contact, each with two fields that are matched on and
// tell nothing apart, it takes 141 bytes a row (TestAdviceMemory).
package lint
