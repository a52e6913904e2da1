//go:build !unix

package archive

import "io/fs"

func groupOf(fs.FileInfo) int { return -1 }

func ours(fs.FileInfo) bool { return true }
