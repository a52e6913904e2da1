package frame

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// SendAs makes a browser save what follows under a name, whatever it is.
func SendAs(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plainName(name), url.PathEscape(name)))
}

// plainName returns the name of a file in ASCII, for browsers that read no other (RFC 6266).
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '/' {
			return '_'
		}
		return r
	}, name)
}
