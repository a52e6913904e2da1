// Package records finds accounts and contacts, keeps the index that they are found by, and writes what a batch does to them. Whether a batch is to be
// written, and when, is not decided here: that is store.
//
// # Why records are found by hashes
//
// A rule of a mapping may combine several fields in canonical form (see crm.Rule). The hashes of a record's keys by all rules in use are stored with
// it, and one index serves all rules. Two keys may have one hash, so the caller compares the keys.
//
// # Why a batch makes one write for each record
//
// Several rows may change one record. Their changes are coalesced into one write, so that the writes of a batch may be carried out in any order,
// and in two commands.
//
// # Why a contact is removed before its account
//
// A batch of an undo removes records, contacts first: interrupted in the middle it leaves an account without contacts, never a contact without an
// account. A contact that another program changed meanwhile stays, and then its account is left too.
package records
