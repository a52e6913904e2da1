// Package settle decides when a file in an inbox is complete. It is given what scans and events have seen, and answers which workbook to claim
// next. It does not list folders, watch events or move files.
//
// # Why a file must look the same for a while
//
// No file system says when a writer is done. A file counts as complete when no event named it and its identity stayed the same for the quiet
// time. The times of the file itself are never compared with a clock: they may be years off.
//
// # Why a file that looks cut off is claimed in the end
//
// A workbook whose ZIP has no end is probably still being copied, so it waits longer. After ten more quiet times it is claimed all the same:
// then it is refused with a reason, where it would otherwise stay in the inbox without a word.
package settle
