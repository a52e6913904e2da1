// Package drives opens the drives of sources with rclone, for every command that needs one.
//
// It exists for the build tag nodrives: without rclone the program is a third as large, and each drive is refused with an explanation.
package drives
