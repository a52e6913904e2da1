//go:build !linux

package archive

func renameNoReplace(old, new string) error { return linkNoReplace(old, new) }
