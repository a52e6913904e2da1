package ledger

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// systemErrnos are the errors of Windows that are temporary: a file that another program has open, a disk that is full, protected, gone or broken,
// and a server that cannot be reached.
var systemErrnos = []syscall.Errno{windows.ERROR_ACCESS_DENIED, windows.ERROR_SHARING_VIOLATION, windows.ERROR_LOCK_VIOLATION, windows.ERROR_DISK_FULL,
	windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_WRITE_PROTECT, windows.ERROR_NOT_READY, windows.ERROR_IO_DEVICE, windows.ERROR_CRC,
	windows.ERROR_TOO_MANY_OPEN_FILES, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_SEM_TIMEOUT, windows.ERROR_DEV_NOT_EXIST,
	windows.ERROR_BAD_NETPATH, windows.ERROR_BAD_NET_NAME, windows.ERROR_NETNAME_DELETED, windows.ERROR_UNEXP_NET_ERR, windows.ERROR_NETWORK_UNREACHABLE,
	windows.ERROR_HOST_UNREACHABLE, windows.ERROR_CONNECTION_REFUSED, windows.WSAECONNREFUSED, windows.WSAECONNRESET, windows.WSAETIMEDOUT,
	windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, windows.WSAENETDOWN, windows.WSAENOTCONN}
