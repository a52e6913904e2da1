package sheet_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"inlet.example/inlet/pipeline/sheet"
)

// deep reports whether the long form of a test was asked for.
// deep reports whether the slow tests take all that they have. Otherwise each takes a sample, so that the package is tested in half a minute.
func deep() bool { return os.Getenv("INLET_TEST_DEEP") != "" }

// sampled reports whether a test takes its i-th case: all of them with INLET_TEST_DEEP, otherwise one of each n.
func sampled(t *testing.T, i, n int) bool {
	t.Helper()
	if i == 0 && !deep() {
		t.Logf("one in %d is tested; INLET_TEST_DEEP=1 tests all", n)
	}
	return deep() || i%n == 0
}

// candidates is the code pages that are looked for; undeclared are some that can only be declared.
var candidates = map[string]encoding.Encoding{
	"windows-1252": charmap.Windows1252, "iso-8859-15": charmap.ISO8859_15, "windows-1250": charmap.Windows1250, "windows-1254": charmap.Windows1254,
	"windows-1257": charmap.Windows1257, "windows-1251": charmap.Windows1251, "windows-1253": charmap.Windows1253, "macintosh": charmap.Macintosh,
	"cp850": charmap.CodePage850, "cp437": charmap.CodePage437,
}

var undeclared = map[string]encoding.Encoding{
	"iso-8859-2": charmap.ISO8859_2, "cp852": charmap.CodePage852, "cp865": charmap.CodePage865, "koi8-r": charmap.KOI8R, "shift_jis": japanese.ShiftJIS,
}

// nameList is the names of one language, and the locale of its users.
type nameList struct {
	language, locale string
	names            []string
}

func nameLists(t *testing.T) (all []nameList) {
	for section := range strings.SplitSeq(readFile(t, filepath.Join("testdata", "names.txt")), "\n[") {
		head, names, ok := strings.Cut(section, "]\n")
		language, locale, said := strings.Cut(head, " ")
		if ok && said {
			all = append(all, nameList{language, strings.TrimPrefix(locale, "-"), strings.Split(strings.TrimSpace(names), "\n")})
		}
	}
	return all
}

// TestNamesInEveryCodePage writes names of many languages in every page that can write them, and reads them without a stated encoding: they are read as
// they were written, or refused, and never stored wrong (W3). A page that is not looked for cannot be distinguished from all others: in the page of
// Eastern Europe's DOS, Plzeň is Plzeå. Nor can Estonian in the page of DOS, which W3 does not expect there: Põlva is Pälva. It is counted
// how often that happens.
func TestNamesInEveryCodePage(t *testing.T) {
	files, sizes := 3, []int{1, 5, 200}
	if deep() {
		files, sizes = 300, []int{1, 2, 5, 20, 200}
	}
	random := rand.New(rand.NewPCG(3, 1))
	read, wrong := map[string]int{}, map[string]int{}
	path := filepath.Join(t.TempDir(), "names.csv")
	written := maps.Clone(candidates)
	maps.Copy(written, undeclared)
	pages := slices.Sorted(maps.Keys(written))
	for _, list := range nameLists(t) {
		for _, page := range pages {
			names := writable(list.names, written[page])
			if len(names) < 5 {
				continue
			}
			for _, locale := range slices.Compact([]string{"sv-SE", cmp.Or(list.locale, "sv-SE")}) {
				for _, rows := range sizes {
					key := fmt.Sprintf("%s %-12s %s %3d rows", list.language, page, locale, rows)
					for range files {
						got, diff := nameFile(t, path, names, written[page], rows, locale, random)
						if got {
							read[key]++
						}
						if diff != "" && candidates[page] != nil && (list.language != "et" || page != "cp850") {
							t.Errorf("%s: %s", key, diff)
						} else if diff != "" {
							wrong[list.language+" "+page]++
						}
					}
				}
			}
		}
	}
	t.Logf("read wrongly, of pages that are not looked for: %v", wrong)
	for _, key := range slices.Sorted(maps.Keys(read)) {
		t.Logf("%s: %d of %d read", key, read[key], files)
	}
	for language, locale := range map[string]string{"sv": "sv-SE", "nb": "nb-NO", "da": "da-DK"} {
		for _, rows := range sizes[1:] {
			if key := fmt.Sprintf("%s %-12s %s %3d rows", language, "windows-1252", locale, rows); read[key] != files {
				t.Errorf("%s: only %d of %d read", key, read[key], files)
			}
		}
	}
	for key, n := range read {
		if strings.HasPrefix(key, "ja") && n > 0 {
			t.Errorf("%s: %d were read", key, n)
		}
	}
}

// writable gives the names that a page has all characters of.
func writable(names []string, page encoding.Encoding) (all []string) {
	for _, name := range names {
		if text, err := page.NewEncoder().String(name); err == nil {
			if back, err := page.NewDecoder().String(text); err == nil && back == name {
				all = append(all, name)
			}
		}
	}
	return all
}

// nameFile reports whether a file of so many names was read, and how that differs from what was written.
func nameFile(t *testing.T, path string, names []string, page encoding.Encoding, rows int, locale string, random *rand.Rand) (bool, string) {
	t.Helper()
	var text, want strings.Builder
	text.WriteString("Company;Postcode\n")
	want.WriteString("1: A=text:Company B=text:Postcode\n")
	for row := range rows {
		name := names[random.IntN(len(names))]
		fmt.Fprintf(&text, "%s;%d\n", name, 10000+row)
		fmt.Fprintf(&want, "%d: A=text:%s B=text:%d\n", row+2, name, 10000+row)
	}
	data, err := page.NewEncoder().String(text.String())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, path, sheet.Options{Locale: locale})
	if err != nil {
		if code(err) != sheet.CodeEncoding {
			t.Errorf("%v", err)
		}
		return false, ""
	}
	if got != want.String() {
		return true, fmt.Sprintf("%.300swas read as\n%.300s", want.String(), got)
	}
	return true, ""
}
