// Package match decides, for each row, which record of the CRM it is, and what differs.
//
// # Rules
//
//   - The first row of the table that applies decides (A0 … A8, C0 … C9 of the semantics; the switch in account.go and contact.go).
//   - Where a blank or ambiguous key would create, what an equal row of this file (A8, C9) or of an earlier file of the feed (W13) created is meant.
//   - A contact is looked for in its account; other accounts are for a warning, or where the mapping says so (W12).
//   - Row n sees what rows 1 … n-1 wrote (R10), also within a batch: what a row decides is noted before the next is looked at.
//   - Two hits are never a guess: another record, or a Problem, as the policy says.
//   - A row is applied whole or not at all: its account is noted only once its contact is decided too.
//   - A cell that equals what is stored writes nothing (F3).
//
// # Why keys are looked up a batch at a time
//
// A look-up per row costs a round trip per row. So all keys of a batch are asked for in one Find per kind: first the accounts', then the
// contacts' inside every account the rows may hit. Rows that hit nothing, or several, are asked for once more per kind: near-duplicates,
// feed keys, contacts of other accounts. What the rows of the batch write meanwhile is laid over the answer. Only a row
// that an earlier row of its batch turned to another account has to ask again.
package match
