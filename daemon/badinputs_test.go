//go:build linux

package daemon_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/sys/unix"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// bad is a file that cannot be imported, or not as it is, and the answer.
type bad struct {
	name    string // of the workbook
	book    []byte
	sidecar string // beside it; "" for none
	called  string // how the sidecar's name ends behind the workbook's stem; .mapping.yaml if empty
	state   ledger.State
	code    string // why it is refused; "" where it is imported
	says    string // is in the reason
	rows    int    // where it is imported
	wrong   int    // accounts rejected of them
	costs   int    // MiB that memory may rise; 0: is not looked at
}

const spaces = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// raw is an .xlsx of one sheet, part by part, for what no program would write.
func raw(t *testing.T, sheetXML, shared string, more ...sheettest.Part) []byte {
	t.Helper()
	return called(t, "S", sheetXML, shared, more...)
}

// called is raw with a sheet of a name, as XML has it.
func called(t *testing.T, name, sheetXML, shared string, more ...sheettest.Part) []byte {
	t.Helper()
	return workbook(t, `<workbook `+spaces+`><sheets><sheet name="`+name+`" sheetId="1" r:id="a"/></sheets></workbook>`, sheetXML, shared, more...)
}

// workbook is raw with another part that lists the sheets.
func workbook(t *testing.T, bookXML, sheetXML, shared string, more ...sheettest.Part) []byte {
	t.Helper()
	const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	data, err := sheettest.Zip(append([]sheettest.Part{
		{Name: "[Content_Types].xml", Text: `<Types/>`},
		{Name: "_rels/.rels", Text: `<Relationships><Relationship Id="x" Type="` + types + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{Name: "xl/workbook.xml", Text: bookXML},
		{Name: "xl/_rels/workbook.xml.rels", Text: `<Relationships><Relationship Id="a" Type="` + types + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="c" Type="` + types + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
		{Name: "xl/sharedStrings.xml", Text: `<sst ` + spaces + `>` + shared + `</sst>`},
		{Name: "xl/worksheets/sheet1.xml", Text: sheetXML},
	}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// grid is a sheet with the headings, and what else is to be in it.
func grid(more string) string {
	return `<worksheet ` + spaces + `><dimension ref="A1:XFD1048576"/><sheetData>` +
		`<row r="1"><c r="A1" t="inlineStr"><is><t>Företag</t></is></c><c r="B1" t="inlineStr"><is><t>Postnr</t></is></c></row>` + more + `</sheetData></worksheet>`
}

func textCell(ref, text string) string {
	return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

func zipped(t *testing.T, name string) []byte {
	t.Helper()
	data, err := sheettest.Zip(sheettest.Part{Name: name, Text: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func utf16le(text string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// windows1252 writes the letters that it has where Latin 1 has them.
func windows1252(text string) []byte {
	var out []byte
	for _, r := range text {
		out = append(out, byte(r))
	}
	return out
}

// wrongTypes are files that are not what their names say.
func wrongTypes(t *testing.T) []bad {
	whole := xlsx(t, strings.Repeat(line, 50))
	return []bad{
		{name: "tom.xlsx", state: ledger.Refused, code: sheet.CodeEmpty},
		{name: "tom.csv", state: ledger.Refused, code: sheet.CodeEmpty},
		{name: "klippt.xlsx", book: whole[:len(whole)*2/3], state: ledger.Refused, code: sheet.CodeTruncated, says: "export it again"},
		{name: "gammal.xlsx", book: []byte("\x09\x08\x10\x00\x00\x06" + strings.Repeat("x", 100)), state: ledger.Refused, code: sheet.CodeWrongType, says: ".xls"},
		{name: "binär.xlsx", book: zipped(t, "xl/workbook.bin"), state: ledger.Refused, code: sheet.CodeWrongType, says: ".xlsb"},
		{name: "libre.xlsx", book: zipped(t, "content.xml"), state: ledger.Refused, code: sheet.CodeWrongType, says: ".ods"},
		{name: "mac.xlsx", book: zipped(t, "Index/Document.iwa"), state: ledger.Refused, code: sheet.CodeWrongType, says: "Numbers"},
		{name: "sida.xlsx", book: []byte("<html><table><tr><td>Företag"), state: ledger.Refused, code: sheet.CodeWrongType, says: "HTML"},
		{name: "sida.csv", book: []byte("<html><table><tr><td>Företag"), state: ledger.Refused, code: sheet.CodeWrongType, says: "HTML"},
		{name: "text.xlsx", book: []byte(line), state: ledger.Done, rows: 1},
		{name: "bok.csv", book: xlsx(t, line), state: ledger.Done, rows: 1},
		{name: "STOR.XLSX", book: xlsx(t, line+"Bo AB,1,Bo,bo@exempel.se\n"), state: ledger.Done, rows: 2},
		{name: "låst.xlsx", book: encrypted(t), state: ledger.Refused, code: sheet.CodeEncrypted},
		{name: "öppnad.xlsx", book: encrypted(t), sidecar: "password_file: excel\n", state: ledger.Done, rows: 1},
		{name: "felord.xlsx", book: encrypted(t), sidecar: "password_file: fel\n", state: ledger.Refused, code: sheet.CodeEncrypted, says: "password"},
	}
}

// bombs cost more than a file should.
func bombs(t *testing.T) []bad {
	const most = 64
	blanks := `<worksheet ` + spaces + `>` + strings.Repeat(strings.Repeat(" ", 1<<20), 512) + `</worksheet>`
	bomb := raw(t, blanks, "")
	if len(bomb) > 1<<20 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	lolz := `<!DOCTYPE lolz [<!ENTITY a "` + strings.Repeat("lol", 10) + `"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	outside := `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "http://127.0.0.1:1/x">]>`
	return []bad{
		{name: "bomb.xlsx", book: bomb, state: ledger.Refused, code: sheet.CodeLimit, says: "import.limits.ratio", costs: most},
		{name: "delar.xlsx", book: manyParts(t, 100_000), state: ledger.Refused, code: sheet.CodeLimit, says: "import.limits.parts", costs: most},
		{name: "dubbel.xlsx", book: raw(t, grid(""), "", sheettest.Part{Name: "XL/Workbook.xml", Text: "<x/>"}), state: ledger.Refused, code: sheet.CodeLimit, says: "twice", costs: most},
		{name: "utanför.xlsx", book: raw(t, grid(""), "", sheettest.Part{Name: "../../utanför", Text: "x"}), state: ledger.Refused, code: sheet.CodeLimit, says: "outside the file", costs: most},
		{name: "skratt.xlsx", book: raw(t, lolz+grid(`<row r="2">`+textCell("A2", "&c;")+`</row>`), ""), state: ledger.Refused, code: sheet.CodeCorrupt, costs: most},
		{name: "främmande.xlsx", book: raw(t, outside+grid(`<row r="2">`+textCell("A2", "&a;&b;")+`</row>`), ""), state: ledger.Refused, code: sheet.CodeCorrupt, costs: most},
		{name: "texter.xlsx", book: raw(t, grid(`<row r="2"><c r="A2" t="s"><v>0</v></c></row>`), strings.Repeat("<si><t>a</t></si>", 5_000_000)), state: ledger.Refused, code: sheet.CodeLimit, says: "import.limits."},
		{name: "lång.xlsx", book: raw(t, grid(`<row r="2">`+textCell("A2", strings.Repeat("0123456789", 3<<20))+`</row>`), ""), state: ledger.Refused, code: sheet.CodeLimit, costs: 2 * most},
		{name: "bred.xlsx", book: raw(t, grid(`<row r="2">`+strings.Repeat(`<c><v>1</v></c>`, 10_000)+`</row>`), ""), state: ledger.Refused, code: sheet.CodeLimit, says: "import.limits.columns", costs: most},
		{name: "rad.csv", book: []byte(heads + strings.Repeat("x", 200<<20)), state: ledger.Refused, code: sheet.CodeLimit, says: "import.limits.line_bytes", costs: 2 * most},
		{name: "tusen.csv", book: []byte(heads + strings.Repeat("x,", 6000) + "\n"), state: ledger.Refused, code: sheet.CodeLimit, says: "import.limits.columns", costs: most},
	}
}

// wrongSheets are workbooks that break the rules of their format.
func wrongSheets(t *testing.T) []bad {
	row2 := func(cells string) []byte { return raw(t, grid(`<row r="2">`+cells+`</row>`), "") }
	return []bad{
		{name: "påstår.xlsx", book: raw(t, grid(`<row r="2">`+textCell("A2", "Ett AB")+`</row><row r="3">`+textCell("A3", "Två AB")+`</row>`), ""), state: ledger.Done, rows: 2, costs: 64},
		{name: "bortom.xlsx", book: row2(`<c r="XFE2"><v>1</v></c>`), state: ledger.Refused, code: sheet.CodeCorrupt},
		{name: "rad noll.xlsx", book: raw(t, grid(`<row r="0"/>`), ""), state: ledger.Refused, code: sheet.CodeCorrupt},
		{name: "cell två gånger.xlsx", book: row2(textCell("A2", "a") + textCell("A2", "b")), state: ledger.Refused, code: sheet.CodeCorrupt},
		{name: "formler.xlsx", book: xlsx(t, "Företag,Postnr\nCachad AB,f:A1+1=11122\nf:A1+1,2\ne:#REF!,3\n"), state: ledger.Done, rows: 3, wrong: 2},
	}
}

// wrongHeadings are tables whose columns cannot be distinguished, and mappings that lead where they may not.
func wrongHeadings(t *testing.T) []bad {
	all := []bad{
		{name: "lika.csv", book: []byte("Företag,Postnr,Postnr\nA AB,1,2\n"), state: ledger.Refused, says: "Postnr"},
		{name: "nästan lika.csv", book: []byte("Företag,Postnr,POSTNR \nA AB,1,2\n"), state: ledger.Refused, says: "POSTNR"},
		{name: "hårt mellanslag.csv", book: []byte("Företag,Org nr,Org\u00a0nr\nA AB,1,2\n"), state: ledger.Refused},
	}
	for i, field := range []string{"$where", "account.$where", "account..name", ".name", "", "account.na\x00me", "_id", "account._id", "__proto__", "account.__proto__"} {
		all = append(all, bad{name: fmt.Sprintf("fält %d.csv", i), book: []byte(line), sidecar: fmt.Sprintf("columns: [{heading: Postnr, field: %q}]\n", field),
			state: ledger.Refused, says: "line 1"})
	}
	return all
}

// wrongSidecars are mappings that hold mistakes, or ask for what is not theirs.
func wrongSidecars(*testing.T) []bad {
	aliases := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for i := range 8 {
		aliases += fmt.Sprintf("%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c]\n", 'b'+i, 'b'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i)
	}
	var all []bad
	for name, text := range map[string]string{
		"okänd": "no_such_key: 1\n", "dubblerad": "mode: update\nmode: upsert\n", "två": "mode: update\n---\nmode: upsert\n",
		"ankare": "mode: &a update\nprofile: *a\n", "bomb": aliases, "stor": "# " + strings.Repeat("x", 10<<20) + "\nmode: update\n",
		"uri": "store: {uri: \"mongodb://annan/db\"}\n", "databas": "database: annan\n", "variabel": "mode: ${HOME}\n", "sökväg": "password_file: ../../etc/passwd\n",
		"inget yaml": "\t{{{",
	} {
		all = append(all, bad{name: "med " + name + ".csv", book: []byte(line), sidecar: text, state: ledger.Refused, says: "mapping.yaml"})
	}
	slices.SortFunc(all, func(a, b bad) int { return strings.Compare(a.name, b.name) })
	return all
}

// texts are tables as programs really write them.
func texts(*testing.T) []bad {
	const åäö = "Företag,Postnr\nRäksmörgås AB,11122\n"
	return []bad{
		{name: "bom.csv", book: []byte("\ufeff" + åäö), state: ledger.Done, rows: 1},
		{name: "utf16.csv", book: utf16le(åäö), state: ledger.Done, rows: 1},
		{name: "windows.csv", book: windows1252(åäö), state: ledger.Done, rows: 1},
		{name: "ogiltig.csv", book: []byte("Företag,Postnr\nR\xc3(ks AB,1\n"), state: ledger.Refused, code: sheet.CodeEncoding},
		{name: "semikolon.csv", book: []byte(strings.ReplaceAll(åäö, ",", ";")), state: ledger.Done, rows: 1},
		{name: "tabb.csv", book: []byte(strings.ReplaceAll(åäö, ",", "\t")), state: ledger.Done, rows: 1},
		{name: "streck.csv", book: []byte(strings.ReplaceAll(åäö, ",", "|")), state: ledger.Done, rows: 1},
		{name: "bara CR.csv", book: []byte(strings.ReplaceAll(åäö, "\n", "\r")), state: ledger.Done, rows: 1},
		{name: "brutna.csv", book: []byte("Företag,Postnr,Adress\nBruten AB,1,\"Gatan 1\nPort 2\"\n"), state: ledger.Done, rows: 1},
		{name: "öppet citat.csv", book: []byte("Företag,Postnr\n\"Öppen AB,1\nNästa AB,2\n"), state: ledger.Refused, code: sheet.CodeQuotes},
		{name: "ojämna.csv", book: []byte("Företag,Postnr\nKort AB\nLång AB,1,2,3\n"), state: ledger.Done, rows: 2, wrong: 1},
		{name: "nul.csv", book: []byte("Företag,Postnr\nN\x00l AB,1\n"), state: ledger.Refused, code: sheet.CodeCorrupt},
		{name: "sprutor.csv", book: []byte("Företag,Postnr\n\"{\"\"$gt\"\":\"\"\"\"}\",1\n$ne,2\n=cmd|' /c calc'!A1,3\n+1+1,4\n@SUM(A1),5\n"), state: ledger.Done, rows: 5},
	}
}

// names are those of files that are right but for their names.
func names(*testing.T) []bad {
	var all []bad
	for i, name := range []string{"en\nrad.csv", "\x1b[31mröd.csv", "\u202evsc.csv", strings.Repeat("n", 200) + ".csv", "trasig \xff.csv", "CON.xlsx", "Å.csv", "A\u030a.csv"} {
		all = append(all, bad{name: name, book: fmt.Appendf(nil, "Företag,Postnr\nNamn %d AB,1\n", i), state: ledger.Done, rows: 1})
	}
	return all
}

// turnedDown are right but for one row, and for a name that their workbook of rejected rows cannot have for its sheet.
func turnedDown(t *testing.T) []bad {
	var all []bad
	one := func(name string, book []byte) {
		all = append(all, bad{name: name, book: book, state: ledger.Done, rows: 1, wrong: 1})
	}
	for i, name := range []string{"kundexport_2026-11-29_salesforce_alla", "a[1]", "'citat'", "vad:nu?*", `bak\\streck`, strings.Repeat("😀", 31), "History", "en\nrad",
		"\x1b[31mröd", "\u202evsc", "' '", "trasig \xff", "Nytt kalkylblad (1)", strings.Repeat("ö", 120), " ", "lists"} {
		one(name+".csv", fmt.Appendf(nil, "Företag,Postnr,Kontakt,E-post\n,%d,Bo,bo@exempel.se\n", 10000+i))
	}
	for i, name := range []string{strings.Repeat("n", 32), "a[1]", "h:?*/\\", strings.Repeat("😀", 31), "'", "History", "", "&lt;b&gt;&#10;", strings.Repeat("å", 300)} {
		one(fmt.Sprintf("blad %d.xlsx", i), called(t, name, grid(fmt.Sprintf(`<row r="2">%s</row>`, textCell("B2", fmt.Sprint(20000+i)))), ""))
	}
	return all
}

// arrivals are workbooks that by the names of their files may not be meant.
func arrivals(*testing.T) []bad {
	all := []bad{{name: "med yml.csv", book: []byte(line), sidecar: "mode: upsert\n", called: ".mapping.yml", state: ledger.Done, rows: 1}}
	for i, end := range []string{".yaml", ".yml", ".mapping", ".mapping.yaml.txt", "_mapping.yaml", "-mapping.yaml", ".maping.yaml", ".Mapping.yaml", "mapping.yaml"} {
		all = append(all, bad{name: fmt.Sprintf("nästan%d.csv", i), book: []byte(line), sidecar: "mode: update\n", called: end,
			state: ledger.Held, code: ledger.MappingName, says: fmt.Sprintf("rename it to nästan%d.mapping.yaml", i)})
	}
	for _, name := range []string{"kopia.sync-conflict-20261129-101500-ABCDEFG.csv", "kopia (Annas conflicted copy 2026-11-29).csv", "kopia_conflict-20261129-1.csv"} {
		all = append(all, bad{name: name, book: []byte(line + "Kopia AB,1,Bo," + fmt.Sprint(len(name)) + "@exempel.se\n"), state: ledger.Held, code: ledger.ConflictCopy, says: "conflict copy of kopia.csv"})
	}
	for i, name := range []string{"rapport (1).csv", "rapport-DESKTOP.csv", "rapport-DESKTOP-1.csv", "rapport - kopia.csv", "rapport_conflict.csv"} {
		all = append(all, bad{name: name, book: fmt.Appendf(nil, "Företag,Postnr\nRapport %d AB,1\n", i), state: ledger.Done, rows: 1})
	}
	return append(all, bad{name: "rapport-DESKTOP-1-LAPTOP-2.csv", book: []byte("Företag,Postnr\nRapport 9 AB,1\n"), state: ledger.Held, code: ledger.ConflictCopy})
}

// TestBadInputs holds each to its answer. After every one the daemon lives, and imports the next.
func TestBadInputs(t *testing.T) {
	dir := t.TempDir()
	passwords := ""
	for name, word := range map[string]string{"excel": secret, "fel": "ett annat"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(word+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		passwords += fmt.Sprintf("  %s: %s\n", name, path)
	}
	cfg := configured(t, "passwords:\n"+passwords)
	parts, err := assembly.Open(t.Context(), cfg, discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close(t.Context())
	in := &baited{t: t, parts: parts, running: quietly(t, cfg)}
	for _, group := range []struct {
		name  string
		all   func(*testing.T) []bad
		every int // of the sample
	}{{"types", wrongTypes, 4}, {"bombs", bombs, 4}, {"sheets", wrongSheets, 2}, {"headings", wrongHeadings, 6}, {"sidecars", wrongSidecars, 6}, {"texts", texts, 2},
		{"names", names, 4}, {"rejected", turnedDown, 6}, {"arrivals", arrivals, 4}, {"others", others, 6}, {"packages", packages, 4}, {"parts", wrongParts, 6},
		{"settings", bookSettings, 4}, {"lines", lines, 5}, {"mappings", mappings, 5}} {
		t.Run(group.name, func(t *testing.T) {
			if group.name == "bombs" && testing.Short() {
				t.Skip("with -short: the race detector takes a minute for these, and memory of its own")
			}
			for _, b := range sampleOf(t, group.all(t), group.every) {
				t.Run(strings.ToValidUTF8(b.name, "?"), func(t *testing.T) { in.answers(t, b) })
			}
		})
	}
	in.stop()
	in.asText(t)
	for _, sign := range []string{"\x1b", "\u202e", secret} {
		if strings.Contains(in.log.String(), sign) {
			t.Errorf("the log has %q", sign)
		}
	}
	if _, err := os.Lstat(filepath.Join(filepath.Dir(filepath.Dir(cfg.Inboxes[0].Path)), "utanför")); err == nil {
		t.Error("something was written outside")
	}
}

// baited is a daemon with one inbox, and its store.
type baited struct {
	*running
	t     *testing.T
	parts *assembly.Parts
	n     int
}

// answers drops one bad file, and a good one after it.
func (in *baited) answers(t *testing.T, b bad) {
	debug.FreeOSMemory()
	before := peak(t)
	if b.sidecar != "" {
		in.drop(strings.TrimSuffix(b.name, filepath.Ext(b.name))+cmp.Or(b.called, ".mapping.yaml"), b.sidecar)
	}
	if err := os.WriteFile(filepath.Join(in.inbox, b.name), b.book, 0o644); err != nil { // as it is: a copy would cost memory
		t.Fatal(err)
	}
	in.n++
	good := fmt.Sprintf("bra %d.csv", in.n)
	in.drop(good, fmt.Sprintf("Företag,Postnr\nBra %d AB,1\n", in.n))
	imp := in.ended(t, b.name)
	if after := status(t, "VmHWM") >> 10; b.costs > 0 && !testing.Short() && after-before > b.costs {
		t.Errorf("memory rose from %d to %d MiB", before, after)
	}
	if imp.State != b.state || b.code != "" && imp.Code != b.code || !strings.Contains(imp.Why, b.says) {
		t.Errorf("%s %s: %.300s; want %s %s: %s", imp.State, imp.Code, imp.Why, b.state, b.code, b.says)
	}
	if imp.Tally.Rows != b.rows || imp.Tally.Counts.Of(crm.Account).Rejected != b.wrong {
		t.Errorf("%d rows, %d rejected; want %d, %d", imp.Tally.Rows, imp.Tally.Counts.Of(crm.Account).Rejected, b.rows, b.wrong)
	}
	if b.wrong > 0 && utf8.ValidString(b.name) { // the store writes a path as text
		in.gaveBack(t, imp)
	}
	if len(imp.Why) > 2000 {
		t.Errorf("the reason has %d bytes", len(imp.Why))
	}
	if imp := in.ended(t, good); imp.State != ledger.Done || imp.Tally.Counts.Of(crm.Account).Created != 1 {
		t.Errorf("the good file after it: %s %s", imp.State, imp.Why)
	}
}

// gaveBack wants a workbook of the rows that were not imported, one that Excel opens.
func (in *baited) gaveBack(t *testing.T, imp ledger.Import) {
	t.Helper()
	book, err := excelize.OpenFile(imp.Rejected)
	if err != nil {
		t.Errorf("the rejected rows: %v", err)
		return
	}
	defer book.Close()
	name := book.GetSheetName(0)
	if rows, err := book.GetRows(name); err != nil || len(rows) < 2 {
		t.Errorf("sheet %q has %d rows, %v", name, len(rows), err)
	}
	if err := excelizeTakes(name); err != nil {
		t.Errorf("sheet %q: %v", name, err)
	}
}

// excelizeTakes says what is wrong with a sheet's name.
func excelizeTakes(name string) error {
	book := excelize.NewFile()
	defer book.Close()
	return book.SetSheetName("Sheet1", name)
}

// ended waits for the import of a workbook.
func (in *baited) ended(t *testing.T, name string) ledger.Import {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		imports, err := in.parts.Store.Imports.List(t.Context(), 0, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range imports {
			if imp.Workbook == strings.ToValidUTF8(name, "\ufffd") && imp.State.Ended() && imp.Archived != "" {
				return imp
			}
		}
	}
	t.Fatalf("%q was not imported:\n%s", name, in.log)
	return ledger.Import{}
}

// peak forgets the most memory that this process ever had, and returns what it has, in MiB.
func peak(t *testing.T) int {
	t.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
	return status(t, "VmHWM") >> 10
}

// asText expects the records to have what was in the cells, letter by letter.
func (in *baited) asText(t *testing.T) {
	t.Helper()
	found := map[string]bool{}
	err := in.parts.Store.Records.Each(t.Context(), crm.Account, func(rec crm.Record) error {
		found[rec.Values.Of("name").String()] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Räksmörgås AB", `{"$gt":""}`, "$ne", "=cmd|' /c calc'!A1", "+1+1", "@SUM(A1)", "Cachad AB", "Bruten AB", "Kort AB"} {
		if !found[name] {
			t.Errorf("the account %q does not exist", name)
		}
	}
	for name := range found {
		if strings.ContainsAny(name, "\ufffd\x00") || strings.Contains(name, "Ã") {
			t.Errorf("an account is called %q", name)
		}
	}
}

// TestSpecialFilesAreNotOpened puts into an inbox what is not a regular file, or leads somewhere else.
func TestSpecialFilesAreNotOpened(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	r := quietly(t, cfg)
	outside := filepath.Join(t.TempDir(), "utanför.csv")
	if err := os.WriteFile(outside, []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(r.inbox, name) }
	for _, err := range []error{
		unix.Mkfifo(in("rör.xlsx"), 0o644), os.Mkdir(in("mapp.xlsx"), 0o755), os.Symlink(outside, in("länk.csv")), os.Symlink("slinga.csv", in("slinga.csv")),
		os.Link(outside, in("hård.csv")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"~$bok.xlsx", ".~lock.bok.xlsx#", "bok.tmp", "bok.part", "bok.partial", "bok.crdownload", "bok.filepart", ".goutputstream-x", "._bok.xlsx",
		".DS_Store", "Thumbs.db", "desktop.ini", ".syncthing.bok.xlsx.tmp", "~syncthing~bok.xlsx.tmp"} {
		r.drop(name, line)
	}
	for _, dir := range []string{"@eaDir", "__MACOSX", ".stfolder"} {
		if err := os.Mkdir(in(dir), 0o755); err != nil {
			t.Fatal(err)
		}
		r.drop(dir+"/bok.csv", line)
	}
	r.drop("sist.csv", heads+"Sist AB,1,S,s@exempel.se\n")
	r.awaitProgress(1, "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.stop()
	for _, imp := range all(t, cfg) {
		if imp.Workbook != "sist.csv" {
			t.Errorf("%s was imported", imp.Workbook)
		}
	}
	if text, err := os.ReadFile(outside); err != nil || string(text) != line {
		t.Errorf("what lay outside is %q, %v", text, err)
	}
}

// TestSameBytesManyNames imports bytes once, and other bytes of one name each.
func TestSameBytesManyNames(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	r := quietly(t, cfg)
	for _, name := range []string{"ett.csv", "två.csv", "tre.csv"} {
		r.drop(name, line)
	}
	r.awaitProgress(1, "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.awaitProgress(2, "inlet_imports_total", "inbox=kunder", "outcome=duplicate")
	many := 12
	if thorough() {
		many = 50
	}
	for i := range many {
		dir := fmt.Sprintf("från-%d", i)
		if err := os.Mkdir(filepath.Join(r.inbox, dir), 0o755); err != nil {
			t.Fatal(err)
		}
		r.drop(dir+"/export.xlsx", string(xlsx(t, fmt.Sprintf("Företag,Postnr\nExport %d AB,1\n", i))))
	}
	r.awaitProgress(float64(1+many), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.stop()
	if found, err := filepath.Glob(filepath.Join(cfg.Inboxes[0].Done, "*", "export*.xlsx")); err != nil || len(found) != many {
		t.Errorf("%d are in done, %v", len(found), err)
	}
}

// TestDefaultSheetLimits: the configuration's limits and those of the reader are the same where nothing is said.
func TestDefaultSheetLimits(t *testing.T) {
	t.Parallel()
	if got, want := assembly.SheetLimits(configured(t, "")), sheet.DefaultLimits(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestGoodAmongBad drops twenty files at once, every second of which is a bad one of another kind. All good ones are imported, and no bad one
// keeps the next waiting for long.
func TestGoodAmongBad(t *testing.T) {
	if testing.Short() {
		t.Skip("with -short: it measures time")
	}
	cfg := configured(t, "")
	r := quietly(t, cfg)
	types, rejected := wrongTypes(t), turnedDown(t)
	bads := []bad{types[1], types[2], types[3], wrongSheets(t)[1], wrongHeadings(t)[0], wrongSidecars(t)[0], rejected[0], rejected[20],
		{name: "nul.csv", book: []byte("Företag,Postnr\nN\x00l AB,1\n")}, {name: "bild.xlsx", book: []byte("\x89PNG\r\n\x1a\n" + strings.Repeat("x", 1000))}}
	for i, b := range bads {
		if b.sidecar != "" {
			r.drop(strings.TrimSuffix(b.name, filepath.Ext(b.name))+cmp.Or(b.called, ".mapping.yaml"), b.sidecar)
		}
		r.drop(b.name, string(b.book))
		r.drop(fmt.Sprintf("bra %d.csv", i), row(fmt.Sprintf("Bra %d AB", i)))
	}
	imports := func() []ledger.Import {
		return slices.DeleteFunc(all(t, cfg), func(imp ledger.Import) bool { return imp.Archived == "" })
	}
	r.wait("all", func() bool { return len(imports()) == 2*len(bads) })
	var ended []time.Time
	good := 0
	for _, imp := range imports() {
		ended = append(ended, imp.Ended)
		if strings.HasPrefix(imp.Workbook, "bra ") && imp.State == ledger.Done && imp.Tally.Counts.Of(crm.Account).Created == 1 {
			good++
		}
	}
	if good != len(bads) {
		t.Errorf("%d of %d good files are imported:\n%s", good, len(bads), r.log)
	}
	slices.SortFunc(ended, time.Time.Compare)
	for i := range ended[1:] {
		if gap := ended[i+1].Sub(ended[i]); gap > 6*time.Second {
			t.Errorf("a file waited %v behind another", gap)
		}
	}
}
