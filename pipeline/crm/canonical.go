package crm

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Type is what a field holds; it decides how a cell is read and in which form two values are compared.
type Type string

// The types of section 7.
const (
	Text      Type = "text"
	Email     Type = "email"
	URL       Type = "url"
	Phone     Type = "phone"
	OrgNumber Type = "org_number"
	Postcode  Type = "postcode"
	ID        Type = "id"
	Integer   Type = "integer"
	Decimal   Type = "decimal"
	Date      Type = "date"
	DateTime  Type = "datetime"
	Bool      Type = "bool"
	Choice    Type = "choice"
	Choices   Type = "choices"
	User      Type = "user"
)

// Trim removes white space at both ends, no-break and zero-width spaces included, and all control characters but tab and line breaks.
func Trim(s string) string {
	if tidy(s) {
		return s
	}
	s = strings.TrimFunc(s, blank)
	if strings.IndexFunc(s, unwanted) < 0 {
		return s
	}
	return strings.TrimFunc(strings.Map(func(r rune) rune {
		if unwanted(r) {
			return -1
		}
		return r
	}, s), blank)
}

// tidy recognizes from its bytes nearly every text that needs no trimming: it begins and ends with a letter or sign of ASCII or a two-byte letter
// from À on, and has no control characters.
func tidy(s string) bool {
	n := len(s)
	switch {
	case n == 0:
		return true
	case !visible(s[0]), !visible(s[n-1]) && (s[n-1] < 0x80 || n < 2 || !leads(s[n-2])):
		return false
	}
	for i := range n {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// visible reports whether a rune that begins with this byte is certainly not white space.
func visible(b byte) bool { return b > ' ' && b < 0x7f || leads(b) }

// leads reports whether this byte begins a rune of two bytes that is not white space. White space is below À, or takes three bytes.
func leads(b byte) bool { return b >= 0xc3 && b <= 0xdf }

func blank(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r < ' '
}

func unwanted(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f
}

// Canonical returns the form in which a value of a type is compared (section 7); region is the two letters of the country whose
// phone and org numbers are meant. An absent value is "".
func Canonical(t Type, v Value, region string) string { return canonical(t, v, region) }

// Two forms besides those of fields: one in which near-duplicates are equal, and one that differs wherever a spelling does (F3).
const (
	likeness Type = "likeness"
	spelling Type = "spelling"
)

func canonical(t Type, v Value, region string) string {
	if t == likeness {
		return fuzzyKey(v)
	}
	if v.form != text {
		return v.String()
	}
	switch t {
	case spelling:
		return norm.NFC.String(Trim(v.text))
	case Email:
		return canonicalEmail(v.text)
	case URL:
		return canonicalURL(v.text)
	case Phone:
		return canonicalPhone(v.text, region)
	case OrgNumber:
		return canonicalOrgNumber(v.text, region)
	case Postcode:
		return strings.ToUpper(strings.Join(strings.FieldsFunc(Clean(Postcode, v.text), blank), ""))
	case ID:
		return Clean(ID, v.text)
	default:
		return canonicalText(v.text)
	}
}

// Exact returns the form of `compare: exact`: the code points of what a cell is read as (Clean), nothing folded.
func Exact(t Type, v Value) string { return Clean(t, v.String()) }

// Same reports whether a cell equals what is stored (F3): text and email after trimming and NFC, so that an import can correct a
// spelling; numbers, dates and yes/no by value; phone, org number, postcode, url and id by canonical form.
func Same(t Type, a, b Value, region string) bool { return (*Cache)(nil).Same(t, a, b, region) }

func canonicalText(s string) string {
	if s = Trim(s); !isASCII(s) && mayHide(s) {
		s = Trim(strings.Map(dropInvisible, s))
	}
	if len(s) > 1 && s[0] == '\'' && guards(Text, s[1:]) {
		s = Trim(s[1:])
	}
	if isASCII(s) {
		return strings.ToLower(oneSpace(s))
	}
	s = oneSpace(norm.NFC.String(s))
	if strings.IndexFunc(s, foldsOddly) >= 0 {
		return norm.NFC.String(cases.Fold().String(s))
	}
	return strings.ToLower(s)
}

// foldsOddly reports whether full case folding may differ from lower case for this rune. In Swedish it never does, and lower case is faster.
func foldsOddly(r rune) bool {
	return r >= 0x180 || r == 'ß' || r == 'µ' || r == 'İ' || r == 'ŉ' || r == 'ſ'
}

// oneSpace replaces each run of white space by one space.
func oneSpace(s string) string {
	clean := true
	last := false
	for _, r := range s {
		space := blank(r)
		if space && (r != ' ' || last) {
			clean = false
			break
		}
		last = space
	}
	if clean {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, blank), " ")
}

func canonicalEmail(s string) string {
	s = strings.ToLower(norm.NFC.String(Clean(Email, s)))
	s = strings.TrimPrefix(s, "mailto:")
	s = Trim(strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">"))
	local, domain, ok := cutLast(s, "@")
	if !ok {
		return s
	}
	if ascii := asciiDomain(domain); ascii != domain {
		return local + "@" + ascii
	}
	return s
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func asciiDomain(domain string) string {
	domain = strings.TrimSuffix(domain, ".")
	if isASCII(domain) && !strings.Contains(domain, "xn--") {
		return domain // it is ASCII already, or not a domain and left as it is
	}
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		return ascii
	}
	return domain
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func canonicalURL(s string) string {
	s = strings.ToLower(norm.NFC.String(Clean(URL, s)))
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	return asciiDomain(strings.TrimPrefix(s, "www."))
}

func canonicalPhone(s, region string) string {
	s = Clean(Phone, s)
	n, err := phonenumbers.Parse(s, region)
	if err != nil {
		return digits(s)
	}
	canon := phonenumbers.Format(n, phonenumbers.E164)
	if ext := n.GetExtension(); ext != "" {
		canon += ";ext=" + ext
	}
	return canon
}

// otherPhone reports whether two phone numbers are certainly different, without parsing them: however a number is written, its last digits are
// the same.
func otherPhone(a, b string) bool {
	endA, okA := phoneEnd(a)
	endB, okB := phoneEnd(b)
	return okA && okB && endA != endB
}

// phoneEnd returns the last four digits. It is not ok if there are fewer, or if there is anything but digits, spaces and the signs around area
// codes: that may begin an extension or replace a digit.
func phoneEnd(s string) (end [4]byte, ok bool) {
	n := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			if n < len(end) {
				end[n] = c
			}
			n++
		case c != ' ' && c != '-' && c != '(' && c != ')' && c != '+':
			return end, false
		}
	}
	return end, n >= len(end)
}

const dashes = "-\u2010\u2011\u2012\u2013\u2212" // the hyphens and dashes that keyboards, Word and Excel write

// canonicalOrgNumber removes what is written around the ten digits in Sweden: spaces, dash, the century 16, the VAT form SE…01.
func canonicalOrgNumber(s, region string) string {
	s = strings.ToUpper(strings.Map(func(r rune) rune {
		if blank(r) || strings.ContainsRune(dashes, r) {
			return -1
		}
		return r
	}, Clean(OrgNumber, s)))
	if region != "SE" {
		return s
	}
	if vat := strings.TrimSuffix(strings.TrimPrefix(s, "SE"), "01"); len(s) == 14 && len(vat) == 10 {
		s = vat
	}
	if len(s) == 12 && strings.HasPrefix(s, "16") {
		s = s[2:]
	}
	return s
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// CheckDigit reports whether a Swedish org number's last digit fits the nine before it (the Luhn sum of all ten is a multiple of ten).
func CheckDigit(v Value) bool {
	number := canonicalOrgNumber(v.text, "SE")
	if len(number) != 10 || digits(number) != number {
		return false
	}
	sum := 0
	for i := range number {
		n := int(number[i]-'0') * (2 - i%2)
		sum += n/10 + n%10
	}
	return sum%10 == 0
}
