// Package build says which inlet this is.
package build

import "runtime/debug"

// released is the version of a release, which deploy/release sets.
var released string

// Version returns the version of the release, or that of the module, which go install writes into the binary.
func Version() string {
	if released != "" {
		return released
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
