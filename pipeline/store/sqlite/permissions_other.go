//go:build !unix

package sqlite

import "io/fs"

func checkWritable(string) error { return nil }

func ownerAndMode(info fs.FileInfo) string { return info.Mode().String() }

func currentUser() string { return "this user" }
