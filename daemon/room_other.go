//go:build !unix

package daemon

import "errors"

// roomIn is not known here; a disk whose room is not known has no metric.
func roomIn(string) (float64, error) { return 0, errors.ErrUnsupported }
