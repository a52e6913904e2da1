// Package remote asks URLs and paths for workbooks, and puts what is new into an inbox as a person would.
//
// # Rules
//
//   - A source gives bytes and a version. The version is remembered after the file stands in the inbox, never before: a
//     crash in between brings the same bytes twice, which the import knows by their sum, and never loses them.
//   - The sidecar is put first, the workbook after it, each under a temporary name that inboxes ignore, synced, renamed.
//     No file of the inbox is ever overwritten: name.xlsx becomes name~2.xlsx.
//   - What was promised to one host is not told to another: all headers of the configuration stay behind when a
//     redirect leads elsewhere.
//   - A page for people (HTML) is not a workbook: it is what a login that ran out looks like.
package remote
