// Package crm holds the nouns of the CRM: kinds, fields, values, records, and the canonical forms in which two values are compared.
//
// # Rules
//
//   - What is stored is the value as typed, trimmed. A canonical form is for comparing only (section 7 of the semantics).
//   - Absent is not empty: a record has a value for a field or does not have the field at all.
//   - Money and decimals are exact: they are decimal text from the cell to the store, never a float.
//   - A record's ID selects the record and is never written (R5).
//
// # Why values are small structs
//
// A workbook of a million rows has twelve million values. A Value is comparable with == and needs no allocation of its own, a
// record's Values are one slice. A map per record was twice as slow in the making.
package crm
