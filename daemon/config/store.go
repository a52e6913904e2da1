package config

import "strings"

const (
	embeddedScheme = "sqlite:"
	serverScheme   = "mongodb://"
	clusterScheme  = "mongodb+srv://"
)

// Embedded returns the file of an embedded store; false for a store on a server. No other code looks at how a URI begins.
func (s Store) Embedded() (path string, ok bool) { return strings.CutPrefix(s.URI, embeddedScheme) }

// OnServer reports whether the URI names a database on a server.
func (s Store) OnServer() bool {
	return strings.HasPrefix(s.URI, serverScheme) || strings.HasPrefix(s.URI, clusterScheme)
}

// EmbeddedURI returns the URI of an embedded store in a file.
func EmbeddedURI(path string) string { return embeddedScheme + path }
