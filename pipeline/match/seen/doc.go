// Package seen remembers, for one file, a number for each of very many texts: match keeps here which rows created a record, and which cells of
// which records the rows so far have written. It knows nothing of rows or records, only fingerprints of texts and the numbers kept for them.
//
// # Why it spills to disk
//
// Memory must not grow with the file. A table in memory holds the latest entries, some 6 MB; when it is full it is written to a temporary file as
// a segment sorted by fingerprint, and starts empty again. Nearly every look-up is for a text that was never noted, so each segment has a Bloom
// filter that answers without reading the file. Ten million entries, which is five million records, make 77 segments with 21 MB of filters and
// index; a look-up that finds something reads the file once or twice.
//
// # Why batches can be taken back
//
// Batches are matched before those in front of them are written. When one of those meets a conflict, what was noted for the later ones has to be
// forgotten, so the previous values of the last few batches are kept.
//
// # Why the hash table is written here
//
// A fingerprint is a hash already. The table uses its first bits as the slot, so its slots are almost in the order in which a segment is written.
// SQLite's engine has an open-addressing table of its own: that one maps a hash to several rows, this one 16 bytes to a number, and a common one
// would be no shorter.
package seen
