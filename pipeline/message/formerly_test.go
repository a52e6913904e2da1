package message

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/message/errorwords"
)

// TestFormerly holds that a text which an older version stored still has its Swedish.
func TestFormerly(t *testing.T) {
	for old, now := range errorwords.Formerly {
		if _, ok := catalogue(now); !ok {
			t.Errorf("no Swedish for %q, which was formerly %q", now, old)
		}
		if _, ok := catalogue(old); !ok {
			t.Errorf("no Swedish for the former %q", old)
		}
	}
	if got := In(Swedish, Say("the file is cut off"+raisedFormerly, "ratio")); !strings.Contains(got, "administratör") {
		t.Errorf("the former end has no Swedish: %s", got)
	}
}
