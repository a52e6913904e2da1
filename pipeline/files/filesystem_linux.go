package files

import (
	"os"

	"golang.org/x/sys/unix"
)

// networkFileSystems are the file systems that are, or may be, a disk of another machine.
var networkFileSystems = map[uint32]string{
	unix.NFS_SUPER_MAGIC:  "a network file system (NFS)",
	unix.SMB_SUPER_MAGIC:  "a network file system (SMB)",
	unix.SMB2_SUPER_MAGIC: "a network file system (SMB)",
	unix.CIFS_SUPER_MAGIC: "a network file system (CIFS)",
	unix.NCP_SUPER_MAGIC:  "a network file system (NCP)",
	unix.AFS_SUPER_MAGIC:  "a network file system (AFS)",
	unix.AFS_FS_MAGIC:     "a network file system (AFS)",
	unix.CODA_SUPER_MAGIC: "a network file system (Coda)",
	unix.CEPH_SUPER_MAGIC: "a network file system (Ceph)",
	unix.V9FS_MAGIC:       "a folder shared by another system (9P)",
	unix.FUSE_SUPER_MAGIC: "a file system of a program (FUSE)",
	0x0bd00bd0:            "a network file system (Lustre)",
	0x47504653:            "a network file system (GPFS)",
}

// NetworkFileSystem returns the kind of network file system that a folder is on, in words, or "" for a local one.
func NetworkFileSystem(folder string) (string, error) {
	var stat unix.Statfs_t
	for {
		err := unix.Statfs(folder, &stat)
		if err == nil {
			return networkFileSystems[uint32(stat.Type)], nil
		}
		if err != unix.EINTR {
			return "", os.NewSyscallError("statfs", err)
		}
	}
}
