package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// TestLogIsCopiedWhileItIsWritten has batches come one right after the other. Their pages must reach the database all the same, and the log
// must begin anew when it is long.
func TestLogIsCopiedWhileItIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	e := opened(t, path)
	text := crm.Values{{Field: "name", Value: crm.TextValue(strings.Repeat("x", 3000))}} // a page each
	const batches, records = 80, 500
	n := int64(0)
	for range batches {
		err := e.Batch(t.Context(), func(ctx context.Context, e engine.Engine) error {
			writes := make([]engine.Write, records)
			for i := range writes {
				n++
				writes[i] = engine.Write{New: true, ID: fmt.Sprintf("%024x", n), Seq: n, Mark: 1, Set: text}
			}
			return written(e.Write(ctx, crm.Account, writes))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	const page = 4096
	if pages := size(t, path) / page; pages < batches*records/2 {
		t.Errorf("the database has %d pages of %d", pages, batches*records)
	}
	// Where the copier is at it when the writer's turn has come, the log grows on until a later commit: by how much depends on the disk and on
	// what else the machine does.
	if pages := size(t, path+"-wal") / page; pages > 2*maxLogPages {
		t.Errorf("the log has %d pages", pages)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
