//go:build !linux && !windows

package files

import "os"

func renameNew(old, new string) error { return linkNew(old, new) }

func renameFreeIn(root *os.Root, old, new string) error { return renameIfFree(root, old, new) }
