package daemon_test

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/store/mongo/mongotest"
)

func TestCommandsPerFile(t *testing.T) {
	t.Parallel()
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	u, err := url.Parse(server)
	must(t, err)
	u.Path = fmt.Sprintf("/inlet_test_%d", time.Now().UnixNano())
	wire := mongotest.New(t, u.String())
	cfg := configured(t, "store: {uri: \""+wire.URI(t, u.String())+"\"}\n")
	r := run(t, cfg)
	r.wait("ready", r.ready)
	for n := 1; n <= 4; n++ {
		wire.Record()
		text := rows(n, 10)
		if n == 4 {
			text = strings.ReplaceAll(rows(3, 10), "11122", "33344")
		}
		r.drop(fmt.Sprintf("file-%d.csv", n), text)
		r.until(is(float64(n)), "inlet_imports_total", "inbox=kunder", "outcome=done")
		time.Sleep(300 * time.Millisecond)
		all := wire.Recorded()
		t.Logf("file %d: %d", n, len(all))
		if n > 2 {
			for _, c := range all {
				s := c.Body.String()
				if c.Name == "find" {
					s = c.Body.Lookup("filter").String()
				} else if v, err := c.Body.LookupErr("updates"); err == nil {
					s = v.String()
				}
				t.Logf("%-30s %.200s", c.String(), s)
			}
		}
	}
}
