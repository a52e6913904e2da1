package sheet_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
)

// quoteDialects are the ways in which programs write a field. The last two double no quotes: what they write cannot always be read.
var quoteDialects = map[string]func(field string, random *rand.Rand) string{
	"rfc 4180": func(field string, random *rand.Rand) string {
		if !strings.ContainsAny(field, ",\"\n") && random.IntN(3) > 0 {
			return field
		}
		return enclosed(strings.ReplaceAll(field, `"`, `""`))
	},
	"all in quotes, rfc 4180": func(field string, _ *rand.Rand) string { return enclosed(strings.ReplaceAll(field, `"`, `""`)) },
	"backslash": func(field string, random *rand.Rand) string {
		if !strings.ContainsAny(field, ",\"\n") && random.IntN(3) > 0 {
			return field
		}
		return enclosed(strings.ReplaceAll(field, `"`, `\"`))
	},
	"all in quotes, backslash": func(field string, _ *rand.Rand) string { return enclosed(strings.ReplaceAll(field, `"`, `\"`)) },
	"blank before the quote": func(field string, random *rand.Rand) string {
		if !strings.ContainsAny(field, ",\"\n") && random.IntN(3) > 0 {
			return " " + field
		}
		return " " + enclosed(strings.ReplaceAll(field, `"`, `""`))
	},
	"quotes not doubled": func(field string, _ *rand.Rand) string {
		if strings.ContainsAny(field, ",\n") {
			return enclosed(field)
		}
		return field
	},
	"all in quotes, not doubled": func(field string, _ *rand.Rand) string { return enclosed(field) },
	neverInQuotes:                func(field string, _ *rand.Rand) string { return field },
}

// neverInQuotes cannot write delimiters and line ends.
const neverInQuotes = "never in quotes"

func enclosed(s string) string { return `"` + s + `"` }

// hostile gives a field that is made to be misread. A field that is whole in quotes is not among them, nor one with "," where quotes are not
// doubled: no reader could know that they are part of the text.
func hostile(random *rand.Rand) string {
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	word := pick("Norra", "Verkstan AB", "5", "x", "Lund", "a b", "C:\\dir", "")
	switch random.IntN(12) {
	case 0:
		return word + pick(`" rör`, `"`, ` "`, ` 5" x 6"`)
	case 1:
		return `"` + word + pick(`" Verkstan`, `" `+word+` "x" y`, ` Verkstan`)
	case 2:
		return pick("Bygg ", "") + `"` + word + `"` + pick(" AB", " och Söner", `, Lund`)
	case 3:
		return word + pick(", ", ",") + pick("Lund", `"Lund" x`, "")
	case 4:
		return word + "\n" + pick("Lund", "111 22", `"x" y`)
	case 5:
		return pick(`a","b`, `a, "b", c`, `x","`, `","y`, `a""b`)
	}
	return word
}

// TestQuoteDialects writes tables of hostile fields in every dialect. Each is read as it was written, or refused, or held (W2). What RFC
// 4180 can read is read by it, whoever wrote it.
func TestQuoteDialects(t *testing.T) {
	files := 500
	if deep() {
		files = 100_000
	}
	random := rand.New(rand.NewPCG(4, 1))
	names := slices.Sorted(maps.Keys(quoteDialects))
	count, path := map[string]map[string]int{}, filepath.Join(t.TempDir(), "quotes.csv")
	for i := range files {
		name := names[i%len(names)]
		if count[name] == nil {
			count[name] = map[string]int{}
		}
		text, want := hostileTable(name, random)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		count[name][quotesRead(t, path, name, text, want)]++
	}
	for _, name := range names {
		t.Logf("%-28s %v", name, count[name])
	}
}

// hostileTable writes one, and how it should be read.
func hostileTable(dialect string, random *rand.Rand) (text, want string) {
	columns := 2 + random.IntN(3)
	var b, dump strings.Builder
	line := 1
	put := func(fields []string) {
		var written []string
		for _, f := range fields {
			written = append(written, quoteDialects[dialect](f, random))
		}
		row := strings.Join(written, ",")
		b.WriteString(row + "\n")
		if shown := dumpFields(fields); shown != "" {
			fmt.Fprintf(&dump, "%d:%s\n", line, shown)
		}
		line += 1 + strings.Count(row, "\n")
	}
	put(strings.Split("Company,City,Note,Email", ",")[:columns])
	for range 1 + random.IntN(5) {
		var fields []string
		for range columns {
			field := hostile(random)
			if strings.Contains(dialect, "not doubled") {
				field = strings.ReplaceAll(field, `","`, `", "`)
			}
			if dialect == neverInQuotes {
				field = strings.NewReplacer(",", " ", "\n", " ").Replace(field)
			}
			fields = append(fields, field)
		}
		put(fields)
	}
	return b.String(), dump.String()
}

func dumpFields(fields []string) (out string) {
	for i, f := range fields {
		if f = strings.TrimSpace(f); f != "" {
			out += fmt.Sprintf(" %s=text:%s", sheet.ColumnName(i), f)
		}
	}
	return out
}

// quotesRead says what became of a file.
func quotesRead(t *testing.T, path, dialect, text, want string) string {
	t.Helper()
	rows, err := readTrimmed(t, path, sheet.Options{Delimiter: ","})
	if err != nil {
		if code(err) != sheet.CodeQuotes {
			t.Errorf("%s: %v\n%s", dialect, err, text)
		}
		if strings.Contains(err.Error(), "approve") {
			return "held"
		}
		return "refused"
	}
	if rows == want {
		return "read"
	}
	if _, err := viaCSV(text, ','); err == nil {
		return "read by RFC 4180"
	}
	t.Errorf("%s: \n%swas read as\n%sand not as\n%s", dialect, text, rows, want)
	return "wrong"
}

// readTrimmed is read, with the blanks around fields taken off as a mapping does.
func readTrimmed(t *testing.T, path string, opt sheet.Options) (string, error) {
	t.Helper()
	w, err := sheet.Open(path, opt)
	if err != nil {
		return "", err
	}
	defer w.Close()
	var out strings.Builder
	for rows, err := range w.Sheets[0].Rows(t.Context(), 100) {
		if err != nil {
			return "", err
		}
		for _, r := range rows {
			var fields []string
			for _, c := range r.Cells {
				for len(fields) < c.Column {
					fields = append(fields, "")
				}
				fields = append(fields, c.Raw)
			}
			if shown := dumpFields(fields); shown != "" {
				fmt.Fprintf(&out, "%d:%s\n", r.Number, shown)
			}
		}
	}
	return out.String(), nil
}
