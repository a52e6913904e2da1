// Package inbox watches one folder that people put workbooks into, and hands out the workbooks that it has claimed. It does not decide when a
// file is complete (package settle), does not know where claimed files are (package claim), and never reads what a workbook says.
//
//	event ─┐
//	scan  ─┴▶ scanner ─▶ settle ─▶ complete? ─▶ sidecar ready? ─▶ claim ─Arrival─▶
//
// # Rules
//
//   - An event is a hint, the scan is the truth. Events get lost silently (a new sub-folder, a full queue); what the scan lists is what exists.
//   - All paths of an inbox go through one os.Root. What is not a regular file with one name is never opened.
//   - One claimed file waits for its receiver, no more. All others stay in the inbox where people see them.
//   - Everything claimed is handed out again at the next start, oldest first, until it is archived.
//   - A fault of a disk or folder ends nothing: it is logged once with what to do, reported with each scan, and tried again until it is over,
//     which is logged once too. A fault of one file or sub-folder holds up that file or sub-folder alone.
//   - A folder whose disk was unmounted is waited for: what is seen in its place is not the inbox.
//
// # Why one goroutine per inbox
//
// Events, scans, the timer and the receiver meet in one select of Watch.Run. Nothing is shared, so nothing is locked, and events are drained
// while an import takes hours.
//
// # Why an owner file is believed for twelve hours
//
// Office and LibreOffice put a file such as ~$kunder.xlsx beside a workbook that is open. A workbook that is open is claimed when it is closed,
// so that no program saves into a file that is gone. A crash leaves owner files behind, so one that does not change stops counting.
package inbox
