package claim

import (
	"testing"
	"testing/synctest"
)

func TestIDsRise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock does not move in here
		n := NewIDs()
		first := n.next()
		last := first
		for range 1000 {
			next := n.next()
			if next <= last {
				t.Fatalf("%s after %s", next, last)
			}
			last = next
		}
		const found = "20991231T235959.999999-0000"
		if !n.advance(found) {
			t.Fatalf("%s is not taken for an ID", found)
		}
		if next := n.next(); next <= found {
			t.Errorf("%s after %s was found", next, found)
		}
		for _, no := range []string{"", "notes", "20991331T235959.999999-0000"} {
			if n.advance(no) {
				t.Errorf("%q is taken for an ID", no)
			}
		}
		other := last[:len(last)-1] + map[bool]string{true: "0", false: "1"}[last[len(last)-1] != '0']
		for id, want := range map[string]bool{first: true, last: true, other: false, "19990101T000000.000001-" + last[len(last)-4:]: false, "notes": false} {
			if got := n.Issued(id); got != want {
				t.Errorf("issued %s: %v", id, got)
			}
		}
	})
}
