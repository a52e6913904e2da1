package mongo

import "testing"

// MostRefused sets how many documents may be passed over, until the test ends.
func MostRefused(t *testing.T, n int) {
	was := mostRefused
	mostRefused = n
	t.Cleanup(func() { mostRefused = was })
}
