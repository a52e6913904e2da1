// Package search finds records for people: by the beginning of any word of a name, or of an organisation number, an e-mail address or a phone number.
//
// # Why the index is filled after the imports
//
// To write the terms of records beside them makes bulk inserts almost twice as slow. So an Indexer goes through the journal of the imports that have ended,
// or are on their way, outside the lease. It notes how far it is, and goes on there after a crash; giving a record the same terms again does no harm.
//
// # Why hits are looked at again
//
// A record may have been changed since it got its terms: by an import that the Indexer has not come to, or by another program. Each record that is found by
// a term is compared with the query as it is now. What another program has written is given terms when the Indexer next compares all records with what
// their terms were made of; until then it is not found by its new values.
//
// # What a search reads
//
// A thousand records or two at most. A query of words that are the beginning of very many others may leave some out, and says so.
package search
