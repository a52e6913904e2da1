package sheet

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// candidatePages are the code pages that a file may be in that says nothing of it (W3), each with the languages it is chosen for.
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

	// These are never chosen. Where the text may be in one of them, that speaks against the others.
	{"iso-8859-2", charmap.ISO8859_2, ""},
	{"cp852", charmap.CodePage852, ""},
	{"cp865", charmap.CodePage865, ""},
	{"koi8-r", charmap.KOI8R, ""},
}

// alphabets are the letters beyond ASCII of the languages, with those that names borrow everywhere. They are kept small: each letter more is
// one that a wrong page may be taken for right by.
var alphabets = map[string]string{
	"sv": "åäöéü", "da": "æøåé", "nb": "æøåé", "fi": "åäöšžéü", "de": "äöüßé", "is": "áðéíóúýþæö", "et": "õäöüšž",
	"fr": "àâæçéèêëîïôœùûüÿ", "es": "áéíñóúü", "pt": "áâãàçéêíóôõúü", "it": "àèéìíîòóùú",
	"pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű", "hr": "čćđšž", "ro": "ăâîşţșț",
	"tr": "çğıİöşüâîû", "lv": "āčēģīķļņšūž", "lt": "ąčęėįšųūž",
	"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
}

// ownLetters are those that tell a language from its neighbours; a locale speaks for a page by these.
var ownLetters = map[string]string{"sv": "åäöéü", "nb": "æøåé", "da": "æøåé", "de": "äöüßé", "fi": "åäöé"}

// symbols are what text holds beyond letters.
const symbols = "–—‘’“”„…•€§°©®\u00a0"

// beforeLetters are foreign signs that may stand directly before a small letter.
const beforeLetters = "«‹´·¿¡"

const slovak = "ĺĹ" // letters that are rare there, and in the place of the Swedish å

// sign is what one byte is in one page.
type sign struct {
	char      rune
	kind      signKind
	upper     bool
	script    byte
	languages uint32 // of those of the page, those that have the letter
	any       uint32 // of all languages
}

type signKind uint8

const (
	noSign  signKind = iota // there is none of that byte
	letter                  // perhaps of none of the languages
	symbol                  // one of symbols
	foreign                 // another: no letter, and no symbol that names have
)

// page is a code page, taken apart.
type page struct {
	name      string
	signs     [256]sign
	languages uint32
}

// pages are the candidates.
var pages = sync.OnceValue(func() (all []*page) {
	for _, p := range candidatePages {
		languages := strings.Fields(p.languages)
		page, none := &page{name: p.name, languages: 1<<len(languages) - 1}, undefined(p.table)
		for b := range 256 {
			if !none[b] {
				page.signs[b] = signOf(p.table.DecodeByte(byte(b)), languages)
			}
		}
		all = append(all, page)
	}
	return all
})

// everyLanguage names those that have an alphabet.
var everyLanguage = slices.Sorted(maps.Keys(alphabets))

// pageReading is the text as one page reads it. Only its words with a byte beyond ASCII are looked at, one by one.
type pageReading struct {
	*page
	languages uint32 // of the page, those that have all letters
	any       uint32 // of all
	out       bool   // it cannot be in this page
	odd       bool   // it has foreign signs
	absurd    bool   // it has signs where no text has them
	wedged    bool   // it has signs within words
	mixed     bool   // there is a word that is of none of the page's languages
	letters   bool   // it has letters beyond ASCII
}

func pageReadings() (all []*pageReading) {
	for _, p := range pages() {
		all = append(all, &pageReading{page: p, languages: p.languages, any: ^uint32(0)})
	}
	return all
}

func signOf(char rune, languages []string) sign {
	s := sign{char: char, kind: foreign}
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
		s.languages, s.any = speakers(char, languages), speakers(char, everyLanguage)
	}
	return s
}

// speakers says which of the languages have a letter.
func speakers(char rune, languages []string) (set uint32) {
	for i, language := range languages {
		if char < 0x80 || strings.ContainsRune(alphabets[language], unicode.ToLower(char)) || strings.ContainsRune(alphabets[language], char) {
			set |= 1 << i
		}
	}
	return set
}

// look reads one word: ASCII letters and bytes beyond.
func (r *pageReading) look(word []byte) {
	fits, last := r.page.languages, sign{}
	for i, b := range word {
		s := &r.signs[b]
		switch {
		case s.kind == noSign:
			r.out = true
			return
		case s.kind == letter && last.kind == letter && (s.script != last.script || b >= 0x80 && s.upper && !last.upper):
			r.out = true
			return
		case s.kind == letter:
			fits &= s.languages
			if b >= 0x80 {
				r.letters = true
				r.languages &= s.languages
				r.any &= s.any
			}
		case s.kind == foreign:
			r.odd, r.absurd = true, r.absurd || r.small(word, i+1) && !strings.ContainsRune(beforeLetters, s.char)
		case r.misplaced(word, i):
			r.odd, r.absurd = true, true
		}
		if s.kind != letter && i > 0 && last.kind == letter && r.small(word, i+1) {
			r.wedged = true
		}
		if s.kind != letter || i == len(word)-1 {
			r.mixed, fits = r.mixed || fits == 0, r.page.languages
		}
		last = *s
	}
}

// misplaced says whether a symbol stands where it never does: a degree sign beside a small letter, a quotation mark within a word, the sign
// of a trade mark in front of one.
func (r *pageReading) misplaced(word []byte, i int) bool {
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

// small says whether the word has a small letter at a place.
func (r *pageReading) small(word []byte, i int) bool {
	return i >= 0 && i < len(word) && r.signs[word[i]].kind == letter && !r.signs[word[i]].upper
}

// fits says whether the text may be in this page.
func (r *pageReading) fits() bool { return !r.out && !r.odd && r.languages != 0 }

// evidence is the words of a file with bytes beyond ASCII.
type evidence struct {
	pages []*pageReading
	bytes [256]bool       // beyond ASCII, that are in the file
	words map[string]bool // that have been looked at: most come again
}

// knownWords bounds the memory of evidence; words beyond are looked at each time.
const knownWords = 1 << 12

// look takes one piece of the text. A word that the piece cuts in two is left for the next, unless it fills the piece.
func (e *evidence) look(b []byte, last bool) int {
	for i := 0; i < len(b); {
		if i += ascii(b[i:]); i == len(b) {
			break
		}
		from, to := i, i
		for from > 0 && isASCIILetter(b[from-1]) {
			from--
		}
		for to < len(b) && (b[to] >= 0x80 || isASCIILetter(b[to])) {
			to++
		}
		if to == len(b) && !last && from > 0 {
			return from
		}
		e.word(b[from:to])
		i = to
	}
	used := len(b)
	for !last && used > 0 && isASCIILetter(b[used-1]) && len(b)-used < stream.Window/2 {
		used--
	}
	return used
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func (e *evidence) word(w []byte) {
	if e.words[string(w)] {
		return
	}
	if len(e.words) < knownWords && len(w) <= 64 {
		e.words[string(w)] = true
	}
	for _, b := range w {
		e.bytes[b] = e.bytes[b] || b >= 0x80
	}
	for _, p := range e.pages {
		if !p.out {
			p.look(w)
		}
	}
}

// same says whether two pages make the same text of the file.
func (e *evidence) same(x, y *pageReading) bool {
	for b, there := range e.bytes {
		if there && x.signs[b].char != y.signs[b].char {
			return false
		}
	}
	return true
}

// choosePage decides the code page of a file that is not UTF-8 and of which nothing says it (W3): by the letters of all its words. What does
// not leave one reading is refused, never guessed.
func (w *Workbook) choosePage(ctx context.Context) error {
	e := &evidence{pages: pageReadings(), words: map[string]bool{}}
	if err := w.eachPiece(ctx, func(b []byte, last bool) (int, error) { return e.look(b, last), nil }); err != nil {
		return err
	}
	page := e.choose(w.opt.Locale)
	if page == nil {
		return w.severalEncodings(ctx, e)
	}
	w.Encoding, w.dialect.encoding = codepage(page.name)
	return nil
}

// readings gives those that fit, one of each text.
func (e *evidence) readings() []*pageReading {
	var all []*pageReading
	for _, p := range e.pages {
		same := func(o *pageReading) bool { return e.same(o, p) }
		if p.fits() && !slices.ContainsFunc(all, same) && !e.onlyRareSlovak(p) {
			all = append(all, p)
		}
	}
	return all
}

// onlyRareSlovak says whether a reading is Slovak by nothing but ĺ, which stands where windows-1252 has å.
func (e *evidence) onlyRareSlovak(p *pageReading) bool {
	return p.name == "windows-1250" && e.only(p, slovak)
}

// only says whether a reading has letters beyond ASCII, and all of them are among the given.
func (e *evidence) only(p *pageReading, letters string) bool {
	for b, there := range e.bytes {
		s := p.signs[b]
		if there && s.kind == letter && !strings.ContainsRune(letters, s.char) && !strings.ContainsRune(letters, unicode.ToLower(s.char)) {
			return false
		}
	}
	return p.letters
}

// choose gives the one page that is certain, or nil.
//
// # Where it is stricter than counting the readings that are left
//
// A page may be out only because of a sign that names seldom have, of one foreign name, or of a language that is seldom written in it: the
// text may be in it all the same. Where such a page would give another text, the one that is left is not certain. And a locale speaks for Windows' pages alone: a file of Mac or DOS
// is rare enough that letters which another page reads too are not evidence.
func (e *evidence) choose(locale string) *pageReading {
	all := e.readings()
	language, _, _ := strings.Cut(locale, "-")
	own := ownLetters[language]
	if len(all) == 1 && !slices.ContainsFunc(e.pages, func(p *pageReading) bool { return e.speaksAgainst(p, all[0], own) }) {
		return all[0]
	}
	if len(all) < 2 {
		return nil
	}
	var chosen []*pageReading
	for _, p := range all {
		switch {
		case p.script() > 1:
			return nil // a word of another script has nothing of the locale's
		case !p.letters || e.only(p, own):
			chosen = append(chosen, p)
		}
	}
	if len(chosen) == 1 && chosen[0].letters && strings.HasPrefix(chosen[0].name, "windows-") {
		return chosen[0]
	}
	return nil
}

// script gives that of the page's own letters.
func (r *pageReading) script() byte {
	if r.letters {
		switch r.name {
		case "windows-1251":
			return 2
		case "windows-1253":
			return 3
		}
	}
	return 1
}

// speaksAgainst says whether the text may be in a page although it does not fit, and would be another than the one that does. The own
// letters of the users' language weigh more than those of a language that is seldom written in that page.
func (e *evidence) speaksAgainst(p, chosen *pageReading, own string) bool {
	if p == chosen {
		return !p.letters && p.wedged // "Garc’a" is in no language
	}
	if p.out || p.absurd || !p.letters || e.same(p, chosen) || e.onlyRareSlovak(p) {
		return false
	}
	usual := strings.HasPrefix(chosen.name, "windows-") && e.only(chosen, own)
	seldom := p.any != 0 && !usual
	return seldom || p.odd && p.languages != 0 || p.name == "windows-1252" && !p.mixed
}

// severalEncodings refuses the file, with one of its values as each page reads it.
func (w *Workbook) severalEncodings(ctx context.Context, e *evidence) error {
	readings := e.readings()
	fit := readings
	const most = 6
	for _, p := range e.pages {
		may := len(fit) == 0 && !p.out && p.page.languages != 0 || len(fit) > 0 && e.speaksAgainst(p, fit[0], "")
		same := func(o *pageReading) bool { return e.same(o, p) }
		if may && len(readings) < most && !slices.ContainsFunc(readings, same) {
			readings = append(readings, p)
		}
	}
	line, value := w.tellingValue(ctx, readings)
	var texts []string
	for _, p := range readings {
		texts = append(texts, p.name+" "+strconv.Quote(fault.Short(40, p.decode(value))))
	}
	if len(fit) == 0 {
		texts = append(texts, multibyteReadings(value)...)
	}
	if len(texts) == 0 {
		return notEncoded(line, "the text is not UTF-8, and line %s fits none of the encodings that are tried: set encoding: in the mapping, or for the inbox, to that of the file, or save it as CSV UTF-8", line)
	}
	return notEncoded(line, "the text is not UTF-8, and does not show which encoding it has. A value of line %s would be: %s. "+
		"Set encoding: in the mapping, or for the inbox, to the right one, or save the file as CSV UTF-8", line, strings.Join(texts, ", "))
}

// multibyteReadings shows a value in the encodings that are never chosen but may be set.
func multibyteReadings(value []byte) (all []string) {
	for _, name := range []string{"gbk", "big5", "shift_jis", "euc-kr"} {
		_, page := codepage(name)
		text, err := page.NewDecoder().Bytes(value)
		if err == nil && !bytes.ContainsRune(text, unicode.ReplacementChar) {
			all = append(all, name+" "+strconv.Quote(fault.Short(40, text)))
		}
	}
	return all
}

func (r *pageReading) decode(value []byte) string {
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

// tellingValue finds the field that most of the readings make different texts of, among the first that have bytes beyond ASCII.
func (w *Workbook) tellingValue(ctx context.Context, readings []*pageReading) (line int, value []byte) {
	const looked, mostTelling = 1000, 4 << 10 // a person is shown the first of it
	most, dialect := 0, w.dialect
	w.dialect.encoding = nil // the bytes as they are
	r := w.recordsAs(ctx, quoting{stray: strayInside})
	w.dialect = dialect
	for found := 0; found < looked; {
		at, err := r.next()
		if err == io.EOF || err != nil {
			break
		}
		for i := range r.len() {
			field := r.field(i)
			if ascii(field) == len(field) {
				continue
			}
			found++
			texts := map[string]bool{}
			if len(field) > mostTelling {
				field = field[max(0, ascii(field)-20):]
				field = field[:min(len(field), mostTelling)]
			}
			for _, p := range readings {
				texts[p.decode(field)] = true
			}
			if len(texts) > most {
				most, line, value = len(texts), at, bytes.Clone(field)
			}
		}
	}
	return line, value
}
