// Package drive lists, fetches, moves and removes the files of cloud drives and servers: buckets, Google Drive, OneDrive and SharePoint, Dropbox, Box, WebDAV, SFTP,
// FTP, SMB and local folders, each as a remote.Folder.
//
// # Rules
//
//   - A file is identified by what was listed: its size, its time to the second and its hash, where the listing has one. It is compared before it
//     is fetched, moved or removed and once more after it was fetched.
//   - Nothing is overwritten. A name that is taken gets a number that is derived from the file's version.
//   - A place that rejects the login is not polled again (remote.Denied), one that is busy says when to come back (remote.Wait), and a missing
//     permission is named in the words of the place.
//   - No connection is made to a server whose key is not known: SFTP needs known_hosts_file, host_keys, or pin_host_key to trust the first one.
//   - No option starts a program, and no error or log line holds a secret.
//
// A source whose login was rejected is closed. When a person has logged in again, or corrected a password, it is opened again, and its Tokens are
// read then.
//
// # Why rclone as a library
//
// It supports all these places, is maintained, and builds without cgo. Only its backends are used: no configuration file, no remotes by name, no
// sync. Each source has its own settings in its own context, because rclone's defaults may hang for most of an hour.
//
// # Why calls are abandoned
//
// Some of its calls ignore their context: an SFTP server that accepts a connection and never answers blocks a call for good. Such a call is
// abandoned after a timeout. A source with four of them makes no more calls, and says so.
//
// # What importing rclone does
//
// rclone registers pprof on http.DefaultServeMux: never serve that. It would make the folder ~/.config/rclone; package quiet keeps it from that.
package drive
