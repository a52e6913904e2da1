//go:build !unix

package sqlite

import "io/fs"

func change(string) error { return nil }

func whose(info fs.FileInfo) string { return info.Mode().String() }

func me() string { return "this user" }
