//go:build unix && !linux

package archive

import "syscall"

func namespace() *syscall.SysProcAttr { return &syscall.SysProcAttr{Chroot: "/no user namespaces"} }
