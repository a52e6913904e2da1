//go:build linux

package daemon_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/sys/unix"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// others are files of other programs, and of older ones, by the names that people give them.
func others(t *testing.T) []bad {
	const xml2003 = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>`
	const mhtml = "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<html><table><tr><td>Företag"
	compound := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 4096)...)
	all := []bad{
		{name: "verklig.xlsb.xlsx", book: zipped(t, "xl/workbook.bin"), state: ledger.Refused, code: sheet.CodeWrongType, says: ".xlsb"},
		{name: "biff8.xlsx", book: []byte("\x09\x08\x10\x00\x00\x06\x05\x00" + strings.Repeat("\x00", 500)), state: ledger.Refused, code: sheet.CodeWrongType, says: ".xls"},
		{name: "biff8.csv", book: []byte("\x09\x08\x10\x00\x00\x06\x05\x00" + strings.Repeat("\x00", 500)), state: ledger.Refused, code: sheet.CodeWrongType, says: ".xls"},
		{name: "ole.xlsx", book: compound, state: ledger.Refused},
		{name: "ole.csv", book: compound, state: ledger.Refused},
		{name: "kalkyl.xlsx", book: mustZip(t, sheettest.Part{Name: "mimetype", Text: "application/vnd.oasis.opendocument.spreadsheet"}, sheettest.Part{Name: "content.xml", Text: "<x/>"}), state: ledger.Refused, code: sheet.CodeWrongType, says: ".ods"},
		{name: "dokument.xlsx", book: zipped(t, "word/document.xml"), state: ledger.Refused},
		{name: "arkiv.xlsx", book: zipped(t, "kunder.csv"), state: ledger.Refused},
		{name: "2003.xlsx", book: []byte(xml2003), state: ledger.Refused, code: sheet.CodeWrongType, says: "XML"},
		{name: "2003.csv", book: []byte(xml2003), state: ledger.Refused, code: sheet.CodeWrongType, says: "XML"},
		{name: "webbarkiv.xlsx", book: []byte(mhtml), state: ledger.Refused, code: sheet.CodeWrongType, says: "HTML"},
		{name: "webbarkiv.csv", book: []byte(mhtml), state: ledger.Refused, code: sheet.CodeWrongType, says: "HTML"},
		{name: "nollor.xlsx", book: make([]byte, 70_000), state: ledger.Refused},
		{name: "nollor.csv", book: make([]byte, 70_000), state: ledger.Refused},
		{name: "pdf.xlsx", book: []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"), state: ledger.Refused, code: sheet.CodeWrongType, says: "PDF"},
		{name: "bild.csv", book: []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), state: ledger.Refused},
		{name: "gzip.xlsx", book: []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00"), state: ledger.Refused},
		{name: "json.csv", book: []byte(`[{"Företag":"A AB","Postnr":"1"}]`), state: ledger.Refused, code: sheet.CodeWrongType, says: "JSON"},
		{name: "rtf.csv", book: []byte(`{\rtf1\ansi{\fonttbl}Företag}`), state: ledger.Refused, code: sheet.CodeWrongType, says: "rich text"},
	}
	return all
}

func mustZip(t *testing.T, parts ...sheettest.Part) []byte {
	t.Helper()
	data, err := sheettest.Zip(parts...)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// packages are zips that no program writes, or only few.
func packages(t *testing.T) []bad {
	good := raw(t, grid(`<row r="2">`+textCell("A2", "Paket AB")+textCell("B2", "11122")+`</row>`), "")
	const most = 64
	return []bad{
		{name: "överlappar.xlsx", book: overlapping(t, good, 2000), state: ledger.Refused, code: sheet.CodeLimit, says: "exceed the size of the file", costs: most},
		{name: "två blad.xlsx", book: appended(t, good, "xl/worksheets/sheet1.xml", "<worksheet/>"), state: ledger.Refused, code: sheet.CodeLimit, says: "twice"},
		{name: "absolut.xlsx", book: appended(t, good, "/etc/inlet", "x"), state: ledger.Done, rows: 1},
		{name: "snedstreck.xlsx", book: renamed(good, "xl/", `xl\`), state: ledger.Done, rows: 1},
		{name: "för stor.xlsx", book: lying(good, 1<<31), state: ledger.Refused, costs: most},
		{name: "zip64.xlsx", book: zip64Lies(good), state: ledger.Refused, costs: most},
		{name: "kommentar.xlsx", book: append(bytes.Clone(good[:len(good)-2]), append([]byte{0xe8, 0x03}, bytes.Repeat([]byte("k"), 1000)...)...), state: ledger.Done, rows: 1, costs: most},
		{name: "före zip.xlsx", book: append([]byte("MZ"+strings.Repeat("x", 2000)), good...), state: ledger.Done, rows: 1},
		{name: "efter zip.xlsx", book: append(bytes.Clone(good), make([]byte, 200)...), state: ledger.Done, rows: 1},
	}
}

// wrongParts are workbooks whose parts say what cannot be.
func wrongParts(t *testing.T) []bad {
	row2 := func(cells, shared string) []byte { return raw(t, grid(`<row r="2">`+cells+`</row>`), shared) }
	sheetAs := func(declared string, encode func(string) string) []byte {
		return raw(t, encode(`<?xml version="1.0" encoding="`+declared+`"?>`+grid(`<row r="2">`+textCell("A2", "Räksmörgås AB")+`</row>`)), "")
	}
	utf16xml := func(text string) string { return string(utf16le(text)) }
	utf16be := func(text string) string {
		out := []byte{0xfe, 0xff}
		for _, u := range utf16.Encode([]rune(text)) {
			out = binary.BigEndian.AppendUint16(out, u)
		}
		return string(out)
	}
	deep := strings.Repeat("<is>", 40) + "<t>Djup AB</t>" + strings.Repeat("</is>", 40)
	same := func(text string) string { return text }
	return []bad{
		{name: "text 7 av 1.xlsx", book: row2(`<c r="A2" t="s"><v>7</v></c>`, `<si><t>a</t></si>`), state: ledger.Done, rows: 1, wrong: 1},
		{name: "text -1.xlsx", book: row2(`<c r="A2" t="s"><v>-1</v></c>`, `<si><t>a</t></si>`), state: ledger.Done, rows: 1, wrong: 1},
		{name: "text 2 upphöjt.xlsx", book: row2(`<c r="A2" t="s"><v>18446744073709551617</v></c>`, `<si><t>a</t></si>`), state: ledger.Done, rows: 1, wrong: 1},
		{name: "stil -1.xlsx", book: row2(`<c r="A2" s="-1" t="inlineStr"><is><t>Stil AB</t></is></c>`, ""), state: ledger.Done, rows: 1},
		{name: "djup text.xlsx", book: row2(`<c r="A2" t="inlineStr">`+deep+`</c>`, ""), state: ledger.Done},
		{name: "utf16.xlsx", book: sheetAs("UTF-16", utf16xml), state: ledger.Done, rows: 1},
		{name: "utf16be.xlsx", book: sheetAs("UTF-16", utf16be), state: ledger.Done, rows: 1},
		{name: "utf7.xlsx", book: sheetAs("UTF-7", same), state: ledger.Refused, code: sheet.CodeCorrupt},
		{name: "latin1.xlsx", book: sheetAs("ISO-8859-1", func(s string) string { return string(windows1252(s)) }), state: ledger.Done, rows: 1},
		{name: "tecken 0.xlsx", book: row2(textCell("A2", "&#0;Noll AB"), ""), state: ledger.Refused},
		{name: "rad -2.xlsx", book: raw(t, grid(`<row r="-2"/>`), ""), state: ledger.Refused, code: sheet.CodeCorrupt},
		{name: "rad 99999999999.xlsx", book: raw(t, grid(`<row r="99999999999"><c><v>1</v></c></row>`), ""), state: ledger.Refused, code: sheet.CodeCorrupt},
		{name: "bakåt.xlsx", book: raw(t, grid(`<row r="9">`+textCell("A9", "Nio AB")+`</row><row r="3">`+textCell("A3", "Tre AB")+`</row>`), ""), state: ledger.Refused},
		{name: "oändligt.xlsx", book: row2(textCell("A2", "Tal AB")+`<c r="B2"><v>1e999</v></c>`, ""), state: ledger.Done, rows: 1, wrong: 1},
		{name: "nan.xlsx", book: row2(textCell("A2", "Nan AB")+`<c r="B2"><v>NaN</v></c>`, ""), state: ledger.Done, rows: 1, wrong: 1},
		{name: "blad utan slut.xlsx", book: raw(t, strings.TrimSuffix(grid(""), `</sheetData></worksheet>`), ""), state: ledger.Refused, code: sheet.CodeTruncated},
		{name: "cirkel.xlsx", book: called(t, "S", grid(`<row r="2">`+textCell("A2", "Cirkel AB")+`</row>`), "", sheettest.Part{Name: "xl/worksheets/_rels/sheet1.xml.rels",
			Text: `<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="sheet1.xml"/></Relationships>`}), state: ledger.Done, rows: 1},
	}
}

// bookSettings are workbooks whose first part, the one that lists the sheets and says how days are counted, is not as a program writes it.
func bookSettings(t *testing.T) []bad {
	n := 0
	book := func(settings, after string) []byte {
		n++
		sheetXML := grid(fmt.Sprintf(`<row r="2">%s%s</row>`, textCell("A2", fmt.Sprintf("Inställning %d AB", n)), textCell("B2", fmt.Sprint(30000+n))))
		return workbook(t, `<workbook `+spaces+`>`+settings+`<sheets><sheet name="S" sheetId="1" r:id="a"/></sheets>`+after+`</workbook>`, sheetXML, "")
	}
	deep := strings.Repeat("<x>", 300) + strings.Repeat("</x>", 300)
	const most = 64
	return []bad{
		{name: "1904.xlsx", book: book(`<workbookPr date1904="1"/>`, ""), state: ledger.Done, rows: 1},
		{name: "1904 banan.xlsx", book: book(`<workbookPr date1904="banan"/>`, ""), state: ledger.Refused, code: sheet.CodeCorrupt, says: "date1904"},
		{name: "1904 två.xlsx", book: book(`<workbookPr date1904="0"/><workbookPr date1904="1"/>`, ""), state: ledger.Refused, code: sheet.CodeCorrupt, says: "date1904"},
		{name: "1904 efter.xlsx", book: book("", `<workbookPr date1904="1"/>`), state: ledger.Done, rows: 1},
		{name: "lång inställning.xlsx", book: book(`<workbookPr date1904="`+strings.Repeat(" ", 8<<20)+`1"/>`, ""), state: ledger.Refused, code: sheet.CodeLimit, costs: most},
		{name: "många inställningar.xlsx", book: book(strings.Repeat(`<workbookPr/>`, 2_000_000), ""), state: ledger.Done, rows: 1, costs: most},
		{name: "djup inställning.xlsx", book: book(deep, ""), state: ledger.Refused, costs: most},
		{name: "pilar.xlsx", book: book(`<workbookPr a="`+strings.Repeat(">", 4<<20)+`"/>`, ""), state: ledger.Refused, code: sheet.CodeLimit, costs: most},
		{name: "namn.xlsx", book: book("", `<definedNames>`+strings.Repeat(`<definedName name="n">S!$A$1</definedName>`, 1_000_000)+`</definedNames>`), state: ledger.Refused, code: sheet.CodeLimit, says: "import.limits.ratio", costs: most},
		{name: "långt namn.xlsx", book: book("", `<definedNames><definedName name="n">`+strings.Repeat("S!$A$1,", 4<<20)+`</definedName></definedNames>`), state: ledger.Refused, code: sheet.CodeLimit, costs: most},
		{name: "kommentar i boken.xlsx", book: book(`<!--`+strings.Repeat("-x", 8<<20)+`-->`, ""), state: ledger.Refused, code: sheet.CodeLimit, costs: most},
		{name: "utan slut.xlsx", book: workbook(t, `<workbook `+spaces+`><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="a"/>`, grid(""), ""), state: ledger.Refused, code: sheet.CodeTruncated},
		{name: "inget blad.xlsx", book: workbook(t, `<workbook `+spaces+`><sheets/></workbook>`, grid(""), ""), state: ledger.Refused, code: sheet.CodeCorrupt, says: "no sheets"},
		{name: "samma blad.xlsx", book: book("", `<sheets><sheet name="T" sheetId="2" r:id="a"/></sheets>`), state: ledger.Refused, code: sheet.CodeCorrupt, says: "twice"},
	}
}

// lines are CSV files that no program should write.
func lines(*testing.T) []bad {
	return []bad{
		{name: "bara bom.csv", book: []byte("\ufeff"), state: ledger.Refused, code: sheet.CodeEmpty},
		{name: "bara rubriker.csv", book: []byte(heads), state: ledger.Done},
		{name: "gles.csv", book: append([]byte(line), make([]byte, 64<<20)...), state: ledger.Done, rows: 1},
		{name: "bara radbyten.csv", book: []byte(strings.Repeat("\r\n", 5000)), state: ledger.Refused},
		{name: "bara komman.csv", book: []byte(strings.Repeat(",,,,\n", 5000)), state: ledger.Refused},
		{name: "bara citat.csv", book: []byte(strings.Repeat(`"`, 100_001)), state: ledger.Refused},
		{name: "utan slut.csv", book: []byte("Företag,Postnr\nA AB,1\n\"Öppen" + strings.Repeat(" rad\n", 12<<20)), state: ledger.Refused, code: sheet.CodeQuotes},
		{name: "sextontusen.csv", book: []byte(strings.Repeat("x,", 16_383) + "x\n"), state: ledger.Refused, code: sheet.CodeLimit, says: "import.limits.columns"},
		{name: "halv utf16.csv", book: append(utf16le("Företag,Postnr\nHalv AB,1"), 0x0a), state: ledger.Refused, code: sheet.CodeEncoding},
		{name: "utf32.csv", book: []byte("\xff\xfe\x00\x00F\x00\x00\x00\n\x00\x00\x00"), state: ledger.Refused},
		{name: "surrogat.csv", book: []byte("Företag,Postnr\n\xed\xa0\x80 AB,1\n"), state: ledger.Refused, code: sheet.CodeEncoding},
		{name: "sep.csv", book: []byte("sep=;\nFöretag;Postnr\nSep AB;1\n"), state: ledger.Done, rows: 1},
		{name: "sep utan tecken.csv", book: []byte("sep=\nFöretag,Postnr\nInget AB,1\n"), state: ledger.Held},
	}
}

// mappings are sidecars that are no YAML, or more than a sidecar may be.
func mappings(*testing.T) []bad {
	var all []bad
	for _, m := range []struct{ name, text string }{
		{"hundra megabyte", strings.Repeat("# en rad\n", 100<<20/9)},
		{"utf16", string(utf16le("mode: upsert\n"))},
		{"tabbar", "columns:\n\t- {heading: Företag, field: account.name}\n"},
		{"nul", "mode: \x00upsert\n"},
		{"djup", strings.Repeat("[", 100_000)},
		{"djupa nycklar", strings.Repeat("a: {", 20_000)},
		{"lång rad", "mode: " + strings.Repeat("x", 900_000) + "\n"},
		{"tagg", "mode: !!python/object/apply:os.system [ls]\n"},
		{"binär", "\x7fELF\x02\x01\x01\x00"},
		{"sammanfogad", "<<: {mode: upsert}\nmode: update\n"},
		{"tal", "42\n"}, {"lista", "- mode: upsert\n"},
	} {
		all = append(all, bad{name: "mappning " + m.name + ".csv", book: []byte(line), sidecar: m.text, state: ledger.Refused, says: "mapping.yaml", costs: 128})
	}
	return all
}

// TestOddFiles: what is no file, has an odd name, or has beside it what is no file, is answered too, and the good files between are imported.
func TestOddFiles(t *testing.T) {
	cfg := configured(t, "")
	parts, err := assembly.Open(t.Context(), cfg, discard, nil)
	must(t, err)
	defer parts.Close(t.Context())
	in := &baited{t: t, parts: parts, running: quietly(t, cfg)}
	at := func(name string) string { return filepath.Join(in.inbox, name) }
	longest := strings.Repeat("å", 125) + ".xlsx" // 255 bytes
	for i, odd := range []struct {
		name string
		put  func(name string) error
		ends ledger.State // "" where it is never imported
		says string
	}{
		{"mapp.xlsx", func(name string) error { return os.Mkdir(at(name), 0o755) }, "", ""},
		{"rundgång.xlsx", func(name string) error {
			return errors.Join(os.Symlink("tillbaka.xlsx", at(name)), os.Symlink(name, at("tillbaka.xlsx")))
		}, "", ""},
		{"ingenstans.xlsx", func(name string) error { return os.Symlink("/nowhere", at(name)) }, "", ""},
		{"rör.xlsx", func(name string) error { return unix.Mkfifo(at(name), 0o644) }, "", ""},
		// What would be imported without the mapping that somebody has put there waits.
		{"med mapp.csv", func(name string) error {
			return errors.Join(os.Mkdir(at("med mapp.mapping.yaml"), 0o755), os.WriteFile(at(name), []byte(row("Mapp AB")), 0o644))
		}, "", ""},
		{"med rör.csv", func(name string) error {
			return errors.Join(unix.Mkfifo(at("med rör.mapping.yaml"), 0o644), os.WriteFile(at(name), []byte(row("Rör AB")), 0o644))
		}, "", ""},
		{"med länk.csv", func(name string) error {
			return errors.Join(os.Symlink("/etc/passwd", at("med länk.mapping.yaml")), os.WriteFile(at(name), []byte(row("Länk AB")), 0o644))
		}, "", ""},
		{longest, nil, ledger.Done, ""}, {"...csv", func(name string) error { return os.WriteFile(at(name), []byte(row("Dold AB")), 0o644) }, "", ""}, {"   .csv", nil, ledger.Done, ""}, {"😀🎉.csv", nil, ledger.Done, ""}, {"-rf.csv", nil, ledger.Done, ""},
		{"%s%n$(id).csv", nil, ledger.Done, ""}, {"'; drop table.csv", nil, ledger.Done, ""}, {"a\tb\r.csv", nil, ledger.Done, ""}, {"\xff.csv", nil, ledger.Done, ""},
	} {
		t.Run(strings.ToValidUTF8(odd.name, "?"), func(t *testing.T) {
			if odd.put != nil {
				must(t, odd.put(odd.name))
			}
			if odd.ends != "" {
				in.drop(odd.name, fmt.Sprintf("Företag,Postnr\nUdda %d AB,1\n", i))
			}
			good := fmt.Sprintf("efter %d.csv", i)
			in.drop(good, fmt.Sprintf("Företag,Postnr\nEfter %d AB,1\n", i))
			if imp := in.ended(t, good); imp.State != ledger.Done {
				t.Errorf("the good file after it: %s %s", imp.State, imp.Why)
			}
			if odd.ends == "" {
				if _, err := os.Lstat(at(odd.name)); err != nil {
					t.Errorf("it is not where it was: %v", err)
				}
				return
			}
			if imp := in.ended(t, odd.name); imp.State != odd.ends || !strings.Contains(imp.Why, odd.says) {
				t.Errorf("%s: %s", imp.State, imp.Why)
			}
		})
	}
	for _, name := range []string{"med mapp", "med rör", "med länk"} {
		must(t, os.Remove(at(name+".mapping.yaml")))
		if imp := in.ended(t, name+".csv"); imp.State != ledger.Done {
			t.Errorf("without what is no mapping: %s %s", imp.State, imp.Why)
		}
	}
	if in.logged("the mapping med länk.mapping.yaml is not a file of its own (link)") == 0 {
		t.Errorf("the log does not say why a file waits:\n%s", in.log)
	}
	began := time.Now()
	if in.stop(); time.Since(began) > 10*time.Second {
		t.Errorf("it stopped after %v", time.Since(began))
	}
}

// overlapping adds entries to a zip that share the bytes of one that inflates to 4 MB each.
func overlapping(t *testing.T, book []byte, n int) []byte {
	t.Helper()
	return appendedBy(t, book, func(z *zip.Writer) {
		f, err := z.Create("xl/media/kernel")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(make([]byte, 4<<20)); err != nil {
			t.Fatal(err)
		}
	}, func(central []byte) []byte {
		last := central[bytes.LastIndex(central, []byte("PK\x01\x02")):]
		for i := range n {
			name := fmt.Sprintf("xl/media/k%05d", i)
			entry := bytes.Clone(last)
			binary.LittleEndian.PutUint16(entry[28:], uint16(len(name)))
			tail := entry[46+len("xl/media/kernel"):]
			central = append(central, append(append(bytes.Clone(entry[:46]), name...), tail...)...)
		}
		return central
	})
}

// appended adds an entry to a zip, whatever its name.
func appended(t *testing.T, book []byte, name, text string) []byte {
	t.Helper()
	return appendedBy(t, book, func(z *zip.Writer) {
		h := &zip.FileHeader{Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(text)), CompressedSize64: uint64(len(text)), UncompressedSize64: uint64(len(text))}
		f, err := z.CreateRaw(h)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}, func(central []byte) []byte { return central })
}

// appendedBy writes a zip again with more entries, and then its central directory as edit has it.
func appendedBy(t *testing.T, book []byte, add func(*zip.Writer), edit func(central []byte) []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range r.File {
		if err := z.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	add(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	all := out.Bytes()
	end := all[len(all)-22:]
	begin := binary.LittleEndian.Uint32(end[16:])
	central := edit(bytes.Clone(all[begin : len(all)-22]))
	end = bytes.Clone(end)
	count := bytes.Count(central, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint16(end[8:], uint16(count))
	binary.LittleEndian.PutUint16(end[10:], uint16(count))
	binary.LittleEndian.PutUint32(end[12:], uint32(len(central)))
	return append(append(bytes.Clone(all[:begin]), central...), end...)
}

// renamed replaces a part of all names in a zip by one of the same length.
func renamed(book []byte, old, to string) []byte {
	return bytes.ReplaceAll(book, []byte(old), []byte(to))
}

// lying is a zip whose entries state this size, inflated.
func lying(book []byte, size uint32) []byte {
	book = bytes.Clone(book)
	for at := 0; ; {
		i := bytes.Index(book[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return book
		}
		at += i
		binary.LittleEndian.PutUint32(book[at+24:], size)
		at += 46
	}
}

// zip64Lies is a zip whose end record sends the reader to one of 64 bits that counts 2^40 entries.
func zip64Lies(book []byte) []byte {
	end := bytes.Clone(book[len(book)-22:])
	begin := binary.LittleEndian.Uint32(end[16:])
	at := uint64(len(book) - 22)
	out := bytes.Clone(book[:at])
	record := append([]byte("PK\x06\x06"), make([]byte, 52)...)
	binary.LittleEndian.PutUint64(record[4:], 44)
	for _, offset := range []int{24, 32} {
		binary.LittleEndian.PutUint64(record[offset:], 1<<40)
	}
	binary.LittleEndian.PutUint64(record[40:], at-uint64(begin))
	binary.LittleEndian.PutUint64(record[48:], uint64(begin))
	locator := append([]byte("PK\x06\x07"), make([]byte, 16)...)
	binary.LittleEndian.PutUint64(locator[8:], at)
	binary.LittleEndian.PutUint32(locator[16:], 1)
	for _, offset := range []int{8, 10} {
		binary.LittleEndian.PutUint16(end[offset:], 0xffff)
	}
	return append(append(append(out, record...), locator...), end...)
}
