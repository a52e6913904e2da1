// Package match decides, for each row, which record of the CRM it is, and what the row changes in it.
//
// # Rules
//
//   - The first row of the table that applies decides (A0 … A8, C0 … C9 of the semantics). All kinds share one table in table.go, with the
//     parent of the record, or none, as a parameter; what differs is listed there. A is an account, which has no parent, C a contact, whose parent is one.
//   - Where a blank or ambiguous key would create a record, the one that an equal row of this file (A8, C9) or of an earlier file of the feed (W13)
//     created is used instead.
//   - A contact is looked for in its account. Other accounts are searched for a warning, or where the mapping says so (W12).
//   - Row n sees what rows 1 … n-1 wrote (R10), also within a batch: what a row decides is noted before the next one is looked at.
//   - Of two hits none is ever chosen: another record is created or the row is not applied, as the policy says.
//   - A row is applied whole or not at all: nothing of it is noted before all its parts are decided.
//
// # Why keys are looked up a batch at a time
//
// A look-up per row costs a round trip per row. So all keys of a batch are asked for in one Find per kind: first the accounts', then the
// contacts' inside every account that the rows may match. For rows that match nothing, or several records, one more Find per kind asks for
// near-duplicates, feed keys and contacts of other accounts. What the rows of the batch write meanwhile is laid over the answer. Only a row
// whose account changed because of an earlier row of its batch has to ask again.
//
// # Why it is several packages
//
// What a row is looked up by (match/keys) and what it changes in the record it means (match/diff) are computed from values alone, without a store.
// What is known of the records while a batch is matched (match/view) knows no rows of the table. What earlier rows of the file did (match/seen) has
// to outlive batches and must not fill the memory. This package asks and decides.
package match
