// Package crm holds the nouns of the CRM: kinds, fields, values, records, and the canonical forms in which two values are compared. It knows nothing
// of files or imports.
//
// # Rules
//
//   - What is stored is the value as typed, trimmed. A canonical form is for comparing only (section 7 of the semantics).
//   - Absent is not empty: a record has a value for a field or does not have the field at all.
//   - Money and decimals are exact: they are decimal text from the cell to the store, never a float.
//   - A record's ID selects the record and is never written (R5).
//
// # Why a Kind is a name with a table behind it
//
// Stored documents, mappings and the JSON of scripts have kinds by name, and keys of maps and switches need a comparable constant. So Kind is the
// name, and a table describes each kind: parent, required fields, parts of the name, number in IDs. Code asks the description (has it a parent?)
// instead of comparing with Account or Contact. A third kind is an entry here, its fields in the schema, its part in ledger's Draft, Policy and Tally,
// its words in message, and the names of its rows in match's table.
//
// # Why a Type is described in a table too
//
// For the same reasons. A new type of field is an entry in the table types. Where a package must look at the sheet (how a cell is read, what a column of
// the type looks like), it has one table of its own by type; where it only needs to know something of the type, it asks the description.
//
// # Why values are small structs
//
// A workbook of a million rows has twelve million values. A Value is comparable with == and needs no allocation of its own, and
// a record's Values are one slice. Making a map per record took twice as long.
package crm
