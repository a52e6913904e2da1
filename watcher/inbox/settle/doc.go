// Package settle decides when a file in an inbox is complete. It is given what scans and events have seen, and answers which workbook to claim
// next. It does not list folders, watch events or move files.
//
// # Why a file must look the same for a while
//
// No file system says when a writer is done. A file counts as complete when no event named it and its identity stayed the same for the quiet
// time. The times of the file itself are never compared with a clock: they may be years off.
//
// # Why a file waits for an older one that was seen after it
//
// Who lists a folder while files are moved into it may find the second and not the first, which an event then names. So a file that is ready waits for an
// older one in its first quiet time, but neither of them longer than two of these: one that changes again and again holds nothing up, nor do many that
// come one after the other, each older than the one before.
//
// # Why a file that looks cut off is claimed in the end
//
// A workbook whose ZIP has no end is probably still being copied, so it waits longer. After ten more quiet times it is claimed all the same:
// then it is refused with a reason, where it would otherwise stay in the inbox without a word.
package settle
