package charset

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/encoding/charmap"
)

// candidatePages are the code pages that an undeclared file may have (W3), each with the languages that it is chosen for.
var candidatePages = []struct {
	name      string
	table     *charmap.Charmap
	languages string
}{
	{"windows-1252", charmap.Windows1252, "sv da nb fi de fr es pt it is et"},
	{"iso-8859-15", charmap.ISO8859_15, "sv da nb fi de fr es pt it is et"},
	{"windows-1250", charmap.Windows1250, "pl cs sk hu hr ro de"},
	{"windows-1254", charmap.Windows1254, "tr de"},
	{"windows-1257", charmap.Windows1257, "et lv lt de"},
	{"windows-1251", charmap.Windows1251, "ru"},
	{"windows-1253", charmap.Windows1253, "el"},
	{"macintosh", charmap.Macintosh, "sv da de"},
	{"cp850", charmap.CodePage850, "sv da de"},
	{"cp437", charmap.CodePage437, "sv da de"},

	// These are never chosen. If the text may be in one of them, the others are less certain.
	{"iso-8859-2", charmap.ISO8859_2, ""},
	{"cp852", charmap.CodePage852, ""},
	{"cp865", charmap.CodePage865, ""},
	{"koi8-r", charmap.KOI8R, ""},
}

// alphabets are the letters beyond ASCII of each language, with those that names borrow everywhere. They are small, because every
// additional letter may make a wrong code page fit.
var alphabets = map[string]string{
	"sv": "åäöéü", "da": "æøåé", "nb": "æøåé", "fi": "åäöšžéü", "de": "äöüßé", "is": "áðéíóúýþæö", "et": "õäöüšž",
	"fr": "àâæçéèêëîïôœùûüÿ", "es": "áéíñóúü", "pt": "áâãàçéêíóôõúü", "it": "àèéìíîòóùú",
	"pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű", "hr": "čćđšž", "ro": "ăâîşţșț",
	"tr": "çğıİöşüâîû", "lv": "āčēģīķļņšūž", "lt": "ąčęėįšųūž",
	"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
}

// ownLetters are the letters that distinguish a language from its neighbours. A locale counts as evidence for a code page only by these.
var ownLetters = map[string]string{"sv": "åäöéü", "nb": "æøåé", "da": "æøåé", "de": "äöüßé", "fi": "åäöé"}

// symbols are the characters beyond letters that occur in tables.
const symbols = "–—‘’“”„…•€§°©®\u00a0"

// beforeLetters are foreign signs that may come directly before a small letter.
const beforeLetters = "«‹´·¿¡"

// slovak are letters that are rare in Slovak, and have the code of the Swedish å.
const slovak = "ĺĹ" // letters that are rare there, and in the place of the Swedish å

// character is the meaning of a byte in a code page.
type character struct {
	char      rune
	kind      signKind
	upper     bool
	script    byte
	languages uint32 // of those of the page, those that have the letter
	any       uint32 // of all languages, those that have the letter
}

type signKind uint8

const (
	noSign  signKind = iota // the byte is undefined
	letter                  // of any language
	symbol                  // one of symbols
	foreign                 // any other character
)

// codePage is a code page with the meaning of each of its bytes.
type codePage struct {
	Name      string
	signs     [256]character
	languages uint32
}

// codePages returns the candidates.
var codePages = sync.OnceValue(func() (all []*codePage) {
	for _, p := range candidatePages {
		languages := strings.Fields(p.languages)
		page, none := &codePage{Name: p.name, languages: 1<<len(languages) - 1}, Undefined(p.table)
		for b := range 256 {
			if !none[b] {
				page.signs[b] = signOf(p.table.DecodeByte(byte(b)), languages)
			}
		}
		all = append(all, page)
	}
	return all
})

// everyLanguage is the languages that have an alphabet.
var everyLanguage = slices.Sorted(maps.Keys(alphabets))

// Reading is the text as one code page reads it. Only its words with bytes beyond ASCII are looked at.
type Reading struct {
	*codePage
	languages      uint32 // of the page, those that have all letters
	any            uint32 // of all
	impossible     bool   // it cannot be in this page
	foreignSigns   bool   // it has foreign signs
	misplacedSigns bool   // it has signs where no text has them
	signsInWords   bool   // it has signs within words
	mixedLanguages bool   // a word fits no language of the page
	foreignLetters bool   // it has letters beyond ASCII
}

// newReadings returns a reading for each candidate.
func newReadings() (all []*Reading) {
	for _, p := range codePages() {
		all = append(all, &Reading{codePage: p, languages: p.languages, any: ^uint32(0)})
	}
	return all
}

// signOf classifies a character for a code page with the given languages.
func signOf(char rune, languages []string) character {
	s := character{char: char, kind: foreign}
	switch {
	case strings.ContainsRune(symbols, char):
		s.kind = symbol
	case unicode.IsLetter(char):
		s.kind, s.upper = letter, unicode.IsUpper(char)
		for i, script := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek} {
			if unicode.Is(script, char) {
				s.script = byte(i + 1)
			}
		}
		s.languages, s.any = languagesWith(char, languages), languagesWith(char, everyLanguage)
	}
	return s
}

// languagesWith returns which of the languages have a letter, as a set of bits.
func languagesWith(char rune, languages []string) (set uint32) {
	for i, language := range languages {
		if char < 0x80 || strings.ContainsRune(alphabets[language], unicode.ToLower(char)) || strings.ContainsRune(alphabets[language], char) {
			set |= 1 << i
		}
	}
	return set
}

// addWord reads one word: ASCII letters and bytes beyond ASCII.
func (r *Reading) addWord(word []byte) {
	fits, last := r.codePage.languages, character{}
	for i, b := range word {
		s := &r.signs[b]
		switch {
		case s.kind == noSign:
			r.impossible = true
			return
		case s.kind == letter && last.kind == letter && (s.script != last.script || b >= 0x80 && s.upper && !last.upper):
			r.impossible = true
			return
		case s.kind == letter:
			fits &= s.languages
			if b >= 0x80 {
				r.foreignLetters = true
				r.languages &= s.languages
				r.any &= s.any
			}
		case s.kind == foreign:
			r.foreignSigns, r.misplacedSigns = true, r.misplacedSigns || r.small(word, i+1) && !strings.ContainsRune(beforeLetters, s.char)
		case r.misplaced(word, i):
			r.foreignSigns, r.misplacedSigns = true, true
		}
		if s.kind != letter && i > 0 && last.kind == letter && r.small(word, i+1) {
			r.signsInWords = true
		}
		if s.kind != letter || i == len(word)-1 {
			r.mixedLanguages, fits = r.mixedLanguages || fits == 0, r.codePage.languages
		}
		last = *s
	}
}

// misplaced reports whether a symbol is where it never occurs: a degree sign beside a small letter, a quotation mark inside a word, a
// copyright sign in front of one.
func (r *Reading) misplaced(word []byte, i int) bool {
	switch r.signs[word[i]].char {
	case '°':
		return r.small(word, i-1) || r.small(word, i+1)
	case '©', '®':
		return r.small(word, i+1)
	case '“', '”', '„':
		return i > 0 && r.signs[word[i-1]].kind == letter && r.small(word, i+1)
	}
	return false
}

// small reports whether the word has a small letter at an index.
func (r *Reading) small(word []byte, i int) bool {
	return i >= 0 && i < len(word) && r.signs[word[i]].kind == letter && !r.signs[word[i]].upper
}

// fits reports whether the text may be in this code page and a language of it.
func (r *Reading) fits() bool { return !r.impossible && !r.foreignSigns && r.languages != 0 }

// script returns the script of the letters beyond ASCII that the code page is for: Latin, Cyrillic or Greek.
func (r *Reading) script() byte {
	if r.foreignLetters {
		switch r.Name {
		case "windows-1251":
			return 2
		case "windows-1253":
			return 3
		}
	}
	return 1
}

// Decode returns a text in this code page, with ? for undefined bytes.
func (r *Reading) Decode(value []byte) string {
	var b strings.Builder
	for _, c := range value {
		if r.signs[c].kind == noSign {
			b.WriteByte('?')
			continue
		}
		b.WriteRune(r.signs[c].char)
	}
	return b.String()
}
