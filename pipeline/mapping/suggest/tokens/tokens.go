// Package tokens splits a heading into the words that it is made of.
//
// # Why letters lose their accents
//
// Exports lose them too: "Foretag", "Sahkoposti", "Prenom". Both sides are compared without.
package tokens

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Token is one word or number of a heading.
type Token struct {
	Text   string // in small letters without accents
	Raw    string // as it stands in the heading
	Number int    // of a token of digits; 0 otherwise
	Aside  bool   // it stands in brackets
}

// Split returns the tokens of a heading: parted by blanks, punctuation, capitals in the middle of a word, and digits.
func Split(heading string) []Token {
	s := splitter{}
	runes := []rune(norm.NFC.String(heading))
	for i, r := range runes {
		s.next(r, runes[:i], runes[i+1:])
	}
	s.end()
	return s.tokens
}

type splitter struct {
	tokens []Token
	word   []rune
	depth  int // of brackets
}

func (s *splitter) next(r rune, before, after []rune) {
	switch {
	case unicode.IsLetter(r):
		if len(s.word) > 0 && startsWord(r, before[len(before)-1], after) {
			s.end()
		}
	case unicode.IsDigit(r):
		if len(s.word) > 0 && !unicode.IsDigit(before[len(before)-1]) {
			s.end()
		}
	case unicode.Is(unicode.Mn, r):
		return
	default:
		s.end()
		switch r {
		case '(', '[':
			s.depth++
		case ')', ']':
			s.depth = max(s.depth-1, 0)
		}
		return
	}
	s.word = append(s.word, r)
}

// startsWord reports whether a letter begins a word although one is before it: the capital of "firstName" and the N of "VATNumber".
func startsWord(r, before rune, after []rune) bool {
	switch {
	case unicode.IsDigit(before):
		return true
	case !unicode.IsUpper(r):
		return false
	case unicode.IsLower(before):
		return true
	}
	return unicode.IsUpper(before) && len(after) > 0 && unicode.IsLower(after[0])
}

func (s *splitter) end() {
	if len(s.word) == 0 {
		return
	}
	text := Fold(string(s.word))
	number, _ := strconv.Atoi(text)
	if text != "" {
		s.tokens = append(s.tokens, Token{Text: text, Raw: string(s.word), Number: number, Aside: s.depth > 0})
	}
	s.word = s.word[:0]
}

// letters that NFD does not take apart.
var letters = strings.NewReplacer("º", "", "ª", "", "ß", "ss", "ø", "o", "æ", "ae", "œ", "oe", "ł", "l", "đ", "d", "ð", "d", "þ", "th")

// Fold returns the letters and digits of a text, small and without accents.
func Fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, norm.NFD.String(letters.Replace(strings.ToLower(text))))
}
