// Package single fetches one workbook from a URL or a path, and delivers it into an inbox when it is new. A source with many files is in package
// remote.
//
// # Rules
//
//   - A source returns bytes and a version. The version is remembered after the file is in the inbox, never before: a crash in between delivers
//     the same bytes twice, which the import recognises by their sum, and never loses them.
//   - What was promised to one host is not sent to another: all headers of the configuration stay behind when a redirect leads elsewhere.
//   - A page for people (HTML) is not a workbook: it is what a login that ran out looks like.
package single
