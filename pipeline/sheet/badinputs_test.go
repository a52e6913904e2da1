package sheet_test

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/sheet"
)

// badInput is a file that is made to cost its reader much.
type badInput struct {
	name string
	make func(h *hostileFile)
	code string // of the refusal; "" where the file is right, and all of it is read
	says string // a part of the refusal
}

// badInputs are the files that anybody may drop into an inbox. Each must be read or refused within the budget: see TestBadInputs. Whoever
// finds another writes it here.
var badInputs = []badInput{
	// Time that grows with the square of the file.
	{"an attribute with millions of >", func(h *hostileFile) {
		h.book(map[string]part{sheetPart: times(sheetHead+`<sheetPr a="`, 4_200_000, ">", `"/>`+oneRow+sheetEnd)})
	}, "limit", "longer than"},
	{"a hundred thousand attributes with a > each", func(h *hostileFile) {
		h.book(map[string]part{sheetPart: times(sheetHead+`<sheetPr`, 100_000, ` a=">"`, `/>`+oneRow+sheetEnd)})
	}, "", ""},
	{"60,000 sheets and as many relations", func(h *hostileFile) {
		h.book(map[string]part{
			bookPart: times(bookHead+`<sheets>`, 60_000, `<sheet name="S" r:id="r%d"/>`, `</sheets></workbook>`),
			bookRels: times(relsHead, 60_000, `<Relationship Id="r%d" Type="`+relType+`worksheet" Target="worksheets/sheet1.xml"/>`, `</Relationships>`),
		})
	}, "limit", "sheets"},
	{"9,000 sheets that are one part, and a thousand tables on it", func(h *hostileFile) {
		h.book(map[string]part{
			bookPart:  times(bookHead+`<sheets>`, 9_000, `<sheet name="S" r:id="r%d"/>`, `</sheets></workbook>`),
			bookRels:  times(relsHead, 9_000, `<Relationship Id="r%d" Type="`+relType+`worksheet" Target="worksheets/sheet1.xml"/>`, `</Relationships>`),
			sheetRels: times(relsHead, 1_000, `<Relationship Id="t%d" Type="`+relType+`table" Target="../tables/table%d.xml"/>`, `</Relationships>`),
		})
	}, "corrupt", "twice"},
	{"fields whose quotes are closed early, in one line", func(h *hostileFile) {
		h.csv(times("a,b\n", 15_000, `"`+strings.Repeat("x", 500)+`"y",`, "\n"))
	}, "quotes", ""},
	{"backslashes and a quote out of place", func(h *hostileFile) {
		h.csv(times("a,b\n\"x\\\"y\",1\n\"a\"b,2\n\"", 4_000_000, `\\`, "\",3\n"))
	}, "quotes", ""},
	{"one line of delimiters", func(h *hostileFile) { h.csv(times("a,b\n1,2\n", 10_000_000, ",", "\n")) }, "limit", "fields"},
	{"lines of delimiters", func(h *hostileFile) { h.csv(times("a,b\n1,2\n", 2_000, strings.Repeat(",", 16_000)+"\n", "")) }, "", ""},

	// Memory that grows with what the file says.
	{"an entry that claims two terabytes", func(h *hostileFile) {
		h.bookOf(map[string]part{sheetPart: times(sheetHead+`<cols>`, 20_000_000, `<col/>`, `</cols>`+oneRow+sheetEnd)}, func(f *zip.FileHeader) {
			if f.Name == sheetPart {
				f.CompressedSize64 = 2 << 40
			}
		})
	}, "limit", "exceed the size of the file"},
	{"an entry that claims what others have", func(h *hostileFile) {
		h.bookOf(map[string]part{sheetPart: times(sheetHead+`<cols>`, 20_000_000, `<col/>`, `</cols>`+oneRow+sheetEnd), "junk": text(letters(60 << 20))}, func(f *zip.FileHeader) {
			switch f.Name {
			case sheetPart:
				f.CompressedSize64 += 1 << 20
			case "junk":
				f.CompressedSize64 -= 1 << 20
			}
		})
	}, "limit", "times its size"},
	{"a directory of 131,073 entries that says it has one", func(h *hostileFile) { h.csv(text(crowded(131_073))) }, "limit", "parts"},
	{"names of four megabytes, 250 deep", func(h *hostileFile) {
		h.book(map[string]part{sheetPart: times(sheetHead, 50, "<"+letters(4<<20)+">", "")})
	}, "limit", "longer than"},
	{"names of 700 KB, 250 deep", func(h *hostileFile) {
		h.book(map[string]part{sheetPart: times(sheetHead, 250, "<"+letters(700<<10)+">", "")})
	}, "limit", "names"},
	{"names of 700 KB, 250 deep, below a prefix", func(h *hostileFile) {
		h.book(map[string]part{sheetPart: times(slowRoot, 250, "<"+letters(700<<10)+">", "")})
	}, "limit", "names"},
	{"a name of 100 MB below a prefix", func(h *hostileFile) {
		h.book(map[string]part{sheetPart: text(slowRoot + "<" + letters(100<<20) + ">" + slowRootEnd)})
	}, "limit", "longer than"},
	{"an attribute of 60 MB in the styles", func(h *hostileFile) {
		h.book(map[string]part{stylesPart: text(stylesHead + `<cellXfs a="` + letters(60<<20) + `"/></styleSheet>`)})
	}, "limit", "longer than"},
	{"elements a million deep", func(h *hostileFile) {
		h.book(map[string]part{bookPart: times(bookHead, 1_000_000, "<a>", "")})
	}, "limit", "deep"},
	{"a number format of 30 MB", func(h *hostileFile) {
		h.book(map[string]part{stylesPart: text(stylesHead + `<numFmts><numFmt numFmtId="164" formatCode="` + letters(30<<20) + `"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`)})
	}, "limit", ""},
	{"number formats of 60 KB, each in use", func(h *hostileFile) {
		h.book(map[string]part{stylesPart: func(w *bufio.Writer) {
			times(stylesHead+`<numFmts>`, 900, `<numFmt numFmtId="%d" formatCode="`+strings.ReplaceAll(letters(60<<10), "n", "0;")+`"/>`, `</numFmts><cellXfs>`)(w)
			times("", 900, `<xf numFmtId="%d"/>`, `</cellXfs></styleSheet>`)(w)
		}})
	}, "limit", "number format"},
	{"a million number formats", func(h *hostileFile) {
		h.book(map[string]part{stylesPart: times(stylesHead+`<numFmts>`, 1_000_000, `<numFmt numFmtId="%d" formatCode="0.0"/>`, `</numFmts><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>`)})
	}, "limit", "number formats"},
	{"2.4 million cell formats", func(h *hostileFile) {
		h.book(map[string]part{stylesPart: times(stylesHead+`<cellXfs>`, 2_400_000, `<xf numFmtId="%d"/>`, `</cellXfs></styleSheet>`)})
	}, "limit", "cell formats"},
	{"3.8 million sheets", func(h *hostileFile) {
		h.book(map[string]part{bookPart: times(bookHead+`<sheets>`, 3_800_000, `<sheet/>`, `</sheets></workbook>`)})
	}, "limit", "sheets"},
	{"sheet names of 600 KB", func(h *hostileFile) {
		h.book(map[string]part{bookPart: times(bookHead+`<sheets>`, 300, `<sheet r:id="a" name="`+letters(600<<10)+`"/>`, `</sheets></workbook>`)})
	}, "limit", "name of a sheet"},
	{"a million relations of the workbook", func(h *hostileFile) {
		h.book(map[string]part{bookRels: times(relsHead, 1_000_000, `<Relationship Id="r%d" Type="`+relType+`image" Target="worksheets/sheet1.xml"/>`, `</Relationships>`)})
	}, "limit", "relations"},
	{"two million defined names", func(h *hostileFile) {
		h.book(map[string]part{bookPart: times(bookHead+oneTab+`<definedNames>`, 2_000_000, `<definedName name="n%d">S!A1</definedName>`, `</definedNames></workbook>`)})
	}, "", ""},
	{"millions of columns, links and merged cells", func(h *hostileFile) {
		h.book(map[string]part{
			sheetPart: func(w *bufio.Writer) {
				times(sheetHead+`<cols>`, 1_000_000, `<col min="%d" max="9"/>`, `</cols>`+oneRow+`<mergeCells>`)(w)
				times("", 300_000, `<mergeCell ref="A%d:B9"/>`, `</mergeCells><hyperlinks>`)(w)
				times("", 500_000, `<hyperlink ref="A%d"/>`, `</hyperlinks>`+sheetEnd)(w)
			},
			sheetRels: times(relsHead, 500_000, `<Relationship Id="h%d" Type="`+relType+`hyperlink" Target="mailto:a@b.se" TargetMode="External"/>`, `</Relationships>`),
		})
	}, "limit", "merged"},
	{"tables of 8 MB on a sheet", func(h *hostileFile) {
		parts := map[string]part{sheetRels: times(relsHead, 12, `<Relationship Id="t" Type="`+relType+`table" Target="../tables/table%d.xml"/>`, `</Relationships>`)}
		for i := range 12 {
			parts[fmt.Sprintf("xl/tables/table%d.xml", i)] = times(`<table `+mainSpace+` ref="A1:B2"><tableColumns>`, 16_000, `<tableColumn name="n%d `+letters(470)+`"/>`, `</tableColumns></table>`)
		}
		h.book(parts)
	}, "", ""},
	{"shared texts of 510 MB", func(h *hostileFile) {
		h.book(map[string]part{
			sharedPart: times(`<sst `+mainSpace+`>`, 4_000_000, `<si><t>text %d `+letters(110)+`</t></si>`, `</sst>`),
			sheetPart:  times(sheetHead+`<sheetData>`, 100_000, `<row><c t="s"><v>%d</v></c><c t="s"><v>39%d</v></c></row>`, `</sheetData>`+sheetEnd),
		})
	}, "", ""},
	{"a shared text of a million runs", func(h *hostileFile) {
		h.book(map[string]part{sharedPart: times(`<sst `+mainSpace+`><si>`, 1_000_000, `<r><rPr><b/></rPr><t></t></r>`, `</si></sst>`), sheetPart: text(sheetHead + `<sheetData><row><c t="s"><v>0</v></c></row></sheetData>` + sheetEnd)})
	}, "", ""},
	{"a text of 1 MB shared by 600 rows", func(h *hostileFile) {
		h.book(map[string]part{sharedPart: text(`<sst ` + mainSpace + `><si><t>` + letters(700<<10) + `</t></si></sst>`),
			sheetPart: times(sheetHead+`<sheetData>`, 600, `<row><c t="s"><v>0</v></c></row>`, `</sheetData>`+sheetEnd)})
	}, "limit", "cell"},
	{"a row of 500 MB of texts", func(h *hostileFile) {
		h.book(map[string]part{sheetPart: times(sheetHead+`<sheetData><row>`, 4_000, inlineCell+letters(120<<10)+inlineEnd, `</row></sheetData>`+sheetEnd)})
	}, "limit", "row"},
	{"a thousand rows of 1 MB", func(h *hostileFile) {
		row := `<row>` + strings.Repeat(inlineCell+letters(100<<10)+inlineEnd, 10) + `</row>`
		h.book(map[string]part{sheetPart: times(sheetHead+`<sheetData>`, 300, row, `</sheetData>`+sheetEnd)})
	}, "", ""},
	{"lines of 1 MB", func(h *hostileFile) {
		h.csv(times("a,b,c,d,e,f,g,h,i,j\n", 300, strings.Repeat(letters(100<<10)+",", 9)+"x\n", ""))
	}, "", ""},
	{"a line of 200 MB", func(h *hostileFile) { h.csv(times("a,b\n1,", 200, letters(1<<20), "\n")) }, "limit", "line"},
	{"fields of 15 MB in no encoding", func(h *hostileFile) { h.csv(times("a,b\n", 2, letters(15<<20)+"\xe5\xff\x81,2\n", "")) }, "encoding", ""},

	// What leads nowhere.
	{"relations that lead in a circle", func(h *hostileFile) {
		h.book(map[string]part{bookRels: text(relsHead + `<Relationship Id="a" Type="` + relType + `worksheet" Target="workbook.xml"/></Relationships>`)})
	}, "corrupt", "root"},
	{"a sheet in a part with a name of 20,000 letters", func(h *hostileFile) {
		h.book(map[string]part{bookRels: text(relsHead + `<Relationship Id="a" Type="` + relType + `worksheet" Target="` + letters(20_000) + `"/></Relationships>`)})
	}, "corrupt", "missing"},
	{"a sheet that says it is the largest", func(h *hostileFile) {
		h.book(map[string]part{sheetPart: text(sheetHead + `<dimension ref="A1:XFD1048576"/>` + oneRow + sheetEnd)})
	}, "", ""},
	{"an encrypted workbook of 20 MB", func(h *hostileFile) {
		h.book(map[string]part{"media": noise(20 << 20)})
		h.encrypt()
	}, "", ""},
	{"a password that is hashed four thousand million times", func(h *hostileFile) { h.csv(text(spun(4_000_000_000))) }, "limit", "hashed"},
	{"a container that is one large directory", func(h *hostileFile) { h.csv(text(swollen(128 << 20))) }, "encrypted", ""},
}

// costlyInputs take half a second or more each, most of it to make them. They are read with INLET_TEST_DEEP only.
var costlyInputs = map[string]bool{
	"shared texts of 510 MB":                      true,
	"a thousand rows of 1 MB":                     true,
	"millions of columns, links and merged cells": true,
	"an encrypted workbook of 20 MB":              true,
	"lines of delimiters":                         true,
	"an entry that claims what others have":       true,
	"a row of 500 MB of texts":                    true,
	"names of four megabytes, 250 deep":           true,
	"a name of 100 MB below a prefix":             true,
	"lines of 1 MB":                               true,
	"a line of 200 MB":                            true,
	"a container that is one large directory":     true,
}

// TestBadInputs reads each of them in a process of its own: it ends as it should, and costs no more than the budget of one workbook. The
// processor's time is measured and not the clock's, so that a loaded computer fails nothing.
func TestBadInputs(t *testing.T) {
	if testing.Short() {
		t.Skip("this takes five seconds")
	}
	for _, in := range badInputs {
		t.Run(in.name, func(t *testing.T) {
			if costlyInputs[in.name] && !deep() {
				t.Skip("making this file takes long: INLET_TEST_DEEP=1 does")
			}
			h := &hostileFile{t: t, path: filepath.Join(t.TempDir(), "bad.bin")}
			in.make(h)
			info, err := os.Stat(h.path)
			if err != nil {
				t.Fatal(err)
			}
			c := costOf(t, h.path)
			if c.Code != in.code || !strings.Contains(c.Text, in.says) {
				t.Errorf("%q %.300s, want %q: %s", c.Code, c.Text, in.code, in.says)
			}
			if len(c.Text) > 3000 {
				t.Errorf("the reason has %d bytes", len(c.Text))
			}
			within(t, c, float64(info.Size())/1e6, float64(h.inflated)/1e6)
		})
	}
}

// TestCancelled stops reading what takes long: each ends within the ten seconds that a stop may take, counted in the processor's time.
func TestCancelled(t *testing.T) {
	if testing.Short() {
		t.Skip("this takes some seconds")
	}
	const elements = 25_000_000 // which take a second
	slow := func(head string) part { return times(head, elements, "<a/>", "") }
	for _, in := range []badInput{
		{name: "the rows of a sheet", make: func(h *hostileFile) { h.book(map[string]part{sheetPart: slow(sheetHead + `<sheetData>`)}) }},
		{name: "a sheet below a prefix", make: func(h *hostileFile) { h.book(map[string]part{sheetPart: slow(slowRoot)}) }},
		{name: "the workbook", make: func(h *hostileFile) { h.book(map[string]part{bookPart: slow(bookHead)}) }},
		{name: "the styles", make: func(h *hostileFile) { h.book(map[string]part{stylesPart: slow(stylesHead)}) }},
		{name: "the relations of a sheet", make: func(h *hostileFile) { h.book(map[string]part{sheetRels: slow(relsHead)}) }},
		{name: "the shared texts", make: func(h *hostileFile) { h.book(map[string]part{sharedPart: slow(`<sst ` + mainSpace + `>`)}) }},
		{name: "quotes that are read in several ways", make: func(h *hostileFile) { h.csv(times("a,b\n\"5\" pipe\", \"x\\\"\"\n", 20_000_000, "1,2\n", "")) }},
	} {
		t.Run(in.name, func(t *testing.T) {
			h := &hostileFile{t: t, path: filepath.Join(t.TempDir(), "slow.bin")}
			in.make(h)
			c := costOf(t, h.path, cancelEnv+"=50ms")
			t.Logf("%.1f s, %d MiB", c.CPU, c.RSS)
			if c.Code != "cancelled" || c.CPU > 3 {
				t.Errorf("%q after %.1f s", c.Code, c.CPU)
			}
		})
	}
}

// within compares a cost with the budget of a workbook of so many MB, and so many inflated.
func within(t *testing.T, c cost, size, inflated float64) {
	t.Helper()
	seconds := 2 + size + 0.1*inflated
	t.Logf("%.1f MB, %.0f inflated: %.1f s of %.1f, %d MiB", size, inflated, c.CPU, seconds, c.RSS)
	const most = 256 // MiB
	if c.CPU > seconds || c.RSS > most {
		t.Errorf("it took %.1f s and %d MiB, more than %.1f s and %d MiB", c.CPU, c.RSS, seconds, most)
	}
}

// readAll reads a file as a check does, to the end of every sheet, until it is cancelled if it is to be after so long.
func readAll(path, cancelAfter string) (c cost) {
	ctx, opt := context.Background(), sheet.Options{}
	if after, err := time.ParseDuration(cancelAfter); err == nil {
		var stop func()
		ctx, stop = context.WithTimeout(ctx, after)
		defer stop()
		opt.Limits.Ratio = 5_000 // for files that are small and take long
	}
	defer usage(&c)
	w, err := sheet.OpenContext(ctx, path, opt)
	if err != nil {
		sayCode(&c, err)
		return c
	}
	defer w.Close()
	for _, s := range w.Sheets {
		for rows, err := range s.Rows(ctx, 1000) {
			if err != nil {
				sayCode(&c, err)
				return c
			}
			c.Rows += len(rows)
		}
		if _, err := s.Merges(ctx); err != nil {
			sayCode(&c, err)
			return c
		}
	}
	return c
}
