package sheet_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet"
)

const (
	mutantsEnv = "INLET_TEST_SHEET_MUTANTS" // the process that reads mutants: the folder for them, and the seed
	fuzzForEnv = "INLET_TEST_FUZZ_FOR"      // how long TestMutants goes on
	fuzzSeed   = "INLET_TEST_FUZZ_SEED"     // plays one mutant again
)

// TestMutants changes workbooks and text files at random (parts, tags, lengths, bytes) and reads what comes out, in a process of its own: it is
// read or refused, within the budget of time and memory, and nothing panics. It takes 5 seconds, INLET_TEST_FUZZ_FOR says how long otherwise, and
// INLET_TEST_DEEP takes an hour. INLET_TEST_FUZZ_SEED plays the one again that was found.
func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("this takes 5 seconds")
	}
	if seed, err := strconv.ParseUint(os.Getenv(fuzzSeed), 10, 64); err == nil {
		if wrong := readMutant(corpus(t), t.TempDir(), seed); wrong != "" {
			t.Fatal(wrong)
		}
		return
	}
	long := 5 * time.Second
	if deep() {
		long = time.Hour
	}
	if said := os.Getenv(fuzzForEnv); said != "" {
		var err error
		if long, err = time.ParseDuration(said); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	read := uint64(0)
	for end, seed := time.Now().Add(long), uint64(time.Now().UnixNano()); time.Now().Before(end); {
		seed = mutants(t, dir, seed, time.Until(end)) + 1
		read++
	}
	t.Logf("%d processes", read)
}

// mutants has a process read mutants from one seed on until its time is over, or it says that one was wrong, dies or hangs. It gives the last
// seed.
func mutants(t *testing.T, dir string, seed uint64, long time.Duration) uint64 {
	t.Helper()
	const hangs = 30 * time.Second // twice what any of them may take, and the computer has other work to do
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s,%d,%s", mutantsEnv, dir, seed, long))
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watch := time.AfterFunc(hangs, stop)
	last, line := seed, make([]byte, 8)
	for {
		if _, err := io.ReadFull(out, line); err != nil {
			break
		}
		last++
		watch.Reset(hangs)
	}
	watch.Stop()
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s=%d: %v\n%.3000s", fuzzSeed, last, err, &said)
	}
	t.Logf("%d mutants", last-seed)
	return last
}

// runMutants is that process. It writes eight bytes behind each mutant.
func runMutants(said string) {
	var dir, rest, long string
	dir, rest, _ = strings.Cut(said, ",")
	rest, long, _ = strings.Cut(rest, ",")
	seed, _ := strconv.ParseUint(rest, 10, 64)
	d, _ := time.ParseDuration(long)
	const most = 3000 // then another process begins, so that one mutant's memory is not another's
	end := time.Now().Add(d)
	all := corpus(nil)
	for i := 0; i < most && time.Now().Before(end); i++ {
		if wrong := readMutant(all, dir, seed); wrong != "" {
			fmt.Fprintln(os.Stderr, wrong)
			os.Exit(1)
		}
		seed++
		os.Stdout.WriteString("another\n")
	}
}

// readMutant makes a mutant, reads it, and says what is wrong with that.
func readMutant(all []seedFile, dir string, seed uint64) string {
	m := &mutator{Rand: rand.New(rand.NewPCG(seed, 1))}
	data, opt := m.make(all)
	path := filepath.Join(dir, fmt.Sprintf("mutant %d", os.Getpid()))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return err.Error()
	}
	defer os.Remove(path)
	var before, after cost
	usage(&before)
	err := readRows(path, opt)
	usage(&after)
	if u, ok := errors.AsType[*sheet.Unreadable](err); err != nil && (!ok || u.Code == "" || u.Text() == "" || len(u.Text()) > 5000) {
		return fmt.Sprintf("it is not refused but fails: %.1000v (%T)", err, err)
	}
	const seconds, most = 4, 256 // a mutant is small
	if took := after.CPU - before.CPU; took > seconds+float64(len(data))/1e6+0.1*float64(m.inflated)/1e6 || after.RSS > most {
		return fmt.Sprintf("it took %.1f s and %d MiB", took, after.RSS)
	}
	return ""
}

func readRows(path string, opt sheet.Options) error {
	w, err := sheet.Open(path, opt)
	if err != nil {
		return err
	}
	defer w.Close()
	w.Property("x")
	for _, s := range w.Sheets {
		last := 0
		for rows, err := range s.Rows(context.Background(), 100) {
			if err != nil {
				return err
			}
			for _, r := range rows {
				if r.Number <= last || len(r.Cells) == 0 {
					return fmt.Errorf("row %d of %d cells after row %d", r.Number, len(r.Cells), last)
				}
				last = r.Number
				for _, c := range r.Cells {
					c.Shown()
				}
			}
		}
		if _, err := s.Merges(context.Background()); err != nil {
			return err
		}
	}
	return nil
}

// seedFile is a file that mutants are made of: a zip taken apart, or bytes.
type seedFile struct {
	parts []mutablePart
	bytes []byte
}

type mutablePart struct {
	name    string
	text    []byte
	falsify func(*zip.FileHeader) // nil: its header is true
}

// corpus makes them. t may be nil.
func corpus(t testing.TB) (all []seedFile) {
	must := func(err error) {
		if err != nil && t != nil {
			t.Fatal(err)
		} else if err != nil {
			panic(err)
		}
	}
	f := excelize.NewFile()
	for i := range 40 {
		must(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &[]any{fmt.Sprintf("Nordsjö %d AB", i), i, float64(i) / 7, time.Date(2026, 1, i, 0, 0, 0, 0, time.UTC), i%2 == 0, "a\nb & <c>"}))
	}
	must(f.MergeCell("Sheet1", "A50", "B51"))
	must(f.AddTable("Sheet1", &excelize.Table{Range: "A1:F40", Name: "T"}))
	must(f.SetRowVisible("Sheet1", 3, false))
	_, err := f.NewSheet("Två")
	must(err)
	must(f.SetCellHyperLink("Sheet1", "A2", "https://exempel.se", "External"))
	book, err := f.WriteToBuffer()
	must(err)
	must(f.Close())
	encrypted, err := excelize.Encrypt(book.Bytes(), &excelize.Options{Password: "VelvetSweatshop"})
	must(err)
	usual := seedFile{}
	for name, p := range usualParts() {
		usual.parts = append(usual.parts, mutablePart{name: name, text: partBytes(p)})
	}
	slices.SortFunc(usual.parts, func(a, b mutablePart) int { return cmp.Compare(a.name, b.name) })
	slow := seedFile{parts: slices.Clone(usual.parts)}
	for i := range slow.parts {
		if slow.parts[i].name == sheetPart {
			slow.parts[i].text = []byte(slowRoot + `<x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>Å&amp;</x:t></x:is></x:c></x:row></x:sheetData><x:mergeCells><x:mergeCell ref="A1:B2"/></x:mergeCells>` + slowRootEnd)
		}
	}
	all = append(all, usual, slow, unzipped(book.Bytes()), seedFile{bytes: book.Bytes()}, seedFile{bytes: encrypted}, seedFile{bytes: []byte(spun(1000))}, seedFile{bytes: []byte(crowded(3))})
	for _, text := range []string{
		"Företag;Ort;Belopp\r\nNordsjö AB;Örebro;1,5\r\n\"Å; B\";\"a\"\"b\";\"c\r\nd\"\r\n",
		"a,b,c\n\"5\" pipe\",\"x\\\"y\",1\n \"q\",2,3\n=\"007\",,\n",
		"sep=|\na|b\n1|2\n", "\xef\xbb\xbfa\tb\n1\t2\n", "F\xf6retag;Ort\nNordsj\xf6;\xd6rebro\n", "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00",
		strings.Repeat("namn,ort,postnr\n", 50),
	} {
		all = append(all, seedFile{bytes: []byte(text)})
	}
	return all
}

func partBytes(p part) []byte { return new(hostileFile).plain(p) }

func unzipped(data []byte) (s seedFile) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		panic(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			panic(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			panic(err)
		}
		s.parts = append(s.parts, mutablePart{name: f.Name, text: text})
	}
	return s
}

// mutator makes mutants.
type mutator struct {
	*rand.Rand
	inflated int // bytes of the parts
}

// make changes one of the files a few times, and says how to read it.
func (m *mutator) make(all []seedFile) ([]byte, sheet.Options) {
	from := all[m.IntN(len(all))]
	data := bytes.Clone(from.bytes)
	opt := m.options()
	if from.parts == nil {
		for range 1 + m.IntN(4) {
			data = m.change(data)
		}
		return data, opt
	}
	parts := slices.Clone(from.parts)
	for range 1 + m.IntN(4) {
		parts = m.changeParts(parts)
	}
	data = m.zip(parts)
	if m.IntN(4) == 0 {
		data = m.change(data)
	}
	return data, opt
}

func (m *mutator) options() (o sheet.Options) {
	o.Encoding = pick(m, "", "", "", "windows-1252", "utf-8", "utf-16le", "shift_jis")
	o.Delimiter = pick(m, "", "", "", ";", "tab", " ")
	o.Locale = pick(m, "", "sv-SE")
	o.HeaderRow = pick(m, 0, 0, 1, 3)
	o.Approved = pick(m, false, true)
	if m.IntN(4) == 0 {
		o.Limits = sheet.Limits{Entries: 20, Columns: 5, CellBytes: 100, Strings: 10, StringBytes: 1000, LineBytes: 1000, Encrypted: 8000}
	}
	return o
}

func pick[T any](m *mutator, list ...T) T { return list[m.IntN(len(list))] }

// changeParts changes the list of parts, or one of them.
func (m *mutator) changeParts(parts []mutablePart) []mutablePart {
	if len(parts) == 0 {
		return parts
	}
	i, j := m.IntN(len(parts)), m.IntN(len(parts))
	p := parts[i]
	switch m.IntN(12) {
	case 0:
		return slices.Delete(parts, i, i+1)
	case 1:
		return append(parts, p)
	case 2:
		parts[i].text, parts[j].text = parts[j].text, parts[i].text
	case 3:
		parts[i].name = string(m.change([]byte(p.name)))
	case 4:
		which, by := m.IntN(6), m.length()
		parts[i].falsify = func(h *zip.FileHeader) { falsify(h, which, by) }
	default:
		parts[i].text = m.change(p.text)
	}
	return parts
}

// falsify changes a header so that it does not fit the part.
func falsify(h *zip.FileHeader, which int, by uint64) {
	switch which {
	case 0:
		h.CompressedSize64 = by
	case 1:
		h.UncompressedSize64 = by
	case 2:
		h.CRC32 ^= uint32(by)
	case 3:
		h.Method = uint16(by)
	case 4:
		h.Flags = uint16(by)
	case 5:
		h.Extra = make([]byte, by%1000)
	}
}

func (m *mutator) length() uint64 {
	return pick(m, 0, 1, uint64(m.IntN(1000)), 1<<16, 1<<31, 1<<32-1, 1<<32, 1<<40, 1<<62, 1<<63, 1<<64-1)
}

// words are what is put in.
var words = []string{`"`, `'`, `>`, `<`, `&`, `&amp;`, `&#0;`, `&#x41;`, `_x000D_`, `_xD83D__xDE00_`, `<!--`, `-->`, `<![CDATA[`, `]]>`, `<?x?>`, `<!DOCTYPE x>`, `/>`, `</c>`, `<c>`, `<row>`, `<row r="1048576">`,
	`<c r="XFD1">`, `<c r="A1" t="s"><v>0</v></c>`, `<v>`, `<is><t>`, `<si>`, `<t xml:space="preserve">`, `<x:c>`, ` xmlns="x"`, ` r="1"`, ` s="99999"`, ` t="inlineStr"`, `<f>`, `<sheetData>`, `</sheetData>`, `<mergeCell ref="A1:XFD1048576"/>`,
	`<sheet name="x" r:id="rId1"/>`, `<xf numFmtId="14"/>`, `<numFmt numFmtId="14" formatCode="[h];;;\"x"/>`, `<mc:AlternateContent>`, `encoding="UTF-16"`, "\x00", "\xff", "\xc3", "\xef\xbb\xbf", "\r", "\n", "\r\n", `""`, `"""`, `\"`, `\`, `;`, `,`, "\t", `|`, ` "`, `" `, `="0"`, "sep=;",
	"1e309", "-1", "99999999999999999999", "1048577", "NaN", "../", "PK\x03\x04", "PK\x05\x06", "PK\x01\x02", "å", "\u2028", "\ufffd"}

// change changes bytes at one place.
func (m *mutator) change(b []byte) []byte {
	at := m.IntN(len(b) + 1)
	to := min(len(b), at+m.IntN(1+m.IntN(len(b)+1)))
	b = slices.Clip(b)
	switch m.IntN(9) {
	case 0:
		return b[:at]
	case 1:
		return append(b[:at:at], b[to:]...)
	case 2:
		const most = 2 << 20
		times := 1 + m.IntN(max(1, min(pick(m, 3, 100, 100_000), most/(to-at+1))))
		return slices.Concat(b[:at], bytes.Repeat(b[at:to], times), b[to:])
	case 3:
		return slices.Concat(b[:at], bytes.Repeat([]byte(pick(m, words...)), 1+m.IntN(pick(m, 1, 3, 20_000))), b[at:])
	case 4:
		other := m.IntN(len(b) + 1)
		return slices.Concat(b[:other], b[at:to], b[other:])
	case 5:
		number := binaryOf(m.length())
		return slices.Concat(b[:at], number[:pick(m, 2, 4, 8)], b[min(len(b), at+pick(m, 0, 2, 4, 8)):])
	case 6:
		return m.betweenTags(b)
	case 7:
		return slices.Concat(b[:at], []byte(pick(m, words...)), b[to:])
	}
	if at < len(b) {
		b = bytes.Clone(b)
		b[at] ^= 1 << m.IntN(8)
	}
	return b
}

func binaryOf(n uint64) (b [8]byte) {
	for i := range b {
		b[i] = byte(n >> (8 * i))
	}
	return b
}

// betweenTags repeats or removes what is from one < to another, or from one quote to the next.
func (m *mutator) betweenTags(b []byte) []byte {
	mark := pick(m, []byte("<"), []byte(`"`), []byte("\n"))
	pieces := bytes.SplitAfter(b, mark)
	i := m.IntN(len(pieces))
	j := min(len(pieces), i+1+m.IntN(4))
	const most = 2 << 20
	piece := slices.Concat(pieces[i:j]...)
	times := m.IntN(max(1, min(pick(m, 1, 3, 100_000), most/(len(piece)+1))))
	return slices.Concat(slices.Concat(pieces[:i]...), bytes.Repeat(piece, times), slices.Concat(pieces[j:]...))
}

// zip puts the parts together.
func (m *mutator) zip(parts []mutablePart) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		m.inflated += len(p.text)
		var deflated bytes.Buffer
		d, err := flate.NewWriter(&deflated, flate.BestSpeed)
		if err != nil {
			panic(err)
		}
		if _, err := d.Write(p.text); err != nil || d.Close() != nil {
			panic("deflate")
		}
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(p.text), CompressedSize64: uint64(deflated.Len()), UncompressedSize64: uint64(len(p.text))}
		if p.falsify != nil {
			p.falsify(h)
		}
		if w, err := z.CreateRaw(h); err == nil { // a name may be too long
			_, _ = w.Write(deflated.Bytes())
		}
	}
	_ = z.Close()
	return out.Bytes()
}
