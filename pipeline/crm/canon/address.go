package canon

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Email returns the form of an e-mail address in lower case, without mailto: and angle brackets, with its domain in ASCII.
func Email(s string) string {
	s = strings.ToLower(norm.NFC.String(s))
	s = strings.TrimPrefix(s, "mailto:")
	s = Trim(strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">"))
	local, domain, ok := cutLast(s, "@")
	if !ok {
		return s
	}
	if ascii := asciiDomain(domain); ascii != domain {
		return local + "@" + ascii
	}
	return s
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func asciiDomain(domain string) string {
	domain = strings.TrimSuffix(domain, ".")
	if isASCII(domain) && !strings.Contains(domain, "xn--") {
		return domain // it is ASCII already, or not a domain and left as it is
	}
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		return ascii
	}
	return domain
}

// URL returns the host of a web address without www.
func URL(s string) string {
	s = strings.ToLower(norm.NFC.String(s))
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	return asciiDomain(strings.TrimPrefix(s, "www."))
}
