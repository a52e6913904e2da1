//go:build !linux

package remote

import "os"

func renameNew(root *os.Root, from, to string) error { return renameIfFree(root, from, to) }
