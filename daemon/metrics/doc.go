// Package metrics owns the Prometheus collectors. The rest of the daemon reports what happened in its own terms (an import ended, an inbox was
// scanned), and this package decides which series that changes.
//
// It keeps no other state: what the pages show is the daemon's.
//
// # Why every label value comes from the configuration or from a closed list
//
// File names, errors and cells would make series without bound, and would show what is in the files to whoever may read the metrics.
//
// # Why all series exist from the start
//
// A counter that appears with its first event has no increase that a rate could see, so an alert would miss that event.
package metrics
