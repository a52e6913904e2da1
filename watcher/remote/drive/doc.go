// Package drive asks cloud drives and servers for their files: buckets, Google Drive, OneDrive and SharePoint, Dropbox, Box, WebDAV, SFTP,
// FTP, SMB and local folders, each as a remote.Folder.
//
// # Rules
//
//   - A file is only what was listed: its size, its time to the second and, where the place has one for nothing, its hash. It is looked at
//     before it is fetched, moved or removed and once more after it was fetched.
//   - Nothing is overwritten. A name that is taken gets a number that comes of the file's version.
//   - A place that shuts us out is not asked again (remote.Denied), one that is busy says when (remote.Wait), and a right that is missing
//     is named in the words of the place.
//   - A server whose key is not known is not talked to: SFTP needs known_hosts_file, host_keys, or pin_host_key to trust the first one.
//   - No option starts a program, and no error or log line holds a secret.
//
// A source that was shut out is closed. When a person has logged in again, or corrected a password, it is opened anew: what its Tokens keep is
// read then.
//
// # Why rclone as a library
//
// It has all the places, is maintained, and builds without cgo. We use its backends only: no configuration file, no remotes by name, no
// sync. Each source has its own settings in its own context, because rclone's defaults may hang for most of an hour.
//
// # Why calls are given up on
//
// Some of its calls do not listen to their context: an SFTP server that accepts and says nothing holds a call for good. Such a call is left
// behind after its time, and a source has at most four of them before it says so and asks no more.
//
// # What importing it does
//
// rclone registers pprof on http.DefaultServeMux: never serve that. It would make the folder ~/.config/rclone; package quiet keeps it from that.
package drive
