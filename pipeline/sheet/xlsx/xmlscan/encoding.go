package xmlscan

import (
	"bufio"
	"io"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/charset"
)

// ToUTF8 returns the characters of a part as UTF-8. Its encoding is known by its zero bytes or by its declaration.
func ToUTF8(r io.Reader) (io.Reader, error) {
	text, err := DecodeUTF16(r)
	if err != nil {
		return nil, err
	}
	head := bufio.NewReader(text)
	const longest = 256 // of a declaration
	start, err := head.Peek(longest)
	if err != nil && err != io.EOF {
		return nil, err
	}
	declaration, _, ok := strings.Cut(strings.TrimPrefix(string(start), charset.MarkUTF8), "?>")
	if !ok || !strings.HasPrefix(declaration, "<?xml") || saysUTF8(declaration) {
		return head, nil
	}
	return CharsetReader(declaredEncoding(declaration), head)
}
