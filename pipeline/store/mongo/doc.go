// Package mongo keeps inlet's store in a MongoDB database: any MongoDB from 6 on (standalone, replica set, sharded) and servers
// that speak its protocol.
//
// # What is in the database
//
//	accounts, contacts        the records, as any application would like to read them
//	  _id        ObjectId     inlet's own IDs are the 24 hex characters of one
//	  account_id ObjectId     of a contact: the account's _id, in the same form
//	  name, zip, …            text, bool, int64, Decimal128, date, array of strings
//	  custom     {level: …}   the site's own fields: "custom.level"
//	  created, modified       dates
//	  _inlet     {seq, mark, keys: [int64 …], feed, clock: {…}}   inlet's own data, not to be changed
//	inlet_meta, inlet_imports, …   {_id, order, version, body, blob, tags: […]}
//
// # Why other programs' documents are left as they are
//
// A field of a type that the CRM does not have (a nested document, binary, a list of numbers) is not read and not overwritten: an update that would
// overwrite it is not made, and its Unfit names the field and the type. _inlet is added beside the other fields. An _id may also be a string or a whole number; a record's ID is its text.
//
// # Why _inlet.clock
//
// BSON has one type for days and for points in time. A date at midnight UTC is read as a day, any other as a point in time. A point in
// time that happens to be midnight is noted in _inlet.clock ({meeting: true}), so that it is read back as one.
//
// # Why guards are $expr
//
// A query {name: "a"} is also true of a list that holds "a", {name: null} of a list that holds null. $expr compares the value
// itself, and costs no more: 1,000 updates with 8 guarded fields each take as long either way.
//
// # Why a removal looks at names
//
// A record is removed only where no other program has added to it. Another program's document or null in a field has no form in the CRM and would
// not be noticed, so the filter of a removal lists the names that the document may have, beside the values that it must have.
//
// # Why there are no transactions here
//
// Some servers that speak the protocol take a transaction's writes and keep them when it is aborted. The store's
// journal and change IDs make a crash between two writes harmless, so Batch only runs its function.
//
// # Why a refused record is looked up
//
// A server describes a violated unique index in a message, and some leave out the index or the value. So the record is compared with each unique index
// by a look-up, which also finds the record that has the value. Only that and the table of error codes in package answer decide.
//
// # Why a repeated update may be called Written
//
// An unordered bulk write returns how many updates matched, not which. Where some did not, the change IDs are read back: a record that has the change
// ID of its write has been written, by this call or by an earlier one. In a call where some updates matched and some were there already, all of them are
// Written. Nothing depends on the difference.
//
// # Why a few values are looked for besides the keys
//
// A document that another program inserts during an import has no keys yet. So rows that would create a record are looked for once by what the document
// itself has, in fields of which that program has an index; without one each batch would read the collection.
//
// # Why scanning asks for windows
//
// A server on PostgreSQL sorts everything after a position before it returns the first page: a scan would take quadratic time. Running numbers have few
// gaps, so a page is first read from a window of them, and beyond the window only where the page is not full.
package mongo
