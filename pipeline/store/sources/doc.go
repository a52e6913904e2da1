// Package sources keeps what is known of the sources that workbooks are fetched from: what was fetched (History), their state and a person's
// request to poll one now (Status), and their logins (Tokens). It polls none: that is watcher.
//
// # Why the files of a source share few documents
//
// There may be tens of thousands of files, all are read with each poll, and a document cannot be deleted. So the files are distributed over 256
// documents by the first two digits of their keys.
//
// # Why logins are in the database and sealed
//
// A drive gives a new token with each login and revokes the old one, so a daemon that moves to another host, or a container without a disk, must
// find the newest. The key that tokens are sealed with is a file outside of the database: a copy of the database gives no login.
package sources
