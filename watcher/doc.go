// Package watcher notices workbooks and says so on one channel. It never reads what they say.
//
// # The way of a file
//
//	event ─┐
//	scan  ─┴▶ look ─▶ settle ─▶ whole? ─▶ pick a sidecar ─▶ claim ─Arrival─▶
//	source ─▶ remote ─▶ a file in an inbox, as a person would put it
//
// A file in an inbox belongs to the person who put it there, until it is claimed by one rename into .inlet/<id>/. From
// then on it is ours, and a file of the same name in the inbox is another arrival.
//
// # Rules
//
//   - An event is a hint, the scan is the truth. Events are lost without a word (a fresh sub-folder, a full queue); what
//     the scan lists is what there is.
//   - A file is whole when nothing was heard of it and it looked the same for Settle. Clocks of files do not count, only
//     that they change. Where the system knows that a writer has it open, it is asked; an .xlsx must end as a ZIP does.
//   - What never becomes whole by these signs is taken in the end all the same, so that it can be refused with a reason.
//   - What is not a plain file with one name is never opened: links, pipes, sockets, devices, folders.
//   - All paths of an inbox go through one os.Root.
//   - One claimed file waits for its taker, no more. All others stay in the inbox where people see them.
//   - Everything claimed is handed out again at the next start, oldest first, until somebody has moved it away.
//   - A fault of the world (no such folder, disk full) ends nothing: it is logged once with what to do, told with each scan, tried again
//     until it is gone, and that is logged once too.
//   - A folder that was unmounted is waited for: what is seen in its place is not the inbox.
//
// # Why the label is written first
//
// The name a person gave a file, and the sidecar chosen for it, must survive a crash. They stand in
// .inlet/<id>/arrival.json before the workbook is moved, so every state found at a start is one of: label without
// workbook (nothing was claimed: taken away), workbook without its sidecar (brought now, as the label says), complete.
//
// # Why one goroutine per inbox
//
// Events, scans, the clock and the taker meet in one select. Nothing is shared, so nothing is locked, and events are
// drained while an import takes its hours.
package watcher
