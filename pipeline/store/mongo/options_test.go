package mongo

import (
	"testing"
	"time"
)

// TestTimeouts: an answer may take 30 s, unless the address says otherwise.
func TestTimeouts(t *testing.T) {
	for uri, want := range map[string]time.Duration{"mongodb://host/crm": 30 * time.Second, "mongodb://host/crm?timeoutMS=2000": 2 * time.Second} {
		o, err := clientOptions(uri)
		if err != nil || o.Timeout == nil || *o.Timeout != want {
			t.Errorf("%s: %v, %v", uri, o.Timeout, err)
		}
		if o.ServerSelectionTimeout == nil || *o.ServerSelectionTimeout != 5*time.Second {
			t.Errorf("%s: a server is looked for %v", uri, o.ServerSelectionTimeout)
		}
	}
}
