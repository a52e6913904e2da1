// Package remote asks URLs, paths and the folders of drives for workbooks, and puts what is new into an inbox as a person would.
//
// # Rules
//
//   - A source gives bytes and a version. The version is remembered after the file stands in the inbox, never before: a
//     crash in between brings the same bytes twice, which the import knows by their sum, and never loses them.
//   - The sidecar is put first, the workbook after it, each under a temporary name that inboxes ignore, synced, renamed.
//     No file of the inbox is ever overwritten: name.xlsx becomes name~2.xlsx.
//   - What was promised to one host is not told to another: all headers of the configuration stay behind when a
//     redirect leads elsewhere.
//   - A Folder has many files. Each version of each is remembered by itself; never is there a mark up to which all is done, for files come
//     late and with old times. It is taken when two listings in a row say the same of it, some seconds apart.
//   - What was imported is moved or removed only as the version that was imported, and never over another file. A crash in between leaves a
//     file that is not listed any more, or one that is still to go: nothing is noted before it is done.
//   - A place that lets nobody in is asked once. Asking again can lock the account.
//   - A page for people (HTML) is not a workbook: it is what a login that ran out looks like.
package remote
