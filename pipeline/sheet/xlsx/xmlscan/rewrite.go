package xmlscan

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/charset"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// The namespaces of what we read.
const (
	mainNamespace   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strictNamespace = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	compatNamespace = "http://schemas.openxmlformats.org/markup-compatibility/2006"
)

// Normalize returns a part in the form that the scanner reads: UTF-8, its elements without prefixes. A part in that form is returned as
// it is; any other one is rewritten by encoding/xml, token by token, which is slow. The second result reports whether it is rewritten.
func Normalize(r io.Reader, limits cell.Limits) (io.Reader, bool, error) {
	head := bufio.NewReaderSize(r, 8<<10)
	start, err := head.Peek(8 << 10)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return nil, false, err
	}
	start = bytes.TrimPrefix(start, []byte("\xef\xbb\xbf"))
	if isNormal(start) {
		_, err := head.Discard(len("\xef\xbb\xbf") * hasBOM(head))
		return head, false, err
	}
	text, err := DecodeUTF16(head)
	if err != nil {
		return nil, false, err
	}
	return newRewriter(text, limits), true, nil
}

// hasBOM returns 1 if the reader is at a byte order mark of UTF-8, and 0 otherwise.
func hasBOM(r *bufio.Reader) int {
	if b, _ := r.Peek(3); string(b) == "\xef\xbb\xbf" {
		return 1
	}
	return 0
}

// isNormal looks at the start of a part: its encoding, and the namespaces that its root declares.
func isNormal(start []byte) bool {
	if bytes.HasPrefix(start, []byte("<?xml")) {
		declaration, rest, ok := bytes.Cut(start, []byte("?>"))
		if !ok || !saysUTF8(string(declaration)) {
			return false
		}
		start = rest
	}
	start = bytes.TrimLeft(start, " \t\r\n")
	if len(start) < 2 || start[0] != '<' || start[1] == '!' || start[1] == '?' {
		return false
	}
	tag, _, ok := bytes.Cut(start[1:], []byte(">"))
	n := nameEnd(tag)
	if !ok || bytes.IndexByte(tag[:n], ':') >= 0 {
		return false
	}
	list, _, err := attributes(nil, tag[n:])
	if err != nil {
		return false
	}
	aliases := 0 // excelize binds x: beside, which the scanner takes; it takes one
	for _, a := range list {
		main := string(a.Value) == mainNamespace
		if string(a.Name) == "xmlns" && !main {
			return false
		}
		if main && bytes.HasPrefix(a.Name, []byte("xmlns:")) {
			aliases++
		}
	}
	return aliases <= 1
}

func saysUTF8(declaration string) bool {
	name := strings.ToLower(declaredEncoding(declaration))
	return name == "" || strings.HasPrefix(name, "utf-8") || strings.HasPrefix(name, "utf8")
}

// declaredEncoding returns the encoding that an XML declaration states, "" if it states none.
func declaredEncoding(declaration string) string {
	_, value, ok := strings.Cut(declaration, "encoding")
	value = strings.TrimLeft(value, "= \t\r\n")
	if !ok || value == "" {
		return ""
	}
	name, _, _ := strings.Cut(value[1:], value[:1])
	return name
}

// DecodeUTF16 decodes UTF-16, which it knows by its byte order mark or its zero bytes. Other bytes are returned as they are.
func DecodeUTF16(r io.Reader) (io.Reader, error) {
	head := bufio.NewReader(r)
	b, err := head.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	order, wide := unicode.LittleEndian, false
	switch {
	case len(b) < 4:
	case b[0] == 0xff && b[1] == 0xfe, b[0] == '<' && b[1] == 0:
		wide = true
	case b[0] == 0xfe && b[1] == 0xff, b[0] == 0 && b[1] == '<':
		order, wide = unicode.BigEndian, true
	}
	if !wide {
		return head, nil
	}
	return transform.NewReader(head, unicode.UTF16(order, unicode.UseBOM).NewDecoder()), nil
}

// CharsetReader is what encoding/xml calls if a declaration states an encoding. UTF-16 has been decoded by then, and what is not but says so is UTF-8.
func CharsetReader(name string, r io.Reader) (io.Reader, error) {
	lower := strings.ReplaceAll(strings.ToLower(name), "utf-", "utf")
	if strings.HasPrefix(lower, "utf8") || strings.HasPrefix(lower, "utf16") {
		return r, nil
	}
	lower = strings.ToLower(name)
	if _, e := charset.Lookup(lower); e != nil {
		return transform.NewReader(r, e.NewDecoder()), nil
	}
	return nil, fmt.Errorf("the XML has the encoding %.40q, which is not supported", name)
}

// rewriter writes the tokens of a document in the normal form, while they are read.
type rewriter struct {
	tokens *xml.Decoder
	src    *tokenReader
	out    bytes.Buffer
	open   []int // bytes of the tags that are open, which the decoder keeps the names of
	bytes  int   // of all of them
}

// tokenReader bounds what encoding/xml reads for one token, which may be as long as the part.
type tokenReader struct {
	src        io.Reader
	left, most int
}

func (r *tokenReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, tooLongToken(r.most)
	}
	n, err := r.src.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

func newRewriter(text io.Reader, limits cell.Limits) *rewriter {
	src := &tokenReader{src: text, most: limits.TokenBytes()}
	w := &rewriter{tokens: xml.NewDecoder(src), src: src}
	w.tokens.CharsetReader = CharsetReader
	return w
}

func (w *rewriter) Read(p []byte) (int, error) {
	for w.out.Len() == 0 {
		w.out.Reset()
		w.src.left = w.src.most
		token, err := w.tokens.Token()
		if err == nil {
			err = w.write(token)
		}
		if _, ok := errors.AsType[*xml.SyntaxError](err); ok && strings.Contains(err.Error(), "unexpected EOF") {
			return 0, io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
	}
	return w.out.Read(p)
}

func (w *rewriter) write(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if err := w.push(t); err != nil {
			return err
		}
		w.out.WriteString("<" + prefixed(t.Name))
		for _, a := range t.Attr {
			if a.Name.Space != "" || a.Name.Local == "xmlns" {
				continue
			}
			w.out.WriteString(" " + a.Name.Local + `="`)
			if err := xml.EscapeText(&w.out, []byte(a.Value)); err != nil {
				return err
			}
			w.out.WriteByte('"')
		}
		w.out.WriteByte('>')
	case xml.EndElement:
		w.bytes -= w.open[len(w.open)-1]
		w.open = w.open[:len(w.open)-1]
		w.out.WriteString("</" + prefixed(t.Name) + ">")
	case xml.CharData:
		if len(w.open) > 0 {
			return xml.EscapeText(&w.out, t)
		}
	case xml.Directive:
		return fault.Corrupt("the XML has a DOCTYPE, which is not allowed in a workbook")
	}
	return nil
}

// push notes an element as open.
func (w *rewriter) push(t xml.StartElement) error {
	n := len(t.Name.Local) + len(t.Name.Space)
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" { // kept until the element closes
			n += len(a.Name.Local) + len(a.Value)
		}
	}
	w.open, w.bytes = append(w.open, n), w.bytes+n
	switch {
	case w.bytes > maxOpenNames:
		return tooLongNames()
	case len(w.open) > maxDepth:
		return tooDeep()
	}
	return nil
}

// ForeignPrefix is the prefix of all elements of other namespaces in what Normalize rewrites.
const ForeignPrefix = "other"

// prefixed returns a name with the prefix by which the scanner knows its namespace.
func prefixed(n xml.Name) string {
	switch n.Space {
	case mainNamespace, strictNamespace, "":
		return n.Local
	case compatNamespace:
		return "mc:" + n.Local
	}
	return ForeignPrefix + ":" + n.Local
}
