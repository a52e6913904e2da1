package csv

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/charset"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// trimPadding finds the end of a text that a program has padded with NUL bytes, or ended with the end-of-file mark of DOS (W2).
func trimPadding(ctx context.Context, f *File, head []byte) error {
	unit := int64(1)
	said, _ := charset.Lookup(f.opt.Encoding)
	if strings.HasPrefix(said, "utf-16") || bytes.HasPrefix(head, []byte(charset.MarkUTF16LE)) || bytes.HasPrefix(head, []byte(charset.MarkUTF16BE)) || charset.GuessUTF16(head) != "" {
		unit = 2 // a zero byte is half of most characters
	}
	end := f.size - f.size%unit
	for padded := 0; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		from := max(0, end-64<<10)
		b := make([]byte, end-from)
		if _, err := f.src.ReadAt(b, from); err != nil && err != io.EOF {
			return fmt.Errorf("read the end of the file: %w", err)
		}
		var rest []byte
		if unit == 2 {
			rest = b
			for len(rest) > 1 && rest[len(rest)-1] == 0 && rest[len(rest)-2] == 0 {
				rest = rest[:len(rest)-2]
			}
		} else {
			rest = bytes.TrimRight(b, "\x00\x1a\r\n")
		}
		padded += bytes.Count(b[len(rest):], []byte{0}) + bytes.Count(b[len(rest):], []byte{0x1a})
		end = from + int64(len(rest))
		if len(rest) > 0 || end == 0 {
			if padded > 0 {
				f.size = end
				f.warn(fault.New("PADDING", "the file ends with %s bytes that are not text (NUL or end-of-file), which were left out. If rows are missing, export it again", padded))
			}
			return nil
		}
	}
}
