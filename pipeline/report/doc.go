// Package report writes imports, plans and problems as text and JSON, in the reader's language. It decides nothing: counts, codes and arguments come
// from ledger, and who gets a report is decided by its callers.
//
// # Rules
//
//   - JSON is for scripts: its keys keep their names and meaning.
//   - Text names the command that comes next, where a person has to decide something.
//   - Text from a file is made plain before it is written, so that a cell cannot control a terminal.
package report
