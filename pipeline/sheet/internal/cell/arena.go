package cell

import "strings"

// Arena holds the texts of many cells in few allocations. A block is never written twice, so its strings may be kept; each of them
// keeps the whole block in memory.
type Arena struct{ block strings.Builder }

const (
	arenaBlock = 32 << 10
	longText   = arenaBlock / 8 // a longer text has memory of its own, so that a short one does not keep it alive
)

// Keep returns the bytes as a string.
func (a *Arena) Keep(b []byte) string {
	if len(b) > longText {
		return string(b)
	}
	if a.block.Cap()-a.block.Len() < len(b) {
		a.block = strings.Builder{}
		a.block.Grow(arenaBlock)
	}
	from := a.block.Len()
	a.block.Write(b)
	return a.block.String()[from:]
}
