package ledger

import (
	"os"
	"strings"
	"testing"
)

// TestCodesAreDocumented holds that who reads a code in a report finds what it means.
func TestCodesAreDocumented(t *testing.T) {
	guide, err := os.ReadFile("../../deploy/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range Codes {
		if !strings.Contains(string(guide), "`"+string(code)+"`") {
			t.Errorf("deploy/README.md does not say what %s is", code)
		}
	}
	for _, why := range LeftOuts {
		if !strings.Contains(string(guide), "`"+string(why)+"`") {
			t.Errorf("deploy/README.md does not name the reason %s", why)
		}
	}
}
