//go:build !unix && !windows

package files

import "errors"

// FreeSpace is not known here.
func FreeSpace(string) (float64, error) { return 0, errors.ErrUnsupported }
