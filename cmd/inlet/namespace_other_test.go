//go:build !linux

package main

import (
	"errors"
	"os/exec"
)

// unmapped cannot be had here.
func unmapped(cmd *exec.Cmd) *exec.Cmd {
	cmd.Err = errors.ErrUnsupported
	return cmd
}
