//go:build !linux

package watcher

import (
	"io/fs"
	"os"
)

func markOf(info fs.FileInfo) mark {
	return mark{size: info.Size(), mtime: info.ModTime().UnixNano()}
}

func links(fs.FileInfo) uint64 { return 1 }

func writing(*os.File) bool { return false }

func tells(string) bool { return true }

func disk(fs.FileInfo) uint64 { return 0 }

func writable(string) error { return nil }

func mountOf(string) string { return "" }
