// Package apply takes the rows of one workbook through matching into the store, batch by batch, and resumes an import behind the last batch that
// was written. It decides nothing itself: read makes the drafts, match the changes, and the store writes them.
//
// # Why the steps run side by side
//
// Reading keeps one core busy, matching another, and writing waits for a disk or a server. So while batch k is written, k+1 is matched and waits
// for its turn, k+2 is being matched and k+3 is read: no step waits for another because one of its batches took longer. The results are those of
// one step after the other: what k and k+1 write is laid over what the store returns while k+2 is matched, batches are written in their order,
// and where a foreign edit made batch k differ from what was assumed, those behind it are not written but matched again. At most five batches
// are in memory.
//
// # Why a stop waits for the batch that is being written
//
// A batch that has begun is brought to its checkpoint, with its second try; so an interrupted import goes on at a batch boundary. Batches that
// only wait for their turn are dropped and matched again after the next start.
package apply
