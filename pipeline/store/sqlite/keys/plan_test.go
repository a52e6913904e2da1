package keys

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
	"inlet.example/inlet/pipeline/store/sqlite/layout/layouttest"
)

func TestNoQueryScansATableOrSorts(t *testing.T) {
	db := layouttest.Open(t)
	for _, kind := range crm.Kinds {
		for _, query := range []string{dropKeySQL} {
			layouttest.NoScan(t, db, layout.Of(kind, query))
		}
	}
}
