// Package mongo keeps inlet's store in a MongoDB database: any MongoDB from 6 on (standalone, replica set, sharded) and servers
// that speak its protocol.
//
// # What lies in the database
//
//	accounts, contacts        the records, as any application would like to read them
//	  _id        ObjectId     inlet's own IDs are the 24 hex characters of one
//	  account_id ObjectId     of a contact: the account's _id, in the same form
//	  name, zip, …            text, bool, int64, Decimal128, date, array of strings
//	  custom     {level: …}   the site's own fields: "custom.level"
//	  created, modified       dates
//	  _inlet     {seq, mark, keys: [int64 …], feed, clock: {…}}   inlet's own marks; leave them alone
//	inlet_meta, inlet_imports, …   {_id, order, version, body, blob}
//
// # Why other programs' documents are left as they are
//
// A field that has no form in the CRM (a nested document, binary, a list of numbers) is not read and not written over: an update that
// would is Refused, with the field and what stands there. _inlet is added beside what is there. An _id may also be a string or a whole number; a record's ID is its text.
//
// # Why _inlet.clock
//
// BSON has one type for days and for points in time. A date at midnight UTC is read as a day, any other as a point in time. A point in
// time that happens to be midnight stands in _inlet.clock ({meeting: true}), so that it comes back as what it was.
//
// # Why guards are $expr
//
// A query {name: "a"} is also true of a list that holds "a", {name: null} of a list that holds null. $expr compares the value
// itself, and costs no more: 1,000 updates with 8 guarded fields each take as long either way.
//
// # Why a removal looks at names
//
// A record is taken away only where nobody else has a part in it. Another program's document or null in a field has no form in the CRM and
// would go unseen, so the filter of a removal lists the names that the document may have, beside the values that it must.
//
// # Why there are no transactions here
//
// Some servers that speak the protocol take a transaction's writes and keep them when it is aborted. The journal and the marks of
// package store stand a crash between two writes, so Batch only runs what it is given.
//
// # Why a refused record is looked up
//
// What a server says of a violated unique index is words, and some leave out the index or the value. So the record is compared with each unique
// index by a look-up, which also tells whose value it is. That, and the table of error codes in codes.go, is all that decides.
//
// # Why a repeated update may be called Written
//
// An unordered bulk write tells how many updates matched, not which. Where some did not, their marks are read back: a record that
// carries its write's mark has been written, by this call or by an earlier one. In a call where some updates matched
// and some were there already, all of them are called Written. Nobody decides anything on the difference.
//
// # Why scanning asks for windows
//
// A server on PostgreSQL sorts all that is behind a place before it returns the first page: a scan would take quadratic
// time. Running numbers have few gaps, so a page is first looked for in a window of them, and behind it only where it is not full.
package mongo
