package access

import (
	"net/url"
	"path/filepath"
	"strings"
)

// URI names the file at an absolute path as SQLite understands it.
func URI(path string, query url.Values) string { return uri(filepath.ToSlash(path), query) }

// uri takes a path with slashes. One with the letter of a drive needs another before it: without, the letter would be a host.
func uri(path string, query url.Values) string {
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String()
}
