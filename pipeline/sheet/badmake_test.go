package sheet_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet"
)

// hostileFile is a file being made that is to cost its reader much.
type hostileFile struct {
	t        testing.TB
	path     string
	inflated int64 // bytes of the parts, before they were deflated
}

// part writes the content of one part.
type part func(w *bufio.Writer)

// text is a part that is written as it is.
func text(s string) part { return func(w *bufio.Writer) { w.WriteString(s) } }

// times is a part of a head, something n times over, and an end. Each %d in what is repeated is the count.
func times(head string, n int, each, end string) part {
	return func(w *bufio.Writer) {
		w.WriteString(head)
		pieces := strings.Split(each, "%d")
		for i := range n {
			w.WriteString(pieces[0])
			for _, piece := range pieces[1:] {
				w.WriteString(strconv.Itoa(i))
				w.WriteString(piece)
			}
		}
		w.WriteString(end)
	}
}

// letters returns n letters that deflate to about a hundredth: text of one letter is refused for its ratio before it costs anything.
func letters(n int) string {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	b := bytes.Repeat([]byte("n"), n)
	for i := 0; i < n; i += 100 {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

const (
	sheetHead   = `<worksheet ` + mainSpace + `>`
	sheetEnd    = `</worksheet>`
	oneRow      = `<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>`
	stylesHead  = `<styleSheet ` + mainSpace + `>`
	bookHead    = `<workbook ` + mainSpace + ` ` + relSpace + `>`
	relsHead    = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	oneTab      = `<sheets><sheet name="S" sheetId="1" r:id="a"/></sheets>`
	bookRels    = "xl/_rels/workbook.xml.rels"
	sheetPart   = "xl/worksheets/sheet1.xml"
	sheetRels   = "xl/worksheets/_rels/sheet1.xml.rels"
	sharedPart  = "xl/sharedStrings.xml"
	stylesPart  = "xl/styles.xml"
	bookPart    = "xl/workbook.xml"
	inlineCell  = `<c t="inlineStr"><is><t>`
	inlineEnd   = `</t></is></c>`
	relTable    = `<Relationship Id="t%d" Type="` + relType + `table" Target="../tables/table1.xml"/>`
	slowRoot    = `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	slowRootEnd = `</x:worksheet>`
)

// usualParts are those of a workbook with one sheet of one cell.
func usualParts() map[string]part {
	return map[string]part{
		"_rels/.rels": text(relsHead + `<Relationship Id="x" Type="` + relType + `officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		bookPart:      text(bookHead + oneTab + `</workbook>`),
		bookRels: text(relsHead + `<Relationship Id="a" Type="` + relType + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="b" Type="` + relType + `styles" Target="styles.xml"/><Relationship Id="c" Type="` + relType + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`),
		stylesPart: text(stylesHead + `<cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>`),
		sharedPart: text(`<sst ` + mainSpace + `><si><t>x</t></si></sst>`),
		sheetPart:  text(sheetHead + oneRow + sheetEnd),
	}
}

// book writes a workbook in which some parts are others than usual, and says them to the zip as they are.
func (h *hostileFile) book(parts map[string]part) {
	h.bookOf(parts, func(*zip.FileHeader) {})
}

// bookOf writes a workbook whose directory entries falsify has changed.
func (h *hostileFile) bookOf(parts map[string]part, falsify func(*zip.FileHeader)) {
	h.t.Helper()
	f, err := os.Create(h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	z := zip.NewWriter(f)
	all := usualParts()
	for name, p := range parts {
		all[name] = p
	}
	for name, p := range all {
		if p == nil {
			continue
		}
		var deflated bytes.Buffer
		header := h.deflate(&deflated, name, p)
		falsify(header)
		w, err := z.CreateRaw(header)
		if err != nil {
			h.t.Fatal(err)
		}
		if _, err := w.Write(deflated.Bytes()); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		h.t.Fatal(err)
	}
}

// deflate writes a part and gives the header that is true of it.
func (h *hostileFile) deflate(to *bytes.Buffer, name string, p part) *zip.FileHeader {
	d, err := flate.NewWriter(to, flate.BestSpeed)
	if err != nil {
		h.t.Fatal(err)
	}
	sum, count := crc32.NewIEEE(), &counter{}
	w := bufio.NewWriterSize(io.MultiWriter(d, sum, count), 64<<10)
	p(w)
	if err := errors.Join(w.Flush(), d.Close()); err != nil {
		h.t.Fatal(err)
	}
	h.inflated += count.n
	return &zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(to.Len()), UncompressedSize64: uint64(count.n)}
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// noise is a part that does not deflate.
func noise(n int) part {
	return func(w *bufio.Writer) {
		r := rand.New(rand.NewPCG(1, 1))
		for range n / 8 {
			_ = binary.Write(w, binary.LittleEndian, r.Uint64())
		}
	}
}

// encrypt puts the workbook under Excel's own password.
func (h *hostileFile) encrypt() {
	h.t.Helper()
	plain, err := os.ReadFile(h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	data, err := excelize.Encrypt(plain, &excelize.Options{Password: "VelvetSweatshop"})
	if err == nil {
		err = os.WriteFile(h.path, data, 0o600)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// csv writes a text file.
func (h *hostileFile) csv(p part) {
	h.t.Helper()
	f, err := os.Create(h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	p(w)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		h.t.Fatal(err)
	}
}

// cost is what reading one file costs a process of its own.
type cost struct {
	Code string  // of the refusal, "" if the file was read, "cancelled", or the text of any other error
	Text string  // of the refusal
	Rows int     // of all sheets
	CPU  float64 // seconds of all threads, which a loaded computer does not lengthen
	RSS  int     // MiB at most
}

const (
	fileEnv   = "INLET_TEST_SHEET_FILE"
	cancelEnv = "INLET_TEST_SHEET_CANCEL"
)

// plain gives the bytes of a part.
func (h *hostileFile) plain(p part) []byte {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	p(w)
	w.Flush()
	return b.Bytes()
}

// TestMain is the child too, which reads one file and says what it took, or many mutants.
func TestMain(m *testing.M) {
	if said := os.Getenv(mutantsEnv); said != "" {
		runMutants(said)
		return
	}
	path := os.Getenv(fileEnv)
	if path == "" {
		os.Exit(m.Run())
	}
	if err := json.NewEncoder(os.Stdout).Encode(readAll(path, os.Getenv(cancelEnv))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// costOf reads a file in a process of its own.
func costOf(t testing.TB, path string, env ...string) cost {
	t.Helper()
	const hopeless = 2 * time.Minute // whatever else the computer does meanwhile
	ctx, stop := context.WithTimeout(t.Context(), hopeless)
	defer stop()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(append(os.Environ(), fileEnv+"="+path), env...)
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	var c cost
	if err == nil {
		err = json.Unmarshal(out, &c)
	}
	if err != nil {
		t.Fatalf("the process that reads %s: %v\n%.3000s", filepath.Base(path), err, &wrong)
	}
	return c
}

// sayCode puts an error into what the child says.
func sayCode(c *cost, err error) {
	if u, ok := errors.AsType[*sheet.Unreadable](err); ok {
		c.Code, c.Text = u.Code, u.Error()
	} else if errors.Is(err, context.DeadlineExceeded) {
		c.Code = "cancelled"
	} else if err != nil {
		c.Code = err.Error()
	}
}

// crowded is a zip whose directory has n entries, and whose end says that it has n modulo 65,536.
func crowded(n int) string {
	entry := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	entry[28] = 1 // a name of one byte
	entry = append(entry, 'x')
	b := append([]byte("PK\x03\x04"), bytes.Repeat(entry, n)...)
	end := append([]byte("PK\x05\x06"), make([]byte, 18)...)
	binary.LittleEndian.PutUint16(end[8:], uint16(n))
	binary.LittleEndian.PutUint16(end[10:], uint16(n))
	binary.LittleEndian.PutUint32(end[12:], 47)
	binary.LittleEndian.PutUint32(end[16:], 4)
	return string(append(b, end...))
}

// spun is an encrypted workbook that wants its password hashed so many times.
func spun(times uint32) string {
	key := `keyBits="256" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="AAAAAAAAAAAAAAAAAAAAAA=="`
	some := strings.Repeat("A", 42) + "8="
	info := fmt.Sprintf(`<encryption><keyData %s/><keyEncryptors><keyEncryptor><encryptedKey spinCount="%d" %s encryptedVerifierHashInput="%s" encryptedVerifierHashValue="%s" encryptedKeyValue="%s"/></keyEncryptor></keyEncryptors></encryption>`,
		key, times, key, some, some, some)
	return container([]stream{{"EncryptionInfo", "\x04\x00\x04\x00\x40\x00\x00\x00" + info + strings.Repeat(" ", 4096)}, {"EncryptedPackage", strings.Repeat("x", 8192)}}, 0)
}

// swollen is the container of an encrypted workbook whose directory goes on for so many bytes.
func swollen(bytes int) string {
	return container([]stream{{"EncryptionInfo", strings.Repeat("x", 4096)}, {"EncryptedPackage", strings.Repeat("x", 4096)}}, bytes)
}

type stream struct{ name, content string }

// container writes streams of more than 4,095 bytes into Microsoft's container of before the zip, with a directory of at least so many bytes.
func container(streams []stream, directory int) string {
	const sector = 512
	sectors := func(n int) int { return (n + sector - 1) / sector }
	var chains []uint32
	chain := func(n int) (first int) {
		first = len(chains)
		for i := range n {
			next := uint32(first + i + 1)
			if i == n-1 {
				next = 0xFFFFFFFE
			}
			chains = append(chains, next)
		}
		return first
	}
	var body bytes.Buffer
	dir := make([]byte, sectors(max(directory, sector))*sector)
	entry := func(i int, name string, kind byte, start, size int) {
		e := dir[128*i:]
		for j, c := range name {
			e[2*j] = byte(c)
		}
		e[64], e[66] = byte(2*len(name)+2), kind
		binary.LittleEndian.PutUint32(e[116:], uint32(start))
		binary.LittleEndian.PutUint32(e[120:], uint32(size))
	}
	dirAt := chain(len(dir) / sector)
	entry(0, "Root Entry", 5, 0xFFFFFFFE, 0)
	for i, s := range streams {
		entry(1+i, s.name, 2, chain(sectors(len(s.content))), len(s.content))
		body.WriteString(s.content)
		body.Write(make([]byte, sectors(len(s.content))*sector-len(s.content)))
	}
	// The sectors of the chains are behind all others, and those that list them behind these.
	tables := sectors(4 * len(chains))
	for tables < sectors(4*(len(chains)+tables+tables/127+2)) {
		tables++
	}
	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	head[26], head[28], head[29], head[30], head[32] = 3, 0xfe, 0xff, 9, 6
	binary.LittleEndian.PutUint32(head[44:], uint32(tables))
	binary.LittleEndian.PutUint32(head[48:], uint32(dirAt))
	binary.LittleEndian.PutUint32(head[56:], 4096)
	binary.LittleEndian.PutUint32(head[60:], 0xFFFFFFFE)
	first := len(chains)
	listed := make([]uint32, tables)
	for i := range listed {
		listed[i] = uint32(first + i)
	}
	var more bytes.Buffer
	for i := range 109 {
		at := uint32(0xFFFFFFFF)
		if i < len(listed) {
			at = listed[i]
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], at)
	}
	next := uint32(0xFFFFFFFE)
	if len(listed) > 109 {
		next = uint32(first + tables)
	}
	binary.LittleEndian.PutUint32(head[68:], next)
	for rest := listed[min(109, len(listed)):]; len(rest) > 0; {
		n := min(127, len(rest))
		for i := range 127 {
			at := uint32(0xFFFFFFFF)
			if i < n {
				at = rest[i]
			}
			more.Write(binary.LittleEndian.AppendUint32(nil, at))
		}
		rest = rest[n:]
		next++
		if len(rest) == 0 {
			next = 0xFFFFFFFE
		}
		more.Write(binary.LittleEndian.AppendUint32(nil, next))
	}
	for len(chains) < tables*sector/4 {
		chains = append(chains, 0xFFFFFFFF)
	}
	out := append(head, dir...)
	out = append(out, body.Bytes()...)
	for _, c := range chains {
		out = binary.LittleEndian.AppendUint32(out, c)
	}
	return string(append(out, more.Bytes()...))
}
