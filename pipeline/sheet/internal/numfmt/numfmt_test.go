package numfmt

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestShorten(t *testing.T) {
	for _, tt := range []struct{ raw, want string }{
		{"0", "0"}, {"12", "12"}, {"-12.5", "-12.5"}, {"0.5", "0.5"},
		{"172540.63000000001", "172540.63"}, {"5.560000167E9", "5560000167"}, {"1E+10", "10000000000"}, {"46701234567", "46701234567"},
		{"0.1", "0.1"}, {"0.30000000000000004", "0.3"}, {"12.50", "12.5"}, {"12.0", "12"}, {"-0", "0"}, {"007", "7"}, {".5", "0.5"}, {"5.", "5"},
		{"12345678901234567", "12345678901234567"}, {"1.2345678901234567E+16", "12345678901234600"},
		{"1e-7", "0.0000001"}, {"007.50", "7.5"}, {"007.5", "7.5"}, {"1E+30", "1" + strings.Repeat("0", 30)}, {"1E+31", "1E+31"}, {"1E-30", "0." + strings.Repeat("0", 29) + "1"}, {"1E-31", "1E-31"}, {"1.5E+300", "1.5E+300"}, {"-2E-200", "-2E-200"}, {"2.2250738585072014E-308", "2.2250738585072E-308"}, {"2.2250738585072E-308", "2.2250738585072E-308"},
		{"1e-999", ""}, {"-1E-400", ""}, {"4.9E-324", ""}, {"1e-310", ""}, {"0." + strings.Repeat("0", 400) + "1", ""}, {"00.0e-5", "0"}, {"0E0", "0"}, {"-0.0", "0"}, {"0e-999", "0"}, {"0e999", "0"},
		{"", ""}, {"abc", ""}, {"1e309", ""}, {"NaN", ""}, {"Inf", ""}, {"1,5", ""}, {"0x10", ""}, {"1_000", ""}, {"--1", ""}, {"1e", ""}, {"-", ""}, {".", ""},
	} {
		got, ok := Shorten(tt.raw)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Shorten(%q) = %q, %t; want %q", tt.raw, got, ok, tt.want)
		}
	}
}

// What is shortened is short for good, and the same number to 15 digits.
func TestShortenIsStable(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		f := math.Float64frombits(r.Uint64())
		if math.IsNaN(f) || math.IsInf(f, 0) || math.Abs(f) < 0x1p-1022 {
			continue
		}
		raw := strconv.FormatFloat(f, "efg"[r.IntN(3)], -1, 64)
		short, ok := Shorten(raw)
		if !ok {
			t.Fatalf("Shorten(%q): no number", raw)
		}
		if again, _ := Shorten(short); again != short {
			t.Fatalf("Shorten(%q) = %q, and of that %q", raw, short, again)
		}
		back, err := strconv.ParseFloat(short, 64)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := strconv.FormatFloat(f, 'e', 14, 64), strconv.FormatFloat(back, 'e', 14, 64); a != b {
			t.Fatalf("Shorten(%q) = %q: %s became %s", raw, short, a, b)
		}
	}
}

func TestKind(t *testing.T) {
	for _, tt := range []struct {
		code string
		want Kind
	}{
		{"", General}, {"General", General}, {"@", Text}, {"0", Number}, {"#,##0.00", Number}, {"0.0%", Number}, {"0.00E+00", Number},
		{"yyyy-mm-dd", Date}, {"d/m/yy", Date}, {"mmm-yy", Date}, {"dddd", Date}, {"mmmm", Date}, {"YYYY-MM-DD", Date},
		{"yyyy-mm-dd hh:mm", DateTime}, {`d\.m\.yyyy\ h:mm:ss`, DateTime},
		{"h:mm", Clock}, {"mm:ss", Clock}, {"mm:ss.0", Clock}, {"[h]:mm", Clock}, {"[hh]:mm:ss", Clock}, {"[mm]", Clock}, {"[s]", Clock}, {"h AM/PM", Clock},
		{"[$-41D]d mmmm yyyy", Date}, {"[$-F800]dddd, mmmm dd, yyyy", Date}, {"[$-F400]h:mm:ss AM/PM", Clock},
		{`[Red]0`, Number}, {`0 "days"`, Number}, {`0\d`, Number}, {`"yyyy"`, General}, {`"h"0`, Number}, {`[DarkRed]0`, Number},
		{`#,##0 "kr";[Red]-#,##0 "kr"`, Number}, {`#,##0\ [$kr-41D]`, Number}, {`_-* #,##0.00\ "kr"_-`, Number},
		{"yyyy-mm-dd;@", Date}, {";;;", General}, {"[<1]h:mm;0", Clock}, {`"unclosed`, General}, {"[unclosed", General}, {`\`, General}, {"_", General},
	} {
		if got := Parse(tt.code).Kind; got != tt.want {
			t.Errorf("Parse(%q).Kind = %d, want %d", tt.code, got, tt.want)
		}
	}
}

func TestBuiltinKinds(t *testing.T) {
	want := map[Kind][]int{
		General: {0}, Number: {1, 2, 3, 4, 9, 10, 11, 12, 37, 44, 48}, Text: {49},
		Date: {14, 15, 16, 17, 27, 31, 36, 50, 58}, Clock: {18, 19, 20, 21, 32, 33, 45, 46, 47}, DateTime: {22},
	}
	for kind, ids := range want {
		for _, id := range ids {
			code, ok := Builtin(id)
			if got := Parse(code).Kind; !ok || got != kind {
				t.Errorf("format %d (%q) is of kind %d, want %d", id, code, got, kind)
			}
		}
	}
	for _, id := range []int{-1, 23, 26, 59, 163, 164} {
		if code, ok := Builtin(id); ok {
			t.Errorf("format %d is built in: %q", id, code)
		}
	}
}

func TestShow(t *testing.T) {
	for _, tt := range []struct{ code, raw, want string }{
		{"General", "10000000000", "10000000000"}, {"0", "12.5", "13"}, {"0", "-0.4", "0"},
		{"00000", "1234", "01234"}, {"00000", "123456", "123456"}, {"000 00", "11122", "111 22"}, {`000\ 00`, "1122", "011 22"},
		{"000000-0000", "5566778899", "556677-8899"}, {"000-000 00 00", "701234567", "070-123 45 67"}, {`\+00 00 000 00 00`, "46701234567", "+46 70 123 45 67"}, {"##-##", "1", "-1"},
		{"#,##0", "1234567", "1,234,567"}, {"#,##0", "12", "12"}, {"#,##0.00", "-1234.5", "-1,234.50"}, {"#,##0", "0", "0"}, {"#", "0", ""},
		{"0.00", "2.675", "2.68"}, {"0.00", "1.005", "1.01"}, {"0.0#", "1.50", "1.5"}, {"0.##", "3", "3"}, {"0.0", "9.96", "10.0"},
		{"0%", "0.125", "13%"}, {"0.0 %", "0.125", "12.5 %"}, {"0.0%", "-0.05", "-5.0%"},
		{"0,", "12345", "12"}, {"0.0,,", "1234567", "1.2"},
		{`0 "kr"`, "5", "5 kr"}, {`#,##0\ [$kr-41D]`, "1500", "1,500 kr"}, {`[$€-2] 0`, "5", "€ 5"},
		{`0;(0)`, "-5", "(5)"}, {`0;(0)`, "5", "5"}, {`0;-0;"none"0`, "0", "none0"}, {`0;-0;"none"`, "0", "0"}, {"0;[Red]-0", "-7", "-7"},
		{`[<100]00;0000`, "7", "07"}, {`[<100]00;0000`, "700", "0700"}, {`[>=1000]0,"k";0`, "5000", "5k"},
		{"0.00E+00", "46701234567", "46701234567"}, {"# ?/?", "0.5", "0.5"}, {";;;", "5", "5"}, {`"text"`, "5", "5"},
		{"00000", "1.5E+300", "1.5E+300"}, {".00", "1.5", "1.50"}, {"00.0", "1.25", "01.3"}, {"yyyy", "5", "5"},
	} {
		if got := Parse(tt.code).Show(tt.raw); got != tt.want {
			t.Errorf("Parse(%q).Show(%q) = %q, want %q", tt.code, tt.raw, got, tt.want)
		}
	}
}

// No format and no number makes it panic.
func FuzzShow(f *testing.F) {
	for _, code := range []string{"000 00", `#,##0.0#\ [$kr-41D];-0;"x"`, "[<1]0%;yyyy", "0.0,,", "_-*@", "[h]:mm"} {
		f.Add(code, 1234.5)
	}
	f.Fuzz(func(t *testing.T, code string, v float64) {
		if raw, ok := Shorten(strconv.FormatFloat(v, 'g', -1, 64)); ok {
			Parse(code).Show(raw)
		}
	})
}
