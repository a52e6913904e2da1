package stringtable

import (
	"fmt"
	"testing"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// TestManyShortTexts: what each text costs beside its length counts too, before texts go into the file, and all are found again.
func TestManyShortTexts(t *testing.T) {
	t.Parallel()
	table := &Table{open: make([]byte, 0, blockSize)}
	defer table.Close()
	const texts = 2_000_000
	text := func(i int) string { return fmt.Sprintf("%026d", i) }
	most := 0
	for i := range texts {
		if err := table.add([]byte(text(i))); err != nil {
			t.Fatal(err)
		}
		if len(table.filed) == 0 {
			most = len(table.blocks)*blockSize + table.Len()*8
		}
	}
	if err := table.seal(); err != nil {
		t.Fatal(err)
	}
	if len(table.filed) == 0 || most > inMemory+2*blockSize {
		t.Errorf("%d MB were in memory before the first text went into the file, of %d blocks", most>>20, table.sealed())
	}
	for i := 0; i < texts; i += 997 {
		if got, err := table.Text(i, &cell.Arena{}); err != nil || got != text(i) {
			t.Fatalf("text %d is %q, %v", i, got, err)
		}
	}
}
