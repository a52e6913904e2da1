//go:build !linux

package remote

import "os"

func identity(*os.Root) string { return "" }

func renameNew(root *os.Root, from, to string) error { return renameIfFree(root, from, to) }
