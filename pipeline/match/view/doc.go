// Package view is what matching knows of the records of each kind while it looks at a batch: what the store gave for the keys that were asked for,
// with what the rows of the batch, and of batches that are still being written, make of it.
//
// # Why a view looks into earlier ones
//
// A batch is matched while those before it are on their way to the store. Its view starts empty and asks the store again, since another program may
// have written meanwhile, but it must not miss what the earlier batches write. So it also looks into
// their views, at what their rows wrote. Once a batch is certainly in the store, its view is emptied and used again.
//
// # Why hashes may be stale
//
// A record stays under the hashes of the keys that it once had. Whoever finds a record by a hash compares the key's text anyway, as two keys may
// share a hash.
package view
