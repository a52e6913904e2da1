package daemon_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/store/mongo/mongotest"
)

// mostCommands is how many commands a file of ten rows may take, from its claim to the end of that.
const mostCommands = 15

// TestCommandsPerFile drops files of ten rows into an inbox, one after the other, and counts what is sent to the server for each. What is sent by the clock
// (heartbeats, polls) comes on top of it now and then, so the least of a few files counts. The first file of a kind makes indexes and remembers headings.
func TestCommandsPerFile(t *testing.T) {
	wire, uri := newWire(t)
	r := run(t, configured(t, "store: {uri: \""+uri+"\"}\n"))
	r.wait("ready", r.ready)
	const files = 10 // at most; on a slow machine something comes on top nearly each time
	done := 0
	for _, kind := range []struct {
		what string
		text func(n int) string
	}{
		{"create", func(n int) string { return rows(n, 10) }},
		{"update", func(n int) string { return strings.ReplaceAll(rows(n, 10), "Åsa", "Eva") }},
		{"add to", func(n int) string { return strings.ReplaceAll(rows(n, 10), "@", "@ny.") }},
		{"repeat", func(n int) string { return strings.ReplaceAll(rows(n, 10), "@", "@ny.") + "\n" }},
	} {
		var least []mongotest.Command
		for n := 0; n < files && (least == nil || len(least) > mostCommands); n++ {
			wire.Record()
			r.drop(fmt.Sprintf("%s-%d.csv", kind.what, n), kind.text(n))
			done++
			r.until(is(float64(done)), "inlet_imports_total", "inbox=kunder", "outcome=done")
			r.wait("the end of the claim", func() bool { return claimWrites(wire.Recorded()) == 2 && r.claimsGone() })
			if all := wire.Recorded(); n > 0 && (least == nil || len(all) < len(least)) {
				least = all
			}
		}
		t.Logf("%s: %d commands: %v", kind.what, len(least), least)
		if len(least) > mostCommands {
			t.Errorf("a file of ten rows that %ss records takes %d commands, not %d at most", kind.what, len(least), mostCommands)
		}
	}
}

// newWire returns a proxy before the server that INLET_TEST_MONGODB names, and the address of an empty database behind it.
func newWire(t *testing.T) (wire *mongotest.Proxy, uri string) {
	t.Helper()
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	u, err := url.Parse(server)
	must(t, err)
	u.Path = fmt.Sprintf("/inlet_test_%d", time.Now().UnixNano())
	mongotest.Drop(t, u.String())
	wire = mongotest.New(t, u.String())
	return wire, wire.URI(t, u.String())
}

// claimWrites is how often a claim was registered or released.
func claimWrites(all []mongotest.Command) int {
	n := 0
	for _, c := range all {
		if id, _ := c.First.Lookup("q", "_id").StringValueOK(); c.String() == "update inlet_claims" && strings.HasPrefix(id, "queue/") {
			n++
		}
	}
	return n
}

// claimsGone reports whether no claimed file is left.
func (r *running) claimsGone() bool {
	left, err := os.ReadDir(filepath.Join(r.inbox, ".inlet"))
	return err == nil && len(left) == 0
}
