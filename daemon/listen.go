package daemon

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"inlet.example/inlet/pipeline/message"
)

// listenError is the reason why the pages cannot be served on an address. Its text names the key to change.
type listenError struct {
	address string // http.address of the configuration
	cause   error
}

// Error says what to do.
func (e *listenError) Error() string { return e.In("en") }

// In does so in a language.
func (e *listenError) In(lang string) string {
	host, port, err := net.SplitHostPort(e.address)
	switch {
	case err != nil:
	case isOneOf(e.cause, syscall.EADDRINUSE, winAddrInUse):
		return fmt.Sprintf(message.Word(lang, "port %s is in use: stop the other process or set http.address"), port)
	case isOneOf(e.cause, syscall.EACCES, winAccess):
		return fmt.Sprintf(message.Word(lang, "port %s may not be used by this user: set http.address to a port above 1023"), port)
	case isOneOf(e.cause, syscall.EADDRNOTAVAIL, winAddrNotAvail):
		return fmt.Sprintf(message.Word(lang, "the address %s does not belong to this host: correct http.address"), host)
	}
	return fmt.Sprintf("serve %s: %v", e.address, e.cause)
}

// Unwrap returns the cause.
func (e *listenError) Unwrap() error { return e.cause }

// The codes of Winsock. The constants of the same names in package syscall are not those that Windows returns.
const (
	winAccess       = syscall.Errno(10013)
	winAddrInUse    = syscall.Errno(10048)
	winAddrNotAvail = syscall.Errno(10049)
)

func isOneOf(err error, codes ...syscall.Errno) bool {
	code, ok := errors.AsType[syscall.Errno](err)
	for _, c := range codes {
		if ok && code == c {
			return true
		}
	}
	return false
}
