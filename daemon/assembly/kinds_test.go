package assembly_test

import (
	"testing"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/crm"
)

// TestKindsOfConfig: the configuration, which does not know the pipeline, has its kinds, in its order and with its parents.
func TestKindsOfConfig(t *testing.T) {
	if len(config.KindNames) != len(crm.Kinds) {
		t.Fatalf("the configuration has the kinds %v, the pipeline %v", config.KindNames, crm.Kinds)
	}
	var all config.Kinds[int]
	for i, kind := range crm.Kinds {
		if name := config.KindNames[i]; name != string(kind) || config.ParentOf(name) != string(kind.Parent()) {
			t.Errorf("the configuration has %s of %q, the pipeline %s of %q", name, config.ParentOf(name), kind, kind.Parent())
		}
		*all.Of(string(kind)) = i + 1
	}
	for i, kind := range crm.Kinds {
		if got := *all.Of(string(kind)); got != i+1 {
			t.Errorf("%s has what was said of another kind: %d, not %d", kind, got, i+1)
		}
	}
}
