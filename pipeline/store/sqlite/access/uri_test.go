package access

import (
	"net/url"
	"testing"
)

// TestURI: neither the letter of a drive nor a server becomes the host of the URI, which SQLite refuses.
func TestURI(t *testing.T) {
	for path, want := range map[string]string{
		"/var/lib/inlet/inlet.db": "file:///var/lib/inlet/inlet.db?mode=rw",
		"/a b/50%?#.db":           "file:///a%20b/50%25%3F%23.db?mode=rw",
		"C:/ProgramData/inlet.db": "file:///C:/ProgramData/inlet.db?mode=rw",
		"//server/share/inlet.db": "file:////server/share/inlet.db?mode=rw",
		"//?/C:/lång/inlet.db":    "file:////%3F/C:/l%C3%A5ng/inlet.db?mode=rw",
	} {
		if got := uri(path, url.Values{"mode": {"rw"}}); got != want {
			t.Errorf("uri(%q) = %s, want %s", path, got, want)
		}
	}
}
