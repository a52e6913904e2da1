package outcome

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/pipeline/ledger"
)

// TestStoppedRows writes large numbers as the languages do. An error that has another cause stays as it is.
func TestStoppedRows(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	imp := &ledger.Import{ID: "k3vq7ra2mxce-1", No: 1, Batch: 18}
	for lang, want := range map[string]string{
		"en": "Stopped after 36,000 of 1,060,000 rows. ",
		"sv": "Avbruten efter 36\u00a0000 av 1\u00a0060\u00a0000 rader. ",
	} {
		bar := terminal.NewProgress(&bytes.Buffer{}, true, lang)
		bar.Update(36_000, 1_060_000)
		if got := Stopped(ctx, bar, fmt.Errorf("import stor.xlsx: %w", ctx.Err()), imp).Error(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", lang, got)
		}
		if full := errors.New("no space left"); Stopped(ctx, bar, full, imp) != full {
			t.Errorf("%s: an error of the disk is replaced", lang)
		}
	}
	if got := terminal.Grouped(999, "en") + " " + terminal.Grouped(1000, "en"); got != "999 1,000" {
		t.Error(got)
	}
}
