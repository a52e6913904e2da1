package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"inlet.example/inlet/cmd/inlet/exitcode"
)

// hostile is a file that is made to cost inlet much when it is imported as a whole: package sheet has more of them, which are only read.
type hostile struct {
	name string
	make func(t *testing.T, path string)
	ends exitcode.Code // exit code
	says string        // a part of what is printed
}

const (
	manyRows  = 600
	longCell  = 120_000 // bytes; more than 128 KiB are refused
	shortHead = "Company,Zip,Address,Notes,Contact,Contact email,Contact notes"
)

var hostiles = []hostile{
	{"three long cells in each row", func(t *testing.T, path string) {
		bookOf(t, path, map[string]func(io.Writer){"xl/worksheets/sheet1.xml": rowsOf(func(w io.Writer, n int) {
			long := inline(thin(longCell, n))
			fmt.Fprint(w, inline(fmt.Sprint("Bolag ", n)), inline("11122"), long, long, inline("Åsa"), inline(fmt.Sprintf("asa.%d@exempel.se", n)), long)
		})})
	}, exitcode.OK, "600"},
	{"lines of 1 MB", func(t *testing.T, path string) {
		textOf(t, path, func(w io.Writer) {
			fmt.Fprintln(w, shortHead+",a,b,c,d,e,f")
			for n := range 300 {
				long := thin(longCell, n)
				fmt.Fprintf(w, "Bolag %d,11122,%s,%[2]s,Åsa,asa.%[1]d@exempel.se,%[2]s,%[2]s,%[2]s,%[2]s,%[2]s,%[2]s,x\n", n, long)
			}
		})
	}, exitcode.OK, "300"},
	{"one long text in each row", func(t *testing.T, path string) { shared(t, path, longCell) }, exitcode.OK, "600"},
	{"one text of 1 MB in each row", func(t *testing.T, path string) { shared(t, path, 1<<20) }, exitcode.Failed, "cell"},
	{"one long text that is wrong in each row", func(t *testing.T, path string) {
		textOf(t, path, func(w io.Writer) {
			fmt.Fprintln(w, shortHead)
			for n := range manyRows {
				fmt.Fprintf(w, "Bolag %d,11122,,,Åsa,%s,\n", n, thin(longCell, n))
			}
		})
	}, exitcode.Rejected, "600"},
	{"shared texts of 120 MB", func(t *testing.T, path string) {
		const texts = 1_000_000
		bookOf(t, path, map[string]func(io.Writer){
			"xl/sharedStrings.xml": func(w io.Writer) {
				fmt.Fprint(w, sstHead)
				for n := range texts {
					fmt.Fprintf(w, `<si><t>text %d %s</t></si>`, n, thin(110, n))
				}
				fmt.Fprint(w, `</sst>`)
			},
			"xl/worksheets/sheet1.xml": rowsOf(func(w io.Writer, n int) {
				fmt.Fprint(w, inline(fmt.Sprint("Bolag ", n)), inline("11122"))
				for i := range 2 {
					fmt.Fprintf(w, `<c t="s"><v>%d</v></c>`, (n*7919+i*texts/2)%texts)
				}
			}),
		})
	}, exitcode.OK, "600"},
	{"two million defined names", func(t *testing.T, path string) {
		bookOf(t, path, map[string]func(io.Writer){"xl/workbook.xml": func(w io.Writer) {
			fmt.Fprint(w, bookHead, `<definedNames>`)
			for n := range 2_000_000 {
				fmt.Fprintf(w, `<definedName name="n%d">S!A1</definedName>`, n)
			}
			fmt.Fprint(w, `</definedNames></workbook>`)
		}})
	}, exitcode.OK, "600"},
	{"a hundred thousand attributes with a > each", func(t *testing.T, path string) {
		bookOf(t, path, map[string]func(io.Writer){"xl/worksheets/sheet1.xml": func(w io.Writer) {
			fmt.Fprint(w, `<worksheet `+space+`><sheetPr`, strings.Repeat(` a=">"`, 100_000), `/>`)
			usualRows(w)
			fmt.Fprint(w, `</worksheet>`)
		}})
	}, exitcode.OK, "600"},
	{"names of 700 KB, 250 deep", func(t *testing.T, path string) {
		bookOf(t, path, map[string]func(io.Writer){"xl/worksheets/sheet1.xml": func(w io.Writer) {
			fmt.Fprint(w, `<worksheet `+space+`>`)
			for n := range 250 {
				fmt.Fprint(w, "<", thin(700<<10, n), ">")
			}
		}})
	}, exitcode.Failed, "names"},
	{"an encrypted workbook of 20 MB", func(t *testing.T, path string) {
		bookOf(t, path, map[string]func(io.Writer){"media": noise(20 << 20)})
		plain, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := excelize.Encrypt(plain, &excelize.Options{Password: "VelvetSweatshop"})
		if err = errors.Join(err, os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}, exitcode.OK, "600"},
}

// TestHostileFilesAreImportedWithinTheBudget imports each of them in a process of its own: it ends as it should, and no file costs more than
// the budget of one workbook, whatever is written of it. The processor's time is measured and not the clock's, so that a loaded computer fails nothing.
func TestHostileFilesAreImportedWithinTheBudget(t *testing.T) {
	if testing.Short() {
		t.Skip("this takes some seconds")
	}
	all := engines(t)
	if os.Getenv("INLET_TEST_DEEP") == "" {
		all = all[:1] // on MongoDB it takes most of a minute
	}
	for _, e := range all {
		t.Run(e.name, func(t *testing.T) { hostileTo(t, seedOf(t), e.newStore) })
	}
}

// hostileTo imports them, each into a store of its own: by default half of them, all with INLET_TEST_MORE.
func hostileTo(t *testing.T, seed uint64, newStore func(*testing.T) string) {
	for i, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			if testLevel() == sampled && uint64(i)%2 != seed%2 {
				t.Skip("not in the sample; set INLET_TEST_MORE or INLET_TEST_DEEP for all")
			}
			dir := t.TempDir()
			book := filepath.Join(dir, "book.bin")
			h.make(t, book)
			info, err := os.Stat(book)
			if err != nil {
				t.Fatal(err)
			}
			said, code, cpu, rss := measured(t, dir, "import", book, "--store", newStore(t), "--quiet")
			t.Logf("%.1f MB: %.1f s, %d MiB", float64(info.Size())/1e6, cpu.Seconds(), rss)
			if code != h.ends || !strings.Contains(said, h.says) {
				t.Errorf("exit code %d, not %d; it says %.2000s", code, h.ends, said)
			}
			const (
				most    = 256              // MiB
				longest = 15 * time.Second // five times as long as any takes
			)
			if rss > most || cpu > longest {
				t.Errorf("it took %d MiB and %v, more than %d and %v", rss, cpu, most, longest)
			}
		})
	}
}

// measured runs inlet, and returns what it said, its exit code, the processor's time and the memory at most, in MiB.
func measured(t *testing.T, dir string, args ...string) (said string, code exitcode.Code, cpu time.Duration, rss int) {
	t.Helper()
	// A process that is started counts as its own what its parent had at most until then.
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "inlet", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal("the system does not say what a process took")
	}
	return string(out), exitcode.Code(cmd.ProcessState.ExitCode()), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), int(used.Maxrss >> 10)
}

// thin returns n letters that deflate to about a hundredth: text that is all alike is refused for its ratio.
func thin(n, seed int) string {
	b := bytes.Repeat([]byte("n"), n)
	r := uint32(seed + 1)
	for i := 0; i < n; i += 100 {
		r = r*1664525 + 1013904223
		b[i] = byte('a' + r>>24%26)
	}
	return string(b)
}

// noise is what does not deflate.
func noise(n int) func(io.Writer) {
	return func(w io.Writer) {
		r := uint32(1)
		for range n {
			r = r*1664525 + 1013904223
			_, _ = w.Write([]byte{byte(r >> 24)})
		}
	}
}

// shared makes a workbook in which each row has the same text of so many bytes.
func shared(t *testing.T, path string, length int) {
	t.Helper()
	bookOf(t, path, map[string]func(io.Writer){
		"xl/sharedStrings.xml": func(w io.Writer) { fmt.Fprint(w, sstHead, `<si><t>`, thin(length, 1), `</t></si></sst>`) },
		"xl/worksheets/sheet1.xml": rowsOf(func(w io.Writer, n int) {
			fmt.Fprint(w, inline(fmt.Sprint("Bolag ", n)), inline("11122"), `<c t="s"><v>0</v></c><c t="s"><v>0</v></c>`)
		}),
	})
}

const (
	space    = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	sstHead  = `<sst ` + space + `>`
	office   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	relsHead = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	bookHead = `<workbook ` + space + ` xmlns:r="` + office + `"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets>`
)

func inline(text string) string { return `<c t="inlineStr"><is><t>` + text + `</t></is></c>` }

// rowsOf is a sheet of the headings and many rows.
func rowsOf(row func(w io.Writer, n int)) func(io.Writer) {
	return func(w io.Writer) {
		fmt.Fprint(w, `<worksheet `+space+`>`)
		sheetData(w, row)
		fmt.Fprint(w, `</worksheet>`)
	}
}

func sheetData(w io.Writer, row func(w io.Writer, n int)) {
	fmt.Fprint(w, `<sheetData><row>`)
	for heading := range strings.SplitSeq(shortHead, ",") {
		fmt.Fprint(w, inline(heading))
	}
	for n := range manyRows {
		fmt.Fprint(w, `</row><row>`)
		row(w, n)
	}
	fmt.Fprint(w, `</row></sheetData>`)
}

func usualRows(w io.Writer) {
	sheetData(w, func(w io.Writer, n int) { fmt.Fprint(w, inline(fmt.Sprint("Bolag ", n)), inline("11122")) })
}

// bookOf writes a workbook in which some parts are others than usual.
func bookOf(t *testing.T, path string, parts map[string]func(io.Writer)) {
	t.Helper()
	text := func(s string) func(io.Writer) { return func(w io.Writer) { fmt.Fprint(w, s) } }
	all := map[string]func(io.Writer){
		"_rels/.rels":     text(relsHead + `<Relationship Id="x" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		"xl/workbook.xml": text(bookHead + `</workbook>`),
		"xl/_rels/workbook.xml.rels": text(relsHead + `<Relationship Id="a" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="c" Type="` + office + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`),
		"xl/sharedStrings.xml": text(sstHead + `</sst>`),
		"xl/worksheets/sheet1.xml": func(w io.Writer) {
			fmt.Fprint(w, `<worksheet `+space+`>`)
			usualRows(w)
			fmt.Fprint(w, `</worksheet>`)
		},
	}
	for name, part := range parts {
		all[name] = part
	}
	textOf(t, path, func(w io.Writer) {
		z := zip.NewWriter(w)
		z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
		for name, part := range all {
			entry, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			b := bufio.NewWriterSize(entry, 64<<10)
			part(b)
			if err := b.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// textOf writes a file.
func textOf(t *testing.T, path string, write func(io.Writer)) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	write(w)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
}
