// Package configtest has the example configuration for the tests of package config's children.
package configtest
