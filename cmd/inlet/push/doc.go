// Package push sends workbooks to the API of a daemon, and waits for their imports.
//
// # Why it may be sent again
//
// If no answer comes, it is unknown whether the workbook arrived. Each push has a key of its own, and the daemon keeps one upload of a key, however often it is
// sent. Another push of the same file has another key: it arrives, and the import says that it is a duplicate.
//
// # Why redirects are not followed
//
// A body of a gigabyte would be sent twice, and the token might go to the wrong server.
package push
