package convert

import (
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/crm"
)

// Splits reports whether a cell of the type may hold several values by mistake (W7b).
func Splits(t crm.Type) bool { return validPart(t) != nil }

// Several returns the values that a cleaned text holds between ; , " / " and line breaks, each once; none unless all of them are valid.
// One is what a list with nothing else in it holds: "anna@x.se, ".
func Several(t crm.Type, text, region string) []string {
	if !separated(text) {
		return nil
	}
	var all []string
	canons, valid := map[string]bool{}, validPart(t)
	for rest, more := text, true; more; {
		var part string
		part, rest, more = cutPart(rest)
		if t == crm.URL && more && sameAddress(part, rest) {
			return nil
		}
		if part = crm.Clean(t, part); part == "" {
			continue
		}
		if valid == nil || !valid(part, region) {
			return nil
		}
		if canon := crm.Canonical(t, crm.TextValue(part), region); !canons[canon] {
			canons[canon] = true
			all = append(all, part)
		}
	}
	return all
}

// separated says that there is something between which values could stand. It looks at bytes: most cells have no such one.
func separated(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case ';', ',', '\n', '\r':
			return true
		case '/':
			if slash(text, i) {
				return true
			}
		}
	}
	return false
}

// slash says that a slash has a blank, or nothing, on either side: 08-11/12 is one number.
func slash(text string, i int) bool {
	return (i == 0 || text[i-1] == ' ') && (i == len(text)-1 || text[i+1] == ' ')
}

// cutPart returns the text before the first separator and what is behind it.
func cutPart(text string) (part, rest string, more bool) {
	for i := range len(text) {
		switch c := text[i]; {
		case c == ';', c == ',', c == '\n', c == '\r', c == '/' && slash(text, i):
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}

// sameAddress says that a sign is part of an address rather than between two: it stands in a path, and no blank or scheme follows it.
func sameAddress(part, rest string) bool {
	_, path, _ := strings.Cut(part, "://")
	if path == "" {
		path = part
	}
	return strings.Contains(path, "/") && rest != "" && rest[0] > ' ' && !strings.HasPrefix(rest, "http") && !strings.HasPrefix(rest, "www.")
}

// validPart returns what says about a type that a part is a value by itself; nil for a type of which a cell has one value.
func validPart(t crm.Type) func(part, region string) bool {
	switch t {
	case crm.Email:
		return func(part, _ string) bool { return ValidEmail(part) }
	case crm.Phone:
		return func(part, _ string) bool { return digitsIn(part) >= 5 && !extension(part) }
	case crm.OrgNumber:
		return validOrgNumber
	case crm.URL:
		return func(part, _ string) bool { return validHost(crm.Canonical(crm.URL, crm.TextValue(part), "")) }
	case crm.ID:
		return func(part, _ string) bool { return digitsIn(part) > 0 && !strings.ContainsFunc(part, unicode.IsSpace) }
	}
	return nil
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// extension says that a part is dialled behind the number before it.
func extension(part string) bool {
	part = strings.ToLower(part)
	return strings.HasPrefix(part, "ext") || strings.HasPrefix(part, "ankn") || part[0] == 'x'
}

// validOrgNumber says that a text fits the numbers of a country (W7).
func validOrgNumber(part, region string) bool {
	canon := crm.Canonical(crm.OrgNumber, crm.TextValue(part), region)
	if onlyDigits(canon) {
		switch region {
		case "SE":
			return len(canon) == 10 || len(canon) == 12 && (strings.HasPrefix(canon, "18") || strings.HasPrefix(canon, "19") || strings.HasPrefix(canon, "20"))
		case "NO":
			return len(canon) == 9
		case "DK", "FI":
			return len(canon) == 8
		}
	}
	return len(canon) >= 5 && digitsIn(canon) > 0 && strings.IndexFunc(canon, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) < 0
}

// validHost says that a text is a domain: words with points between them, the last one of letters.
func validHost(s string) bool {
	words := strings.Split(s, ".")
	for _, word := range words {
		if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }) {
			return false
		}
	}
	last := words[len(words)-1]
	return len(words) > 1 && len(last) > 1 && (digitsIn(last) == 0 || strings.HasPrefix(last, "xn--"))
}
