package assembly

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/daemon/config/check"
	"inlet.example/inlet/pipeline/crm"
)

// TestFieldTypes expects a configuration to offer the types that fields have. It lists them itself, since it knows nothing of the pipeline.
func TestFieldTypes(t *testing.T) {
	var known []string
	for _, is := range crm.Types() {
		known = append(known, string(is))
	}
	if diff := cmp.Diff(known, check.FieldTypes); diff != "" {
		t.Errorf("field types (-crm +config):\n%s", diff)
	}
}
