// Package imports keeps the imports of a store: their beginning, checkpoints and end, how often the same workbook was imported, what is held, and
// how often an arrival was tried. It writes no record.
//
// # Why an ID that is begun twice is taken up and not refused
//
// The ID of an import is made of the workbook, the mapping and the target, with a running number. A process that is started again after a crash
// asks for the same ID, and gets the import as it stands in the store, to go on from its checkpoint.
//
// # Why a list of open imports
//
// Whoever takes the lease must find the imports that were interrupted without reading all there ever were. A name is put on the list before its
// import is inserted: one name too many does no harm, one too few would.
//
// An import whose file is archived stays on the list until that is next written: whoever reads the list looks its imports up. Only one that cannot be opened
// again by a person is left there.
//
// # Why a workbook's imports are not counted when they begin
//
// Most workbooks are imported once. The count is written when the second import begins, and when one is removed from the store; it may be behind, so the
// imports after it are looked up by their IDs.
//
// # Why each document carries an epoch
//
// A process that was suspended may wake up after another one took over. LoadOwned compares the epoch of the lease under which the document was last
// written, and how far the import is, so the process finds out before it writes.
package imports
