//go:build !unix

package sheet_test

// usage leaves the cost at zero: what a process took is not measured here.
func usage(*cost) {}
