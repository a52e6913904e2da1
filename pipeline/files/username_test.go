package files

import (
	"os"
	"os/user"
	"testing"
)

func TestUserName(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Skipf("NOT TESTED: the name of a user that the system knows: %v", err)
	}
	if got := UserName(os.Geteuid()); got != me.Username {
		t.Errorf("%q, want %q", got, me.Username)
	}
	if got := UserName(1 << 30); got != "1073741824" {
		t.Errorf("a user that does not exist is %q", got)
	}
}
