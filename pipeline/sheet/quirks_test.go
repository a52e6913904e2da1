package sheet_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// TestQuirks reads what programs really write, row by row of the table of quirks.
func TestQuirks(t *testing.T) {
	for _, tt := range []struct {
		name string
		made made
		want string
	}{
		{"numbers", made{rows: `<row r="1"><c r="A1"><v>172540.63000000001</v></c><c r="B1"><v>5.560000167E9</v></c><c r="C1" t="n"><v> 7 </v></c><c r="D1"><v>12345678901234567890</v></c></row>`},
			"1: A=number:172540.63 B=number:5560000167 C=number:7 D=number:12345678901234567890\n"},
		{"no numbers", made{rows: `<row r="1"><c r="A1"><v>1e309</v></c><c r="B1"><v>NaN</v></c><c r="C1"><v>x</v></c><c r="D1"><v>1e-999</v></c><c r="E1"><v>-0</v></c><c r="F1"><v>0E0</v></c><c r="G1"><v>4.9E-324</v></c></row>`},
			"1: A=error:#NUMBER! B=error:#NUMBER! C=error:#NUMBER! D=error:#NUMBER! E=number:0 F=number:0 G=error:#NUMBER!\n"},
		{"true and false", made{rows: `<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>false</v></c><c r="C1" t="b"><v>2</v></c></row>`},
			"1: A=true or false:1 B=true or false:0 C=error:#NUMBER!\n"},
		{"errors", made{rows: `<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><f>X</f><v>#N/A</v></c></row>`},
			"1: A=error:#REF! B=error:#N/A\n"},
		{"formulas", made{rows: `<row r="1"><c r="A1"><f>B1+1</f><v>5</v></c><c r="B1"><f>C1</f></c><c r="C1"><f>D1</f><v/></c><c r="D1" t="str"><f>E1</f><v></v></c><c r="E1" t="str"><f>"x"</f><v> x_x000D_y </v></c><c r="F1" t="str"><f t="shared" si="0"/></c></row>`},
			"1: A=number:5 B=formula without a value: C=formula without a value: E=text: x\ry  F=formula without a value:\n"},
		{"shared strings", made{shared: `<si><t>plain</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space="preserve">ch </t></r><rPh sb="0" eb="1"><t>no</t></rPh><phoneticPr fontId="1"/></si><si/><si><t/></si><si><t>a&amp;b&#10;c&#x41;</t></si><extLst><ext><si><t>no</t></si></ext></extLst><si><t>last</t></si>`,
			rows: `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c><c r="E1" t="s"><v>4</v></c><c r="F1" t="s"><v>5</v></c><c r="G1" t="s"><v>6</v></c><c r="H1" t="s"><v>-1</v></c></row>`},
			"1: A=text:plain B=text:rich  E=text:a&b\ncA F=text:last G=error:#SHARED! H=error:#SHARED!\n"},
		{"texts", made{rows: `<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[<a> & ]]>b</t></is></c><c r="B1" t="inlineStr"><is><t>a<!-- no -->b</t></is></c><c r="C1" t="inlineStr"><is><t xml:space="preserve">  </t></is></c><c r="D1" t="inlineStr"><is><t>_x005F_x000D_ _xD83D__xDE00_ _x00_ _xD83D_</t></is></c><c r="E1" t="inlineStr"><is><t>&lt;&quot;&apos;&gt;</t></is></c><c r="F1" t="inlineStr"><v>1.0</v><is><t>1.</t></is></c><c r="G1" t="inlineStr"><v>v</v></c></row>`},
			"1: A=text:<a> & b B=text:ab C=text:   D=text:_x000D_ 😀 _x00_ \uFFFD E=text:<\"'> F=text:1. G=text:v\n"},
		{"line ends", made{rows: "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a\r\nb\rc&#13;</t></is></c></row>"}, "1: A=text:a\nb\nc\r\n"},
		{"styles", made{formats: []string{"yyyy-mm-dd", "yyyy-mm-dd h:mm", "h:mm"},
			rows: `<row r="1"><c r="A1" s="1"><v>45750</v></c><c r="B1" s="2"><v>45750.5</v></c><c r="C1" s="3"><v>0.5</v></c><c r="D1" s="9"><v>1</v></c><c r="E1" s="9" t="str"><v>x</v></c><c r="F1" s=""><v>1</v></c><c r="G1" s="x"><v>1</v></c></row>`},
			"1: A=date:45750 B=date and time:45750.5 C=time:0.5 D=error:#STYLE! E=text:x F=number:1 G=error:#STYLE!\n"},
		{"ISO dates", made{rows: `<row r="1"><c r="A1" t="d"><v>2025-04-03</v></c><c r="B1" t="d"><v>2025-04-03T10:30:00.000Z</v></c><c r="C1" t="d"><v>10:30:00</v></c><c r="D1" t="d"><v>1850-01-01</v></c><c r="E1" t="d"><v>1900-02-28</v></c><c r="F1" t="d"><v>1900-03-01</v></c></row>`},
			"1: A=date:45750 B=date and time:45750.4375 C=time:0.4375 D=text:1850-01-01 E=date:59 F=date:61\n"},
		{"no references", made{rows: `<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>4</v></c></row>`}, "1: A=number:1 C=number:3\n3: A=number:4\n"},
		{"the row named by its cell", made{rows: `<row><c r="B5"><v>1</v></c><c><v>2</v></c></row><row><c r="A6"><v>3</v></c></row>`}, "5: B=number:1 C=number:2\n6: A=number:3\n"},
		{"lower case", made{rows: `<row r="1"><c r="aa1"><v>1</v></c></row>`}, "1: AA=number:1\n"},
		{"cells out of order", made{rows: `<row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>`}, "1: A=number:1 B=number:2 C=number:3\n"},
		{"far away", made{rows: `<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>`}, "1: A=number:1\n1048576: XFD=number:2\n"},
		{"empty rows and cells", made{rows: `<row r="1"/><row r="2"><c r="A2" s="0"/><c r="B2"><v></v></c><c r="C2" t="s"/></row><row r="3"><c r="A3" t="inlineStr"><is/></c></row>` + strings.Repeat(`<row/>`, 5000) + `<row><c><v>1</v></c></row>`}, "5004: A=number:1\n"},
		{"a table within a cell's extension", made{rows: `<row r="1"><c r="A1"><v>1</v><extLst><ext><c r="A1"><v>9</v></c></ext></extLst></c></row>`}, "1: A=number:1\n"},
		{"alternatives", made{sheet: `<worksheet ` + mainSpace + ` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><sheetData><row r="1"><mc:AlternateContent><mc:Choice Requires="x"><c r="A1"><v>9</v></c></mc:Choice><mc:Fallback><c r="A1"><v>1</v></c></mc:Fallback></mc:AlternateContent><c r="B1"><v>2</v></c></row></sheetData></worksheet>`}, "1: A=number:1 B=number:2\n"},
		{"lying dimension", made{sheet: `<worksheet ` + mainSpace + `><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`}, "1: A=number:1\n"},
		{"no data", made{sheet: `<worksheet ` + mainSpace + `><sheetData/></worksheet>`}, ""},
		{"nothing at all", made{sheet: `<worksheet ` + mainSpace + `/>`}, ""},
		{"spaces in tags", made{sheet: "<worksheet\n" + mainSpace + "\n><sheetData\t><row r = '1' ><c r='A1' x=\"a>b\" ><v >1</v ></c ></row\n></sheetData></worksheet>\n<!-- end -->"}, "1: A=number:1\n"},
		{"no styles", made{drop: "xl/styles.xml", rows: `<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="4"><v>1</v></c></row>`}, "1: A=number:1 B=error:#STYLE!\n"},
		{"no shared strings", made{drop: "xl/sharedStrings.xml", rows: `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row>`}, "1: A=error:#SHARED! B=number:1\n"},
		{"a second prefix", made{sheet: `<worksheet ` + mainSpace + ` xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><c r="B1"><v>2</v></c></x:row></x:sheetData></worksheet>`}, "1: A=number:1 B=number:2\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read(t, file(t, "book.xlsx", tt.made.bytes(t)), sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRewrittenSheets reads shapes that need namespaces or another encoding: the same rows, and counted.
func TestRewrittenSheets(t *testing.T) {
	const rows = `<row r="1"><c r="A1" t="inlineStr"><is><t> Å &amp; B </t></is></c><c r="B1"><v>2</v></c></row>`
	const want = "1: A=text: Å & B  B=number:2\n"
	prefixed := strings.NewReplacer("</", "</x:", "<", "<x:").Replace(rows)
	wide := func(order unicode.Endianness, text string) string {
		s, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	usual := `<worksheet ` + mainSpace + `><sheetData>` + rows + `</sheetData></worksheet>`
	latin := strings.ReplaceAll(usual, "Å", "\xc5")
	for name, text := range map[string]string{
		"prefix":      `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:y="other"><y:sheetData/><x:sheetData><y:row r="1"/>` + prefixed + `</x:sheetData></x:worksheet>`,
		"strict":      strings.Replace(usual, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main", 1),
		"UTF-16 LE":   wide(unicode.LittleEndian, `<?xml version="1.0" encoding="UTF-16"?>`+"\r\n"+usual),
		"UTF-16 BE":   wide(unicode.BigEndian, usual),
		"ISO 8859-1":  `<?xml version="1.0" encoding="ISO-8859-1"?>` + latin,
		"two aliases": strings.Replace(usual, "<worksheet", `<worksheet xmlns:a="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:b="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`, 1),
		"comment":     `<!-- made by hand -->` + usual,
	} {
		t.Run(name, func(t *testing.T) {
			w, err := sheet.Open(file(t, "book.xlsx", made{sheet: text}.bytes(t)), sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			got, err := dump(t, w.Sheets[0])
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("rows\n%swant\n%s", got, want)
			}
		})
	}
}

// TestTabs looks at names, order, visibility and kinds of sheets.
func TestTabs(t *testing.T) {
	m := made{
		workbook: `<workbook ` + mainSpace + ` ` + relSpace + `><sheets><sheet name="B &amp; C" sheetId="7" r:id="a"/><sheet name="H" sheetId="2" state="veryHidden" r:id="h"/><sheet name="Chart" sheetId="3" r:id="d"/><sheet name="Lost" sheetId="4" r:id="z"/></sheets></workbook>`,
		rows:     `<row r="3"><c r="A3"><v>1</v></c></row>`,
		drop:     "xl/_rels/workbook.xml.rels",
		extra: []sheettest.Part{{Name: "xl/chart.xml", Text: "<chartsheet/>"}, {Name: "xl/worksheets/sheet2.xml", Text: `<worksheet ` + mainSpace + `/>`},
			{Name: "xl/_rels/Workbook.xml.rels", Text: `<Relationships><Relationship Id="a" Type="` + relType + `worksheet" Target="worksheets/sheet1.xml"/>` +
				`<Relationship Id="h" Type="` + relType + `worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="d" Type="` + relType + `chartsheet" Target="chart.xml"/></Relationships>`}},
	}
	w, err := sheet.Open(file(t, "people.data.xlsm", m.bytes(t)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	type tab struct {
		Name         string
		Number       int
		Hidden, Grid bool
		Err          string
	}
	var got []tab
	for _, s := range w.Sheets {
		_, err := dump(t, s)
		got = append(got, tab{s.Name, s.Number, s.Hidden, s.Grid, code(err)})
	}
	want := []tab{{"B & C", 1, false, true, ""}, {"H", 2, true, true, ""}, {"Chart", 3, false, false, "wrong_type"}, {"Lost", 4, false, true, "corrupt"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tabs (-want +got):\n%s", diff)
	}
	if w.Name != "people.data.xlsm" || w.Format != sheet.XLSX || w.Sheets[0].Last() != 3 {
		t.Errorf("name %q, format %q, last row %d", w.Name, w.Format, w.Sheets[0].Last())
	}
}
